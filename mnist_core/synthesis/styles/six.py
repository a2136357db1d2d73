"""Sixes: with loops that cross the stem, tiny or open ones, straight stems, in pieces."""

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.synthesis.styles.lines import bowed, curve, longest, moved
from mnist_core.synthesis.styles.rings import left_open, tiny_loop
from mnist_core.synthesis.styles.style import Strokes, Style
from mnist_core.types import Float32Array

# A stem that goes up by more on its way down is none.
CLIMB = 0.08


def crossing(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A six whose loop crosses its own stem and leaves on the far side."""
    stem = _stem(strokes)
    loop, level = _loop(stem, rng)
    x = float(np.interp(level, stem[:, 1], stem[:, 0]))
    tip = np.array([x - rng.uniform(0.06, 0.3), level + rng.normal(0.02, 0.09)])
    line = curve([*loop, (x, level), tip])
    return [np.concatenate([stem, line[1:]])]


def straight(_strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A six with a straight stem."""
    foot = np.array([0, rng.uniform(0.75, 0.9)])
    stem = bowed((rng.uniform(-0.02, 0.45), 0), foot, rng.normal(0.04, 0.04))
    width, up = rng.uniform(0.3, 0.55), rng.uniform(0.3, 0.5)
    bottom = 1.0
    loop = curve(
        [
            foot,
            (width * 0.4, bottom),
            (width, bottom - up * 0.5),
            (width * 0.5, bottom - up),
            (rng.uniform(0, 0.12), bottom - up * rng.uniform(0.5, 0.8)),
        ]
    )
    return [np.concatenate([stem, loop[1:]])]


def in_pieces(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A six whose loop is a stroke of its own and does not quite reach the stem."""
    stem = _stem(strokes)
    loop, level = _loop(stem, rng)
    x = float(np.interp(level, stem[:, 1], stem[:, 0]))
    gap = rng.uniform(-0.05, 0.1)
    start = moved(loop[0], rng.uniform(-0.03, 0.1), rng.uniform(-0.06, 0.05))
    return [stem, curve([start, *loop[1:], (x + gap, level)])]


def _stem(strokes: Strokes) -> Float32Array:
    """A six from its top to its lowest point; one drawn anew where the pen went round the other way."""
    line = longest(strokes)
    line = line if line[0, 1] <= line[-1, 1] else line[::-1]
    top = int(line[:, 1].argmin())
    stem = line[top : top + int(line[top:, 1].argmax()) + 1]
    climbs = np.maximum.accumulate(stem[:, 1]) - stem[:, 1]
    return stem if len(stem) > 2 and climbs.max() < CLIMB else curve([(0.35, 0), (0.05, 0.5), (0.2, 1)])


def _loop(stem: Float32Array, rng: np.random.Generator) -> tuple[list[np.ndarray], float]:
    """Points that a loop goes through, from the stem's foot up to near the stem again, and the height of that."""
    foot = stem[-1].astype(float)
    width, up = rng.uniform(0.22, 0.5), rng.uniform(0.25, 0.52)
    points = [
        foot,
        moved(foot, width, -up * rng.uniform(0.3, 0.55)),
        moved(foot, width * rng.uniform(0.35, 0.6), -up),
    ]
    return points, float(foot[1] - up * rng.uniform(0.5, 1.0))


STYLES = (
    Style(N_("six with a tiny loop"), (6,), tiny_loop),
    Style(N_("six left open"), (6,), left_open),
    Style(N_("six whose loop crosses its stem"), (6,), crossing, weight=1.5),
    Style(N_("six with a straight stem"), (6,), straight),
    Style(N_("six in pieces"), (6,), in_pieces),
)
