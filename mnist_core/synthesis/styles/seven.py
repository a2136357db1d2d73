"""Sevens: with and without a bar, with a serif, curved, in pieces."""

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.synthesis.styles.lines import bowed, curve, extent, last_above, longest, moved, stroke
from mnist_core.synthesis.styles.style import Strokes, Style


def crossed(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A seven with a bar through its stem."""
    stem = longest(strokes)
    _, height = extent([stem])
    level = rng.uniform(0.42, 0.65) * height
    x = float(stem[last_above(stem, level), 0]) + rng.normal(0, 0.03)
    left, right = rng.uniform(0.12, 0.35, 2)
    rise = rng.normal(0.03, 0.06)
    return [stem, stroke([(x - left, level + rise), (x + right, level - rise)])]


def crossed_anyhow(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A seven with a bar of any length, height and angle, straight or bowed, also one that only touches the stem."""
    stem = longest(strokes)
    level = rng.uniform(0.32, 0.62) * extent([stem])[1]
    x = float(stem[last_above(stem, level), 0])
    left, right = rng.uniform(0.0, 0.5, 2)
    left, right = (max(left, 0.12), right) if left > right else (left, max(right, 0.12))
    slope = np.tan(np.deg2rad(rng.normal(-6, 14)))
    return [stem, bowed((x - left, level - left * slope), (x + right, level + right * slope), rng.normal(0, 0.06))]


def uncrossed(strokes: Strokes, _rng: np.random.Generator) -> Strokes:
    """A seven without its bar."""
    return [longest(strokes)]


def hooked(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A seven that begins with a short stroke down, as in East Asia and much of Europe."""
    stem = longest(strokes)
    start = stem[0]
    low = start + np.array([rng.normal(0, 0.03), rng.uniform(0.08, 0.22)])
    hook = stroke([low, start])
    return [np.concatenate([hook, stem])]


def curved(_strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A seven with a bar that waves or bows, a stem that bends, and at times a serif."""
    width = rng.uniform(0.42, 0.8)
    start, corner = np.array([0, rng.uniform(0.0, 0.12)]), np.array([width, rng.uniform(0, 0.1)])
    wave = rng.normal(0, 0.035, 2)
    bar = curve([start, moved(start, width * 0.33, wave[0] - start[1] * 0.3), (width * 0.7, wave[1] + 0.03), corner])
    foot = np.array([width * rng.uniform(0.05, 0.75), 1])
    parts = [bar, bowed(corner, foot, rng.uniform(-0.08, 0.22))[1:]]
    if rng.random() < 0.5:
        parts.insert(0, stroke([moved(start, rng.normal(-0.01, 0.04), rng.uniform(0.08, 0.2))]))
    return [np.concatenate(parts)]


def in_pieces(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A seven whose bar and stem are strokes of their own, with a gap or overlapping."""
    line = longest(strokes)
    corner = int((line[:, 0] - line[:, 1]).argmax())
    if not 1 <= corner < len(line) - 2 or np.ptp(line[: corner + 1, 0]) < 0.25:
        return [line]
    bar, stem = line[: corner + 1], line[corner:]
    move = np.array([rng.uniform(-0.07, 0.08), rng.uniform(-0.04, 0.15)], np.float32)
    return [bar, stem + move]


STYLES = (
    Style(N_("crossed seven"), (7,), crossed),
    Style(N_("seven with any kind of bar"), (7,), crossed_anyhow),
    Style(N_("seven without a bar"), (7,), uncrossed),
    Style(N_("seven with a hook"), (7,), hooked),
    Style(N_("curved seven"), (7,), curved),
    Style(N_("seven in pieces"), (7,), in_pieces),
)
