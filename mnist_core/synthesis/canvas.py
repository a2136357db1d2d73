"""Drawings as another program's canvas has them: pictures, in which the strokes are no longer known."""

from collections.abc import Sequence

import cv2
import numpy as np

from mnist_core.types import Float32Array, UInt8Array

_FRACTION_BITS = 4
# OpenCV draws no wider line (pixels).
_WIDEST_LINE = 32_767


def painted(strokes: Sequence[Float32Array], pen_width: float, size: tuple[int, int]) -> UInt8Array:
    """Strokes painted on a canvas by OpenCV with a round pen.

    The app itself draws strokes by `ink.draw_strokes`; this stands for programs whose pictures people bring.

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
    thickness = min(max(1, round(pen_width)), _WIDEST_LINE)
    cv2.polylines(image, lines, False, 255, thickness, cv2.LINE_AA, _FRACTION_BITS)
    for points in fixed:
        if len(points) == 1:
            x, y = points[0].tolist()
            cv2.circle(image, (x, y), round(pen_width * scale / 2), 255, cv2.FILLED, cv2.LINE_AA, _FRACTION_BITS)
    return image
