"""Numbers composed of single digits, with a hand's variation of size, baseline and spacing."""

from collections.abc import Sequence

import numpy as np

from mnist_core.synthesis.styles import Strokes, in_unit_box
from mnist_core.types import Float32Array

# Gap between the ink of neighbours, as a share of the digits' height: from ... to.
CLEAR_GAP = 0.12, 0.45
TOUCHING_GAP = -0.08, 0.02


def composed(
    digits: Sequence[Sequence[Float32Array]], rng: np.random.Generator, gap: tuple[float, float] = CLEAR_GAP
) -> Strokes:
    """Digits side by side, strokes in the order in which they are written.

    Parameters
    ----------
    digits
        The strokes of each digit.
    gap
        From and to, as a share of the height, between a digit and what was written before it; negative: they overlap.

    Returns
    -------
    float32 (n, 2), about 1 unit high.
    """
    written: Strokes = []
    right = 0.0
    for strokes in digits:
        size = np.exp(rng.normal(0, 0.08))
        unit = [stroke * np.float32(size) for stroke in in_unit_box(strokes)]
        points = np.concatenate(unit)
        place = np.array([right, (1 - np.ptp(points[:, 1])) / 2 + rng.normal(0, 0.04)])
        placed = [(stroke + place).astype(np.float32) for stroke in unit]
        written += placed
        right = float(np.concatenate(placed)[:, 0].max() + rng.uniform(*gap))
    return written
