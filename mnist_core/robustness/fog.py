"""Fog: clouds at random."""

import numpy as np

from mnist_core.robustness.pixels import Float64Array

SIDE, DECAY = 256, 1.4


def fog_maps(maps: int, rng: np.random.Generator) -> Float64Array:
    """Clouds from 0 to 1, (maps, 256, 256): midpoints of midpoints with ever smaller random steps.

    The diamond-square method of Fournier, Fussell and Carpenter, "Computer Rendering of Stochastic Models", 1982.
    """
    field = np.zeros((maps, SIDE, SIDE))
    step, reach = SIDE, 1.0
    while step > 1:
        half = step // 2
        corners, middles = field[:, ::step, ::step], field[:, half::step, half::step]
        below = corners + np.roll(corners, -1, axis=1)
        _set_means(middles, below + np.roll(below, -1, axis=2), reach, rng)
        across = middles + np.roll(middles, 1, axis=1) + corners + np.roll(corners, -1, axis=2)
        _set_means(field[:, ::step, half::step], across, reach, rng)
        along = middles + np.roll(middles, 1, axis=2) + corners + np.roll(corners, -1, axis=1)
        _set_means(field[:, half::step, ::step], along, reach, rng)
        # The published noise shrinks by the decay in both of its two factors.
        step, reach = half, reach / DECAY**2
    field -= field.min(axis=(1, 2), keepdims=True)
    return field / field.max(axis=(1, 2), keepdims=True)


def _set_means(part: Float64Array, sums: Float64Array, reach: float, rng: np.random.Generator) -> None:
    """Fill part of a map with the means of four neighbours and noise."""
    part[...] = sums / 4 + rng.uniform(-reach, reach, part.shape)
