"""Drawings from seeds, for the reader in JavaScript: digits, numbers, scribbles, and what nobody draws."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from tests.strokes import DIGITS

Points = np.ndarray
Rng = np.random.Generator

SIDE = 400
PENS = (12, 20, 32)
# How many drawings of each kind there are.
AMOUNTS = {"digit": 2200, "number": 450, "scribble": 250, "sign": 200, "extreme": 40}


def drawings() -> Iterator[tuple[list[Points], float]]:
    """Strokes (n, 2) in hundredths of a pixel, whole numbers, and the width of the pen in pixels."""
    for kind, amount in AMOUNTS.items():
        for seed in range(amount):
            rng = np.random.default_rng([len(kind), seed])
            strokes, pen = KINDS[kind](rng, seed)
            yield [np.rint(np.reshape(stroke, (-1, 2)) * 100).astype(np.int64) for stroke in strokes], pen


def _digit(rng: Rng, seed: int) -> tuple[list[Points], float]:
    """A digit at any place, more or less of its shape; a few are hardly one."""
    wildness = float(rng.choice([0.5, 1.0, 2.0, 4.0], p=[0.4, 0.35, 0.2, 0.05]))
    strokes = _varied(DIGITS[seed % 10], rng, wildness)
    return _placed(strokes, rng, rng.uniform(0.15, 0.95)), _pen(rng)


def _number(rng: Rng, seed: int) -> tuple[list[Points], float]:
    """Two to five digits beside each other, apart or in each other's way; sometimes what was left out comes last."""
    gap, left = rng.choice([-25.0, -6.0, 8.0, 25.0, 60.0]), 0.0
    strokes: list[Points] = []
    for _each in range(2 + seed % 4):
        digit = _placed(_varied(DIGITS[int(rng.integers(10))], rng, 0.6), rng, 0.25)
        points = np.concatenate(digit)
        aside = [left - points[:, 0].min(), 200 - points[:, 1].mean() + rng.normal(0, 6)]
        strokes += [stroke + aside for stroke in digit]
        left = float(np.concatenate(strokes)[:, 0].max()) + gap
    if rng.random() < 0.2:
        strokes = [strokes[index] for index in rng.permutation(len(strokes))]
    points = np.concatenate(strokes)
    scale = min(1.0, 380 / max(1.0, float(np.ptp(points[:, 0]))))
    return [(stroke - points.min(axis=0)) * scale + (10, 100) for stroke in strokes], float(rng.choice([6, 12, 20]))


def _scribble(rng: Rng, _seed: int) -> tuple[list[Points], float]:
    """Lines that go anywhere."""
    strokes = []
    for _each in range(int(rng.integers(1, 7))):
        steps = np.cumsum(rng.normal(0, rng.uniform(2, 15), (int(rng.integers(2, 60)), 2)), axis=0)
        strokes.append(np.clip(rng.uniform(60, 340, 2) + np.cumsum(steps, axis=0) / 8, -20, 420))
    return strokes, _pen(rng)


def _sign(rng: Rng, seed: int) -> tuple[list[Points], float]:
    """A face, an i, a dot, a line, a cross, or a pair of digits with a dot above."""
    ring = np.array(DIGITS[0][0], float) * [1.3, 1] - [60, 0]
    face = [ring, [(180, 160)], [(230, 165)], [(170, 240), (200, 260), (235, 240)]]
    an_i = [[(200, 150), (202, 300)], [(200, 90)]]
    number = [*DIGITS[1], [(280, 100), (420, 100), (330, 310)], [(200, 60)]]
    line, cross = [[(60, 200), (340, 205)]], [[(100, 100), (300, 300)], [(300, 100), (100, 300)]]
    kinds: list[Sequence] = [face, an_i, [[(200, 200)]], line, cross, number, face[:3], [*face, [(20, 20)]]]
    return _placed(_varied(kinds[seed % 8], rng, 0.5), rng, rng.uniform(0.2, 0.9)), _pen(rng)


def _extreme(rng: Rng, seed: int) -> tuple[list[Points], float]:
    """What no hand draws: one place many times, lines without end, thousands of points, pens that are too wide."""
    eight = [np.array(stroke, float) for stroke in DIGITS[8]]
    walk = np.cumsum(rng.normal(0, 3, (1300, 2)), axis=0) + 200
    choices: list[tuple[list[Points], float]] = [
        ([rng.uniform(0, 400, (1, 2))], 20.0),
        ([np.repeat(rng.uniform(0, 400, (1, 2)), 30, axis=0)], 8.0),
        ([rng.uniform(-99_000, 99_000, (12, 2))], 20.0),
        ([walk], 3.0),
        ([stroke * 1e-3 + 7 for stroke in eight], 0.25),
        (eight, float(rng.uniform(100, 5000))),
        ([rng.uniform(0, 400, (1100, 2))], 10.0),
        ([rng.uniform(0, 400, (2, 2)) for _each in range(60)], 4.0),
        ([np.array([(float(seed), 10.0), (float(seed), 390.0)])], 1.0),
        ([np.array([(10.0, 10.0), (10.0, 10.0), (300.0, 10.0), (300.0, 10.0), (20.0, 390.0)])], 50.0),
    ]
    return choices[seed % len(choices)]


KINDS: dict[str, Callable[[Rng, int], tuple[list[Points], float]]] = {
    "digit": _digit,
    "number": _number,
    "scribble": _scribble,
    "sign": _sign,
    "extreme": _extreme,
}


def _pen(rng: Rng) -> float:
    """One of the pad's pens, or any."""
    return float(rng.choice(PENS)) if rng.random() < 0.7 else round(float(rng.uniform(2, 45)), 2)


def _varied(strokes: Sequence, rng: Rng, wildness: float) -> list[Points]:
    """Strokes in another hand: turned, slanted, bent and trembling, with points at a distance of their own."""
    turn, slant = rng.normal(0, 0.08 * wildness), rng.normal(0, 0.15 * wildness)
    form = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ [[1, slant], [0, 1]]
    form = form * np.exp(rng.normal(0, 0.12 * wildness, 2))
    waves, phases = rng.normal(0, 5 * wildness, (2, 3)), rng.uniform(0, 2 * np.pi, (2, 3))
    step = rng.uniform(5, 14)
    varied = []
    for stroke in strokes:
        points = _resampled(np.reshape(np.asarray(stroke, float), (-1, 2)), step)
        along = points[:, ::-1, None] / np.array([60, 110, 200])
        points = points + (waves * np.sin(along + phases)).sum(axis=2)
        varied.append((points - 200) @ form.T + rng.normal(0, 0.4, points.shape))
    return varied


def _resampled(points: Points, step: float) -> Points:
    """A polyline with points so far apart."""
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    at = np.linspace(0, along[-1], max(2, round(along[-1] / step)) if along[-1] else 1)
    return np.stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)], axis=1)


def _placed(strokes: Sequence[Points], rng: Rng, fill: float) -> list[Points]:
    """Strokes at a random place, over this share of the canvas."""
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = SIDE * fill / max(float(extent.max()), 60.0)
    place = rng.uniform(0, np.maximum(SIDE - extent * scale, 1))
    return [(stroke - low) * scale + place for stroke in strokes]
