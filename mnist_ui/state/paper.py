"""What is drawn, on which kind of paper."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.ink import read_picture
from mnist_core.types import Drawing
from mnist_ui.address import show_in_address
from mnist_ui.session import of_session
from mnist_ui.state.reader import choose_model, model_name
from mnist_ui.state.sketch import Sketch

PEN = "pen"
ASKED = "asked"
STEP = "step"
WHICH = "which"
# The first of the sources.
PAD = "Draw"
SKETCH = "_sketch"
# A parameter of the address, too: `?source=Photo`.
SOURCE = "source"
_LAST_SOURCE = "_last_source"
_PAGE = "_page"
_PICTURE = "_picture"


def sketch() -> Sketch:
    """What the visitor has drawn."""
    return of_session(SKETCH, Sketch)


def change_source() -> None:
    """Show the drawing on another kind of paper, and on the same one after a visit to another page."""
    st.session_state[_LAST_SOURCE] = st.session_state[SOURCE]
    _show_source(st.session_state[SOURCE])
    sketch().restart(sketch().strokes)


def take_source(possible: Sequence[str]) -> None:
    """Begin with the source that the address names, the last one or the first; to be called before its widget is shown.

    The address names it in English in every language, so that a link works in all of them.
    """
    if SOURCE not in st.session_state:
        named = st.query_params.get(SOURCE) or st.session_state.get(_LAST_SOURCE, "")
        st.session_state[SOURCE] = st.session_state[_LAST_SOURCE] = named if named in possible else possible[0]
        _show_source(st.session_state[SOURCE])


def _show_source(source: str | None) -> None:
    """Name the source in the address; the pad, which is first, goes without saying."""
    show_in_address({SOURCE: source} if source and source != PAD else {}, {SOURCE})


def picture(upload: UploadedFile) -> Drawing:
    """The picture in a file that was uploaded; it is decoded once.

    Raises
    ------
    DrawingError
        If there is none in it that can be read.
    """
    known = st.session_state.get(_PICTURE)
    if known is None or known[0] != upload.file_id:
        known = upload.file_id, read_picture(upload)
        st.session_state[_PICTURE] = known
    drawing: Drawing = known[1]
    return drawing


def open_page(path: str) -> None:
    """Note which page is shown; after a switch the drawing is shown again, and the address says again what it said."""
    if st.session_state.get(_PAGE) != path:
        st.session_state[_PAGE] = path
        sketch().restart(sketch().strokes)
        choose_model(model_name())
