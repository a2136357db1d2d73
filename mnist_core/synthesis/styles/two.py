"""Twos: with a loop at the lower left, or a sharp corner."""

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.synthesis.styles.lines import bowed, curve, extent, longest, moved
from mnist_core.synthesis.styles.style import Strokes, Style
from mnist_core.types import Float32Array


def looped(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A two with a loop at its lower left and a base that waves."""
    neck = _neck(strokes)
    corner = neck[-1]
    left, up = rng.uniform(0.06, 0.18), rng.uniform(0.07, 0.22)
    base, rise = rng.uniform(0.4, 0.8), rng.normal(0, 0.07)
    loop = curve(
        [
            corner,
            moved(corner, -left, -up * 0.5),
            moved(corner, -left * 0.2, -up),
            moved(corner, left * 0.9, -up * rng.uniform(0.3, 0.6)),
            moved(corner, base * 0.65, rise * 0.5 + rng.uniform(-0.03, 0.06)),
            moved(corner, base, rise),
        ]
    )
    return [np.concatenate([neck, loop[1:]])]


def angular(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A two with a sharp corner and a straight or bowed base of any length."""
    neck = _neck(strokes)
    base = max(extent([neck])[0], 0.4) * rng.uniform(0.75, 1.3)
    tip = moved(neck[-1], base, rng.normal(0, 0.07))
    return [np.concatenate([neck, bowed(neck[-1], tip, rng.normal(0, 0.07))])]


def in_two(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A two whose base is a stroke of its own, not always where it should be."""
    neck = _neck(strokes)
    start = moved(neck[-1], rng.uniform(-0.15, 0.14), rng.uniform(-0.04, 0.12))
    tip = moved(start, rng.uniform(0.4, 0.8), rng.normal(0, 0.08))
    return [neck, bowed(start, tip, rng.normal(0, 0.05))]


def _neck(strokes: Strokes) -> Float32Array:
    """A two from its beginning to its lower left corner."""
    line = longest(strokes)
    later = len(line) // 4
    return line[: later + int((line[later:, 1] - line[later:, 0]).argmax()) + 1]


STYLES = (
    Style(N_("two with a loop"), (2,), looped),
    Style(N_("two with a sharp corner"), (2,), angular),
    Style(N_("two in two strokes"), (2,), in_two, weight=0.5),
)
