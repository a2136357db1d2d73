"""Edges: where shades change most (Canny, "A Computational Approach to Edge Detection", 1986)."""

import cv2
import numpy as np

from mnist_core.robustness.pixels import Float64Array, Shades, blurred
from mnist_core.types import BoolArray


def edges(shades: Shades, sigma: float, low: float, high: float) -> BoolArray:
    """Whether each pixel is on an edge, (n, h, w).

    Parameters
    ----------
    shades
        (n, h, w), from 0 to 1.
    sigma
        Of the Gaussian, in pixels, under which slopes are looked for.
    low, high
        How steep an edge is all along it, and at least in one place, as Sobel's operator counts: a step from 0 to 1
        has 4.
    """
    across, down = _slopes(_without_dark_border(shades, sigma))
    steepness = np.hypot(across, down)
    is_ridge = _is_steepest(steepness, across, down)
    return np.array(
        [_connected(ridge & (steep >= low), steep >= high) for ridge, steep in zip(is_ridge, steepness, strict=True)],
        bool,
    ).reshape(shades.shape)


def _without_dark_border(shades: Shades, sigma: float) -> Shades:
    """Shades under a Gaussian that counts only what lies within the image."""
    within = blurred(np.ones((1, *shades.shape[1:])), sigma, is_empty_beyond=True)
    return blurred(shades, sigma, is_empty_beyond=True) / within


def _slopes(shades: Shades) -> tuple[Float64Array, Float64Array]:
    """How much shades grow to the right and downwards, as Sobel's operator has it."""
    wide = np.pad(shades, ((0, 0), (1, 1), (1, 1)), mode="edge")
    across, down = wide[:, :, 2:] - wide[:, :, :-2], wide[:, 2:] - wide[:, :-2]
    return (
        across[:, :-2] + 2 * across[:, 1:-1] + across[:, 2:],
        down[:, :, :-2] + 2 * down[:, :, 1:-1] + down[:, :, 2:],
    )


def _is_steepest(steepness: Float64Array, across: Float64Array, down: Float64Array) -> BoolArray:
    """Whether no place one step up or down the slope is steeper than a pixel; those at the border never are.

    One step leads between two pixels, a straight and a diagonal one, and the steepness there lies between theirs.
    """
    n, height, width = steepness.shape
    inside = np.s_[:, 1:-1, 1:-1]
    inner, x, y = steepness[inside], across[inside], down[inside]
    is_level = abs(x) > abs(y)
    longer, shorter = np.maximum(abs(x), abs(y)), np.minimum(abs(x), abs(y))
    share = shorter / np.maximum(longer, np.finfo(float).tiny)
    # Which pixel is straight ahead up the slope, and which diagonally.
    right, below = np.where(x < 0, -1, 1), np.where(y < 0, -1, 1)
    images, rows, columns = np.ogrid[:n, 1 : height - 1, 1 : width - 1]
    is_ridge = inner > 0
    for way in (1, -1):
        straight = steepness[
            images, rows + way * np.where(is_level, 0, below), columns + way * np.where(is_level, right, 0)
        ]
        diagonal = steepness[images, rows + way * below, columns + way * right]
        is_ridge &= diagonal * share + straight * (1 - share) <= inner
    return np.pad(is_ridge, ((0, 0), (1, 1), (1, 1)))


def _connected(is_candidate: BoolArray, is_certain: BoolArray) -> BoolArray:
    """Those candidates of an image that hang together with one that is certain, by corners too."""
    count, parts = cv2.connectedComponents(is_candidate.astype(np.uint8), connectivity=8)
    is_kept = np.zeros(count, bool)
    is_kept[parts[is_candidate & is_certain]] = True
    return is_kept[parts]
