"""Where a step is done: the pages that lessons lead to, by the names of their files."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.lessons.plan import LessonStep
from mnist_ui.state import reader

# As the navigation has them.
PLACES: Mapping[str, tuple[str, str]] = {
    "draw": (N_("Draw"), ":material/draw:"),
    "how": (N_("How it works"), ":material/school:"),
    "explore": (N_("Explore"), ":material/photo_library:"),
    "map": (N_("Map"), ":material/scatter_plot:"),
    "train": (N_("Train"), ":material/model_training:"),
    "tune": (N_("Tune"), ":material/tune:"),
    "evaluate": (N_("Evaluate"), ":material/fact_check:"),
    "model": (N_("Model"), ":material/neurology:"),
    "classroom": (N_("A class together"), ":material/groups:"),
    "challenge": (N_("Challenge"), ":material/timer:"),
    "drawings": (N_("Drawings"), ":material/collections_bookmark:"),
}


def place_link(step: LessonStep, *, is_next: bool = False) -> None:
    """The way to the page of a step, if it has one; the first thing to press if that is next."""
    if not step.page:
        return
    name, icon = PLACES[step.page]
    label = _("Open {page}").format(page=_(name))
    kind: Literal["primary", "secondary"] = "primary" if is_next else "secondary"
    if st.button(label, key=f"go-{step.name}", icon=icon, type=kind):
        where = {**reader.model_in_address(), **(step.parameters or {})}
        st.switch_page(f"pages/{step.page}.py", query_params=where)
