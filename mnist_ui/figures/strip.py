"""The strip: what happens to a drawing on its way to the network, a picture and a sentence a step."""

import base64
from collections.abc import Sequence

import cv2

from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.types import Stage, UInt8Array

# A small image is enlarged in whole steps to about this many pixels, so that its pixels can be seen.
SHOWN_SIDE = 168


def strip(stages: Sequence[Stage]) -> str:
    """The stages as HTML: an ordered list of figures."""
    label = in_html(_("From your drawing to what the network sees"))
    return f'<ol class="strip" aria-label="{label}">{"".join(map(_step, stages))}</ol>'


def data_url(image: UInt8Array) -> str:
    """An image (h, w), or (h, w, 3) in OpenCV's order of colours, as a PNG that HTML can carry."""
    png = cv2.imencode(".png", image)[1]
    return "data:image/png;base64," + base64.b64encode(png.tobytes()).decode("ascii")


def enlarged(image: UInt8Array, times: int) -> UInt8Array:
    """An image (h, w) or (h, w, 3) with each pixel as a square of so many, so that pixels can be seen."""
    return image.repeat(times, axis=0).repeat(times, axis=1)


def img(image: UInt8Array, alt: str, times: int = 1) -> str:
    """An image as HTML, enlarged so many times, with what it shows for who cannot see it."""
    return f'<img src="{data_url(enlarged(image, times))}" alt="{in_html(alt)}">'


def _step(stage: Stage) -> str:
    """One stage."""
    height, width = stage.image.shape
    alt = _("{name}: {width} x {height} pixels").format(name=stage.name, width=width, height=height)
    shown = img(stage.image, alt, max(1, SHOWN_SIDE // max(height, width)))
    return (
        f'<li><figure><span class="frame">{shown}</span>'
        f"<figcaption><strong>{in_html(stage.name)}</strong> {in_html(stage.sentence)}</figcaption></figure></li>"
    )
