"""Where a drawing comes from: the pad, a photo, the camera or the plain canvas. Each shows itself and the answer."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.errors import BundleError
from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.reader.answer import HINT
from mnist_core.types import Drawing, Prediction
from mnist_ui import resources
from mnist_ui.address import Address, Parameter
from mnist_ui.canvas import canvas
from mnist_ui.draw.memory import keep_drawing
from mnist_ui.figures.answer import answer
from mnist_ui.figures.picture import picture
from mnist_ui.messages import explained
from mnist_ui.pad import pad
from mnist_ui.state import paper, reader
from mnist_ui.state.sketch import SIDE
from mnist_ui.widgets import one_of

PENS = {N_("Thin"): 10, N_("Medium"): 20, N_("Thick"): 36}
PICTURE_TYPES = ("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "avif")
PHOTO_HINT = N_("Dark ink on plain paper, filling most of the picture, is read best.")

# The first of the sources, and one for whoever wants to compare the pad with it.
PAD, PLAIN = N_("Draw"), N_("Plain canvas")
SOURCE = "source"
# The source is named in English in every language: `?source=Photo`.
DRAW_ADDRESS = Address("draw", (SOURCE,))

# A drawing and its digits; None and none while there is nothing that can be read.
Seen = tuple[Drawing | None, Sequence[Prediction]]


def from_pad() -> Seen:
    """A drawing that is read while it grows."""
    pad()
    drawing = paper.sketch().drawing()
    return drawing, _read(drawing)


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
    drawing, read = None, _read(None)
    with right, explained():
        drawing = sketch.drawing()
        read = _read(drawing)
        _say(read, HINT)
    return (drawing if read else None), read


def from_photo() -> Seen:
    """A picture from a file."""
    return _from_picture(
        lambda: st.file_uploader(_("A photo or scan of a digit or a number"), PICTURE_TYPES, key="photo")
    )


def from_camera() -> Seen:
    """A picture that the device's camera takes."""
    return _from_picture(lambda: st.camera_input(_("Show it a digit or a number on paper"), key="camera"))


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
    drawing, read = None, _read(None)
    with left:
        chosen = choose()
        with explained():
            drawing = paper.picture(chosen) if chosen else None
            read = _read(drawing)
            if drawing:
                st.html(picture(drawing, read))
    with right, suppress(BundleError):  # it is said beside the picture
        _say(read, PHOTO_HINT)
    return (drawing if read else None), read


def _desk() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Containers for the drawing and for the answer: side by side, or on a phone one below the other."""
    with st.container(horizontal=True, gap="large", vertical_alignment="center", key="desk"):
        return st.container(width=SIDE), st.container(width="stretch")


def _read(drawing: Drawing | None) -> Sequence[Prediction]:
    """What the visitor's model makes of a drawing."""
    return resources.model(reader.model_name())[0].read(drawing) if drawing else []


def _say(predictions: Sequence[Prediction], hint: str) -> None:
    """Show the answer, so that it is read out as well."""
    card = resources.model(reader.model_name())[1]
    said = answer(predictions, card.digits, card.reliability, hint=_(hint))
    st.html(f'<div role="status">{said}</div>')
