"""Patterns at random that backgrounds and inks are made of, at the size of a picture."""

import cv2
import numpy as np

from mnist_core.types import Float32Array


def clouds(rng: np.random.Generator, shape: tuple[int, ...], cells: int, across: int | None = None) -> Float32Array:
    """Smooth noise from 0 to 1, (h, w): so many clouds from top to bottom, and from left to right as many or others."""
    height, width = shape[:2]
    across = max(2, round(cells * width / height)) if across is None else across
    coarse = rng.random((max(cells, 2), max(across, 2)), np.float32)
    return np.clip(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)


def grain(rng: np.random.Generator, shape: tuple[int, ...]) -> Float32Array:
    """Noise of single pixels, normally distributed, (h, w)."""
    return rng.standard_normal(shape[:2], np.float32)


def grid(shape: tuple[int, ...]) -> tuple[Float32Array, Float32Array]:
    """The columns (w,) and the rows (h, 1) of a picture."""
    height, width = shape[:2]
    return np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]


def lined(shape: tuple[int, ...], spacing: float, first: float, width: int, *, is_upright: bool = False) -> np.ndarray:
    """Lines in even distances, uint8 (h, w), 255 on a line."""
    image = np.zeros(shape[:2], np.uint8)
    length = shape[1] if is_upright else shape[0]
    for at in np.arange(first, length, spacing).astype(int).tolist():
        part = image[:, at : at + width] if is_upright else image[at : at + width]
        part[:] = 255
    return image


def any_colour(rng: np.random.Generator, low: float, high: float, colourful: float) -> Float32Array:
    """A colour about as bright as a number between two, its parts farther apart the more colourful it may be."""
    return np.clip(rng.uniform(low, high) + rng.uniform(-colourful, colourful, 3), 0, 255).astype(np.float32)
