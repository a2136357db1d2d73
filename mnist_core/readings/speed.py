"""How fast a model reads on this machine."""

from statistics import median
from time import perf_counter

import numpy as np

from mnist_core.model.recognizer import Recognizer
from mnist_core.types import IMAGE_SIDE, DigitImage

READS = 50
# The first ones make the interpreter ready.
WARM_UP_READS = 5


def milliseconds_a_digit(recognizer: Recognizer) -> float:
    """Time to read one digit image that is already in MNIST form: the median of 50, one after another."""
    rng = np.random.default_rng(0)
    digit = DigitImage(rng.random((IMAGE_SIDE, IMAGE_SIDE), np.float32))
    return median([_milliseconds(recognizer, digit) for _ in range(WARM_UP_READS + READS)][WARM_UP_READS:])


def _milliseconds(recognizer: Recognizer, digit: DigitImage) -> float:
    """Time of one read."""
    start = perf_counter()
    recognizer.predict(digit)
    return 1000 * (perf_counter() - start)
