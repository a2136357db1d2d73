"""The lines that MNIST-C draws over digits: dotted ones and zigzags."""

import functools
import itertools

import numpy as np

from mnist_core.robustness.pixels import Float64Array, rotation
from mnist_core.types import IMAGE_SIDE, frozen

LINE_REACH, DASH = 2.3, 2
ZIGZAG_COLUMNS, ZIGZAG_STEP, ZIGZAG_SLOPES = (2, 25), 2.0, range(-5, 5)
# A line begins and ends in one of these rows.
ROWS = range(IMAGE_SIDE - 1)


@functools.cache
def dotted_lines() -> Float64Array:
    """All dotted lines, (27, 27, 28, 28): by the row in which each begins and the one in which it ends."""
    end = IMAGE_SIDE - 1
    lines = np.array([[_line((0, first), (end, last)) for last in ROWS] for first in ROWS])
    is_gap = np.arange(IMAGE_SIDE) // DASH % 2 == 0
    return frozen(np.where(is_gap, 0, lines))


@functools.cache
def zigzags() -> Float64Array:
    """All zigzags, (27, 10, 28, 28): by the row in which each begins and how many rows it climbs."""
    return frozen(np.array([[_zigzag(row, slope) for slope in ZIGZAG_SLOPES] for row in ROWS]))


def _zigzag(row: int, climb: int) -> Float64Array:
    """The ink of one zigzag around a straight line."""
    first, last = ZIGZAG_COLUMNS
    length = float(np.hypot(last - first, climb))
    turns = np.arange(ZIGZAG_STEP, length, 2 * ZIGZAG_STEP)
    heights = ZIGZAG_STEP * (-1.0) ** np.arange(len(turns))
    # It does not end on the straight line: the last height is divided by twice the rest of a whole wave, as published.
    end = heights[-1] / (2 * (length % (2 * ZIGZAG_STEP)))
    along = np.array([[0, *turns, length], [0, *heights, end]])
    columns, rows = rotation(np.arctan2(climb, last - first)) @ along + [[first], [row]]
    corners = list(zip(columns, rows, strict=True))
    ink = sum(_line(start, end) for start, end in itertools.pairwise(corners))
    return np.clip(ink, 0, 1)


def _line(start: tuple[float, float], end: tuple[float, float]) -> Float64Array:
    """The ink of a line from one (x, y) to another: full on it, and fading above and below it."""
    columns, rows = np.arange(IMAGE_SIDE), np.arange(IMAGE_SIDE)[:, None]
    height = start[1] + (end[1] - start[1]) / (end[0] - start[0]) * (columns - start[0])
    distance = np.minimum(np.abs(rows - height) / LINE_REACH, 1 - 1e-9)
    is_within = (columns >= np.floor(start[0])) & (columns < np.ceil(end[0]))
    return np.where(is_within, np.clip(1 + np.log1p(-distance), 0, 1), 0)
