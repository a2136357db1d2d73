"""Search for better hyperparameters: choose what may change, watch the trials, take the best."""

import streamlit as st

from mnist_core import jobs
from mnist_core.extras import TRAIN
from mnist_core.language import gettext as _
from mnist_core.training.speeds import measure_speeds, read_speeds
from mnist_core.tuning.searches import TUNE
from mnist_ui.extras import has
from mnist_ui.messages import explained
from mnist_ui.state import searches
from mnist_ui.tune.search_view import show_search
from mnist_ui.tune.searches import show_searches
from mnist_ui.tune.searching import show_form, show_quick_example


def show_choice() -> None:
    """What a search is for, an example, and the form."""
    st.write(
        _(
            "How many filters, how large a step? Nobody can tell beforehand, so a search trains many small versions of "
            "a network with other values each time and shows which read best."
        )
    )
    if has(TRAIN):
        with explained():
            measure_speeds()
    show_quick_example()
    show_form(read_speeds())


searches.TUNE_ADDRESS.follow()
st.title(_("Find better settings"), anchor=False)

with explained():
    known = [job for job in jobs.all_jobs() if job.kind == TUNE]
    wanted = searches.search_id()
    watched = next((job for job in known if job.id == wanted), None)
    if watched:
        with st.container(border=True, key="search"), explained():
            show_search(watched)
        if st.button(_("Back to the choices"), icon=":material/arrow_back:"):
            searches.watch_search(None)
            st.rerun()
    else:
        if wanted:
            st.warning(
                _("The search that was shown here is not there any more: it was removed."), icon=":material/link_off:"
            )
        with explained():
            show_choice()
        show_searches(known)
