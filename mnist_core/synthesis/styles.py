"""Ways to write a digit that differ from country to country, made out of a writer's own strokes.

Every function takes and gives strokes, float32 (n, 2), x to the right and y down, in a box whose longer side is 1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.types import Float32Array

Strokes = list[Float32Array]

# Points of a curve that is drawn anew.
CURVE_POINTS = 24
# What lies lower than all but this share of a one's height is its foot.
FOOT = 0.06


@dataclass(frozen=True)
class Style:
    """A way to write a digit.

    Attributes
    ----------
    name
        For people.
    digits
        The digits whose strokes it can be made of.
    restroke
        From strokes to strokes.
    label
        What it then shows; None for what it showed before.
    """

    name: str
    digits: tuple[int, ...]
    restroke: Callable[[Strokes, np.random.Generator], Strokes]
    label: int | None = None


def in_unit_box(strokes: Sequence[Float32Array]) -> Strokes:
    """Strokes moved and scaled so that they begin at (0, 0) and their longer side is 1."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    longer = max(float((points.max(axis=0) - low).max()), 1e-6)
    return [((stroke - low) / longer).astype(np.float32) for stroke in strokes]


def slashed(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A zero with a line through it, nearly always from the lower left."""
    width, height = _extent(strokes)
    reach = rng.uniform(-0.15, 0.25, 2)
    ends = [(-reach[0] * width, (1 + reach[0] * 0.6) * height), ((1 + reach[1]) * width, -reach[1] * 0.6 * height)]
    if rng.random() < 0.15:
        ends = [(width - x, y) for x, y in ends]
    return [*strokes, _stroke(ends)]


def dotted(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A zero with a point, a tick or a small ring in it."""
    centre = np.array(_extent(strokes)) / 2 + rng.normal(0, 0.04, 2)
    kind = rng.random()
    if kind < 0.5:
        return [*strokes, _stroke([centre])]
    if kind < 0.85:
        reach = rng.normal(0, 0.05, 2)
        return [*strokes, _stroke([centre - reach, centre + reach])]
    return [*strokes, _arc(centre, rng.uniform(0.03, 0.07, 2), 0, 360)]


def crossed(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A seven with a bar through its stem."""
    stem = _longest(strokes)
    _, height = _extent([stem])
    level = rng.uniform(0.42, 0.65) * height
    x = float(stem[_last_above(stem, level), 0]) + rng.normal(0, 0.03)
    left, right = rng.uniform(0.12, 0.35, 2)
    rise = rng.normal(0.03, 0.06)
    return [stem, _stroke([(x - left, level + rise), (x + right, level - rise)])]


def uncrossed(strokes: Strokes, _rng: np.random.Generator) -> Strokes:
    """A seven without its bar."""
    return [_longest(strokes)]


def hooked(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A seven that begins with a short stroke down, as in East Asia and much of Europe."""
    stem = _longest(strokes)
    start = stem[0]
    low = start + np.array([rng.normal(0, 0.03), rng.uniform(0.08, 0.22)])
    hook = _stroke([low, start])
    return [np.concatenate([hook, stem])]


def bare(strokes: Strokes, _rng: np.random.Generator) -> Strokes:
    """A one that is nothing but its stem."""
    return [_stem(strokes)]


def flagged(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A one with a flag and no foot."""
    stem = _stem(strokes)
    angle, length = np.deg2rad(rng.uniform(15, 60)), rng.uniform(0.15, 0.45)
    tip = stem[0] + length * np.array([-np.sin(angle), np.cos(angle)])
    return [np.concatenate([_stroke([tip]), stem])]


def footed(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A one with a foot, and mostly a flag."""
    upper = flagged(strokes, rng) if rng.random() < 0.8 else bare(strokes, rng)
    x, y = upper[0][-1]
    left, right = rng.uniform(0.12, 0.4, 2)
    rise = rng.normal(0, 0.03)
    return [*upper, _stroke([(x - left, y + rise), (x + right, y - rise)])]


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
    x = float(stem[_last_above(stem, level), 0])
    left = min(left, x - 0.25)
    return [_stroke([stem[0], (left, level), (x + rng.uniform(0.1, 0.3), level + rng.normal(0, 0.03))]), stem]


def straight_tail(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A nine that ends in a straight stroke."""
    kept, end = _without_tail(strokes)
    if not _is_on_the_right(kept):
        return strokes
    tail = np.array([rng.normal(-0.08, 0.12), rng.uniform(0.45, 0.75)])
    return [np.concatenate([kept, _stroke([end + tail])])]


def curled_tail(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A nine whose tail curls to the left, at times up again."""
    kept, end = _without_tail(strokes)
    if not _is_on_the_right(kept):
        return strokes
    radius = rng.uniform(0.15, 0.32), rng.uniform(0.12, 0.25)
    centre = end + np.array([-radius[0], rng.uniform(0.15, 0.4)])
    hook = _arc(centre, radius, 0, rng.uniform(110, 190))
    return [np.concatenate([kept, hook])]


def tiny_loop(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A six or nine whose loop is hardly open: the half that holds the loop shrinks around its centre."""
    points = np.concatenate(strokes)
    low, height = points.min(axis=0), max(_extent(strokes)[1], 1e-6)
    below = _area_below(points)
    half = points[(points[:, 1] > height / 2) == below]
    centre = half.mean(axis=0) if len(half) else points.mean(axis=0)
    least = rng.uniform(0.4, 0.65)

    def shrunk(stroke: Float32Array) -> Float32Array:
        depth = (stroke[:, 1] - low[1]) / height
        weight = np.clip((depth if below else 1 - depth) * 2.4 - 0.7, 0, 1)[:, None]
        return (stroke + (centre - stroke) * weight * (1 - least)).astype(np.float32)

    return [shrunk(stroke) for stroke in strokes]


def two_circles(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """An eight of two rings, made out of a zero twice."""
    width, height = _extent(strokes)
    upper, lower = rng.uniform(0.38, 0.52), rng.uniform(0.45, 0.6)
    overlap, aside = rng.uniform(-0.02, 0.06), rng.normal(0, 0.04)
    squash = rng.uniform(0.7, 1.0) / max(width, 0.3) * 0.9
    middle = np.array([width / 2, 0])
    top = [(stroke - middle) * (squash * upper, upper / height) for stroke in strokes]
    bottom = [(stroke - middle) * (squash * lower, lower / height) + (aside, upper - overlap) for stroke in strokes]
    return [part.astype(np.float32) for part in (*top, *bottom)]


def flat_top(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A three with a bar at the top and a slant to its waist."""
    line = _longest(strokes)
    width, height = _extent([line])
    later = np.arange(len(line)) > len(line) // 6
    middle = later & (line[:, 1] > 0.25 * height) & (line[:, 1] < 0.6 * height)
    if not middle.any():
        return [line]
    candidates = np.flatnonzero(middle)
    waist = candidates[line[candidates, 0].argmin()]
    rise = rng.normal(0, 0.03)
    bar = _stroke([(rng.uniform(0, 0.2) * width, rise), (width * rng.uniform(0.75, 1.05), -rise)])
    return [np.concatenate([bar, line[waist:]])]


def left_open(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A round digit whose ends do not meet."""
    line = _longest(strokes)
    cut_start, cut_end = rng.uniform(0, 0.05), rng.uniform(0.02, 0.08)
    return [_part(line, cut_start, 1 - cut_end), *(each for each in strokes if each is not line)]


def overshot(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A digit whose last stroke goes on too far, closing what should be open or crossing itself."""
    *others, last = strokes
    if len(last) < 4:
        return strokes
    direction = last[-1] - last[-4]
    length = max(float(np.hypot(*direction)), 1e-6)
    tip = last[-1] + direction / length * rng.uniform(0.05, 0.15)
    return [*others, np.concatenate([last, _stroke([tip])])]


STYLES = (
    Style(N_("slashed zero"), (0,), slashed),
    Style(N_("dotted zero"), (0,), dotted),
    Style(N_("zero left open"), (0,), left_open),
    Style(N_("bare one"), (1,), bare),
    Style(N_("one with a flag"), (1,), flagged),
    Style(N_("one with a foot"), (1,), footed),
    Style(N_("three with a flat top"), (3,), flat_top),
    Style(N_("open four"), (4,), open_four),
    Style(N_("closed four"), (4,), closed_four),
    Style(N_("six with a tiny loop"), (6,), tiny_loop),
    Style(N_("six left open"), (6,), left_open),
    Style(N_("crossed seven"), (7,), crossed),
    Style(N_("seven without a bar"), (7,), uncrossed),
    Style(N_("seven with a hook"), (7,), hooked),
    Style(N_("eight of two circles"), (0,), two_circles, label=8),
    Style(N_("eight left open"), (8,), left_open),
    Style(N_("nine with a straight tail"), (9,), straight_tail),
    Style(N_("nine with a curled tail"), (9,), curled_tail),
    Style(N_("nine with a tiny loop"), (9,), tiny_loop),
    Style(N_("last stroke too long"), (0, 2, 3, 5, 6, 8, 9), overshot),
)


def _stroke(points: Sequence[Sequence[float] | np.ndarray]) -> Float32Array:
    """Corners as a stroke."""
    return np.array(points, np.float32).reshape(-1, 2)


def _arc(centre: np.ndarray, radii: Sequence[float] | np.ndarray, start: float, end: float) -> Float32Array:
    """Points on an ellipse; angles in degrees, clockwise from the right."""
    angles = np.deg2rad(np.linspace(start, end, CURVE_POINTS))
    return (centre + np.array(radii) * np.stack([np.cos(angles), np.sin(angles)], axis=1)).astype(np.float32)


def _extent(strokes: Strokes) -> tuple[float, float]:
    """Width and height."""
    width, height = np.ptp(np.concatenate(strokes), axis=0).tolist()
    return width, height


def _length(stroke: Float32Array) -> float:
    """How far the pen goes."""
    return float(np.hypot(*np.diff(stroke, axis=0).T).sum())


def _longest(strokes: Strokes) -> Float32Array:
    """The stroke whose pen goes farthest."""
    return max(strokes, key=_length)


def _stem(strokes: Strokes) -> Float32Array:
    """The part of the longest stroke that goes down: from its highest point to its lowest."""
    line = _longest(strokes)
    after = line[int(line[:, 1].argmin()) :]
    low = after[:, 1] >= after[:, 1].max() - FOOT * np.ptp(line[:, 1])
    stem = after[: int(low.argmax()) + 1]
    return stem if len(stem) > 1 and _length(stem) > 0.4 else _stroke([line[0], line[0] + np.array([0, 1])])


def _last_above(line: Float32Array, level: float) -> int:
    """Index of the last point that lies above a height."""
    above = np.flatnonzero(line[:, 1] <= level)
    return int(above[-1]) if len(above) else len(line) // 2


def _part(line: Float32Array, start: float, end: float) -> Float32Array:
    """The stroke between two shares of its length."""
    steps = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    if steps[-1] == 0:
        return line
    at = np.linspace(start, end, max(len(line), 2)) * steps[-1]
    return np.stack([np.interp(at, steps, line[:, 0]), np.interp(at, steps, line[:, 1])], axis=1).astype(np.float32)


def _bowl_and_stem(strokes: Strokes) -> tuple[Float32Array, Float32Array]:
    """A four's two strokes: the one that reaches farther to the left, and the other."""
    first, second = strokes
    return (first, second) if first[:, 0].min() <= second[:, 0].min() else (second, first)


def _without_tail(strokes: Strokes) -> tuple[Float32Array, Float32Array]:
    """A nine's longest stroke up to where it leaves the loop for good, and that point."""
    line = _longest(strokes)
    end = _last_above(line, 0.42 * _extent([line])[1])
    kept = line[: max(end, len(line) // 3) + 1]
    return kept, kept[-1]


def _is_on_the_right(loop: Float32Array) -> bool:
    """Whether a nine's loop ends on its right, as it does where the tail was written last."""
    return bool(loop[-1, 0] > (loop[:, 0].min() + loop[:, 0].max()) / 2)


def _area_below(points: Float32Array) -> bool:
    """Whether the wider half of the points is the lower one."""
    middle = (points[:, 1].min() + points[:, 1].max()) / 2
    lower, upper = points[points[:, 1] > middle], points[points[:, 1] <= middle]
    return len(lower) > len(upper)
