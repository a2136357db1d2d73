"""What coarse tablets make of any digit: stair steps, few points, corners for curves, shaky and stray points."""

from itertools import pairwise

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.synthesis.styles.lines import direction, evenly, extent, length, stroke
from mnist_core.synthesis.styles.style import Strokes, Style
from mnist_core.types import Float32Array

ANY_DIGIT = tuple(range(10))


def stair_steps(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Points on a coarse grid, joined as they are or by steps."""
    cell = max(*extent(strokes), 0.1) / rng.uniform(6.5, 16)
    phase, square = rng.uniform(0, cell, 2), rng.random() < 0.5

    def stepped(line: Float32Array) -> Float32Array:
        snapped = np.rint((evenly(line, 0.012) - phase) / cell) * cell + phase
        moved = np.concatenate([[True], np.abs(np.diff(snapped, axis=0)).max(axis=1) > cell / 2])
        corners = snapped[moved]
        if square and len(corners) > 1:
            between = np.stack([corners[1:, 0], corners[:-1, 1]], axis=1)
            corners = np.concatenate([np.stack([corners[:-1], between], axis=1).reshape(-1, 2), corners[-1:]])
        return corners.astype(np.float32)

    return [stepped(each) for each in strokes]


def few_points(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Few points, joined by straight lines: corners where there were curves."""
    step = rng.uniform(0.08, 0.28)
    return [evenly(each, min(step, max(length(each) / 3, 0.02))) for each in strokes]


def lost_points(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Points that have got lost in places: straight lines there."""
    kept = rng.uniform(0.15, 0.5)

    def thinned(line: Float32Array) -> Float32Array:
        fine = evenly(line, 0.04)
        stays = rng.random(len(fine)) < kept
        stays[[0, -1]] = True
        for before, after in pairwise(np.flatnonzero(stays).tolist()):
            stays[range(before, after, 6)] = True
        return fine[stays]

    return [thinned(each) for each in strokes]


def shaky_points(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Points that lie beside where the pen was."""
    step, far = rng.uniform(0.04, 0.12), rng.uniform(0.006, 0.024)
    lines = [evenly(each, step) for each in strokes]
    return [(each + rng.normal(0, far, each.shape)).astype(np.float32) for each in lines]


def stray_point(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A dot or a short tail beside where the pen went down or up."""
    at = int(rng.random() * len(strokes))
    first = rng.random() < 0.5
    line = strokes[at]
    away = direction(rng.uniform(0, 360))
    if rng.random() < 0.5:
        spur = stroke([(line[0] if first else line[-1]) + away * rng.uniform(0.04, 0.13)])
        changed = np.concatenate([spur, line] if first else [line, spur])
        return [*strokes[:at], changed, *strokes[at + 1 :]]
    dot = (line[0] if first else line[-1]) + away * rng.uniform(0.08, 0.17)
    tick = [dot, dot + direction(rng.uniform(0, 360)) * rng.uniform(0.01, 0.05)]
    return [*strokes, stroke(tick if rng.random() < 0.5 else [dot])]


STYLES = (
    Style(N_("stair steps"), ANY_DIGIT, stair_steps, weight=1.5),
    Style(N_("few points"), ANY_DIGIT, few_points, weight=1.5),
    Style(N_("lost points"), ANY_DIGIT, lost_points, weight=0.5),
    Style(N_("shaky points"), ANY_DIGIT, shaky_points),
    Style(N_("stray point"), ANY_DIGIT, stray_point),
)
