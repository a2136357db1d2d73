"""Lines to write with: corners, curves and arcs, and what can be asked of strokes and done to them."""

from collections.abc import Sequence

import numpy as np

from mnist_core.synthesis.styles.style import Strokes
from mnist_core.types import Float32Array

Point = Sequence[float] | np.ndarray

# Points of a curve that is drawn anew, and of each span between two points that it goes through.
CURVE_POINTS, SPAN_POINTS = 24, 8
# So far from a line's end lies the point that says where the pen is heading there.
HEADING = 0.08


def stroke(points: Sequence[Point]) -> Float32Array:
    """Corners as a stroke."""
    return np.array(points, np.float32).reshape(-1, 2)


def arc(centre: Point, radii: Point, start: float, end: float, tilt: float = 0.0) -> Float32Array:
    """Points on an ellipse that may be tilted; angles in degrees, clockwise from the right."""
    angles = np.deg2rad(np.linspace(start, end, CURVE_POINTS))
    ring = np.array(radii) * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return (np.array(centre) + (ring @ _rotation(tilt) if tilt else ring)).astype(np.float32)


def curve(points: Sequence[Point]) -> Float32Array:
    """A smooth line through points (Catmull, Rom 1974, "A class of local interpolating splines")."""
    through = np.array(points, float).reshape(-1, 2)
    if len(through) < 3:
        return stroke(points)
    slope = np.gradient(through, axis=0)
    at = np.linspace(0, len(through) - 1, SPAN_POINTS * (len(through) - 1) + 1)
    span = np.minimum(at.astype(int), len(through) - 2)
    u = (at - span)[:, None]
    begin, end = u * u * (2 * u - 3) + 1, u * u * (3 - 2 * u)
    line = begin * through[span] + end * through[span + 1]
    return (line + u * (1 - u) ** 2 * slope[span] - u * u * (1 - u) * slope[span + 1]).astype(np.float32)


def rounded(points: Sequence[Point], roundness: float) -> Float32Array:
    """A line along corners, each cut short by an arc: roundness 0 leaves them sharp, 0.5 leaves nothing straight."""
    corners = np.array(points, float).reshape(-1, 2)
    u = np.linspace(0, 1, 7)[:, None]
    bends = [
        (1 - u) ** 2 * (here + (before - here) * roundness)
        + 2 * u * (1 - u) * here
        + u * u * (here + (after - here) * roundness)
        for before, here, after in zip(corners, corners[1:], corners[2:], strict=False)
    ]
    return np.concatenate([corners[:1], *bends, corners[-1:]]).astype(np.float32)


def bowed(start: Point, end: Point, bow: float) -> Float32Array:
    """A line between two points that bows to its left by a share of its length, to its right where that is negative."""
    first, last = np.array(start, float), np.array(end, float)
    across = (last - first)[::-1] * (1, -1)
    return curve([first, (first + last) / 2 + across * bow, last])


def extent(strokes: Strokes) -> tuple[float, float]:
    """Width and height."""
    width, height = np.ptp(np.concatenate(strokes), axis=0).tolist()
    return width, height


def length(line: Float32Array) -> float:
    """How far the pen goes."""
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def longest(strokes: Strokes) -> Float32Array:
    """The stroke whose pen goes farthest."""
    return max(strokes, key=length)


def last_above(line: Float32Array, level: float) -> int:
    """Index of the last point that lies above a height."""
    above = np.flatnonzero(line[:, 1] <= level)
    return int(above[-1]) if len(above) else len(line) // 2


def part(line: Float32Array, start: float, end: float, points: int = 2) -> Float32Array:
    """The stroke between two shares of its length, with at least so many points."""
    steps = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    if steps[-1] == 0:
        return line
    at = np.linspace(start, end, max(len(line), points)) * steps[-1]
    return np.stack([np.interp(at, steps, line[:, 0]), np.interp(at, steps, line[:, 1])], axis=1).astype(np.float32)


def evenly(line: Float32Array, step: float) -> Float32Array:
    """The stroke with a point every so far along it, and its ends."""
    steps = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    if steps[-1] == 0:
        return line[:1]
    at = np.linspace(0, steps[-1], max(round(steps[-1] / step), 1) + 1)
    return np.stack([np.interp(at, steps, line[:, 0]), np.interp(at, steps, line[:, 1])], axis=1).astype(np.float32)


def heading(line: Float32Array) -> np.ndarray:
    """Where the pen goes at the end of a line, a step of length 1: down where it has not moved."""
    away = np.hypot(*(line - line[-1]).T)
    far = np.flatnonzero(away >= HEADING)
    step = line[-1] - (line[far[-1]] if len(far) else line[0])
    size = float(np.hypot(*step))
    return step / size if size > 0 else np.array([0.0, 1.0])


def rotated(vectors: np.ndarray, degrees: float) -> np.ndarray:
    """Vectors (2,) or (n, 2), turned clockwise."""
    return vectors @ _rotation(degrees)


def direction(degrees: float) -> np.ndarray:
    """A step of length 1, clockwise from the right."""
    return np.array([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))])


def moved(points: Point, right: float, down: float) -> Float32Array:
    """A point (2,), or all of a line (n, 2), moved."""
    return (np.asarray(points) + np.array([right, down])).astype(np.float32)


def either_side(rng: np.random.Generator) -> float:
    """1 or -1."""
    return 1.0 if rng.random() < 0.5 else -1.0


def share_of(rng: np.random.Generator, low: float, high: float) -> float:
    """A size between two, small ones as often as large ones."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def area_below(points: Float32Array) -> bool:
    """Whether the wider half of the points is the lower one."""
    middle = (points[:, 1].min() + points[:, 1].max()) / 2
    lower, upper = points[points[:, 1] > middle], points[points[:, 1] <= middle]
    return len(lower) > len(upper)


def _rotation(degrees: float) -> np.ndarray:
    """What turns rows (x, y) clockwise."""
    cos, sin = direction(degrees)
    return np.array([[cos, sin], [-sin, cos]])
