"""Patterns at random, as wide as a digit's image: clouds, areas, lines and grains."""

import functools

import cv2
import numpy as np

from mnist_core.types import IMAGE_SIDE, Float32Array

# How many cells a side the layers of clouds have, from the widest clouds to single pixels.
GRIDS = (2, 3, 5, 8, 14, IMAGE_SIDE)

_AXIS = np.arange(IMAGE_SIDE, dtype=np.float32) - np.float32((IMAGE_SIDE - 1) / 2)
_X, _Y = _AXIS[None, None, :], _AXIS[None, :, None]


def between(rng: np.random.Generator, low: float, high: float, n: int) -> Float32Array:
    """A number for each of n images, evenly from low to high, (n, 1, 1)."""
    return np.float32(low) + np.float32(high - low) * rng.random((n, 1, 1), np.float32)


def some(rng: np.random.Generator, share: float, n: int) -> np.ndarray:
    """Whether each of n images is among this share of all, bool (n, 1, 1)."""
    return rng.random((n, 1, 1), np.float32) < share


def signs(rng: np.random.Generator, n: int) -> Float32Array:
    """-1 or 1 for each of n images, (n, 1, 1)."""
    return np.where(some(rng, 0.5, n), np.float32(-1), np.float32(1))


def clouds(n: int, rng: np.random.Generator, grids: tuple[int, ...] = GRIDS) -> Float32Array:
    """Clouds from 0 to 1, (n, 28, 28): smooth or rough, as layers of finer grids weigh less or more than wider ones."""
    weight, decay = np.ones((n, 1, 1), np.float32), between(rng, 0.3, 1.1, n)
    sums = np.zeros((n, IMAGE_SIDE, IMAGE_SIDE), np.float32)
    for grid in grids:
        enlarged = _enlarging(grid)
        sums += enlarged @ (weight * rng.standard_normal((n, grid, grid), np.float32)) @ enlarged.T
        weight = weight * decay
    return spread(sums)


def spread(fields: Float32Array) -> Float32Array:
    """Each field (n, 28, 28) stretched so that it reaches from 0 to 1."""
    low, high = fields.min(axis=(1, 2), keepdims=True), fields.max(axis=(1, 2), keepdims=True)
    return (fields - low) / np.maximum(high - low, np.float32(1e-6))


def areas(n: int, rng: np.random.Generator, narrowest: float) -> Float32Array:
    """Parts of an image, 1 within and 0 without, (n, 28, 28): bars, half planes, checks, rings, patches of clouds.

    Parameters
    ----------
    narrowest
        How many pixels a part and the gap beside it have across together, at least.
    """
    angle = _angles(n, rng)
    cos, sin = np.cos(angle), np.sin(angle)
    parts = _bars(cos * _X + sin * _Y, rng, narrowest)
    is_checked = some(rng, 0.2, n)[:, 0, 0]
    if is_checked.any():
        across = _bars((cos * _Y - sin * _X)[is_checked], rng, narrowest)
        parts[is_checked] += across - 2 * parts[is_checked] * across
    is_round = rng.random(n) < 0.15
    if is_round.any():
        k = int(is_round.sum())
        parts[is_round] = _bars(np.hypot(_X - between(rng, -14, 14, k), _Y - between(rng, -14, 14, k)), rng, narrowest)
    is_patch = rng.random(n) < 0.15
    if is_patch.any():
        parts[is_patch] = clouds(int(is_patch.sum()), rng, (3, 5)) > between(rng, 0.3, 0.7, int(is_patch.sum()))
    return parts


def lines(n: int, rng: np.random.Generator) -> Float32Array:
    """Ink of lines across an image, from 0 to 1, (n, 28, 28): straight, bent, wavy or jagged, whole or dashed."""
    ink = _line(n, rng)
    for share in (0.35, 0.5):
        more = rng.random(n) < share
        ink[more] = np.maximum(ink[more], _line(int(more.sum()), rng))
    return ink


def grains(n: int, rng: np.random.Generator, size: tuple[int, int]) -> Float32Array:
    """Random numbers from 0 to 1, the same within grains of so many rows and columns, (n, 28, 28)."""
    rows, columns = size
    if size == (1, 1):
        return rng.random((n, IMAGE_SIDE, IMAGE_SIDE), np.float32)
    cells = rng.random((n, IMAGE_SIDE // rows + 2, IMAGE_SIDE // columns + 2), np.float32)
    top, left = rng.integers(0, rows), rng.integers(0, columns)
    wide = cells.repeat(rows, axis=1).repeat(columns, axis=2)
    return wide[:, top : top + IMAGE_SIDE, left : left + IMAGE_SIDE]


@functools.cache
def _enlarging(grid: int) -> Float32Array:
    """What enlarges a grid to 28 places along one side, (28, grid)."""
    if grid == IMAGE_SIDE:
        return np.eye(IMAGE_SIDE, dtype=np.float32)
    return cv2.resize(np.eye(grid, dtype=np.float32), (grid, IMAGE_SIDE), interpolation=cv2.INTER_CUBIC)  # type: ignore[return-value]


def _angles(n: int, rng: np.random.Generator) -> Float32Array:
    """Directions in radians, (n, 1, 1); a half of them level or upright."""
    quarter = np.float32(np.pi / 2)
    angle = between(rng, 0, float(2 * np.pi), n)
    return np.where(some(rng, 0.5, n), np.round(angle / quarter) * quarter, angle)


def _bars(along: Float32Array, rng: np.random.Generator, narrowest: float) -> Float32Array:
    """Bars that come again and again along a way in pixels (n, 28, 28), with hard or soft edges."""
    n = len(along)
    # Narrow ones are rare: as many from 8 to 16 pixels as from 16 to 32.
    period = np.exp(between(rng, float(np.log(narrowest)), float(np.log(60)), n))
    soft = np.where(some(rng, 0.6, n), np.float32(0.01), between(rng, 0.5, 4, n))
    place = along / period + between(rng, 0, 1, n)
    from_middle = np.abs(place - np.floor(place) - np.float32(0.5)) * period
    return np.clip((between(rng, 0.2, 0.8, n) * period / 2 - from_middle) / soft + np.float32(0.5), 0, 1)


def _line(n: int, rng: np.random.Generator) -> Float32Array:
    """Ink of one line in each image."""
    angle = _angles(n, rng) + between(rng, -0.35, 0.35, n)
    cos, sin = np.cos(angle), np.sin(angle)
    along, across = cos * _X + sin * _Y, cos * _Y - sin * _X
    height, slope = _waves(along, rng)
    bend = between(rng, -0.02, 0.02, n)
    middle = between(rng, -12, 12, n) + height + bend * along**2
    distance = np.abs(across - middle) / np.sqrt(1 + (slope + 2 * bend * along) ** 2)
    ink = np.clip((between(rng, 0.3, 1.6, n) - distance) / between(rng, 0.5, 1.6, n) + np.float32(0.5), 0, 1)
    return ink * _dashes(along, rng)


def _waves(along: Float32Array, rng: np.random.Generator) -> tuple[Float32Array, Float32Array]:
    """How far a line swings and how steeply, in pixels along its way: not at all, jagged, or in a wave."""
    n = len(along)
    reach = between(rng, 1, 5, n)
    # Steeper ones would blacken all that they pass.
    period = reach * between(rng, 1.6, 6, n)
    phase = along / period + between(rng, 0, 1, n)
    share = phase - np.floor(phase)
    kind = rng.random((n, 1, 1), np.float32)
    is_jagged, is_wavy = (kind >= 0.4) & (kind < 0.75), kind >= 0.75
    rising = np.where(share < 0.5, np.float32(1), np.float32(-1))
    jagged = (1 - 4 * np.abs(share - np.float32(0.5))) * reach
    turn = np.float32(2 * np.pi)
    height = np.where(is_jagged, jagged, np.where(is_wavy, reach * np.sin(turn * share), np.float32(0)))
    slope = np.where(is_jagged, 4 * rising, np.where(is_wavy, turn * np.cos(turn * share), np.float32(0)))
    return height, slope * reach / period


def _dashes(along: Float32Array, rng: np.random.Generator) -> Float32Array:
    """1 where a line is drawn and 0 where it has a gap, or 1 all along it; it may begin and end within the image."""
    n = len(along)
    place = along / between(rng, 2, 12, n) + between(rng, 0, 1, n)
    is_drawn = (place - np.floor(place) < between(rng, 0.3, 0.8, n)) | some(rng, 0.5, n)
    is_between = (along > between(rng, -20, -6, n)) & (along < between(rng, 6, 20, n))
    return (is_drawn & is_between).astype(np.float32)
