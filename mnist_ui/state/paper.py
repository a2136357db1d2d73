"""What is drawn, and how it is looked at."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.ink import read_picture
from mnist_core.types import Drawing
from mnist_ui.session import of_session
from mnist_ui.state.reader import choose_model, model_name
from mnist_ui.state.sketch import Sketch

PEN = "pen"
ASKED = "asked"
STEP = "step"
WHICH = "which"
SKETCH = "_sketch"
_PAGE = "_page"
_PICTURE = "_picture"


def sketch() -> Sketch:
    """What the visitor has drawn."""
    return of_session(SKETCH, Sketch)


def show_anew() -> None:
    """Have another pad or canvas begin with what is drawn."""
    sketch().restart(sketch().strokes)


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
        show_anew()
        choose_model(model_name())
