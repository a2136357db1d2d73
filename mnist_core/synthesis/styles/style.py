"""What a way to write a digit is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.types import Float32Array

Strokes = list[Float32Array]


@dataclass(frozen=True)
class Style:
    """A way to write a digit.

    Attributes
    ----------
    name
        For people.
    digits
        The digits whose strokes it can be made of.
    restroke
        From strokes to strokes.
    label
        What it then shows; None for what it showed before.
    weight
        How often it is taken, beside the others that a digit has.
    """

    name: str
    digits: tuple[int, ...]
    restroke: Callable[[Strokes, np.random.Generator], Strokes]
    label: int | None = None
    weight: float = 1.0


def in_unit_box(strokes: Sequence[Float32Array]) -> Strokes:
    """Strokes moved and scaled so that they begin at (0, 0) and their longer side is 1."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    longer = max(float((points.max(axis=0) - low).max()), 1e-6)
    return [((stroke - low) / longer).astype(np.float32) for stroke in strokes]
