"""Strokes as pixels: how much of each pixel the pen covers. docs/build/rendering.md writes it down as mathematics.

Everything here is the arithmetic of 64-bit numbers that IEEE 754 rounds alike everywhere (sums, products, quotients,
square roots), so that the same strokes give the same pixels in another language.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from mnist_core.types import Float32Array, UInt8Array

Doubles = npt.NDArray[np.float64]
Window = tuple[slice, slice]

# A stroke is looked at in pieces about so many pixels long, or of so many segments where these are longer, each with
# the pixels around it alone. How long they are changes how long drawing takes, and nothing else.
_PIECE, _LEAST = 32.0, 6


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
    squares = far(size)
    for stroke in strokes:
        lower(squares, stroke, pen_width)
    return shades(squares, pen_width)


def far(size: tuple[int, int]) -> Doubles:
    """The squared distance of each pixel of a picture from no stroke at all, (height, width)."""
    return np.full((size[1], size[0]), np.inf)


def lower(squares: Doubles, stroke: Float32Array | Doubles, pen_width: float) -> Doubles:
    """Lower the squared distances of pixels from strokes to those from another one, where its pen reaches them.

    Where the pen covers all already they may stay as they are: `shades` makes the same of them.
    """
    reach, most = pen_width / 2 + 0.5, min(1.0, pen_width)
    for starts, steps, window in _pieces(np.asarray(stroke, np.float64), reach, squares.shape[::-1]):
        part = squares[window]
        # Where all is covered already, another line adds nothing: a scribble is mostly that.
        if part.size and part.max() > (reach - most) ** 2:
            np.minimum(part, _squared_distances(starts, steps, *window), out=part)
    return squares


def shades(squares: Doubles, pen_width: float) -> UInt8Array:
    """The ink of a pen at these squared distances from its way: uint8, ink 255 on background 0."""
    share = np.clip(pen_width / 2 + 0.5 - np.sqrt(squares), 0, min(1.0, pen_width))
    return np.floor(255 * share + 0.5).astype(np.uint8)


def _pieces(points: Doubles, reach: float, size: tuple[int, int]) -> Iterator[tuple[Doubles, Doubles, Window]]:
    """The segments of a stroke in groups of neighbours.

    Yields
    ------
    Where each segment starts, and its step to its end, both (s, 2), and the rows and columns that the pen can reach
    from there. A single point is a segment without length.
    """
    starts, steps = (points[:-1], np.diff(points, axis=0)) if len(points) > 1 else (points, np.zeros((1, 2)))
    way = np.cumsum(np.abs(steps).sum(axis=1))
    piece = np.minimum(way / _PIECE, np.arange(len(starts)) / _LEAST) // 1
    firsts = np.concatenate([[0], np.flatnonzero(np.diff(piece)) + 1])
    ends = starts + steps
    low = np.ceil(np.minimum.reduceat(np.minimum(starts, ends), firsts) - reach)
    high = np.floor(np.maximum.reduceat(np.maximum(starts, ends), firsts) + reach) + 1
    windows = np.clip([low, high], 0, size).astype(int).transpose(1, 2, 0).tolist()
    for first, behind, (columns, rows) in zip(firsts, [*firsts[1:], len(starts)], windows, strict=True):
        yield starts[first:behind], steps[first:behind], (slice(*rows), slice(*columns))


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
