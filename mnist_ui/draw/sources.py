"""Where a drawing comes from: the pad, a photo, the camera or the plain canvas. Each shows itself and the answer."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.errors import BundleError, DrawingError
from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.model.bundle import GRAPH
from mnist_core.numbers.paper import PageReading
from mnist_core.reader.answer import HINT
from mnist_core.types import Drawing, Prediction
from mnist_ui import photo, resources
from mnist_ui.address import Address, Parameter
from mnist_ui.canvas import canvas
from mnist_ui.draw.memory import keep_drawing
from mnist_ui.draw.seen import Seen
from mnist_ui.figures.answer import answer
from mnist_ui.messages import explained
from mnist_ui.pad import pad
from mnist_ui.session import latest
from mnist_ui.state import paper, reader
from mnist_ui.state.sketch import SIDE
from mnist_ui.widgets import one_of

PENS = {N_("Thin"): 10, N_("Medium"): 20, N_("Thick"): 36}
PICTURE_TYPES = ("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "avif")
PHOTO_HINT = N_("One digit, a number or several lines: it looks for every digit on the picture.")

# The first of the sources, and one for whoever wants to compare the pad with it.
PAD, PLAIN = N_("Draw"), N_("Plain canvas")
SOURCE = "source"
# The source is named in English in every language: `?source=Photo`.
DRAW_ADDRESS = Address("draw", (SOURCE,))


def from_pad() -> Seen:
    """A drawing that is read while it grows."""
    pad()
    drawing = paper.sketch().drawing()
    return Seen(drawing, _read(drawing))


def from_canvas() -> Seen:
    """A drawing on streamlit-drawable-canvas, read after each stroke."""
    left, right = _desk()
    sketch = paper.sketch()
    with left:
        place = st.container()
        tools = st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="tools")
    with tools:
        pen = one_of(_("Pen"), PENS, "Medium", paper.PEN, format_func=_, label_visibility="collapsed")
        sketch.take_pen(PENS[pen])
        st.button(_("Undo"), on_click=sketch.undo)
        st.button(_("Clear"), on_click=sketch.clear)
    with place, explained():
        canvas()
    keep_drawing()
    seen = Seen()
    with right, explained():
        drawing = sketch.drawing()
        seen = Seen(drawing, _read(drawing))
        _say(seen.page.digits, HINT)
    return seen


def from_photo() -> Seen:
    """A picture from a file."""
    return _from_picture(lambda: st.file_uploader(_("A photo or scan of digits"), PICTURE_TYPES, key="photo"))


def from_camera() -> Seen:
    """A picture that the device's camera takes."""
    return _from_picture(lambda: st.camera_input(_("Show it digits on paper"), key="camera"))


SOURCES: dict[str, Callable[[], Seen]] = {
    PAD: from_pad,
    N_("Photo"): from_photo,
    N_("Camera"): from_camera,
    PLAIN: from_canvas,
}


def choose_source() -> str:
    """The source that the visitor or the address wants; in another one the drawing is shown, too."""
    DRAW_ADDRESS.follow()
    parameter = DRAW_ADDRESS.tidied(Parameter.one_of(SOURCE, SOURCES, PAD))
    if st.session_state.get(SOURCE, now := DRAW_ADDRESS.value(parameter)) != now:  # another address was opened
        paper.show_anew()
    chosen: str | None = st.segmented_control(
        _("How to show it a digit"),
        [each for each in SOURCES if each != PLAIN or now == PLAIN],
        required=True,
        format_func=_,
        label_visibility="collapsed",
        **DRAW_ADDRESS.bound(parameter, SOURCE, on_change=paper.show_anew),
    )
    return chosen or PAD


def offer_comparison() -> None:
    """A link to the plain canvas, for engineers; the tab keeps the drawing."""
    if DRAW_ADDRESS.parameters.get(SOURCE) == PLAIN:
        return
    address = urlencode({SOURCE: PLAIN, **reader.model_in_address()})
    words = _("For comparison, with Streamlit's own canvas: {canvas}")
    link = f'<a href="?{in_html(address)}">{in_html(_(PLAIN))}</a>'
    st.html(f'<p class="comparison">{in_html(words).format(canvas=link)}</p>')


def _from_picture(choose: Callable) -> Seen:
    """A picture beside its answer, each digit in its box."""
    left, right = _desk()
    seen = Seen()
    with left:
        chosen = choose()
        if chosen:
            with explained():
                seen = _seen(chosen)
    with right, suppress(BundleError):  # it is said beside the picture
        _say(seen.page.digits, PHOTO_HINT)
    return seen


def _seen(upload: UploadedFile) -> Seen:
    """What is seen of a picture that was uploaded, shown with what was read on it."""
    key, name = f"picture-{upload.file_id}", reader.model_name()
    view = photo.seen(key)
    drawing = view.of(paper.picture(upload))
    recognizer, card = resources.model(name)
    page, error = PageReading([]), None
    try:
        page = latest("_page_reading", (key, view, card.files[GRAPH]), lambda: recognizer.read_page(drawing))
    except DrawingError as nothing:  # another part of the picture may show something
        error = nothing
    which = photo.chosen(key, len(page.digits))
    photo.show_photo(drawing, page, key, which)
    if error:
        raise error
    return Seen(drawing, page, which)


def _desk() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Containers for the drawing and for the answer: side by side, or on a phone one below the other."""
    with st.container(horizontal=True, gap="large", vertical_alignment="center", key="desk"):
        return st.container(width=SIDE), st.container(width="stretch")


def _read(drawing: Drawing | None) -> PageReading:
    """What the visitor's model makes of a drawing."""
    recognizer = resources.model(reader.model_name())[0]
    return recognizer.read_page(drawing) if drawing else PageReading([])


def _say(predictions: Sequence[Prediction], hint: str) -> None:
    """Show the answer, so that it is read out as well."""
    card = resources.model(reader.model_name())[1]
    said = answer(predictions, card.digits, card.reliability, hint=_(hint))
    st.html(f'<div role="status">{said}</div>')
