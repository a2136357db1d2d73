"""What a hand does to any digit: flicks where it lifts the pen, lead-ins, gaps, tremor, a stroke that is too long."""

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.synthesis.styles.lines import (
    bowed,
    curve,
    either_side,
    evenly,
    extent,
    heading,
    length,
    part,
    rotated,
    share_of,
)
from mnist_core.synthesis.styles.rings import overshot
from mnist_core.synthesis.styles.style import Strokes, Style
from mnist_core.types import Float32Array

ANY_DIGIT = tuple(range(10))
# A flick comes no nearer to other ink: it would close what is open.
CLEAR = 0.13
# Shorter strokes are bars and dots, which nothing is done to.
LONG = 0.4


def flicked(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A stroke turns back at an acute angle as the pen lifts, mostly the last: straight, bowed or round the bend."""
    at = len(strokes) - 1 if rng.random() < 0.7 else int(rng.random() * len(strokes))
    tail = _flick(strokes, at, rng.uniform(12, 80), share_of(rng, 0.04, 0.35), rng)
    return [np.concatenate([each, tail]) if index == at else each for index, each in enumerate(strokes)]


def led_in(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """The first stroke begins with a short stroke of another direction, or another stroke does."""
    at = 0 if rng.random() < 0.8 else int(rng.random() * len(strokes))
    back = [each[::-1] for each in strokes]
    lead = _flick(back, at, rng.uniform(12, 120), share_of(rng, 0.04, 0.22), rng)
    return [np.concatenate([lead[::-1], each]) if index == at else each for index, each in enumerate(strokes)]


def broken(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A stroke with a gap where the pen has lifted, and what follows a little aside."""
    sizes = np.array([length(each) for each in strokes])
    at = int(sizes.argmax())
    if sizes[at] < LONG:
        return strokes
    gap = rng.uniform(0.1, 0.22) / sizes[at]
    middle = rng.uniform(0.25, 0.75)
    before = part(strokes[at], 0, max(middle - gap / 2, 0.05))
    after = part(strokes[at], min(middle + gap / 2, 0.95), 1) + rng.normal(0, 0.02, 2).astype(np.float32)
    return [*strokes[:at], before, after, *strokes[at + 1 :]]


def trembling(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Every line wavers."""
    wave, far = rng.uniform(0.05, 0.14), rng.uniform(0.01, 0.028)

    def wavering(line: Float32Array) -> Float32Array:
        fine = evenly(line, 0.02)
        along = np.arange(len(fine)) * 0.02 / wave
        knots = rng.normal(0, far, (int(along[-1]) + 2, 2))
        aside = [np.interp(along, np.arange(len(knots)), each) for each in knots.T]
        return (fine + np.stack(aside, axis=1)).astype(np.float32)

    return [wavering(each) for each in strokes]


def _flick(strokes: Strokes, at: int, degrees: float, size: float, rng: np.random.Generator) -> Float32Array:
    """The points that a flick adds to the end of one of the strokes: as long as it may be, clear of what is there."""
    line = strokes[at]
    end, way = line[-1].astype(float), heading(line)
    side = either_side(rng)
    back = rotated(-way, side * degrees)
    size *= max(extent(strokes))
    others = _ink_beyond(strokes, at, 1.2 * size + CLEAR)
    while size > 0.04 and _distance(end + back * size * np.array([[0.6], [1.0]]), others) < CLEAR:
        size *= 0.75
    tip = end + back * size
    if rng.random() < 0.35:
        round_it = end + way * size * rng.uniform(0.1, 0.3) + rotated(-way, side * 90) * size * rng.uniform(0.0, 0.2)
        return curve([end, round_it, tip])[1:]
    return bowed(end, tip, rng.normal(0, 0.14) if rng.random() < 0.6 else 0.0)[1:]


def _ink_beyond(strokes: Strokes, at: int, near: float) -> Float32Array:
    """Points along all strokes, without the last bit of one of them."""
    lines = [evenly(each, 0.03) for each in strokes]
    lines[at] = lines[at][: max(len(lines[at]) - round(near / 0.03), 0)]
    return np.concatenate(lines)


def _distance(points: np.ndarray, others: np.ndarray) -> float:
    """How near any of some points are to any of others."""
    if not len(others):
        return np.inf
    return float(np.hypot(*(points[:, None] - others[None]).transpose(2, 0, 1)).min())


STYLES = (
    Style(N_("flick at the end"), ANY_DIGIT, flicked, weight=7),
    Style(N_("lead-in at the beginning"), ANY_DIGIT, led_in, weight=2.5),
    Style(N_("broken stroke"), ANY_DIGIT, broken, weight=1.5),
    Style(N_("trembling hand"), ANY_DIGIT, trembling),
    Style(N_("last stroke too long"), (0, 2, 3, 5, 6, 8, 9), overshot),
)
