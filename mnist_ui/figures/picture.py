"""A picture with what was read on it: a box and a reading for each digit, and a name for each sign."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.model.doubt import UNKNOWN, verdict
from mnist_core.numbers.finding import SIGNS
from mnist_core.numbers.paper import PageReading
from mnist_core.types import Box, Drawing, Prediction, UInt8Array
from mnist_ui.figures.strip import data_url

# A photo is shown no larger than this, in pixels.
SHOWN_SIDE = 800
# And no thinner than this, one side to the other, so that there is something to see and not too much to scroll.
THINNEST = 16

# How signs are written, and what they are called, in the order of `finding.SIGNS`.
_WRITTEN = (
    (".", N_("full stop")),
    (",", N_("comma")),
    ("–", N_("dash")),
    ("−", N_("minus sign")),
    ("+", N_("plus sign")),
    ("=", N_("equals sign")),
    ("/", N_("slash")),
)


def picture(drawing: Drawing, page: PageReading) -> dict[str, Any]:
    """A picture and the boxes on it, for JSON.

    Parameters
    ----------
    drawing
        One with pixels.
    page
        What was read on it.

    Returns
    -------
    The picture's address; its width as a share of its height, of a strip that of a thicker one; and its boxes: those
    of digits with their number in the page's order, `which`; all with what is written on them, what they are called,
    and their sides in percent of the picture's.
    """
    assert drawing.pixels is not None
    digits = page.digits if len(page.digits) > 1 or page.signs else []
    boxes = [_of_digit(number, each, drawing.size) for number, each in enumerate(digits) if each.box]
    signs = [
        {"which": None, "kind": "sign", "sign": sign, "name": _(name)} | _sides(each.box, drawing.size)
        for each in page.signs
        for sign, name in [_WRITTEN[SIGNS.index(each.name)]]
    ]
    width, height = drawing.size
    shown = {
        "src": data_url(_shown(drawing.pixels)),
        "ratio": min(max(width / height, 1 / THINNEST), THINNEST),
        "alt": _("Your picture"),
    }
    return shown | {"boxes": boxes + signs}


def _shown(pixels: UInt8Array) -> UInt8Array:
    """A picture as it is shown, in OpenCV's order of colours."""
    height, width = pixels.shape[:2]
    factor = min(1.0, SHOWN_SIDE / max(width, height))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    if small.ndim == 3:
        small = cv2.cvtColor(small, cv2.COLOR_RGB2BGR if small.shape[2] == 3 else cv2.COLOR_RGBA2BGRA)
    return np.asarray(small, np.uint8)


def _of_digit(number: int, digit: Prediction, size: tuple[int, int]) -> dict[str, Any]:
    """The box of a digit."""
    assert digit.box is not None
    said = verdict(digit, 0)
    kind = "doubt" if said.sign == UNKNOWN else "read"
    name = _("Digit {index}: {sign}. {headline}").format(index=number + 1, sign=said.sign, headline=said.headline)
    return {"which": number, "kind": kind, "sign": said.sign, "name": name} | _sides(digit.box, size)


def _sides(box: Box, size: Sequence[int]) -> dict[str, float]:
    """A box in percent of the picture."""
    width, height = size
    sides = {"left": box.x / width, "top": box.y / height, "width": box.width / width, "height": box.height / height}
    return {side: round(100 * share, 2) for side, share in sides.items()}
