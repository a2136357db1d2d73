"""Small changes after which a network reads another digit: the least noise, single pixels, one stroke.

Szegedy and others, "Intriguing properties of neural networks", 2014. Whatever is found is read by the recognizer
itself, as an image of whole shades; nothing is taken from the gradients on trust.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.errors import ConfigError
from mnist_core.explanation.gradients import GradientNetwork
from mnist_core.model.recognizer import Recognizer
from mnist_core.types import CLASSES, IMAGE_SIDE, Readings, UInt8Array, check_number, frozen

# Noise: no pixel changes by more shades than this; so many steps are taken within a bound, and bounds are tried until
# they are so near to each other. The slider goes on beyond the least one that is enough, as far as this.
MOST_SHADES = 128
NOISE_STEPS = 16
NEAR_SHADES = 1
BEYOND = 1.5
# Pixels: no more than this are changed; those that the gradients favour are tried, and at first all of them.
MOST_PIXELS = 24
FAVOURED = 24
# A stroke: between places that are so many pixels apart, as wide as MNIST's pen, drawn in so many parts.
STROKE_STEP, STROKE_MARGIN = 3, 5
STROKE_WIDTH = 2
STROKE_PARTS = 20
# Points of a pixel that a line may begin at, as powers of two.
_FINE = 4


@dataclass(frozen=True, eq=False)
class Fooling:
    """An image that is changed more and more, and what is read in it.

    Attributes
    ----------
    digit
        What it is to be read as.
    images
        uint8 (n, 28, 28): the first is unchanged, each later one is changed more.
    amounts
        float64 (n,): how much, in the way's own unit: shades of 255 by which no pixel changes more; pixels; the share
        of the stroke that is drawn, in percent.
    readings
        What the recognizer makes of each.
    """

    digit: int
    images: UInt8Array
    amounts: np.ndarray
    readings: Readings

    @property
    def first(self) -> int | None:
        """Number of the first image that is read as the digit; None if none is."""
        found = np.flatnonzero(self.readings.digits == self.digit)
        return int(found[0]) if len(found) else None

    def noise(self, number: int) -> np.ndarray:
        """What is added to each pixel, int16 (28, 28), in shades; below 0 where ink is taken away."""
        return self.images[number].astype(np.int16) - self.images[0]

    def share(self, number: int) -> float:
        """All that is changed as a share of all the ink: 1 is as much as there is ink."""
        return float(np.abs(self.noise(number)).sum() / max(1, self.images[0].sum(dtype=int)))


def least_noise(recognizer: Recognizer, network: GradientNetwork, image: UInt8Array, digit: int) -> Fooling:
    """The least noise after which a digit is read, from none to somewhat more.

    Steps along the sign of the gradient within a bound on each pixel (Madry and others, "Towards Deep Learning Models
    Resistant to Adversarial Attacks", 2018); the bound is halved towards the least that is enough. A smaller noise may
    exist that these steps do not find.

    Parameters
    ----------
    image
        uint8 (28, 28), in MNIST form.
    digit
        What it is to be read as, from 0 to 9.

    Returns
    -------
    As it is with each strength of that noise; if none within `MOST_SHADES` is enough, with each of the last tried.
    """
    check_target(digit)
    reads = _reader(recognizer, digit)
    low, high = 0, MOST_SHADES
    changed = bounded_noise(network, image[np.newaxis], [digit], high)[0]
    if not reads(changed):
        return _along(recognizer, digit, image, changed.astype(np.float32) - image, MOST_SHADES, MOST_SHADES)
    while high - low > NEAR_SHADES:
        # The least noise is mostly a small one: the lower third is tried first.
        bound = low + max(1, (high - low) // 3)
        tried = bounded_noise(network, image[np.newaxis], [digit], bound)[0]
        if reads(tried):
            high, changed = bound, tried
        else:
            low = bound
    most = min(255, max(high + 1, round(high * BEYOND)))
    return _along(recognizer, digit, image, changed.astype(np.float32) - image, high, most)


def bounded_noise(
    network: GradientNetwork, images: UInt8Array, digits: Sequence[int], bound: int, steps: int = NOISE_STEPS
) -> UInt8Array:
    """Images changed by at most so many shades a pixel, so that each is read as its digit rather than as any other.

    Parameters
    ----------
    images, digits
        uint8 (n, 28, 28), and for each what it is to be read as.
    bound
        From 0 to 255.

    Returns
    -------
    uint8 (n, 28, 28): of each the last that was read so, or the last of all.
    """
    check_number("A bound", bound, 0, 255, whole=True)
    targets, rows = np.asarray(digits), np.arange(len(images))
    original = images.astype(np.float32)
    low, high = np.maximum(original - bound, 0), np.minimum(original + bound, 255)
    changed, best = original.copy(), images.copy()
    found = np.zeros(len(images), bool)
    step = max(1.0, 2.5 * bound / steps)
    for _ in range(steps):
        way = network.follow(np.rint(changed).astype(np.float32) / np.float32(255))
        others = np.where(np.arange(CLASSES) == targets[:, np.newaxis], -np.inf, way.scores)
        lead = way.scores[rows, targets] - others.max(axis=1)
        is_read = lead > 0
        best[is_read | ~found] = np.rint(changed[is_read | ~found]).astype(np.uint8)
        found |= is_read
        if found.all():
            break
        weights = np.zeros((len(images), CLASSES), np.float32)
        weights[rows, targets] = 1
        weights[rows, others.argmax(axis=1)] -= 1
        gradient, _ = way.gradients(weights)
        changed = np.clip(changed + step * np.sign(gradient), low, high)
    best[~found] = np.rint(changed[~found]).astype(np.uint8)
    return best


def few_pixels(recognizer: Recognizer, network: GradientNetwork, image: UInt8Array, digit: int) -> Fooling:
    """Pixels made empty or full of ink one after another, until a digit is read: the one that helps most each time.

    The first is the best of all 784, both ways (after Su, Vargas, Sakurai, "One Pixel Attack for Fooling Deep Neural
    Networks", 2019, who search); the later ones are the best of those that the gradients favour.

    Returns
    -------
    As it is with each number of pixels, up to `MOST_PIXELS`.
    """
    check_target(digit)
    images = [image]
    free = np.ones(image.size, bool)
    while len(images) <= MOST_PIXELS:
        now = images[-1]
        places = np.flatnonzero(free) if len(images) == 1 else _favoured(network, now, digit, free)
        tried = _with_pixels(now, places)
        read = recognizer.predict_many(tried)[0]
        best = int(read[:, digit].argmax())
        images.append(tried[best])
        free[np.flatnonzero(tried[best].ravel() != now.ravel())] = False
        if read[best].argmax() == digit:
            break
    return _read(recognizer, digit, np.stack(images), np.arange(len(images)))


def one_stroke(recognizer: Recognizer, image: UInt8Array, digit: int) -> Fooling:
    """One straight stroke after which a digit is read: the shortest of some thousand that is enough.

    Returns
    -------
    As it is while the stroke is drawn; where none is enough, with the one that makes the digit most probable.
    """
    check_target(digit)
    lines = _lines()
    chances = recognizer.predict_many(np.maximum(image, _drawn(lines)))[0]
    lengths = np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1)
    enough = chances.argmax(axis=1) == digit
    best = int(np.where(enough, lengths, np.inf).argmin()) if enough.any() else int(chances[:, digit].argmax())
    start, end = lines[best]
    shares = np.arange(1, STROKE_PARTS + 1) / STROKE_PARTS
    parts = np.stack([np.stack([start, start + share * (end - start)]) for share in shares])
    images = np.concatenate([image[np.newaxis], np.maximum(image, _drawn(parts))])
    return _read(recognizer, digit, images, np.append(0, 100 * shares))


def withstood(recognizer: Recognizer, fooling: Fooling, number: int, count: int = 20) -> int:
    """How many of so many images with as much noise, but of random sign, are read as the unchanged one is.

    Parameters
    ----------
    number
        Of the image whose noise is taken: each pixel changes by as many shades, up or down by chance.
    """
    signs = np.random.default_rng(0).choice([-1, 1], (count, IMAGE_SIDE, IMAGE_SIDE))
    images = (fooling.images[0] + signs * fooling.noise(number)).clip(0, 255).astype(np.uint8)
    read = recognizer.predict_many(images)[0].argmax(axis=1)
    return int((read == fooling.readings.digits[0]).sum())


def check_target(digit: int) -> None:
    """Refuse what is no digit.

    Raises
    ------
    ConfigError
        If it is none.
    """
    if digit not in range(CLASSES):
        raise ConfigError(f"The digit to be read must be from 0 to {CLASSES - 1}. Received: {digit!r:.40}.")


def _reader(recognizer: Recognizer, digit: int) -> Callable[[UInt8Array], bool]:
    """Says whether the recognizer reads a digit in an image."""
    return lambda image: int(recognizer.predict_many(image[np.newaxis])[0].argmax()) == digit


def _along(
    recognizer: Recognizer, digit: int, image: UInt8Array, noise: np.ndarray, strength: int, most: int
) -> Fooling:
    """An image with each strength of a noise in turn, shade by shade; `strength` is that of the noise as it is."""
    amounts = np.arange(most + 1)
    scaled = image + noise * (amounts / strength)[:, np.newaxis, np.newaxis]
    return _read(recognizer, digit, np.rint(scaled).clip(0, 255).astype(np.uint8), amounts)


def _favoured(network: GradientNetwork, image: UInt8Array, digit: int, free: np.ndarray) -> np.ndarray:
    """The free pixels whose change would raise a digit's lead most, by the gradient."""
    pixels = image.astype(np.float32) / np.float32(255)
    way = network.follow(pixels[np.newaxis])
    others = np.where(np.arange(CLASSES) == digit, -np.inf, way.scores[0])
    weights = np.zeros((1, CLASSES), np.float32)
    weights[0, digit], weights[0, others.argmax()] = 1, -1
    gradient = way.gradients(weights)[0][0]
    gain = np.where(gradient > 0, gradient * (1 - pixels), -gradient * pixels).ravel()
    return np.argsort(np.where(free, -gain, np.inf))[:FAVOURED]


def _with_pixels(image: UInt8Array, places: np.ndarray) -> UInt8Array:
    """An image with each of these pixels made empty, and with each made full, where it is not yet: (n, 28, 28)."""
    changes = [(place, ink) for ink in (0, 255) for place in places.tolist() if image.flat[place] != ink]
    tried = np.repeat(image.reshape(1, -1), len(changes), axis=0)
    for row, (place, ink) in zip(tried, changes, strict=True):
        row[place] = ink
    return tried.reshape(-1, *image.shape)


def _lines() -> np.ndarray:
    """Strokes between any two places, float (n, 2, 2): start and end, x and y in pixels."""
    side = range(STROKE_MARGIN, IMAGE_SIDE - STROKE_MARGIN + 1, STROKE_STEP)
    places = list(itertools.product(side, side))
    return np.array(list(itertools.combinations(places, 2)), np.float64)


def _drawn(lines: np.ndarray) -> UInt8Array:
    """Each stroke on an image of its own, uint8 (n, 28, 28)."""
    images = np.zeros((len(lines), IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    for image, line in zip(images, np.rint(lines * 2**_FINE).astype(int).tolist(), strict=True):
        cv2.line(image, line[0], line[1], 255, STROKE_WIDTH, cv2.LINE_AA, _FINE)
    return images


def _read(recognizer: Recognizer, digit: int, images: UInt8Array, amounts: np.ndarray) -> Fooling:
    """What the recognizer makes of images."""
    return Fooling(digit, frozen(images), frozen(amounts.astype(np.float64)), recognizer.readings(images))
