"""Which images are taken for what, of five known ones."""

import numpy as np
import pytest

from mnist_core.readings.confusions import by_kind, in_cell, most_confused, refusing, two_best
from mnist_core.readings.evaluation import Evaluation


@pytest.fixture
def known():
    """Five images: a 1 and a 2 that are read right, two 1s read as 7, one of them surer, and a 2 read as 7."""
    labels = np.array([1, 1, 2, 1, 2], np.uint8)
    read, stated = [1, 7, 2, 7, 7], [0.99, 0.6, 0.95, 0.9, 0.55]
    probabilities = np.zeros((5, 10), np.float32)
    probabilities[range(5), read] = stated
    probabilities[range(5), [0, 1, 0, 1, 2]] = 1 - np.array(stated, np.float32)
    return Evaluation(probabilities, np.zeros(5, np.float32), labels=labels, model="0" * 64, dataset="uci-digits")


def test_a_cell_has_its_images_highest_loss_first(known):
    assert in_cell(known, 1, 7).tolist() == [3, 1]
    assert in_cell(known, 1, 1).tolist() == [0]
    assert in_cell(known, 5, 5).tolist() == []
    total = sum(len(in_cell(known, label, read)) for label in range(10) for read in range(10))
    assert total == len(known)


def test_mistakes_by_kind_keep_their_order(known):
    groups = by_kind(known, known.mistakes)
    assert [(each.label, each.digit, each.indices.tolist()) for each in groups] == [(1, 7, [3, 1]), (2, 7, [4])]
    assert most_confused(known) == (1, 7)
    assert by_kind(known, np.array([], np.int64)) == []


def test_the_two_best_guesses(known):
    assert [digit for digit, _ in two_best(known.probabilities[1])] == [7, 1]
    assert two_best(known.probabilities[1])[0][1] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("share", "refused", "errors"), [(0, 0, 3), (0.19, 0, 3), (0.2, 1, 2), (0.4, 2, 1), (0.6, 3, 0), (0.99, 4, 0)]
)
def test_refusing_leaves_the_surest(known, share, refused, errors):
    left = refusing(known, share)
    assert (left.refused, left.answered, left.errors) == (refused, 5 - refused, errors)


def test_images_that_it_is_as_sure_of_are_refused_together():
    probabilities = np.tile(np.eye(10, dtype=np.float32)[3], (4, 1))
    labels = np.array([3, 3, 3, 4], np.uint8)
    same = Evaluation(probabilities, np.zeros(4, np.float32), labels=labels, model="", dataset="uci-digits")
    left = refusing(same, 0.5)
    assert (left.refused, left.answered, left.errors) == (0, 4, 1)


def test_without_a_mistake_the_first_cell_is_looked_at():
    labels, certain = np.arange(10, dtype=np.uint8), np.eye(10, dtype=np.float32)
    perfect = Evaluation(certain, np.zeros(10, np.float32), labels=labels, model="", dataset="uci-digits")
    assert most_confused(perfect) == (0, 0)
    assert by_kind(perfect, perfect.mistakes) == []
