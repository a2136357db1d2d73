"""What is drawn, and how it is looked at."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.ink import read_picture
from mnist_core.types import Drawing
from mnist_ui.session import latest, of_session
from mnist_ui.state.reader import choose_model, model_name
from mnist_ui.state.sketch import Sketch

PEN = "pen"
ASKED = "asked"
WHICH = "which"
SKETCH = "_sketch"
_PAGE = "_page"


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
    return latest("_picture", upload.file_id, lambda: read_picture(upload))


def open_page(path: str) -> None:
    """Note which page is shown; after a switch the drawing is shown again, and the address says again what it said."""
    if st.session_state.get(_PAGE) != path:
        st.session_state[_PAGE] = path
        show_anew()
        choose_model(model_name())
