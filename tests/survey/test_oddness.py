"""One scale for how odd images are, against plain numpy."""

import numpy as np
import pytest

from mnist_core.errors import ConfigError
from mnist_core.survey.anomalies import Anomalies, ranks_within
from mnist_core.survey.oddness import AGREEMENT, WAYS, oddness
from mnist_core.types import Dataset

IMAGES = 300


@pytest.fixture
def anomalies():
    """Made-up scores of three labels; nothing is known of the label 2."""
    rng = np.random.default_rng(5)
    labels = np.repeat(np.arange(3, dtype=np.uint8), IMAGES // 3)
    dataset = Dataset("made", np.zeros((IMAGES, 28, 28), np.uint8), labels, {"train": slice(0, IMAGES)}, "", "")
    pca = (rng.gamma(2, size=IMAGES) * (1 + 100 * labels)).astype(np.float32)
    forest = rng.normal(-0.1, 0.05, IMAGES).astype(np.float32)
    thresholds = np.full((2, 10), np.inf, np.float32)
    for label in range(2):
        thresholds[:, label] = [np.quantile(scores[labels == label], 0.95) for scores in (pca, forest)]
    return Anomalies(dataset, pca, forest, thresholds)


@pytest.fixture
def novelty():
    return np.random.default_rng(6).random(IMAGES).astype(np.float32)


@pytest.mark.parametrize("way", ["pca", "forest"])
def test_of_each_digit_the_median_is_zero_and_the_threshold_one(anomalies, way):
    found, labels = oddness(way, anomalies, None), anomalies.dataset.labels
    for label in range(2):
        values = found.values[labels == label]
        assert np.median(values) == pytest.approx(0, abs=1e-6)
        assert np.mean(values > found.threshold) == pytest.approx(0.05)
        order = np.argsort(getattr(anomalies, way)[labels == label])
        assert (np.diff(values[order]) >= 0).all()


@pytest.mark.parametrize("way", ["pca", "forest", AGREEMENT])
def test_of_a_digit_with_too_few_images_nothing_is_said(anomalies, novelty, way):
    found = oddness(way, anomalies, novelty)
    assert np.array_equal(np.isnan(found.values), anomalies.dataset.labels == 2)
    assert not len(found.above(-np.inf, np.flatnonzero(anomalies.dataset.labels == 2)))


def test_a_digit_whose_images_are_all_alike_has_none_that_are_odd(anomalies):
    scores, thresholds = np.ones(IMAGES, np.float32), np.ones((2, 10), np.float32)
    same = Anomalies(anomalies.dataset, scores, scores, thresholds)
    assert np.isnan(oddness("pca", same, None).values).all()


def test_novelty_is_taken_as_it_is(anomalies, novelty):
    found = oddness("novelty", anomalies, novelty)
    assert np.array_equal(found.values, novelty)
    assert found.threshold == 0.5


def test_all_three_agree_above_a_share_exactly_where_each_of_them_does(anomalies, novelty):
    values, labels = oddness(AGREEMENT, anomalies, novelty).values, anomalies.dataset.labels
    ranks = [ranks_within(labels, each) for each in (anomalies.pca, anomalies.forest, novelty)]
    for share in (0.3, 0.6, 0.9):
        known = labels < 2
        assert np.array_equal(values[known] > share, np.all([each[known] > share for each in ranks], axis=0))
    assert oddness(AGREEMENT, anomalies, novelty).threshold == 0.95


def test_the_odd_ones_come_oddest_first(anomalies):
    found = oddness("pca", anomalies, None)
    rows = np.flatnonzero(anomalies.dataset.labels == 1)
    above = found.above(0.5, rows)
    assert set(above) == {row for row in rows if found.values[row] > 0.5}
    assert (np.diff(found.values[above]) <= 0).all()


@pytest.mark.parametrize(
    ("way", "words"), [("magic", "'magic'"), ("novelty", "without novelty"), (AGREEMENT, "without")]
)
def test_what_there_is_not_is_refused(anomalies, way, words):
    with pytest.raises(ConfigError, match=words):
        oddness(way, anomalies, None)


def test_each_way_has_a_name_and_a_sentence():
    assert list(WAYS) == ["pca", "forest", "novelty", AGREEMENT]
    assert all(each.name and each.sentence.endswith(".") for each in WAYS.values())
