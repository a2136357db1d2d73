"""A photo with what was read on it: a box and a reading for each digit."""

from collections.abc import Sequence

import cv2
import numpy as np

from mnist_core.language import gettext as _
from mnist_core.types import Drawing, Prediction
from mnist_ui.figures.answer import boxes
from mnist_ui.figures.strip import img

# A photo is shown no larger than this, in pixels.
SHOWN_SIDE = 800


def picture(drawing: Drawing, predictions: Sequence[Prediction]) -> str:
    """A picture with its digits in boxes, as HTML.

    Parameters
    ----------
    drawing
        One with pixels.
    predictions
        What was read on it.
    """
    assert drawing.pixels is not None
    width, height = drawing.size
    factor = min(1.0, SHOWN_SIDE / max(drawing.size))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small = cv2.resize(drawing.pixels, size, interpolation=cv2.INTER_AREA)
    if small.ndim == 3:
        small = cv2.cvtColor(small, cv2.COLOR_RGB2BGR if small.shape[2] == 3 else cv2.COLOR_RGBA2BGRA)
    placed = boxes(predictions, drawing.size) if len(predictions) > 1 else ""
    return f'<div class="picture">{img(np.asarray(small, np.uint8), _("Your picture"))}{placed}</div>'
