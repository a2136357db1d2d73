"""What the network learned from: every image of every dataset, to browse, to sort and to look at closely."""

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.types import Dataset
from mnist_ui.address import IMAGE
from mnist_ui.explore.address import EXPLORE_ADDRESS
from mnist_ui.explore.browsing import show_browse
from mnist_ui.explore.exploring import Part, choose_dataset, choose_part
from mnist_ui.explore.odd import show_odd
from mnist_ui.explore.one_image import show_image
from mnist_ui.explore.overview import show_overview
from mnist_ui.explore.own import offer_own, show_own
from mnist_ui.explore.shape import show_shape
from mnist_ui.explore.suspects import show_suspects
from mnist_ui.messages import explained
from mnist_ui.mnist_offer import offer_mnist

# Each takes the dataset that was chosen; only the chosen one runs.
PARTS: dict[str, Part] = {
    N_("Overview"): show_overview,
    N_("Browse"): show_browse,
    N_("Odd ones out"): show_odd,
    N_("Wrong labels?"): show_suspects,
    N_("Shape of the data"): show_shape,
    N_("Your own"): show_own,
}


@st.fragment
def show(dataset: Dataset) -> None:
    """One image, or one part of the page; what is changed in it runs nothing else of the page again."""
    EXPLORE_ADDRESS.follow()
    if EXPLORE_ADDRESS.parameters.get(IMAGE):
        with explained():
            show_image(dataset)
        return
    part = choose_part(PARTS)
    with explained():
        PARTS[part](dataset)


EXPLORE_ADDRESS.follow()
with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute", key="explore-title"):
    st.title(_("What it learned from"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", width="content"):
        place = st.container(width=260)
        offer_own()
with explained():
    offer_mnist()
    show(choose_dataset(place))
