"""Zeros: with a line or a point in them, open, with ends that overlap or cross."""

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.synthesis.styles.lines import (
    arc,
    bowed,
    direction,
    either_side,
    evenly,
    extent,
    heading,
    length,
    longest,
    part,
    rotated,
    stroke,
)
from mnist_core.synthesis.styles.rings import left_open
from mnist_core.synthesis.styles.style import Strokes, Style
from mnist_core.types import Float32Array

# A ring whose ends are so near each other can be taken for a closed one.
NEAR = 0.35
STEP = 0.02


def slashed(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A zero with a line through it, nearly always from the lower left."""
    width, height = extent(strokes)
    reach = rng.uniform(-0.15, 0.25, 2)
    ends = [(-reach[0] * width, (1 + reach[0] * 0.6) * height), ((1 + reach[1]) * width, -reach[1] * 0.6 * height)]
    if rng.random() < 0.15:
        ends = [(width - x, y) for x, y in ends]
    return [*strokes, stroke(ends)]


def barred(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A zero with a bar at any angle, which ends inside, at the ring or beyond it, on each side as it comes."""
    width, height = extent(strokes)
    centre = np.array([width, height]) * (0.5 + rng.normal(0, 0.05, 2))
    along = direction(rng.uniform(0, 180))
    radius = 0.5 / np.hypot(*(along / np.maximum([width, height], 0.05)))
    before, after = (radius * rng.uniform(0.6, 1.1) + max(rng.uniform(-0.25, 0.25), 0) for _ in range(2))
    return [*strokes, bowed(centre - along * before, centre + along * after, rng.normal(0, 0.04))]


def run_on(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A zero whose end goes on as its bar: at once, or after a short way out."""
    ring = longest(strokes)
    if np.hypot(*(ring[-1] - ring[0])) > NEAR:
        return barred(strokes, rng)
    centre = (ring.min(axis=0) + ring.max(axis=0)) / 2
    turn = ring[-1]
    if rng.random() < 0.6:
        turn = turn + rotated(heading(ring), rng.uniform(-50, 50)) * rng.uniform(0.04, 0.22)
    across = rotated(centre - turn, rng.uniform(-20, 20))
    tip = turn + across * rng.uniform(1.3, 2.0)
    tip = tip + across / max(float(np.hypot(*across)), 0.1) * max(rng.uniform(-0.2, 0.25), 0)
    return [np.concatenate([ring, bowed(turn, tip, rng.normal(0, 0.06))])]


def dotted(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A zero with a point, a tick or a small ring in it."""
    centre = np.array(extent(strokes)) / 2 + rng.normal(0, 0.04, 2)
    kind = rng.random()
    if kind < 0.5:
        return [*strokes, stroke([centre])]
    if kind < 0.85:
        reach = rng.normal(0, 0.05, 2)
        return [*strokes, stroke([centre - reach, centre + reach])]
    return [*strokes, arc(centre, rng.uniform(0.03, 0.07, 2), 0, 360)]


def open_anywhere(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A zero that is open on any side, its ends not always in line."""
    ring = _ring(strokes, rng.random())
    if ring is None:
        return left_open(strokes, rng)
    line = part(ring, 0, 1 - rng.uniform(0.03, 0.11))
    late = np.linspace(-1, 1, len(line)).clip(0)[:, None] ** 2
    return [(line + late * rng.normal(0, 0.04, 2)).astype(np.float32)]


def overlapping(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A zero that winds on beyond its beginning, further in or further out."""
    ring = _ring(strokes, rng.random() if rng.random() < 0.4 else 0.0)
    if ring is None:
        return left_open(strokes, rng)
    again = ring[: max(round(len(ring) * rng.uniform(0.05, 0.24)), 2)]
    line = np.concatenate([ring, again])
    centre = (ring.min(axis=0) + ring.max(axis=0)) / 2
    last = rng.uniform(0.78, 0.92) if rng.random() < 0.6 else rng.uniform(1.08, 1.25)
    size = np.linspace(1, last, len(line))[:, None]
    return [(centre + (line - centre) * size).astype(np.float32)]


def crossing_ends(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A zero whose two ends cross, like a ribbon."""
    ring = _ring(strokes, 0.0)
    if ring is None:
        return left_open(strokes, rng)
    out = 25 * either_side(rng)
    before, after = (
        end + rotated(way, degrees) * rng.uniform(0.05, 0.22)
        for end, way, degrees in (
            (ring[0], heading(ring[::-1]), -out + rng.normal(0, 12)),
            (ring[-1], heading(ring), out + rng.normal(0, 12)),
        )
    )
    return [np.concatenate([stroke([before]), ring, stroke([after])])]


def _ring(strokes: Strokes, start: float) -> Float32Array | None:
    """A closed ring that begins at another share of its length; None where the zero is not nearly closed."""
    line = longest(strokes)
    if np.hypot(*(line[-1] - line[0])) > NEAR or length(line) < 2 * NEAR:
        return None
    ring = evenly(np.concatenate([line, line[:1]]), STEP)[:-1]
    ring = np.roll(ring, -round(start * len(ring)), axis=0)
    return np.concatenate([ring, ring[:1]])


STYLES = (
    Style(N_("slashed zero"), (0,), slashed),
    Style(N_("zero with a bar at any angle"), (0,), barred),
    Style(N_("zero that runs on into its bar"), (0,), run_on),
    Style(N_("dotted zero"), (0,), dotted),
    Style(N_("zero left open"), (0,), left_open),
    Style(N_("zero open on any side"), (0,), open_anywhere),
    Style(N_("zero that overlaps itself"), (0,), overlapping),
    Style(N_("zero whose ends cross"), (0,), crossing_ends),
)
