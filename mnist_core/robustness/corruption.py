"""The fifteen ways in which MNIST-C spoils digits: noise, blur, weather, lines, and other places and angles.

They are made here, from what was published: Mu and Gilmer, "MNIST-C: A Robustness Benchmark for Computer Vision", 2019,
each at the strength at which MNIST-C has it, with the constants of the authors' code. They are not the authors' files,
and differ from them in these points: edges come from OpenCV and not from scikit-image, with the same thresholds; 64
images share one map of fog, each at a place of its own; a zigzag ends where its straight line does; shades are rounded,
not cut off. Errors measured on them are close to those on MNIST-C, but not the same numbers.
"""

import functools
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from mnist_core.errors import ConfigError
from mnist_core.language import noop as N_
from mnist_core.robustness.fog import fog_maps
from mnist_core.types import IMAGE_SIDE, Float32Array, UInt8Array, as_shades, frozen

_CENTRE = (IMAGE_SIDE - 1) / 2

# The strength of each kind; lengths in pixels, shades as shares of full ink.
PHOTONS = 3
IMPULSES = 0.17
GLASS_SIGMA, GLASS_ROUNDS = 0.7, 2
MOTION_LENGTH, MOTION_SIGMA, MOTION_ANGLE = 21, 3.0, 45.0
TURN = 0.4
SIZE = 0.7
BRIGHTER = 0.5
MOVE = 3
STRIPE = 7
FOG, FOG_IMAGES = 3.0, 64
SPATTER_MEAN, SPATTER_SPREAD, SPATTER_LEVEL, SPATTER_SHADE = 0.65, 0.3, 0.65, 63 / 255
SPATTER_SIGMA, SPATTER_EDGE, SPATTER_SOLID = 1.0, 1.5, 0.8
LINE_REACH, DASH = 2.3, 2
ZIGZAG_COLUMNS, ZIGZAG_STEP, ZIGZAG_SLOPES = (2, 25), 2.0, range(-5, 5)
EDGE_SIGMA, EDGE_LOW, EDGE_HIGH = 1.0, 0.1, 0.2

# A line begins and ends in one of these rows.
_ROWS = range(IMAGE_SIDE - 1)

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
    return as_bytes(rng.poisson(as_shades(images) * PHOTONS) / PHOTONS)


def _impulse_noise(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Some pixels are full or empty whatever they were."""
    chance = rng.random(images.shape, np.float32)
    return np.where(chance < IMPULSES / 2, 0, np.where(chance < IMPULSES, 255, images)).astype(np.uint8)


def _glass_blur(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Blurred, pixels exchanged with a neighbour one after another, and blurred again."""
    pixels = np.ascontiguousarray(as_bytes(blurred(as_shades(images), GLASS_SIGMA)).transpose(1, 2, 0))
    everyone = np.arange(len(images))
    inside = range(IMAGE_SIDE - 1, 1, -1)
    for row, column in [(row, column) for row in inside for column in inside] * GLASS_ROUNDS:
        # Half of the images keep the pixel; the others exchange it with itself, or one above or to the left.
        moves = rng.random(len(images)) < 0.5
        up, left = rng.integers(0, 2, (2, len(images)))
        there = row - up * moves, column - left * moves, everyone
        kept = pixels[row, column].copy()
        pixels[row, column] = pixels[there]
        pixels[there] = kept
    return as_bytes(blurred(as_shades(pixels.transpose(2, 0, 1)), GLASS_SIGMA))


def _motion_blur(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Drawn out to one side, as ImageMagick does it: weights of half a Gaussian along a line."""
    angles = np.deg2rad(rng.uniform(-MOTION_ANGLE, MOTION_ANGLE, len(images)))
    steps = np.arange(MOTION_LENGTH)
    weights = np.exp(-(steps**2) / (2 * MOTION_SIGMA**2))
    weights /= weights.sum()
    changed = np.empty_like(images)
    for index, angle in enumerate(angles):
        kernel = np.zeros((2 * MOTION_LENGTH - 1, 2 * MOTION_LENGTH - 1), np.float32)
        rows, columns = (np.ceil(steps * part - 0.5).astype(int) for part in (np.sin(angle), np.cos(angle)))
        np.add.at(kernel, (MOTION_LENGTH - 1 + rows, MOTION_LENGTH - 1 + columns), weights)
        changed[index] = cv2.filter2D(images[index], -1, kernel, borderType=cv2.BORDER_REPLICATE)
    return changed


def _shear(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Slanted to either side by an angle of `TURN` radians; the height changes with it."""
    angles = TURN * _signs(rng, len(images))
    return warped(images, [np.array([[1, -np.sin(angle)], [0, np.cos(angle)]]) for angle in angles])


def _scale(images: UInt8Array, _rng: np.random.Generator) -> UInt8Array:
    """Smaller."""
    return warped(images, [np.eye(2) / SIZE] * len(images))


def _rotate(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Turned to either side by `TURN` radians, 23 degrees."""
    return warped(images, [rotation(angle) for angle in TURN * _signs(rng, len(images))])


def _brightness(images: UInt8Array, _rng: np.random.Generator) -> UInt8Array:
    """Everything brighter, the background too."""
    return as_bytes(as_shades(images) + np.float32(BRIGHTER))


def _translate(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Moved along a diagonal."""
    changed = np.zeros_like(images)
    down, right = (_signs(rng, len(images)) for _way in range(2))
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
    """Fog over it, at a random place of a map that repeats itself on all sides."""
    n = len(images)
    maps = fog_maps(-(-n // FOG_IMAGES), rng)
    side = maps.shape[1]
    rows, columns = ((each[:, None] + np.arange(IMAGE_SIDE)) % side for each in rng.integers(0, side, (2, n)))
    fog = maps[np.arange(n)[:, None, None] // FOG_IMAGES, rows[:, :, None], columns[:, None, :]]
    shades = as_shades(images)
    brightest = shades.max(axis=(1, 2), keepdims=True, initial=0)
    return as_bytes((shades + np.float32(FOG) * fog) * brightest / (brightest + np.float32(FOG)))


def _spatter(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Drops of mud on it."""
    drops = rng.standard_normal(images.shape, np.float32) * np.float32(SPATTER_SPREAD) + np.float32(SPATTER_MEAN)
    is_wet = blurred(drops, SPATTER_SIGMA) > SPATTER_LEVEL
    mud = blurred(is_wet.astype(np.float32), SPATTER_EDGE)
    mud[mud < SPATTER_SOLID] = 0
    return as_bytes(as_shades(images) * (1 - mud) + np.float32(SPATTER_SHADE) * mud)


def _dotted_line(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """A dotted line from the left to the right."""
    first, last = rng.integers(0, len(_ROWS), (2, len(images)))
    return as_bytes(as_shades(images) + _dotted_lines()[first, last])


def _zigzag(images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """A zigzag across it; the digit loses its shades of grey, as it does in the authors' code."""
    row = rng.integers(0, len(_ROWS), len(images))
    slope = rng.integers(0, len(ZIGZAG_SLOPES), len(images))
    return as_bytes((images > 0) + _zigzags()[row, slope])


def _canny_edges(images: UInt8Array, _rng: np.random.Generator) -> UInt8Array:
    """Only its edges (Canny, "A Computational Approach to Edge Detection", 1986)."""
    smooth = as_bytes(blurred(as_shades(images), EDGE_SIGMA))
    edges = [cv2.Canny(each, 255 * EDGE_LOW, 255 * EDGE_HIGH, L2gradient=True) for each in smooth]
    return np.array(edges, np.uint8).reshape(images.shape)


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


def as_bytes(shades: np.ndarray) -> UInt8Array:
    """Shares of full ink as bytes, rounded; what is beyond 0 or 1 becomes that."""
    return (np.clip(shades, 0, 1) * 255 + 0.5).astype(np.uint8)


def blurred(shades: Float32Array, sigma: float) -> Float32Array:
    """Shades (n, h, w) under a Gaussian of this many pixels; beyond the border they go on as at the border."""
    side = 2 * int(4 * sigma + 0.5) + 1
    smooth = [cv2.GaussianBlur(each, (side, side), sigma, borderType=cv2.BORDER_REPLICATE) for each in shades]
    return np.array(smooth, np.float32).reshape(shades.shape)


def rotation(angle: float) -> npt.NDArray[np.float64]:
    """The matrix (2, 2) of a rotation by an angle in radians."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def warped(images: UInt8Array, matrices: list[npt.NDArray[np.float64]]) -> UInt8Array:
    """Images with each pixel from elsewhere, interpolated linearly; from beyond the border comes nothing.

    Parameters
    ----------
    matrices
        For each image (2, 2): from a place in the new image to one in the old, as (x, y) from the centre.
    """
    centre, size = np.full((2, 1), _CENTRE), (IMAGE_SIDE, IMAGE_SIDE)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    changed = [
        cv2.warpAffine(image, np.hstack([matrix, centre - matrix @ centre]), size, flags=flags)
        for image, matrix in zip(images, matrices, strict=True)
    ]
    return np.array(changed, np.uint8).reshape(images.shape)


def shifted(images: UInt8Array, down: int, right: int) -> UInt8Array:
    """Images moved by whole pixels; nothing comes in from beyond the border."""
    changed = np.zeros_like(images)
    to_rows, from_rows = _overlap(down)
    to_columns, from_columns = _overlap(right)
    changed[:, to_rows, to_columns] = images[:, from_rows, from_columns]
    return changed


def _overlap(distance: int) -> tuple[slice, slice]:
    """Where pixels go, and where they come from, when a side is moved."""
    distance = max(-IMAGE_SIDE, min(IMAGE_SIDE, distance))
    ahead = slice(max(distance, 0), IMAGE_SIDE + min(distance, 0))
    return ahead, slice(max(-distance, 0), IMAGE_SIDE + min(-distance, 0))


def _signs(rng: np.random.Generator, n: int) -> npt.NDArray[np.int64]:
    """-1 or 1 for each image."""
    return 2 * rng.integers(0, 2, n) - 1


@functools.cache
def _dotted_lines() -> Float32Array:
    """All dotted lines, (27, 27, 28, 28): by the row in which each begins and the one in which it ends."""
    end = IMAGE_SIDE - 1
    lines = np.array([[_line((0, first), (end, last)) for last in _ROWS] for first in _ROWS])
    is_gap = np.arange(IMAGE_SIDE) // DASH % 2 == 0
    return frozen(np.where(is_gap, 0, lines).astype(np.float32))


@functools.cache
def _zigzags() -> Float32Array:
    """All zigzags, (27, 10, 28, 28): by the row in which each begins and how many rows it climbs."""
    return frozen(np.array([[_zigzag_line(row, slope) for slope in ZIGZAG_SLOPES] for row in _ROWS], np.float32))


def _zigzag_line(row: int, climb: int) -> Float32Array:
    """The ink of one zigzag around a straight line."""
    first, last = ZIGZAG_COLUMNS
    length = float(np.hypot(last - first, climb))
    turns = np.arange(ZIGZAG_STEP, length, 2 * ZIGZAG_STEP)
    heights = ZIGZAG_STEP * (-1.0) ** np.arange(len(turns))
    along = np.array([[0, *turns, length], [0, *heights, 0]])
    columns, rows = rotation(np.arctan2(climb, last - first)) @ along + [[first], [row]]
    corners = list(zip(columns, rows, strict=True))
    ink = sum(_line(start, end) for start, end in itertools.pairwise(corners))
    return np.clip(ink, 0, 1)


def _line(start: tuple[float, float], end: tuple[float, float]) -> Float32Array:
    """The ink of a line from one (x, y) to another: full on it, and fading above and below it."""
    columns, rows = np.arange(IMAGE_SIDE), np.arange(IMAGE_SIDE)[:, None]
    height = start[1] + (end[1] - start[1]) / (end[0] - start[0]) * (columns - start[0])
    distance = np.minimum(np.abs(rows - height) / LINE_REACH, 1 - 1e-9)
    is_within = (columns >= np.floor(start[0])) & (columns < np.ceil(end[0]))
    return np.where(is_within, np.clip(1 + np.log1p(-distance), 0, 1), 0).astype(np.float32)
