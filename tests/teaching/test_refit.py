"""A last layer that is fitted again, and what that costs, in figures worked out by hand."""

import numpy as np
import pytest

from mnist_core.errors import DatasetError
from mnist_core.model.bundle import SHIPPED
from mnist_core.readings.comparison import mcnemar, paired_interval
from mnist_core.teaching import refit
from mnist_core.teaching.cost import cost_of
from mnist_core.teaching.refit import HOLD, SHRINK, held_digits, refitted
from mnist_core.teaching.teach import Lesson, teach
from mnist_core.types import Readings


def metric(features, scale):
    """SHRINK + HOLD times the second moments of features and a 1."""
    extended = np.hstack([features / scale, np.ones((len(features), 1))])
    return HOLD * extended.T @ extended / len(features) + SHRINK * np.eye(features.shape[1] + 1)


@pytest.mark.parametrize("shape", [(40, 3), (4, 3), (3, 3), (2, 5), (1, 4)])
def test_the_metric_is_that_of_all_digits_however_many_there_are(shape):
    features = np.random.default_rng(0).normal(1, 2, shape).astype(np.float32)
    held = held_digits(features)
    assert held.scale == pytest.approx(np.sqrt(np.mean(features.astype(float) ** 2)), rel=1e-5)
    values = np.random.default_rng(1).normal(size=(shape[1] + 1, 2))
    assert metric(features, held.scale) @ held.solve(values) == pytest.approx(values, abs=1e-4)


@pytest.mark.parametrize(("numbers", "rows"), [(9, [0, 9, 19]), (11, [0, 9, 19]), (12, [0, 6, 12, 19]), (1, [0])])
def test_of_many_digits_some_are_looked_at_from_the_first_to_the_last(monkeypatch, numbers, rows):
    monkeypatch.setattr(refit, "MOST_NUMBERS", numbers)
    features = (np.arange(60, dtype=np.float32) ** 2).reshape(20, 3)
    assert held_digits(features).scale == pytest.approx(np.sqrt(np.mean(features[rows].astype(float) ** 2)), rel=1e-5)


def test_features_that_are_all_nought_have_a_scale():
    assert held_digits(np.zeros((5, 2), np.float32)).scale == 1


def test_one_drawing_moves_the_layer_along_its_own_feature_by_as_much_as_it_says():
    """With one feature and no spread of it among the digits, the best change is found on a line by hand."""
    from scipy.optimize import brentq

    features, labels, weights = np.ones((1, 1), np.float32), np.array([3], np.uint8), np.array([0.5])
    layer = refit.LastLayer(np.zeros((1, 10), np.float32), np.zeros(10, np.float32), None)
    held = held_digits(np.ones((50, 1), np.float32))
    found = refitted(layer, held, features, labels, weights)
    changed = found.weights[0].astype(float) + found.offsets
    # Its length in the metric: 1 and 1 under 1 + SHRINK on the diagonal and 1 beside it.
    stiffness = 1 / (np.ones(2) @ np.linalg.solve(np.ones((2, 2)) * HOLD + SHRINK * np.eye(2), np.ones(2)))

    def balance(rise):
        share = np.exp(rise) / (np.exp(rise) + 9 * np.exp(-rise / 9))
        return 0.5 * (1 - share) - stiffness * rise

    rise = brentq(balance, 0, 10)
    assert changed[3] == pytest.approx(rise, abs=1e-3)
    assert np.delete(changed, 3) == pytest.approx(np.full(9, -rise / 9), abs=1e-3)
    assert found.weights[0] == pytest.approx(found.offsets, abs=1e-5)


def readings(digits, labels, novelty):
    probabilities = np.full((len(digits), 10), 0.01, np.float32)
    probabilities[np.arange(len(digits)), digits] = 0.91
    return Readings(probabilities, np.array(novelty, np.float32), labels=np.array(labels, np.uint8))


def test_the_cost_counts_what_became_right_and_wrong():
    labels = [0, 1, 2, 3, 4, 5, 6, 7]
    before = readings([0, 1, 2, 3, 9, 9, 9, 9], labels, [0, 0, 0, 0, 0, 0, 0.9, 0.9])
    after = readings([0, 9, 9, 3, 4, 5, 6, 8], labels, [0, 0, 0, 0, 0, 0.5, 0.9, 0.9])
    scribbled = [readings([1, 1, 1], [0, 0, 0], novelty) for novelty in ([0.9, 0.9, 0.1], [0.9, 0.1, 0.1])]
    found = cost_of("eight", before, after, *scribbled)
    assert (found.dataset, found.total, found.right_before, found.right_after, found.change) == ("eight", 8, 4, 5, 1)
    assert (found.newly_right.tolist(), found.newly_wrong.tolist()) == ([4, 5, 6], [1, 2])
    assert found.p_value == mcnemar(3, 2)
    assert (found.low, found.high) == paired_interval(2, 3, 2, 1)
    assert (found.unlike_before, found.unlike_after) == (2, 3)
    assert (found.scribbles, found.taken_before, found.taken_after) == (3, 1, 2)
    assert not found.matters
    assert found.doubts == (
        "It takes 3 of them for no digit (before: 2), and 2 of 3 scribbles and printed letters for a digit (before: 1)."
    )


def test_without_mnist_the_digits_of_the_app_hold_the_layer(fresh_home):
    with pytest.raises(DatasetError, match="all images of uci-digits once"):
        teach(SHIPPED, Lesson(np.full((1, 28, 28), 255, np.uint8), np.array([7], np.uint8)))
