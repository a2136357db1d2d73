"""Refusing at its ends, and how long the numbers are that are read for a model's figures."""

from types import SimpleNamespace

import numpy as np
import pytest

from mnist_core.readings import handwriting
from mnist_core.readings.confusions import refusing
from mnist_core.readings.evaluation import Evaluation
from mnist_core.readings.handwriting import read_condition, read_strings
from tests.readings.test_comparison import evaluation


@pytest.fixture
def hundred():
    """A hundred images, the surer the later; of the ten least sure five are read wrongly."""
    known = evaluation(np.repeat([0, 1], [5, 95]))
    probabilities = np.array(known.probabilities)
    stated = np.linspace(0.5, 0.99, 100)
    rows = np.arange(100)
    probabilities[:] = ((1 - stated) / 9)[:, None]
    probabilities[rows, known.digits] = stated
    return Evaluation(
        probabilities.astype(np.float32), known.novelty, labels=known.labels, model=known.model, dataset=known.dataset
    )


@pytest.mark.parametrize(
    ("share", "refused", "errors"),
    [(0, 0, 5), (0.009999, 0, 5), (0.01, 1, 4), (0.07, 7, 0), (0.98, 98, 0), (0.99, 99, 0), (0.9999999999, 99, 0)],
)
def test_at_most_the_share_is_refused_and_one_image_is_always_read(hundred, share, refused, errors):
    found = refusing(hundred, share)
    assert (found.refused, found.answered, found.errors) == (refused, 100 - refused, errors)


@pytest.fixture
def strokes():
    """A writer to test with, of each digit one, and one to learn from."""
    labels = np.r_[np.arange(10), np.zeros(5, int)].astype(np.uint8)
    return SimpleNamespace(
        is_test=np.arange(15) < 10, labels=labels, strokes=lambda row: [np.array([[0, 0], [1, row]], np.float32)]
    )


@pytest.mark.parametrize("right", [True, False])
def test_numbers_have_two_to_six_digits_of_test_writers(monkeypatch, strokes, right):
    written = []

    def number(digits, rng, *, touching):
        written.append([int(each[0][1, 1]) for each in digits])
        assert touching
        return written[-1]

    monkeypatch.setattr(handwriting, "written_number", number)
    recognizer = SimpleNamespace(
        read_number=lambda digits: [SimpleNamespace(digit=each if right else 9 - each) for each in digits]
    )
    found = read_strings(recognizer, strokes, touching=True, pixels=False, count=300)
    assert (found.images, found.errors) == (300, 0 if right else 300)
    assert {len(digits) for digits in written} == {2, 3, 4, 5, 6}
    assert {digit for digits in written for digit in digits} == set(range(10))


def test_a_condition_is_read_from_so_many_test_digits_of_its_own(strokes):
    asked = []
    condition = SimpleNamespace(
        digits=(3, 4, 8), label=None, draw=lambda drawn, _rng: asked.append(int(drawn[0][1, 1])) or drawn
    )
    recognizer = SimpleNamespace(readings=lambda images: SimpleNamespace(digits=np.full(len(images), 4)))
    found = read_condition(recognizer, strokes, condition, lambda _: np.zeros((28, 28), np.uint8), limit=2)
    assert asked == [3, 4]
    assert (found.images, found.errors) == (2, 1)
    condition.label = 4
    found = read_condition(recognizer, strokes, condition, lambda _: np.zeros((28, 28), np.uint8))
    assert (found.images, found.errors) == (3, 0)
