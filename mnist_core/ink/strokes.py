"""Drawing pen strokes: as they were drawn, and again at a size and pen width of our own."""

from collections.abc import Sequence

import cv2
import numpy as np

from mnist_core.types import Float32Array, UInt8Array

# Share of the digit's longer side that the pen is wide: gives pen strokes the same mean ink as MNIST's images (0.131).
PEN_SHARE = 0.115

_FRACTION_BITS = 4
# No mark is smaller, in pixels: else the scale of a dot of a pen without any width has no end.
SMALLEST_MARK = 1e-6


def draw_strokes(strokes: Sequence[Float32Array], pen_width: float, size: tuple[int, int]) -> UInt8Array:
    """Draw strokes with a round pen.

    Parameters
    ----------
    strokes
        Arrays (n, 2) of x and y in pixels.
    pen_width
        Pixels.
    size
        Width and height of the picture.

    Returns
    -------
    uint8 (height, width), ink 255 on background 0.
    """
    image = np.zeros((size[1], size[0]), np.uint8)
    scale = 1 << _FRACTION_BITS
    fixed = [np.rint(stroke * scale).astype(np.int32) for stroke in strokes]
    lines = [points for points in fixed if len(points) > 1]
    thickness = max(1, round(pen_width))
    cv2.polylines(image, lines, False, 255, thickness, cv2.LINE_AA, _FRACTION_BITS)
    for points in fixed:
        if len(points) == 1:
            x, y = points[0].tolist()
            cv2.circle(image, (x, y), round(pen_width * scale / 2), 255, cv2.FILLED, cv2.LINE_AA, _FRACTION_BITS)
    return image


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


def fitted_strokes(strokes: Sequence[Float32Array], pen_width: float, side: int, pen_share: float) -> UInt8Array:
    """Draw strokes again so that the ink's longer side is `side` pixels and the pen `pen_share` of that.

    The drawing's own place, size and pen no longer matter, with one exception: a mark smaller than a quarter of its pen
    stays small, so that a dot does not become a digit.

    Returns
    -------
    uint8 (h, w) cropped to the ink, the longer side `side`.
    """
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    extent = points.max(axis=0) - low
    pen = side * pen_share
    scale = (side - pen) / max(float(extent.max()), pen_width / 4, SMALLEST_MARK)
    width, height = (max(1, round(float(each) * scale + pen)) for each in extent)
    placed = [(stroke - low) * np.float32(scale) + np.float32((pen - 1) / 2) for stroke in strokes]
    return draw_strokes(placed, pen, (width, height))
