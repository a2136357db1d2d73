"""How well printed digits are read."""

import numpy as np
import pytest

from mnist_core.errors import EmptyDrawingError
from mnist_core.readings import print as module
from mnist_core.readings.print import PRINTED, SMALL_PRINT, read_print


class Readings:
    def __init__(self, digits):
        self.digits = digits


class Fours:
    """Reads four in everything."""

    def readings(self, images):
        return Readings(np.full(len(images), 4))


def test_each_digit_is_printed_as_often_as_another():
    read = read_print(Fours(), 20)
    assert list(read) == [PRINTED, SMALL_PRINT]
    assert [(each.images, each.errors) for each in read.values()] == [(20, 18), (20, 18)]


def test_one_in_which_nothing_is_found_is_misread(monkeypatch):
    def printed(digit, rng, part):
        assert part == "test"
        if digit == 4:
            raise EmptyDrawingError("Nothing there.")
        return np.zeros((28, 28), np.uint8)

    monkeypatch.setattr(module, "printed", printed)
    assert read_print(Fours(), 20)[PRINTED].errors == 20


@pytest.mark.slow
def test_the_shipped_model_reads_print(recognizer):
    read = read_print(recognizer, 300)
    assert read[PRINTED].accuracy > 0.85
    assert read[SMALL_PRINT].accuracy > 0.85
