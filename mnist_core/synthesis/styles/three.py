"""Threes: with a flat top, a loop at the waist, in two arcs."""

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.synthesis.styles.lines import curve, extent, longest, moved, part, stroke
from mnist_core.synthesis.styles.style import Strokes, Style
from mnist_core.types import Float32Array


def flat_top(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A three with a bar at the top and a slant to its waist."""
    line = longest(strokes)
    width, _ = extent([line])
    waist = _waist(line)
    if waist is None:
        return [line]
    rise = rng.normal(0, 0.03)
    bar = stroke([(rng.uniform(0, 0.2) * width, rise), (width * rng.uniform(0.75, 1.05), -rise)])
    return [np.concatenate([bar, line[waist:]])]


def looped_waist(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A three with a small loop at its waist."""
    line = longest(strokes)
    waist = _waist(line)
    if waist is None:
        return [line]
    upper, lower = line[: waist + 1], line[waist:]
    at = line[waist]
    left, down = rng.uniform(0.05, 0.16), rng.uniform(0.03, 0.09)
    around = [(0, 0), (-left * 0.7, down * 0.7), (-left, -down * 0.1), (-left * 0.5, -down * 0.7), (0.03, 0)]
    loop = curve([moved(at, *way) for way in around])
    return [np.concatenate([upper, loop[1:], lower[1:]])]


def in_arcs(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A three of two arcs that do not meet, or cross."""
    line = longest(strokes)
    waist = _waist(line)
    if waist is None or not 2 < waist < len(line) - 3:
        return [line]
    upper, lower = line[: waist + 1], line[waist:]
    move = np.array([rng.uniform(-0.08, 0.12), rng.uniform(-0.02, 0.14)], np.float32)
    return [part(upper, 0, 1 - rng.uniform(0, 0.12)), part(lower, rng.uniform(0, 0.1), 1) + move]


def _waist(line: Float32Array) -> int | None:
    """Index of the point where a three's arcs meet; None where there is none."""
    height = extent([line])[1]
    later = np.arange(len(line)) > len(line) // 6
    candidates = np.flatnonzero(later & (line[:, 1] > 0.25 * height) & (line[:, 1] < 0.6 * height))
    return int(candidates[line[candidates, 0].argmin()]) if len(candidates) else None


STYLES = (
    Style(N_("three with a flat top"), (3,), flat_top),
    Style(N_("three with a loop at its waist"), (3,), looped_waist),
    Style(N_("three of two arcs"), (3,), in_arcs),
)
