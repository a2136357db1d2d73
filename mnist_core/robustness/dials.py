"""Eight dials that make a digit harder to read, from untouched to unreadable."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from mnist_core.language import noop as N_
from mnist_core.robustness.pixels import as_bytes, blurred, rotation, shifted, warped
from mnist_core.types import IMAGE_SIDE, UInt8Array, as_shades, check_number

# Strokes are made thicker and thinner on a copy so many times as large, so that half a pixel can be told.
ENLARGEMENT = 4
# What has at least this shade is ink.
INK = 128
# All dials draw their random numbers from this seed, so that a digit does not flicker while one is turned.
SEED = 7

Turn = Callable[[UInt8Array, float, np.random.Generator], UInt8Array]


@dataclass(frozen=True)
class Dial:
    """One way to change digits, by more or less.

    Attributes
    ----------
    name
        In one or two words.
    sentence
        What it does, for a visitor.
    unit
        What stands behind a value.
    neutral
        The value at which images stay as they are.
    values
        Where accuracy is measured, the smallest first; any value between the first and the last will do.
    step
        Between two values that a visitor can choose.
    turn
        From images, a value other than the neutral one and a random generator to new images.
    """

    name: str
    sentence: str
    unit: str
    neutral: float
    values: tuple[float, ...]
    step: float
    turn: Turn

    def __call__(self, images: UInt8Array, value: float, rng: np.random.Generator) -> UInt8Array:
        """Images with the dial at a value.

        Parameters
        ----------
        images
            uint8 (n, 28, 28), ink 255 on background 0; they stay as they are.
        value
            In the dial's unit.

        Returns
        -------
        uint8 (n, 28, 28), new images; the same for the same generator.

        Raises
        ------
        ConfigError
            If the value is beyond the dial's.
        """
        check_number(self.name, value, self.values[0], self.values[-1])
        return images.copy() if value == self.neutral or not len(images) else self.turn(images, value, rng)

    def label(self, value: float) -> str:
        """A value with its unit."""
        return f"{value:g}{'' if self.unit in '°×' else ' '}{self.unit}"


def turned(images: UInt8Array, values: Mapping[str, float]) -> UInt8Array:
    """Images with several dials turned, in the order of `DIALS`.

    Parameters
    ----------
    images
        uint8 (n, 28, 28).
    values
        Names of dials and their values; those that are left out are neutral.

    Raises
    ------
    ConfigError
        If a value is beyond its dial's.
    """
    for name, dial in DIALS.items():
        if name in values:
            images = dial(images, values[name], generator(name))
    return images


def generator(name: str) -> np.random.Generator:
    """The random numbers of a dial or of a kind of corruption: always the same, and for each name others."""
    return np.random.default_rng([SEED, *name.encode()])


def _thickness(images: UInt8Array, pixels: float, _rng: np.random.Generator) -> UInt8Array:
    """Strokes thicker, or thinner, by so many pixels in all."""
    side = 2 * round(ENLARGEMENT / 2 * abs(pixels)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    change = partial(cv2.dilate if pixels > 0 else cv2.erode, kernel=disc)
    size, large = (IMAGE_SIDE, IMAGE_SIDE), (ENLARGEMENT * IMAGE_SIDE, ENLARGEMENT * IMAGE_SIDE)
    changed = [cv2.resize(change(cv2.resize(each, large)), size, interpolation=cv2.INTER_AREA) for each in images]
    return np.array(changed, np.uint8)


def _rotation(images: UInt8Array, degrees: float, _rng: np.random.Generator) -> UInt8Array:
    """Turned clockwise around the centre."""
    return as_bytes(warped(images / 255, [rotation(-np.deg2rad(degrees))] * len(images)))


def _scale(images: UInt8Array, factor: float, _rng: np.random.Generator) -> UInt8Array:
    """So many times as large."""
    return as_bytes(warped(images / 255, [np.eye(2) / factor] * len(images)))


def _shift(images: UInt8Array, pixels: float, _rng: np.random.Generator) -> UInt8Array:
    """Moved to the right by whole pixels."""
    return shifted(images, 0, round(pixels))


def _occlusion(images: UInt8Array, pixels: float, rng: np.random.Generator) -> UInt8Array:
    """Nothing left in a square of so many pixels a side around a random piece of ink."""
    n, side = len(images), round(pixels)
    chance = rng.random(images.shape, np.float32) * (images >= INK)
    middles = np.unravel_index(chance.reshape(n, -1).argmax(axis=1), images.shape[1:])
    places = np.arange(IMAGE_SIDE)
    starts = [middle[:, None] - side // 2 for middle in middles]
    rows, columns = ((places >= start) & (places < start + side) for start in starts)
    return np.where(rows[:, :, None] & columns[:, None, :], 0, images).astype(np.uint8)


def _blur(images: UInt8Array, sigma: float, _rng: np.random.Generator) -> UInt8Array:
    """Under a Gaussian."""
    return as_bytes(blurred(as_shades(images), sigma))


def _contrast(images: UInt8Array, percent: float, _rng: np.random.Generator) -> UInt8Array:
    """All shades nearer to the image's mean, as in ImageNet-C (Hendrycks and Dietterich, 2019)."""
    shades = as_shades(images)
    mean = shades.mean(axis=(1, 2), keepdims=True)
    return as_bytes(mean + (shades - mean) * np.float32(percent / 100))


def _noise(images: UInt8Array, percent: float, rng: np.random.Generator) -> UInt8Array:
    """Gaussian noise on every pixel; its standard deviation in percent of full ink."""
    return as_bytes(as_shades(images) + rng.standard_normal(images.shape, np.float32) * np.float32(percent / 100))


_ALL = (
    Dial(
        N_("stroke thickness"),
        N_("The same digit with a thicker or a thinner pen: its strokes by so many pixels."),
        "px",
        0,
        (-3, -2.5, -2, -1.5, -1, 0, 1, 2, 3, 4, 5, 6),
        0.5,
        _thickness,
    ),
    Dial(N_("rotation"), N_("Turned clockwise."), "°", 0, tuple(range(-90, 91, 15)), 5, _rotation),
    Dial(
        N_("scale"),
        N_("Smaller or larger than MNIST digits are, which fill 20 of 28 pixels."),
        "×",
        1,
        (0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2),
        0.05,
        _scale,
    ),
    Dial(N_("shift"), N_("Moved to the right; below zero, to the left."), "px", 0, tuple(range(-10, 11, 2)), 1, _shift),
    Dial(
        N_("occlusion"),
        N_("A square is erased, around a random piece of the ink: so many pixels a side."),
        "px",
        0,
        (0, 2, 4, 6, 8, 10, 12, 14),
        1,
        _occlusion,
    ),
    Dial(
        N_("blur"),
        N_("Out of focus: each point becomes a spot with so many pixels of spread (standard deviation)."),
        "px",
        0,
        (0, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3),
        0.25,
        _blur,
    ),
    Dial(
        N_("contrast"),
        N_("Ink and paper become more alike: so much is left of the difference."),
        "%",
        100,
        (5, 10, 15, 20, 25, 30, 40, 60, 80, 100),
        1,
        _contrast,
    ),
    Dial(
        N_("noise"),
        N_("Grain on every pixel: its spread (standard deviation) in percent of full ink."),
        "%",
        0,
        (0, 2, 5, 8, 10, 15, 20, 25, 30, 40),
        1,
        _noise,
    ),
)
DIALS: Mapping[str, Dial] = {each.name: each for each in _ALL}
