"""How well a model reads printed digits of typefaces that no model has learned from."""

from collections.abc import Callable

import numpy as np

from mnist_core.errors import EmptyDrawingError
from mnist_core.ink import digit_pixels
from mnist_core.language import noop as N_
from mnist_core.model.card import Accuracy
from mnist_core.model.recognizer import Recognizer
from mnist_core.readings.evaluation import accuracy_of
from mnist_core.synthesis.typefaces import printed, small_print
from mnist_core.types import CLASSES, Drawing, UInt8Array

PRINTED = N_("printed digits of new typefaces")
SMALL_PRINT = N_("small print of new typefaces")


def read_print(recognizer: Recognizer, count: int = 2000) -> dict[str, Accuracy]:
    """How many of so many printed digits are read: as pictures of every kind, and few pixels high.

    One in which nothing is found is misread.
    """
    ways: dict[str, Callable[[int, np.random.Generator], UInt8Array]] = {PRINTED: _printed, SMALL_PRINT: _small}
    return {name: _read(recognizer, way, count) for name, way in ways.items()}


def _read(recognizer: Recognizer, way: Callable[[int, np.random.Generator], UInt8Array], count: int) -> Accuracy:
    """How many of so many digits are read, printed in one way."""
    rng = np.random.default_rng(0)
    images, wanted = [], []
    for number in range(count):
        try:
            images.append(way(number % CLASSES, rng))
        except EmptyDrawingError:
            continue
        wanted.append(number % CLASSES)
    return accuracy_of(int((recognizer.readings(np.stack(images)).digits == wanted).sum()), count)


def _printed(digit: int, rng: np.random.Generator) -> UInt8Array:
    """A printed digit in MNIST form."""
    return printed(digit, rng, part="test")


def _small(digit: int, rng: np.random.Generator) -> UInt8Array:
    """A digit of small print in MNIST form."""
    return digit_pixels(Drawing.from_pixels(small_print(digit, rng, part="test")))
