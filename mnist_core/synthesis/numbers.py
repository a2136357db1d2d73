"""Numbers composed of single digits, with a hand's variation of size, baseline and spacing."""

from collections.abc import Sequence

import numpy as np

from mnist_core.synthesis.styles import Strokes, in_unit_box
from mnist_core.types import Float32Array

# Shares of the digits' height: empty space between neighbours, and how near the strokes of touching ones come.
CLEAR_GAP = 0.12, 0.45
TOUCHING_GAP = 0.0, 0.05
# Heights at which it is looked whether neighbours meet.
ROWS = 100


def composed(digits: Sequence[Sequence[Float32Array]], rng: np.random.Generator, *, touching: bool = False) -> Strokes:
    """Digits side by side, strokes in the order in which they are written.

    Parameters
    ----------
    digits
        The strokes of each digit.
    touching
        Whether neighbours are so near that a pen of usual width joins them.

    Returns
    -------
    float32 (n, 2), about 1 unit high.
    """
    written: Strokes = []
    for strokes in digits:
        size = np.exp(rng.normal(0, 0.08))
        unit = [stroke * np.float32(size) for stroke in in_unit_box(strokes)]
        height = float(np.ptp(np.concatenate(unit)[:, 1]))
        right = float(np.concatenate(written)[:, 0].max()) if written else 0.0
        place = np.array([right, (1 - height) / 2 + rng.normal(0, 0.04)])
        placed = [(stroke + place).astype(np.float32) for stroke in unit]
        gap = rng.uniform(*(TOUCHING_GAP if touching else CLEAR_GAP))
        move = np.float32(gap - (_space(written, placed) if touching and written else 0.0))
        written += [stroke + np.array([move, 0], np.float32) for stroke in placed]
    return written


def _space(left: Strokes, right: Strokes) -> float:
    """How far strokes can move to the left until they meet the others somewhere."""
    spaces = _profile(right, np.minimum, np.inf) - _profile(left, np.maximum, -np.inf)
    return float(spaces.min()) if np.isfinite(spaces.min()) else 0.0


def _profile(strokes: Strokes, reach: np.ufunc, nothing: float) -> np.ndarray:
    """How far strokes reach to one side at each height."""
    farthest = np.full(ROWS, nothing)
    for stroke in strokes:
        at = np.linspace(0, len(stroke) - 1, 20 * len(stroke))
        x, y = (np.interp(at, np.arange(len(stroke)), each) for each in stroke.T)
        reach.at(farthest, np.clip((y + 0.5) / 2 * ROWS, 0, ROWS - 1).astype(int), x)
    return farthest
