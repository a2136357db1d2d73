"""Collected drawings: one's own, a class's, or all for who runs the app; to look at, correct, take away and delete."""

import streamlit as st

from mnist_core.collection import open_collection
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_ui.correction.own_drawings import restore_answers, show_own_drawings, tell_trouble
from mnist_ui.drawings.address import DRAWING, DRAWINGS_ADDRESS
from mnist_ui.drawings.collected import show_collected, show_nothing
from mnist_ui.drawings.drawing_files import offer_import
from mnist_ui.drawings.keeper import show_door
from mnist_ui.drawings.kept_keys import find_keys
from mnist_ui.drawings.labelled_set import show_labelled_set
from mnist_ui.drawings.one_drawing import show_drawing
from mnist_ui.drawings.query import DrawingQuery, asked, choose_query
from mnist_ui.drawings.shelf import Shelf, choose_shelf
from mnist_ui.messages import explained
from mnist_ui.state import people

# Each takes the shelf and what is looked for on it; only the chosen one runs.
PARTS = {N_("Drawings"): show_collected, N_("A test set of these"): show_labelled_set}


@st.fragment
def show(shelf: Shelf) -> None:
    """One drawing, or one part of the page; what is changed in it runs nothing else of the page again."""
    DRAWINGS_ADDRESS.follow()
    tell_trouble()
    with explained():
        if DRAWINGS_ADDRESS.parameters.get(DRAWING):
            show_drawing(shelf)
        else:
            show_several(shelf)


def show_several(shelf: Shelf) -> None:
    """What is looked for among the drawings, and the part of the page that shows it."""
    query = asked()
    if is_empty(shelf, query):
        show_nothing(shelf, query)
        return
    part = DRAWINGS_ADDRESS.choose_part(PARTS)
    choose_query(shelf, query)
    with explained():
        PARTS[part](shelf, query)


def is_empty(shelf: Shelf, query: DrawingQuery) -> bool:
    """Whether there is nothing to look at, whatever is query."""
    return query == DrawingQuery() and not open_collection().drawings.count(shelf.filter)


DRAWINGS_ADDRESS.follow()
st.title(_("Collected drawings"), anchor=False)
st.caption(
    _("You are here as the keeper: you see everybody's drawings, and can change them, runs, models and maps.")
    if people.keeper()
    else _(
        "You see what you drew and agreed to keep, and what a class drew whose key you have. Nobody else's is shown."
    )
)
restore_answers()
find_keys()
tell_trouble()
shelf = None
with st.container(horizontal=True, vertical_alignment="bottom", key="drawings-whose"):
    with explained():
        shelf = choose_shelf()
    show_own_drawings()
    show_door()
    offer_import()
if shelf:
    show(shelf)
