"""Eights: of two circles, of two arcs, begun anywhere, closed by a straight line."""

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.synthesis.styles.lines import curve, either_side, extent, moved, part
from mnist_core.synthesis.styles.rings import left_open
from mnist_core.synthesis.styles.style import Strokes, Style
from mnist_core.types import Float32Array

# Nothing is taken for flatter: what is divided by it would have no end.
FLAT = 0.05


def two_circles(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """An eight of two rings, made out of a zero twice."""
    width, height = (max(side, FLAT) for side in extent(strokes))
    upper, lower = rng.uniform(0.38, 0.52), rng.uniform(0.45, 0.6)
    overlap, aside = rng.uniform(-0.02, 0.06), rng.normal(0, 0.04)
    squash = rng.uniform(0.7, 1.0) / max(width, 0.3) * 0.9
    middle = np.array([width / 2, 0])
    top = [(stroke - middle) * (squash * upper, upper / height) for stroke in strokes]
    bottom = [(stroke - middle) * (squash * lower, lower / height) + (aside, upper - overlap) for stroke in strokes]
    return [part.astype(np.float32) for part in (*top, *bottom)]


def begun_anywhere(_strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """An eight that begins anywhere, and stops before or after it is closed."""
    line = _figure(rng)[:-1]
    line = np.roll(line, -int(rng.random() * len(line)), axis=0)
    again = np.concatenate([line, line])
    span = 1 + rng.uniform(-0.09, 0.12)
    drawn = again[: max(round(span * len(line)), 8)]
    late = np.linspace(-1, 1, len(drawn)).clip(0)[:, None] ** 3
    return [(drawn + late * rng.normal(0, 0.05, 2)).astype(np.float32)]


def open_arcs(_strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """An eight of two arcs that cross or touch at the waist and leave gaps at the top and the bottom."""
    line = _figure(rng)
    half = len(line) // 2
    halves = [line[: half + 1], line[half:][::-1]]
    # As often as not they bulge to one side each and meet at the waist.
    if rng.random() < 0.45:
        sides = [
            np.stack([side * np.abs(each[:, 0]), each[:, 1]], axis=1)
            for side, each in zip((1, -1), halves, strict=True)
        ]
        halves = [moved(each, side * rng.uniform(-0.03, 0.05), 0) for side, each in zip((1, -1), sides, strict=True)]
    move = rng.normal(0, 0.03, 2)
    first, second = (part(each.astype(np.float32), rng.uniform(0, 0.09), 1 - rng.uniform(0, 0.09)) for each in halves)
    return [first, (second + move).astype(np.float32)]


def closed_by_a_line(_strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """An eight that is an S, and a line back up to its beginning, straight or bowed."""
    width = rng.uniform(0.4, 0.7)
    start = np.array([width * rng.uniform(0.8, 1.05), rng.uniform(0.06, 0.2)])
    turn = np.array([width * rng.uniform(-0.05, 0.12), rng.uniform(0.76, 0.92)])
    s = curve(
        [
            start,
            (width * rng.uniform(0.4, 0.6), 0),
            (width * rng.uniform(0.0, 0.15), rng.uniform(0.16, 0.28)),
            (width * 0.5, rng.uniform(0.42, 0.52)),
            (width * rng.uniform(0.85, 1.05), rng.uniform(0.68, 0.82)),
            (width * rng.uniform(0.4, 0.6), 1),
            turn,
        ]
    )
    back = start + rng.normal(0, 0.05, 2)
    line = curve([turn, (turn + back) / 2 + rng.normal(0, 0.03, 2), back])
    return [np.concatenate([s, line[1:]])]


def _figure(rng: np.random.Generator) -> Float32Array:
    """A closed eight that crosses itself at the waist, from the top; Gerono's lemniscate with two sizes of loop."""
    at = np.linspace(0, 2 * np.pi, 65)
    depth = (1 - np.cos(at)) / 2
    upper = rng.uniform(0.17, 0.32)
    width = np.where(depth < 0.5, upper, upper * rng.uniform(0.9, 1.5))
    waist = np.log(rng.uniform(0.38, 0.52)) / np.log(0.5)
    return np.stack([np.sin(2 * at) * width * either_side(rng), depth**waist], axis=1).astype(np.float32)


STYLES = (
    Style(N_("eight of two circles"), (0,), two_circles, label=8),
    Style(N_("eight left open"), (8,), left_open),
    Style(N_("eight begun anywhere"), (8,), begun_anywhere),
    Style(N_("eight of two arcs"), (8,), open_arcs),
    Style(N_("eight closed by a line"), (8,), closed_by_a_line),
)
