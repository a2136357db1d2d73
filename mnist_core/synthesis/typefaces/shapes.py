"""The ink of a printed digit or letter: filled outlines, seven segments, the even line of a plotter."""

from collections.abc import Sequence

import cv2
import numpy as np

from mnist_core.synthesis.canvas import painted
from mnist_core.synthesis.letters import strokes_of
from mnist_core.types import Float32Array, UInt8Array

# Pixels of the longer side of ink, and of the empty rim around it.
SIDE, RIM = 128, 8

_FRACTION_BITS = 4

# Which of the seven segments of a display are lit: a top, b upper right, c lower right, d bottom, e lower left, f upper
# left, g middle; and the other ways to show a digit.
SEGMENTS = (
    ("abcdef",),
    ("bc",),
    ("abdeg",),
    ("abcdg",),
    ("bcfg",),
    ("acdfg",),
    ("acdefg", "acdefg", "cdefg"),
    ("abc", "abc", "abcf"),
    ("abcdefg",),
    ("abcdfg", "abcdfg", "abcfg"),
)
# From where to where each runs, in half heights of the display from its upper left corner: x in 0 and 1, y in 0 to 2.
_ENDS = {
    "a": ((0, 0), (1, 0)),
    "b": ((1, 0), (1, 1)),
    "c": ((1, 1), (1, 2)),
    "d": ((0, 2), (1, 2)),
    "e": ((0, 1), (0, 2)),
    "f": ((0, 0), (0, 1)),
    "g": ((0, 1), (1, 1)),
}

# Digits as a plotter or an engraver draws them, as in `letters.FORMS`.
LINES = (
    (
        "~2,0 0.3,1.5 0.3,4.5 2,6 3.7,4.5 3.7,1.5 2,0",
        "1,0 3,0 4,1 4,5 3,6 1,6 0,5 0,1 1,0",
        "~2,0 0.3,1.5 0.3,4.5 2,6 3.7,4.5 3.7,1.5 2,0 | 3.6,0.8 0.4,5.2",
    ),
    ("0.6,1.4 2,0 2,6", "2,0 2,6", "0.6,1.2 2,0 2,6 | 0.6,6 3.4,6"),
    ("~0.3,1.5 1,0.3 2.4,0 3.7,1.5 2.8,3.3 0.2,6 | 0.2,6 4,6", "0,1 1,0 3,0 4,1 4,2 0,6 4,6"),
    (
        "~0.4,0.9 2,0 3.5,1.4 2,2.8 1.2,2.8 | ~1.2,2.8 2,2.8 3.8,4.4 2,6 0.2,5",
        "0,0 4,0 2,2.4 3,2.4 4,3.4 4,5 3,6 1,6 0,5",
        "0,1 1,0 3,0 4,1 4,2 3,3 1.6,3 | 3,3 4,4 4,5 3,6 1,6 0,5",
    ),
    ("3,6 3,0 0,4.2 4,4.2", "0.8,0 0,3.6 4,3.6 | 3,1.4 3,6"),
    ("3.6,0 0.6,0 0.4,2.7 | ~0.4,2.7 2,2.1 3.7,4 2,6 0.2,5.2", "4,0 0,0 0,2.4 3,2.4 4,3.4 4,5 3,6 1,6 0,5"),
    (
        "~3,0.4 1.6,0.6 0.5,2 0.3,4.2 2,6 3.6,4.4 2,2.7 0.9,3.2 0.3,4.2",
        "3,0 1,2 0,3.6 0,5 1,6 3,6 4,5 4,3.8 3,2.8 1,2.8 0,3.6",
    ),
    ("0,0 4,0 1.4,6", "0,0 4,0 4,1 1.6,6", "0,0 4,0 1.4,6 | 1.2,3 3.4,3"),
    (
        "~2,0 0.5,1.3 2,2.7 3.8,4.4 2,6 0.2,4.4 2,2.7 3.5,1.3 2,0",
        "1,0 3,0 4,1 4,2 3,2.8 1,2.8 0,2 0,1 1,0 | 1,2.8 0,3.8 0,5 1,6 3,6 4,5 4,3.8 3,2.8",
    ),
    (
        "~1,5.6 2.4,5.4 3.5,4 3.7,1.8 2,0 0.4,1.6 2,3.3 3.1,2.8 3.7,1.8",
        "1,6 3,4 4,2.4 4,1 3,0 1,0 0,1 0,2.2 1,3.2 3,3.2 4,2.4",
    ),
)


def filled(polygons: Sequence[Float32Array], matrix: np.ndarray) -> UInt8Array:
    """Closed polygons filled with ink, turned and stretched by a matrix first.

    What runs the opposite way is taken out of the ink; what runs the same way is added to it.

    Returns
    -------
    uint8 (h, w), ink 255 on 0: the ink's longer side is `SIDE`, with `RIM` around it.
    """
    turned = [polygon @ matrix.T for polygon in polygons]
    low, high = (reach(np.concatenate(turned), axis=0) for reach in (np.min, np.max))
    scale = SIDE / max(float((high - low).max()), 1e-6)
    width, height = (np.ceil((high - low) * scale).astype(int) + 2 * RIM).tolist()
    ink = np.zeros((height, width), np.int32)
    for polygon in turned:
        points = (polygon - low) * scale + RIM
        around = float(points[:, 0] @ np.roll(points[:, 1], -1) - points[:, 1] @ np.roll(points[:, 0], -1))
        part = np.zeros((height, width), np.uint8)
        fixed = np.rint(points * (1 << _FRACTION_BITS)).astype(np.int32)
        cv2.fillPoly(part, [fixed], 255, cv2.LINE_AA, _FRACTION_BITS)
        ink += part if around > 0 else -part.astype(np.int32)
    return np.minimum(np.abs(ink), 255).astype(np.uint8)


def segments(digit: int, rng: np.random.Generator) -> list[Float32Array]:
    """The lit segments of a display, as polygons: thick or thin, pointed or blunt, near each other or apart."""
    lit = SEGMENTS[digit][rng.integers(len(SEGMENTS[digit]))]
    width, half, gap = rng.uniform(0.7, 1.2), rng.uniform(0.06, 0.19), rng.uniform(0, 0.07)
    blunt = float(rng.choice([0.0, 0.5, 1.0]))
    ends = [np.array(_ENDS[each]) * (width, 1) for each in lit]
    return [_segment(start, end, half, gap, blunt) for start, end in ends]


def _segment(start: np.ndarray, end: np.ndarray, half: float, gap: float, blunt: float) -> Float32Array:
    """A bar from one point to another, twice `half` thick, its ends `gap` from them: pointed at 0, square at 1."""
    along = (end - start) / np.hypot(*(end - start))
    across = np.array([-along[1], along[0]]) * half
    first, last = start + along * gap, end - along * gap
    shoulder = along * half * (1 - blunt)
    corners = [first, first + shoulder + across, last - shoulder + across, last, last - shoulder - across]
    return np.array([*corners, first + shoulder - across], np.float32)


def lined(digit: int, matrix: np.ndarray, rng: np.random.Generator) -> UInt8Array:
    """A digit of even lines, in a picture like those of `filled`."""
    forms = LINES[digit]
    turned = [stroke @ matrix.T for stroke in strokes_of(forms[rng.integers(len(forms))])]
    low, high = (reach(np.concatenate(turned), axis=0) for reach in (np.min, np.max))
    pen = SIDE * float(rng.uniform(0.03, 0.2))
    scale = (SIDE - pen) / float((high - low).max())
    width, height = (np.ceil((high - low) * scale + pen).astype(int) + 2 * RIM).tolist()
    placed = [((stroke - low) * scale + pen / 2 + RIM).astype(np.float32) for stroke in turned]
    return painted(placed, pen, (width, height))
