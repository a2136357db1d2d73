"""The fifteen ways in which MNIST-C spoils digits: noise, blur, weather, lines, and other places and angles.

They are made here, from what was published: Mu and Gilmer, "MNIST-C: A Robustness Benchmark for Computer Vision", 2019,
each at the strength at which MNIST-C has it. With the same random numbers the images are those of the authors' code,
run with the libraries of its time (`tests/robustness/test_published.py` holds whole images of it against these). Random
numbers come from another generator here, so these are not the images of the published files, but others of the same
kind. Shades are rounded as in the authors' notebook.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mnist_core.errors import ConfigError
from mnist_core.language import noop as N_
from mnist_core.robustness.edges import edges
from mnist_core.robustness.fog import fog_maps
from mnist_core.robustness.lines import ROWS, ZIGZAG_SLOPES, dotted_lines, zigzags
from mnist_core.robustness.pixels import as_bytes, blurred, rotation, shifted, warped
from mnist_core.types import IMAGE_SIDE, UInt8Array, as_shades

# The strength of each kind; lengths in pixels, shades as shares of full ink.
PHOTONS = 3
IMPULSES = 0.17
GLASS_SIGMA, GLASS_ROUNDS = 0.7, 2
MOTION_LENGTH, MOTION_SIGMA, MOTION_ANGLE, MOTION_SHADES = 21, 3.0, 45.0, 257
TURN = 0.4
SIZE = 0.7
BRIGHTER = 0.5
MOVE = 3
STRIPE = 7
# So many images at a time get their fog: a map takes half a megabyte.
FOG, FOG_IMAGES = 3.0, 4
SPATTER_MEAN, SPATTER_SPREAD, SPATTER_LEVEL, SPATTER_SHADE = 0.65, 0.3, 0.65, 63 / 255
SPATTER_SIGMA, SPATTER_EDGE, SPATTER_SOLID = 1.0, 1.5, 0.8
EDGE_SIGMA, EDGE_LOW, EDGE_HIGH = 1.0, 0.1, 0.2

# Row and column of each pixel that glass may exchange with another one, in turn.
_INSIDE = range(IMAGE_SIDE - 1, 1, -1)
GLASS_STEPS = [(row, column) for row in _INSIDE for column in _INSIDE] * GLASS_ROUNDS

Change = Callable[[UInt8Array, np.random.Generator], UInt8Array]


@dataclass(frozen=True)
class Corruption:
    """One way to spoil digits.

    Attributes
    ----------
    name
        Its name in MNIST-C, with spaces.
    sentence
        What it does, for a visitor.
    change
        From uint8 (n, 28, 28) and a random generator to new images of the same form. The same seed gives the same
        images.
    """

    name: str
    sentence: str
    change: Change


def corrupted(kind: str, images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Images spoilt in one of the ways of `CORRUPTIONS`.

    Parameters
    ----------
    kind
        Name of the corruption.
    images
        uint8 (n, 28, 28), ink 255 on background 0; they stay as they are.

    Returns
    -------
    uint8 (n, 28, 28), new images.

    Raises
    ------
    ConfigError
        If there is no such kind.
    """
    if kind not in CORRUPTIONS:
        raise ConfigError(f"A corruption must be one of {', '.join(CORRUPTIONS)}. Received: {kind!r:.40}.")
    return CORRUPTIONS[kind].change(images, rng)


def _shot_noise(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """As in too little light: each shade counts `PHOTONS` particles of light or fewer."""
    return as_bytes(rng.poisson(images / 255 * PHOTONS) / PHOTONS)


def _impulse_noise(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Some pixels are full or empty whatever they were."""
    is_changed, is_full = rng.random(images.shape) < IMPULSES, rng.random(images.shape) < 0.5
    return np.where(is_changed, np.where(is_full, 255, 0), images).astype(np.uint8)


def _glass_blur(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Blurred up and down, pixels exchanged with a neighbour one after another, and blurred again.

    The published code calls a Gaussian that takes the last axis, the columns, for colours: along rows nothing blurs.
    """
    smooth = (blurred(images / 255, GLASS_SIGMA, axes=(1,)) * 255).astype(np.uint8)
    pixels = np.ascontiguousarray(smooth.transpose(1, 2, 0))
    everyone = np.arange(len(images))
    for (row, column), down, right in zip(GLASS_STEPS, *_exchanges(len(images), rng), strict=True):
        there = row + down, column + right, everyone
        kept = pixels[row, column].copy()
        pixels[row, column] = pixels[there]
        pixels[there] = kept
    return as_bytes(blurred(pixels.transpose(2, 0, 1) / 255, GLASS_SIGMA, axes=(1,)))


def _motion_blur(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Drawn out to one side, as ImageMagick 6 does it: weights of half a Gaussian along a line.

    It counts in 65,535 shades, rounds these, and cuts them off to 255.
    """
    angles = np.deg2rad(rng.uniform(-MOTION_ANGLE, MOTION_ANGLE, len(images)))[:, None]
    weights = np.exp(-(np.arange(MOTION_LENGTH) ** 2) / (2 * MOTION_SIGMA**2))
    axis, everyone = np.arange(IMAGE_SIDE), np.arange(len(images))[:, None, None]
    total = np.zeros(images.shape)
    for step, weight in enumerate(weights / weights.sum()):
        rows, columns = (
            np.clip(axis + np.ceil(step * part - 0.5).astype(np.intp), 0, IMAGE_SIDE - 1)
            for part in (np.sin(angles), np.cos(angles))
        )
        total += weight * images[everyone, rows[:, :, None], columns[:, None, :]]
    return (np.rint(total * MOTION_SHADES) // MOTION_SHADES).astype(np.uint8)


def _shear(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Slanted to either side by an angle of `TURN` radians; the height changes with it."""
    angles = TURN * _signs(rng, (len(images),))
    return as_bytes(warped(images / 255, [[[1, -np.sin(angle)], [0, np.cos(angle)]] for angle in angles]))


def _scale(images: UInt8Array, _rng: np.random.Generator) -> UInt8Array:
    """Smaller."""
    return as_bytes(warped(images / 255, [np.eye(2) / SIZE] * len(images)))


def _rotate(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Turned to either side by `TURN` radians, 23 degrees."""
    return as_bytes(warped(images / 255, [rotation(angle) for angle in TURN * _signs(rng, (len(images),))]))


def _brightness(images: UInt8Array, _rng: np.random.Generator) -> UInt8Array:
    """Everything brighter, the background too."""
    return as_bytes(images / 255 + BRIGHTER)


def _translate(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Moved along a diagonal."""
    changed = np.zeros_like(images)
    right, down = -_signs(rng, (2, len(images)))
    for way_down in (-1, 1):
        for way_right in (-1, 1):
            chosen = (down == way_down) & (right == way_right)
            changed[chosen] = shifted(images[chosen], MOVE * way_down, MOVE * way_right)
    return changed


def _stripe(images: UInt8Array, _rng: np.random.Generator) -> UInt8Array:
    """Inverted at the left and at the right."""
    changed = images.copy()
    for columns in (slice(0, STRIPE), slice(IMAGE_SIDE - STRIPE, None)):
        changed[..., columns] = 255 - changed[..., columns]
    return changed


def _fog(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Fog over it: the upper left corner of a map of its own."""
    changed = np.empty_like(images)
    for start in range(0, len(images), FOG_IMAGES):
        shades = images[start : start + FOG_IMAGES] / 255
        fog = fog_maps(len(shades), rng)[:, :IMAGE_SIDE, :IMAGE_SIDE]
        brightest = shades.max(axis=(1, 2), keepdims=True)
        changed[start : start + FOG_IMAGES] = as_bytes((shades + FOG * fog) * brightest / (brightest + FOG))
    return changed


def _spatter(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Drops of mud on it."""
    drops = rng.normal(SPATTER_MEAN, SPATTER_SPREAD, images.shape)
    is_wet = blurred(drops, SPATTER_SIGMA) > SPATTER_LEVEL
    mud = blurred(is_wet.astype(np.float32), SPATTER_EDGE)
    mud[mud < SPATTER_SOLID] = 0
    return as_bytes(as_shades(images) * (1 - mud) + np.float32(SPATTER_SHADE) * mud)


def _dotted_line(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """A dotted line from the left to the right."""
    first, last = rng.integers(0, len(ROWS), (2, len(images)))
    return as_bytes(images / 255 + dotted_lines()[first, last])


def _zigzag(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """A zigzag across it."""
    row = rng.integers(0, len(ROWS), len(images))
    climb = rng.integers(ZIGZAG_SLOPES.start, ZIGZAG_SLOPES.stop, len(images))
    return as_bytes(images / 255 + zigzags()[row, climb - ZIGZAG_SLOPES.start])


def _canny_edges(images: UInt8Array, _rng: np.random.Generator) -> UInt8Array:
    """Only its edges."""
    return edges(images / 255, EDGE_SIGMA, EDGE_LOW, EDGE_HIGH).astype(np.uint8) * np.uint8(255)


_ALL = (
    Corruption(N_("shot noise"), N_("The speckles of a photo taken in the dark."), _shot_noise),
    Corruption(N_("impulse noise"), N_("One pixel in six is black or white, whatever it was."), _impulse_noise),
    Corruption(N_("glass blur"), N_("Seen through frosted glass."), _glass_blur),
    Corruption(N_("motion blur"), N_("The camera moved."), _motion_blur),
    Corruption(N_("shear"), N_("Slanted by 23 degrees, to either side."), _shear),
    Corruption(N_("scale"), N_("At 70 % of its size."), _scale),
    Corruption(N_("rotate"), N_("Turned by 23 degrees, to either side."), _rotate),
    Corruption(N_("brightness"), N_("Everything is brighter by half, the background too."), _brightness),
    # Translators: moved to another place.
    Corruption(N_("translate"), N_("Moved by three pixels up or down and to a side."), _translate),
    Corruption(N_("stripe"), N_("Black and white are exchanged at the left and at the right."), _stripe),
    Corruption(N_("fog"), N_("Seen through fog."), _fog),
    Corruption(N_("spatter"), N_("Drops of mud on it."), _spatter),
    Corruption(N_("dotted line"), N_("A dotted line across it."), _dotted_line),
    Corruption(N_("zigzag"), N_("A zigzag line across it."), _zigzag),
    Corruption(N_("canny edges"), N_("Only the outline is left."), _canny_edges),
)
CORRUPTIONS: Mapping[str, Corruption] = {each.name: each for each in _ALL}


def _signs(rng: np.random.Generator, shape: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """-1 or 1, so many."""
    return 2 * rng.integers(0, 2, shape) - 1


def _exchanges(n: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """For each of `GLASS_STEPS`, by how many rows and columns away each of n images takes a pixel, (2, steps, n).

    A half of them keep the pixel; the others exchange it with itself, or one above or to the left.
    """
    steps = len(GLASS_STEPS)
    return rng.integers(-1, 1, (2, steps, n)) * (rng.random((steps, n)) < 0.5)
