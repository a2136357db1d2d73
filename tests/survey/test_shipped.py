"""The survey of MNIST that is shipped: the same answers from a smaller file, and of no other images."""

from dataclasses import replace

import numpy as np
import pytest

from mnist_core import load_dataset, paths
from mnist_core.survey import shipped
from mnist_core.survey.anomalies import DETECTORS, compute_anomalies
from mnist_core.survey.components import compute_components
from mnist_core.survey.finding import ANOMALIES, COMPONENTS


@pytest.fixture(scope="module")
def digits():
    """A few real digits under MNIST's name."""
    dataset = load_dataset("uci-digits", download=False)
    rows = np.r_[0:400, 1438:1500]
    splits = {"train": slice(0, 400), "test": slice(400, 462)}
    return replace(dataset, name="mnist", images=dataset.images[rows], labels=dataset.labels[rows], splits=splits)


@pytest.fixture(scope="module")
def computed(digits, tmp_path_factory):
    """The survey of the digits, computed in a data home of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(tmp_path_factory.mktemp("home")))
        return compute_components(digits), compute_anomalies(digits)


@pytest.fixture
def known(computed, fresh_home, tmp_path, monkeypatch):
    """What was computed, written as it is shipped; the data home knows nothing of it."""
    monkeypatch.setattr(shipped, "SHIPPED", tmp_path / "small.npz")
    shipped.write_shipped(*computed)
    return computed


def test_what_is_odd_stays_odd_and_keeps_its_place(known, digits):
    _components, anomalies = known
    found = ANOMALIES.known(digits)
    np.testing.assert_array_equal(found.thresholds, anomalies.thresholds)
    for index, name in enumerate(DETECTORS):
        scores, before = getattr(found, name), getattr(anomalies, name)
        np.testing.assert_allclose(scores, before, rtol=2e-3, atol=1e-3)
        limits = anomalies.thresholds[index][digits.labels]
        np.testing.assert_array_equal(scores > limits, before > limits)
        assert np.abs(found.rank(name) - anomalies.rank(name)).max() < 0.1


def test_components_rebuild_an_image_as_they_did(known, digits):
    components, _anomalies = known
    found = COMPONENTS.known(digits)
    assert found.share(20) == components.share(20)
    rebuilt = found.rebuild(digits.images[3], 20)
    np.testing.assert_allclose(rebuilt, components.rebuild(digits.images[3], 20), atol=0.01)


def test_nothing_is_shipped_of_other_images_or_other_names(known, digits):
    assert COMPONENTS.known(replace(digits, images=digits.images[::-1].copy())) is None
    assert ANOMALIES.known(replace(digits, name="else")) is None


def test_a_damaged_file_is_told_and_left_out(known, digits, caplog):
    shipped.SHIPPED.write_bytes(shipped.SHIPPED.read_bytes()[:900])
    shipped._read.cache_clear()
    assert ANOMALIES.known(digits) is None
    assert "cannot be used" in caplog.text


def test_the_survey_of_mnist_is_there():
    with np.load(shipped.SHIPPED) as arrays:
        assert arrays["pca"].shape == arrays["forest"].shape == (70_000,)
        assert arrays["axes"].shape == (200, 784)
