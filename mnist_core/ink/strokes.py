"""Pen strokes drawn again, at a size and with a pen of our own."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mnist_core.ink.coverage import Doubles, draw_strokes
from mnist_core.types import Float32Array, UInt8Array

# Share of the digit's longer side that the pen is wide: gives pen strokes the same mean ink as MNIST's images (0.131).
PEN_SHARE = 0.124

# No mark is smaller, in pixels: else the scale of a dot of a pen without any width has no end.
SMALLEST_MARK = 1e-6
# What the arithmetic may add to a length that is a whole number of cells.
ROUNDING = 1e-6
# Points that are drawn of a drawing: more than a hand sets in a quarter of a minute only take time.
MOST_DRAWN = 1_000


def thinned(strokes: Sequence[Float32Array], most: int) -> tuple[Float32Array, ...]:
    """Strokes with every few of their points, and their ends, so that they have about so many in all.

    Parameters
    ----------
    strokes
        Arrays (n, 2).
    most
        Points; strokes that have no more stay as they are.
    """
    every = -(-sum(map(len, strokes)) // most)
    if every <= 1:
        return tuple(strokes)
    return tuple(stroke[np.r_[0 : len(stroke) - 1 : every, len(stroke) - 1]] for stroke in strokes)


class Fit(NamedTuple):
    """How strokes are placed in a picture that is cropped to their ink.

    Attributes
    ----------
    low
        The least x and y of their points.
    scale
        Pixels of the picture for each unit.
    place
        x and y in the picture where `low` goes.
    pen
        Width of the pen in the picture.
    size
        Width and height of the picture.
    """

    low: tuple[float, float]
    scale: float
    place: tuple[float, float]
    pen: float
    size: tuple[int, int]

    def placed(self, points: Float32Array) -> Doubles:
        """Points (..., 2) in the picture."""
        where: Doubles = (points - np.asarray(self.low)) * self.scale + np.asarray(self.place)
        return where


def fit_of(strokes: Sequence[Float32Array], pen_width: float, side: int, pen_share: float, cell: int = 1) -> Fit:
    """Where `fitted_strokes` draws strokes."""
    points = np.concatenate(strokes).astype(np.float64)
    low = points.min(axis=0)
    extent = points.max(axis=0) - low
    pen = side * pen_share
    scale = (side - pen) / max(float(extent.max()), pen_width / 4, SMALLEST_MARK)
    inked = extent * scale + pen
    size = np.maximum(np.ceil(inked / cell - ROUNDING), 1) * cell
    (left, top), (x, y) = low.tolist(), ((size - inked + pen - 1) / 2).tolist()
    width, height = size.astype(int).tolist()
    return Fit((left, top), scale, (x, y), pen, (width, height))


def fitted_strokes(
    strokes: Sequence[Float32Array], pen_width: float, side: int, pen_share: float, cell: int = 1
) -> UInt8Array:
    """Draw strokes again so that the ink's longer side is `side` pixels and the pen `pen_share` of that.

    The drawing's own place, size and pen no longer matter, with one exception: a mark smaller than a quarter of its pen
    stays small, so that a dot does not become a digit.

    Parameters
    ----------
    cell
        Width and height are whole multiples of so many pixels; what the ink lacks of that is shared out on both sides.

    Returns
    -------
    uint8 (h, w) cropped to the ink, the longer side `side`.
    """
    strokes = thinned(strokes, MOST_DRAWN)
    fit = fit_of(strokes, pen_width, side, pen_share, cell)
    return draw_strokes([fit.placed(stroke) for stroke in strokes], fit.pen, fit.size)
