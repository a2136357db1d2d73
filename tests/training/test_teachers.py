"""What teachers say of images, and how a network learns from it."""

import keras
import numpy as np
import pytest

from mnist_core.errors import ConfigError, TrainingError
from mnist_core.files import array_sha256
from mnist_core.training import teachers
from mnist_core.training.config import TrainingConfig
from mnist_core.training.examples import NON_DIGIT, Images, targets
from mnist_core.types import Dataset

N = 30


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """A small dataset, and a file for what is said of it."""
    images = np.random.default_rng(0).integers(0, 256, (N + 4, 28, 28), np.uint8)
    labels = (np.arange(N + 4) % 10).astype(np.uint8)
    dataset = Dataset("mnist", images, labels, {"train": slice(0, N), "test": slice(N, N + 4)}, "", "")
    monkeypatch.setattr(teachers, "load_dataset", lambda name, download: dataset)
    monkeypatch.setattr(teachers, "SOFT_LABELS", tmp_path / "soft.npz")
    return dataset


def teacher(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)])


def test_what_is_said_is_the_mean_of_what_each_teacher_says(asked, monkeypatch):
    monkeypatch.setattr(teachers, "LOOKS", 1)
    networks = [teacher(1), teacher(2)]
    teachers.ask(networks)
    images = asked.split("train").images.astype(np.float32) / 255
    each = [np.exp(network.predict_on_batch(images) / teachers.TEMPERATURE) for network in networks]
    mean = np.mean([one / one.sum(axis=1, keepdims=True) for one in each], axis=0)
    said = teachers.soft_labels(array_sha256(asked.split("train").images))
    assert said.shape == (N, 10)
    np.testing.assert_allclose(said, mean, atol=0.01)
    np.testing.assert_allclose(said.sum(axis=1), 1, rtol=1e-5)


def test_it_is_the_same_again_and_several_looks_differ_from_one(asked, monkeypatch):
    digest, networks = array_sha256(asked.split("train").images), [teacher(1)]
    first, again = (teachers.ask(networks) and teachers.soft_labels(digest) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    monkeypatch.setattr(teachers, "LOOKS", 1)
    teachers.ask(networks)
    assert np.abs(teachers.soft_labels(digest) - first).max() > 0.01


def test_they_say_nothing_of_other_images(asked):
    teachers.ask([teacher(1)])
    with pytest.raises(TrainingError, match="soft_labels=0"):
        teachers.soft_labels("0" * 64)


def test_targets_are_labels_and_what_was_said_in_shares():
    soft = np.full((2, 10), 0.1, np.float32)
    images = Images(np.zeros((4, 28, 28), np.uint8), np.array([3, 5, NON_DIGIT, 3], np.uint8), soft)
    config = TrainingConfig(soft_labels=0.5, non_digits=10)
    wanted = targets(images, np.array([3, 2, 0]), config)
    assert wanted.shape == (3, 11)
    np.testing.assert_allclose(wanted.sum(axis=1), 1, rtol=1e-6)
    assert wanted[0].argmax() == 3
    assert wanted[0].max() == 1
    assert wanted[1].argmax() == NON_DIGIT
    assert wanted[2, 3] == pytest.approx(0.55)
    assert wanted[2, 5] == pytest.approx(0.05)


def test_without_teachers_targets_are_labels():
    images = Images(np.zeros((3, 28, 28), np.uint8), np.array([3, 5, 1], np.uint8))
    assert targets(images, np.array([2, 0]), TrainingConfig()).tolist() == [1, 3]


def test_a_network_that_goes_on_has_no_teachers():
    with pytest.raises(ConfigError, match="soft_labels"):
        TrainingConfig(network="saved", start_from="default", soft_labels=0.3)
