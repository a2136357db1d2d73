"""Ones: bare, with flags and feet of any length, slanted, bowed, with a tick.

A one with a long level flag and no foot is a seven to many people: without a foot, flags are the shorter the more level
they are.
"""

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.synthesis.styles.lines import bowed, either_side, length, longest, rotated, share_of, stroke
from mnist_core.synthesis.styles.style import Strokes, Style
from mnist_core.types import Float32Array

# What lies lower than all but this share of a one's height is its foot.
FOOT = 0.06
# The longest flag without a foot: when it is level, and so much longer for each degree that it slopes.
LEVEL_FLAG, LONGER_FLAG = 0.14, 0.0095


def bare(strokes: Strokes, _rng: np.random.Generator) -> Strokes:
    """A one that is nothing but its stem."""
    return [_stem(strokes)]


def flagged(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A one with a flag and no foot."""
    stem = _stem(strokes)
    angle, size = np.deg2rad(rng.uniform(15, 60)), rng.uniform(0.15, 0.45)
    tip = stem[0] + size * np.array([-np.sin(angle), np.cos(angle)])
    return [np.concatenate([stroke([tip]), stem])]


def footed(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A one with a foot, and mostly a flag."""
    upper = flagged(strokes, rng) if rng.random() < 0.8 else bare(strokes, rng)
    x, y = upper[0][-1]
    left, right = rng.uniform(0.12, 0.4, 2)
    rise = rng.normal(0, 0.03)
    return [*upper, stroke([(x - left, y + rise), (x + right, y - rise)])]


def long_flagged(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A one with a flag that is long or nearly level, straight or curved, and no foot."""
    slope = rng.uniform(14, 65)
    # A stem under a level flag leans backwards if at all: forwards, it is a seven's.
    stem = _upright(_stem(strokes), rng, 0.12 * max(1 - slope / 45, 0))
    return [_with_flag(stem, slope, rng.uniform(0.14, LEVEL_FLAG + LONGER_FLAG * slope), rng)]


def wide_footed(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A one with a foot of any width, drawn apart or without lifting the pen, and mostly with a flag of any kind."""
    stem = _upright(_stem(strokes), rng)
    if rng.random() < 0.85:
        slope = rng.uniform(5, 65)
        stem = _with_flag(stem, slope, rng.uniform(0.08, 0.25 + 0.006 * slope), rng)
    x, y = stem[-1]
    left = share_of(rng, 0.1, 0.55)
    right = float(np.clip(left * share_of(rng, 0.4, 2.5), 0.1, 0.6))
    rise = rng.normal(0, 0.04)
    foot = bowed((x - left, y + rise), (x + right, y - rise), rng.normal(0, 0.04))
    if rng.random() < 0.3:
        return [np.concatenate([stem, foot])]
    return [stem, foot + np.array([0, rng.uniform(-0.06, 0.04)], np.float32)]


def ticked(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A one that turns back at its foot, sharply or in a hook, to either side."""
    stem = _stem(strokes)
    if rng.random() < 0.3:
        stem = _with_flag(stem, rng.uniform(25, 65), rng.uniform(0.08, 0.25), rng)
    back = rotated(np.array([0, -1.0]), either_side(rng) * rng.uniform(12, 75))
    tip = stem[-1] + back * share_of(rng, 0.05, 0.35)
    return [np.concatenate([stem, bowed(stem[-1], tip, rng.normal(0, 0.15))[1:]])]


def slanted(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A one that lies far over, mostly to the right, bare or with a short flag."""
    stem = _upright(_stem(strokes), rng)
    degrees = rng.uniform(15, 42) * (1 if rng.random() < 0.75 else -0.8)
    if rng.random() < 0.3:
        # Its flag points down even then, or it would be a seven's.
        stem = _with_flag(stem, min(rng.uniform(40, 65) + max(degrees, 0), 80), rng.uniform(0.08, 0.3), rng)
    return [rotated(stem, degrees).astype(np.float32)]


def curved(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A one whose stem is bowed like a bracket, or sways like an integral sign."""
    stem = _stem(strokes)
    along = np.linspace(0, 1, max(len(stem), 16))
    line = np.stack([np.interp(along, np.linspace(0, 1, len(stem)), each) for each in stem.T], axis=1)
    waves = 1 if rng.random() < 0.7 else 2
    line[:, 0] += np.sin(np.pi * waves * along) * either_side(rng) * rng.uniform(0.03, 0.13 / waves)
    return [line.astype(np.float32)]


def _stem(strokes: Strokes) -> Float32Array:
    """The part of the longest stroke that goes down: from its highest point to its lowest."""
    line = longest(strokes)
    after = line[int(line[:, 1].argmin()) :]
    low = after[:, 1] >= after[:, 1].max() - FOOT * np.ptp(line[:, 1])
    stem = after[: int(low.argmax()) + 1]
    return stem if len(stem) > 1 and length(stem) > 0.4 else stroke([line[0], line[0] + np.array([0, 1])])


def _upright(stem: Float32Array, rng: np.random.Generator, backwards: float = 0.0) -> Float32Array:
    """A stem that leans only a little, or by a share of its height backwards."""
    across, down = (stem[-1] - stem[0]).tolist()
    lean = across / max(down, 0.1) - rng.normal(backwards, 0.06)
    return (stem - (stem - stem[0])[:, 1:] * np.array([lean, 0])).astype(np.float32)


def _with_flag(stem: Float32Array, slope: float, size: float, rng: np.random.Generator) -> Float32Array:
    """A stem with a flag to the lower left, so many degrees below the level, straight or curved."""
    tip = stem[0] + size * rotated(np.array([-1.0, 0]), -slope)
    return np.concatenate([bowed(tip, stem[0], rng.normal(0, 0.12))[:-1], stem])


STYLES = (
    Style(N_("bare one"), (1,), bare),
    Style(N_("one with a flag"), (1,), flagged),
    Style(N_("one with a foot"), (1,), footed),
    Style(N_("one with a long flag"), (1,), long_flagged, weight=2),
    Style(N_("one with a foot of any width"), (1,), wide_footed),
    Style(N_("one with a tick at its foot"), (1,), ticked, weight=2.5),
    Style(N_("slanted one"), (1,), slanted),
    Style(N_("curved one"), (1,), curved, weight=0.5),
)
