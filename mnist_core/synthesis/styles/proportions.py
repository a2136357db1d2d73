"""Digits that are very wide, very narrow or lie far over. A one has no width of its own and is left out."""

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.synthesis.styles.lines import extent
from mnist_core.synthesis.styles.style import Strokes, Style


def wide(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A digit half as wide again as high, more or less."""
    return _stretched(strokes, rng.uniform(1.0, 1.65))


def narrow(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A digit three times as high as wide, more or less."""
    return _stretched(strokes, rng.uniform(0.28, 0.45))


def lying(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A digit that lies far over, mostly to the right."""
    slant = rng.uniform(0.3, 0.7) if rng.random() < 0.75 else -rng.uniform(0.25, 0.5)
    matrix = np.array([[1, 0], [-slant, 1]], np.float32)
    return [stroke @ matrix for stroke in strokes]


def _stretched(strokes: Strokes, shape: float) -> Strokes:
    """Strokes made so many times as wide as high."""
    width, height = extent(strokes)
    scale = np.array([shape * max(height, 0.05) / max(width, 0.05), 1], np.float32)
    return [stroke * scale for stroke in strokes]


STYLES = (
    Style(N_("very wide"), (0, 2, 3, 4, 5, 6, 7, 8, 9), wide),
    Style(N_("very narrow"), (0, 2, 3, 4, 5, 6, 8, 9), narrow),
    Style(N_("strong slant"), (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), lying),
)
