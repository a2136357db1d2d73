"""Fours: open, closed, in one stroke, like lightning, with bars of any length, in pieces."""

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.synthesis.styles.lines import bowed, last_above, rounded, stroke
from mnist_core.synthesis.styles.style import Strokes, Style
from mnist_core.types import Float32Array


def open_four(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A four whose top is wide open."""
    if len(strokes) != 2:
        return strokes
    first, stem = _bowl_and_stem(strokes)
    corner = max(int(first[:, 0].argmin()), 1)
    start = stem[0] - np.array([rng.uniform(0.25, 0.5), 0])
    weight = np.clip(1 - np.arange(len(first)) / corner, 0, 1)[:, None]
    return [(first + weight * (start - first[0])).astype(np.float32), stem]


def closed_four(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A four whose top is closed, like a printed one: a slant from the stem's top, a bar across the stem."""
    if len(strokes) != 2:
        return strokes
    first, stem = _bowl_and_stem(strokes)
    left, level = float(first[:, 0].min()), float(stem[:, 1].max()) - rng.uniform(0.2, 0.4)
    level = max(level, float(stem[0, 1]) + 0.25)
    x = float(stem[last_above(stem, level), 0])
    left = min(left, x - 0.25)
    return [stroke([stem[0], (left, level), (x + rng.uniform(0.1, 0.3), level + rng.normal(0, 0.03))]), stem]


def in_one_stroke(_strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A four without lifting the pen: down, along the bar, up to the stem's top and down; or the bar first."""
    level = rng.uniform(0.5, 0.72)
    left, roundness = (0.0, level), rng.uniform(0, 0.3)
    if rng.random() < 0.5:
        right = rng.uniform(0.45, 0.8)
        top = right - rng.uniform(0.02, 0.22), rng.uniform(0, 0.3)
        corners = [
            (rng.uniform(0.08, 0.4) * right, rng.uniform(0, 0.12)),
            left,
            (right, level + rng.normal(0, 0.05)),
            top,
            (top[0] + rng.normal(-0.03, 0.06), 1),
        ]
        return [rounded(corners, roundness)]
    top = rng.uniform(0.3, 0.55), 0.0
    right = top[0] + rng.uniform(0.08, 0.35)
    return [
        rounded([(right, level + rng.normal(0, 0.05)), left, top, (top[0] + rng.normal(-0.02, 0.06), 1)], roundness)
    ]


def lightning(_strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A four like lightning: down, to the right and down again; nothing crosses."""
    left, level = rng.uniform(0, 0.08), rng.uniform(0.46, 0.64)
    right = left + rng.uniform(0.3, 0.55)
    corners = [
        (left + rng.uniform(0.05, 0.28), 0),
        (left, level),
        (right, level + rng.normal(-0.03, 0.05)),
        (right - rng.uniform(-0.03, 0.16), 1),
    ]
    return [rounded(corners, rng.uniform(0, 0.25))]


def any_bar(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A four whose bar ends at its stem or goes far beyond it, high or low."""
    if len(strokes) != 2:
        return in_one_stroke(strokes, rng)
    first, stem = _bowl_and_stem(strokes)
    top, foot = float(stem[:, 1].min()), float(stem[:, 1].max())
    corner = first[int((first[:, 1] - first[:, 0]).argmax())]
    level = float(np.clip(corner[1] + rng.uniform(-0.12, 0.12), top + 0.2, max(foot - 0.22, top + 0.2)))
    x = float(stem[last_above(stem, level), 0])
    corner = np.array([min(corner[0], x - 0.2), level])
    end = x + rng.uniform(-0.02, 0.06) if rng.random() < 0.4 else x + rng.uniform(0.2, 0.5)
    slant = bowed((min(first[0, 0], x - 0.06), first[0, 1]), corner, rng.normal(0, 0.06))
    return [np.concatenate([slant, bowed(corner, (end, level + rng.normal(0, 0.06)), rng.normal(0, 0.04))]), stem]


def apart(_strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A four whose strokes stay apart: the stem stands beside the bar, or all three are strokes of their own."""
    level, right = rng.uniform(0.48, 0.68), rng.uniform(0.4, 0.55)
    top = rng.uniform(0.1, 0.35), rng.uniform(0, 0.1)
    slant = bowed(top, (0, level), rng.normal(0, 0.06))
    start = np.array([rng.uniform(-0.04, 0.06), level + rng.uniform(-0.06, 0.08)])
    bar = bowed(start, (right, level + rng.normal(0, 0.05)), rng.normal(0, 0.04))
    x = right + rng.uniform(0.06, 0.16)
    stem_top, foot = rng.uniform(0.0, 0.35), level + rng.uniform(0.32, 0.5)
    stem = bowed((x, stem_top), (x + rng.normal(-0.04, 0.06), foot), rng.normal(0, 0.03))
    return [slant, bar, stem] if rng.random() < 0.35 else [np.concatenate([slant, bar]), stem]


def _bowl_and_stem(strokes: Strokes) -> tuple[Float32Array, Float32Array]:
    """A four's two strokes: the one that reaches farther to the left, and the other."""
    first, second = strokes
    return (first, second) if first[:, 0].min() <= second[:, 0].min() else (second, first)


STYLES = (
    Style(N_("open four"), (4,), open_four),
    Style(N_("closed four"), (4,), closed_four),
    Style(N_("four in one stroke"), (4,), in_one_stroke),
    Style(N_("four like lightning"), (4,), lightning),
    Style(N_("four with a bar of any length"), (4,), any_bar),
    Style(N_("four in pieces"), (4,), apart),
)
