"""Two models on the same images."""

import numpy as np
import pytest
from scipy.stats import binomtest

from mnist_core.errors import DatasetError
from mnist_core.readings.comparison import compare, comparison_words, mcnemar, paired_interval
from mnist_core.readings.evaluation import Evaluation


def evaluation(right, labels=None, dataset="mnist", stated=0.9, model="a" * 64):
    """A model that is right where it is said to be, and equally sure each time; wrong, it reads the next digit."""
    right = np.asarray(right, bool)
    labels = np.arange(len(right)) % 10 if labels is None else np.asarray(labels, int)
    probabilities = np.full((len(right), 10), (1 - stated) / 9, np.float32)
    probabilities[np.arange(len(right)), np.where(right, labels, (labels + 1) % 10)] = stated
    novelty = np.zeros(len(right), np.float32)
    return Evaluation(probabilities, novelty, labels=labels.astype(np.uint8), model=model, dataset=dataset)


def pair(both, only_a, only_b, neither):
    """Two evaluations with so many images of each kind."""
    counts = [both, only_a, only_b, neither]
    return evaluation(np.repeat([1, 1, 0, 0], counts)), evaluation(np.repeat([1, 0, 1, 0], counts))


def test_who_reads_what_is_told_apart():
    found = compare(*pair(90, 5, 2, 3))
    assert found.images == 100
    assert found.only_a.tolist() == [90, 91, 92, 93, 94]
    assert found.only_b.tolist() == [95, 96]
    assert (found.accuracy.a, found.accuracy.b) == pytest.approx((0.95, 0.92))
    assert found.accuracy.difference == pytest.approx(0.03)
    assert found.accuracy.low < 0 < found.accuracy.high
    assert found.p_value == pytest.approx(binomtest(5, 7).pvalue)


@pytest.mark.parametrize(("only_a", "only_b"), [(0, 1), (5, 5), (5, 6), (3, 17), (40, 12), (0, 60), (2_000, 3_100)])
def test_mcnemar_is_the_fair_coin_and_does_not_care_who_is_first(only_a, only_b):
    assert mcnemar(only_a, only_b) == pytest.approx(binomtest(only_a, only_a + only_b, 0.5).pvalue)
    assert mcnemar(only_a, only_b) == mcnemar(only_b, only_a)


def test_a_model_does_not_differ_from_itself():
    same = evaluation(np.arange(200) % 9 > 0)
    found = compare(same, same)
    assert found.p_value == 1
    assert found.accuracy.difference == found.loss.difference == found.calibration_error.difference == 0
    assert (found.loss.low, found.loss.high, found.calibration_error.low, found.calibration_error.high) == (0, 0, 0, 0)
    assert found.accuracy.low == pytest.approx(-found.accuracy.high)
    assert not len(found.only_a)
    assert not len(found.only_b)
    assert "nothing to choose" in comparison_words(found, "a", "b")


def test_disjoint_errors_of_equal_number_are_no_difference():
    found = compare(*pair(50, 20, 20, 0))
    assert found.accuracy.difference == 0
    assert found.p_value == 1
    assert "equally many" in comparison_words(found, "one", "two")


def test_swapping_the_models_turns_every_sign():
    a, b = pair(300, 30, 11, 9)
    one, other = compare(a, b), compare(b, a)
    for name in ("accuracy", "loss", "calibration_error"):
        first, second = getattr(one, name), getattr(other, name)
        assert (first.difference, first.low, first.high) == pytest.approx(
            (-second.difference, -second.high, -second.low)
        )


def test_it_comes_out_the_same_each_time():
    a, b = pair(300, 30, 11, 9)
    assert compare(a, b).loss == compare(a, b).loss


def test_measures_are_those_of_the_evaluations_and_lie_in_their_intervals():
    a, b = evaluation(np.arange(500) % 50 > 0, stated=0.97), evaluation(np.arange(500) % 10 > 0, stated=0.6)
    found = compare(a, b)
    assert (found.loss.a, found.loss.b) == (a.loss, b.loss)
    assert (found.calibration_error.a, found.calibration_error.b) == (a.calibration_error, b.calibration_error)
    for measure in (found.accuracy, found.loss, found.calibration_error):
        assert measure.low <= measure.difference <= measure.high
    assert found.loss.high < 0
    assert found.calibration_error.high < 0
    assert found.is_rare


@pytest.mark.parametrize("counts", [(1, 0, 0, 0), (0, 0, 0, 1), (0, 1, 0, 0), (0, 0, 1, 0), (0, 7, 0, 0), (9, 0, 0, 0)])
def test_few_images_leave_much_open(counts):
    found = compare(*pair(*counts))
    assert -1 <= found.accuracy.low <= found.accuracy.difference <= found.accuracy.high <= 1
    assert found.accuracy.high - found.accuracy.low > 0.3
    assert np.isfinite(
        [found.loss.low, found.loss.high, found.calibration_error.low, found.calibration_error.high]
    ).all()


def test_with_many_images_the_interval_is_that_of_large_samples():
    both, only_a, only_b, neither = 97_000, 1_200, 800, 1_000
    images, difference = 100_000, 0.004
    half = 1.96 * np.sqrt((only_a + only_b) / images - difference**2) / np.sqrt(images)
    assert paired_interval(both, only_a, only_b, neither) == pytest.approx(
        (difference - half, difference + half), abs=5e-5
    )


def test_intervals_hold_the_true_difference_about_as_often_as_they_say():
    rng = np.random.default_rng(1)
    chances = np.array([0.88, 0.06, 0.03, 0.03])
    tables = rng.multinomial(200, chances, 250).tolist()
    held = [low <= 0.03 <= high for low, high in (paired_interval(*table) for table in tables)]
    assert 0.92 <= np.mean(held) <= 0.99


def test_other_images_are_refused():
    a, b = pair(5, 2, 1, 2)
    for wrong in (
        evaluation(np.ones(9)),
        evaluation(np.ones(10), labels=np.zeros(10)),
        evaluation(np.ones(10), dataset="pen-digits"),
    ):
        with pytest.raises(DatasetError, match="same images"):
            compare(a, wrong)
    compare(a, b)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((900, 30, 25, 45), "may well be chance"),
        ((900, 60, 20, 20), "unlikely to be chance"),
        ((900, 20, 60, 20), "unlikely to be chance"),
    ],
)
def test_chance_is_said_in_words(counts, words):
    said = comparison_words(compare(*pair(*counts)), "one", "two")
    assert words in said
    assert said.startswith(f"{'one' if counts[1] > counts[2] else 'two'} reads {abs(counts[1] - counts[2])} more")
    assert "p " in said
