"""The strip: what happens to a drawing on its way to the network, a picture and a sentence a step."""

import base64
from collections.abc import Sequence
from html import escape

import cv2

from mnist_core.language import gettext as _
from mnist_core.types import Stage, UInt8Array

# A small image is enlarged in whole steps to about this many pixels, so that its pixels can be seen.
SHOWN_SIDE = 168


def strip(stages: Sequence[Stage]) -> str:
    """The stages as HTML: an ordered list of figures."""
    label = escape(_("From your drawing to what the network sees"))
    return f'<ol class="strip" aria-label="{label}">{"".join(map(_step, stages))}</ol>'


def data_url(image: UInt8Array) -> str:
    """A grey image (h, w) as a PNG that HTML can carry."""
    png = cv2.imencode(".png", image)[1]
    return "data:image/png;base64," + base64.b64encode(png.tobytes()).decode("ascii")


def _step(stage: Stage) -> str:
    """One stage."""
    height, width = stage.image.shape
    factor = SHOWN_SIDE // max(height, width)
    image = stage.image.repeat(factor, axis=0).repeat(factor, axis=1) if factor > 1 else stage.image
    alt = escape(_("{name}: {width} x {height} pixels").format(name=stage.name, width=width, height=height))
    return (
        f'<li><figure><span class="frame"><img src="{data_url(image)}" alt="{alt}"></span>'
        f"<figcaption><strong>{escape(stage.name)}</strong> {escape(stage.sentence)}</figcaption></figure></li>"
    )
