"""Nines: with tails of any kind, tiny, flat and narrow loops, in pieces."""

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.synthesis.styles.lines import arc, bowed, curve, extent, last_above, longest, moved, stroke
from mnist_core.synthesis.styles.rings import tiny_loop
from mnist_core.synthesis.styles.style import Strokes, Style
from mnist_core.types import Float32Array


def straight_tail(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A nine that ends in a straight stroke."""
    kept, end = _without_tail(strokes)
    if not _is_on_the_right(kept):
        return strokes
    tail = np.array([rng.normal(-0.08, 0.12), rng.uniform(0.45, 0.75)])
    return [np.concatenate([kept, stroke([end + tail])])]


def curled_tail(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A nine whose tail curls to the left, at times up again."""
    kept, end = _without_tail(strokes)
    if not _is_on_the_right(kept):
        return strokes
    radius = rng.uniform(0.15, 0.32), rng.uniform(0.12, 0.25)
    centre = end + np.array([-radius[0], rng.uniform(0.15, 0.4)])
    hook = arc(centre, radius, 0, rng.uniform(110, 190))
    return [np.concatenate([kept, hook])]


def flat_loop(_strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A nine whose loop is flat or narrow, at a tilt, with a tail of any kind."""
    radii = (
        (rng.uniform(0.16, 0.28), rng.uniform(0.085, 0.13))
        if rng.random() < 0.6
        else (rng.uniform(0.085, 0.13), rng.uniform(0.14, 0.24))
    )
    loop = _loop(radii, rng.uniform(-40, 15), rng)
    return [np.concatenate([loop, _tail(loop[-1], rng)[1:]])]


def like_g(_strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A nine like a g: a round loop and a wide hook to the left."""
    loop = _loop((rng.uniform(0.16, 0.26), rng.uniform(0.15, 0.22)), rng.uniform(-20, 20), rng)
    end = loop[-1]
    width, down = rng.uniform(0.3, 0.55), rng.uniform(0.4, 0.65)
    tail = curve(
        [
            end,
            moved(end, rng.normal(0.01, 0.03), down * 0.6),
            moved(end, -width * 0.4, down),
            moved(end, -width, down * rng.uniform(0.7, 0.95)),
        ]
    )
    return [np.concatenate([loop, tail[1:]])]


def in_pieces(_strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A nine whose stem is a stroke of its own, beside the loop or across it."""
    radii = rng.uniform(0.14, 0.25), rng.uniform(0.13, 0.22)
    loop = _loop(radii, rng.uniform(-20, 20), rng)
    start = moved(loop[-1], rng.uniform(0, 0.14), rng.uniform(-radii[1] * 0.7, 0.12))
    return [loop, _tail(start, rng)]


def _loop(radii: tuple[float, float], tilt: float, rng: np.random.Generator) -> Float32Array:
    """A loop that begins at its upper right and goes round to the right, not always closed."""
    return arc(np.array(radii), radii, rng.uniform(-45, 10), rng.uniform(-380, -345), tilt)


def _tail(start: np.ndarray, rng: np.random.Generator) -> Float32Array:
    """A tail down from a point: straight, slanted or bent to the left."""
    foot = start + np.array([rng.normal(-0.1, 0.12), rng.uniform(0.5, 0.85)])
    return bowed(start, foot, rng.uniform(-0.05, 0.16) * (rng.random() < 0.6))


def _without_tail(strokes: Strokes) -> tuple[Float32Array, Float32Array]:
    """A nine's longest stroke up to where it leaves the loop for good, and that point."""
    line = longest(strokes)
    end = last_above(line, 0.42 * extent([line])[1])
    kept = line[: max(end, len(line) // 3) + 1]
    return kept, kept[-1]


def _is_on_the_right(loop: Float32Array) -> bool:
    """Whether a nine's loop ends on its right, as it does where the tail was written last."""
    return bool(loop[-1, 0] > (loop[:, 0].min() + loop[:, 0].max()) / 2)


STYLES = (
    Style(N_("nine with a straight tail"), (9,), straight_tail),
    Style(N_("nine with a curled tail"), (9,), curled_tail),
    Style(N_("nine with a tiny loop"), (9,), tiny_loop),
    Style(N_("nine with a flat loop"), (9,), flat_loop),
    Style(N_("nine like a g"), (9,), like_g),
    Style(N_("nine in pieces"), (9,), in_pieces),
)
