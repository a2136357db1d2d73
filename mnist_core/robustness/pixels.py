"""What dials and corruptions do with pixels: shades to bytes, blurs, and pixels from elsewhere."""

import numpy as np
import numpy.typing as npt

from mnist_core.types import IMAGE_SIDE, UInt8Array

# Shades from 0 to 1, in whatever precision they came.
Shades = npt.NDArray[np.floating]
Float64Array = npt.NDArray[np.float64]

_CENTRE = (IMAGE_SIDE - 1) / 2
# A Gaussian ends after so many standard deviations.
GAUSSIAN_END = 4.0


def as_bytes(shades: Shades) -> UInt8Array:
    """Shares of full ink as bytes, rounded, halves to the even one; what is beyond 0 or 1 becomes that."""
    return np.rint((np.clip(shades, 0, 1) * 255).astype(np.float32)).astype(np.uint8)


def blurred(shades: Shades, sigma: float, *, axes: tuple[int, ...] = (1, 2), is_empty_beyond: bool = False) -> Shades:
    """Shades (n, h, w) under a Gaussian.

    Parameters
    ----------
    sigma
        Standard deviation in pixels.
    axes
        1 to blur along columns, 2 to blur along rows.
    is_empty_beyond
        Whether there is nothing beyond the border; else shades go on there as at the border.
    """
    reach = int(GAUSSIAN_END * sigma + 0.5)
    weights = np.exp(-(np.arange(reach + 1) ** 2) / (2 * sigma**2))
    weights = (weights / (weights[0] + 2 * weights[1:].sum())).astype(shades.dtype)
    for axis in axes:
        shades = _mirrored_sum(shades, weights, axis, is_empty_beyond)
    return shades


def rotation(angle: float) -> Float64Array:
    """The matrix (2, 2) of a rotation by an angle in radians."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def warped(shades: Shades, matrices: npt.ArrayLike) -> Float64Array:
    """Shades with each pixel from elsewhere, interpolated linearly; from beyond the border comes nothing.

    Parameters
    ----------
    shades
        (n, 28, 28).
    matrices
        For each image (2, 2): from a place in the new image to one in the old, as (x, y) from the centre.
    """
    changed = np.empty(shades.shape)
    each, which = np.unique(np.asarray(matrices, float).reshape(-1, 4), axis=0, return_inverse=True)
    for index, matrix in enumerate(each):
        changed[which == index] = _from_elsewhere(shades[which == index], matrix.reshape(2, 2))
    return changed


def shifted(images: UInt8Array, down: int, right: int) -> UInt8Array:
    """Images moved by whole pixels; nothing comes in from beyond the border."""
    changed = np.zeros_like(images)
    to_rows, from_rows = _overlap(down)
    to_columns, from_columns = _overlap(right)
    changed[:, to_rows, to_columns] = images[:, from_rows, from_columns]
    return changed


def _from_elsewhere(shades: Shades, matrix: Float64Array) -> Float64Array:
    """Shades whose pixels all come from where one matrix says."""
    axis = np.arange(IMAGE_SIDE) - _CENTRE
    # Nothing is left of a pixel that is a whole one beyond the border.
    x, y = np.clip(matrix @ np.stack(np.meshgrid(axis, axis)).reshape(2, -1) + _CENTRE, -1, IMAGE_SIDE)
    left, top = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    padded = np.pad(shades, ((0, 0), (1, 2), (1, 2)))
    side = padded.shape[1]
    flat, first = padded.reshape(len(shades), -1), (top + 1) * side + left + 1
    x, y = x - left, y - top
    upper = (1 - x) * flat[:, first] + x * flat[:, first + 1]
    lower = (1 - x) * flat[:, first + side] + x * flat[:, first + side + 1]
    return ((1 - y) * upper + y * lower).reshape(shades.shape)


def _mirrored_sum(shades: Shades, weights: Shades, axis: int, is_empty_beyond: bool) -> Shades:
    """Each pixel times the first weight, and those so many pixels before and after it times the others."""
    reach, length = len(weights) - 1, shades.shape[axis]
    around = [(0, 0)] * 3
    around[axis] = (reach, reach)
    wide = np.moveaxis(np.pad(shades, around, mode="constant" if is_empty_beyond else "edge"), axis, 0)
    total = wide[reach : reach + length] * weights[0]
    for step in range(reach, 0, -1):
        total += (wide[reach - step : reach - step + length] + wide[reach + step : reach + step + length]) * weights[
            step
        ]
    return np.moveaxis(total, 0, axis)


def _overlap(distance: int) -> tuple[slice, slice]:
    """Where pixels go, and where they come from, when a side is moved."""
    distance = max(-IMAGE_SIDE, min(IMAGE_SIDE, distance))
    ahead = slice(max(distance, 0), IMAGE_SIDE + min(distance, 0))
    return ahead, slice(max(-distance, 0), IMAGE_SIDE + min(-distance, 0))
