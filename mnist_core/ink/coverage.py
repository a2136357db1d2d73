"""Strokes as pixels: how much of each pixel the pen covers. docs/build/rendering.md writes it down as mathematics.

Everything here is the arithmetic of 64-bit numbers that IEEE 754 rounds alike everywhere (sums, products, quotients,
square roots), so that the same strokes give the same pixels in another language.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from mnist_core.types import Float32Array, UInt8Array

Doubles = npt.NDArray[np.float64]

# A stroke is looked at in pieces about so many pixels long, each with the pixels around it alone. How long they are
# changes how long drawing takes, and nothing else.
_PIECE = 32.0


def draw_strokes(strokes: Sequence[Float32Array | Doubles], pen_width: float, size: tuple[int, int]) -> UInt8Array:
    """Draw strokes with a round pen.

    Parameters
    ----------
    strokes
        Arrays (n, 2) of x and y in pixels; whole numbers are the middles of pixels.
    pen_width
        Pixels.
    size
        Width and height of the picture.

    Returns
    -------
    uint8 (height, width), ink 255 on background 0.
    """
    reach = pen_width / 2 + 0.5
    squares = np.full((size[1], size[0]), np.inf)
    for stroke in strokes:
        for starts, steps in _pieces(np.asarray(stroke, np.float64)):
            rows, columns = _around(starts, steps, reach, size)
            part = squares[rows, columns]
            if part.size:
                np.minimum(part, _squared_distances(starts, steps, rows, columns), out=part)
    share = np.clip(reach - np.sqrt(squares), 0, min(1.0, pen_width))
    return np.floor(255 * share + 0.5).astype(np.uint8)


def _pieces(points: Doubles) -> Iterator[tuple[Doubles, Doubles]]:
    """The segments of a stroke in groups of neighbours: where each starts, and its step to its end, both (s, 2).

    A single point is a segment without length.
    """
    starts, steps = (points[:-1], np.diff(points, axis=0)) if len(points) > 1 else (points, np.zeros((1, 2)))
    way = np.cumsum(np.abs(steps).sum(axis=1))
    cuts = np.flatnonzero(np.diff(way // _PIECE)) + 1
    for first, behind in pairwise((0, *cuts.tolist(), len(starts))):
        yield starts[first:behind], steps[first:behind]


def _around(starts: Doubles, steps: Doubles, reach: float, size: tuple[int, int]) -> tuple[slice, slice]:
    """The rows and the columns of the picture that the pen can reach from segments."""
    ends = starts + steps
    first = np.ceil(np.minimum(starts, ends).min(axis=0) - reach)
    behind = np.floor(np.maximum(starts, ends).max(axis=0) + reach) + 1
    columns, rows = np.clip([first, behind], 0, size).astype(int).T.tolist()
    return slice(*rows), slice(*columns)


def _squared_distances(starts: Doubles, steps: Doubles, rows: slice, columns: slice) -> Doubles:
    """The square of each pixel's distance to the nearest of the segments, (rows, columns)."""
    right, down = steps[:, 0, None], steps[:, 1, None]
    length = right * right + down * down
    length[length == 0] = 1.0
    x = np.arange(columns.start, columns.stop) - starts[:, 0, None]
    y = np.arange(rows.start, rows.stop) - starts[:, 1, None]
    along = (y * down)[:, :, None] + (x * right)[:, None, :]
    share = np.clip(along / length[:, :, None], 0, 1)
    across = x[:, None, :] - share * right[:, :, None]
    upright = y[:, :, None] - share * down[:, :, None]
    return (across * across + upright * upright).min(axis=0)
