"""What is done to round digits of any kind: left open, closed too far, with a tiny loop."""

import numpy as np

from mnist_core.synthesis.styles.lines import area_below, extent, longest, part, stroke
from mnist_core.synthesis.styles.style import Strokes
from mnist_core.types import Float32Array


def left_open(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A round digit whose ends do not meet."""
    line = longest(strokes)
    cut_start, cut_end = rng.uniform(0, 0.05), rng.uniform(0.02, 0.08)
    return [part(line, cut_start, 1 - cut_end), *(each for each in strokes if each is not line)]


def overshot(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A digit whose last stroke goes on too far, closing what should be open or crossing itself."""
    *others, last = strokes
    if len(last) < 4:
        return strokes
    direction = last[-1] - last[-4]
    length = max(float(np.hypot(*direction)), 1e-6)
    tip = last[-1] + direction / length * rng.uniform(0.05, 0.15)
    return [*others, np.concatenate([last, stroke([tip])])]


def tiny_loop(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A six or nine whose loop is hardly open: the half that holds the loop shrinks around its centre."""
    points = np.concatenate(strokes)
    low, height = points.min(axis=0), max(extent(strokes)[1], 1e-6)
    below = area_below(points)
    half = points[(points[:, 1] > height / 2) == below]
    centre = half.mean(axis=0) if len(half) else points.mean(axis=0)
    least = rng.uniform(0.4, 0.65)

    def shrunk(line: Float32Array) -> Float32Array:
        depth = (line[:, 1] - low[1]) / height
        weight = np.clip((depth if below else 1 - depth) * 2.4 - 0.7, 0, 1)[:, None]
        return (line + (centre - line) * weight * (1 - least)).astype(np.float32)

    return [shrunk(line) for line in strokes]
