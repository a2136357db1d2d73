"""Fives: with a bar that floats, like an S, with sharp corners."""

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.synthesis.styles.lines import bowed, curve, longest, moved
from mnist_core.synthesis.styles.style import Strokes, Style
from mnist_core.types import Float32Array


def floating(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A five whose top bar is somewhere near where it should be: too far left, right or up, or level with the belly.

    It reaches to the right of the body's beginning, as a three's does not.
    """
    body = _body(strokes)
    if _is_flat(body):
        return like_s(strokes, rng)
    start = moved(body[0], 0, -rng.uniform(-0.04, 0.22))
    right = rng.uniform(0.16, 0.6)
    left = right - rng.uniform(0.2, 0.5) if rng.random() < 0.6 else rng.normal(0.03, 0.05)
    rise = rng.normal(0.03, 0.06)
    bar = bowed(moved(start, min(left, right - 0.15), 0), moved(start, right, -rise), rng.normal(0, 0.06))
    return [body, bar]


def like_s(_strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A five in one sweep, like an S whose top is flat or reaches far."""
    width = rng.uniform(0.45, 0.75)
    top = rng.uniform(0.02, 0.14)
    return [
        curve(
            [
                (width * rng.uniform(0.85, 1.25), top + rng.normal(-0.05, 0.05)),
                (width * rng.uniform(0.4, 0.6), rng.uniform(0, 0.06)),
                (width * rng.uniform(0.08, 0.25), rng.uniform(0.18, 0.32)),
                (width * rng.uniform(0.45, 0.6), rng.uniform(0.42, 0.5)),
                (width, rng.uniform(0.64, 0.78)),
                (width * rng.uniform(0.45, 0.65), 1),
                (width * rng.uniform(-0.15, 0.1), rng.uniform(0.85, 0.97)),
            ]
        )
    ]


def angular(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A five in one stroke with sharp corners: along the bar to the left, down, and round."""
    body = _body(strokes)
    if _is_flat(body):
        return like_s(strokes, rng)
    start = body[0]
    tip = start + np.array([rng.uniform(0.15, 0.6), rng.normal(-0.03, 0.06)])
    return [np.concatenate([bowed(tip, start, rng.normal(0, 0.06)), body])]


def _body(strokes: Strokes) -> Float32Array:
    """A five without its bar: from its upper left corner on."""
    line = longest(strokes)
    first = line[: max(len(line) // 2, 1)]
    return line[int((first.sum(axis=1)).argmin()) :]


def _is_flat(body: Float32Array) -> bool:
    """Whether what was taken for the body is a bar."""
    return bool(np.ptp(body[:, 1]) < 0.5 or np.ptp(body[:, 0]) < 0.15)


STYLES = (
    Style(N_("five whose bar floats"), (5,), floating, weight=2),
    Style(N_("five like an S"), (5,), like_s),
    Style(N_("five with sharp corners"), (5,), angular),
)
