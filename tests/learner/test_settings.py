"""The knobs, and the training run with the same settings."""

import pytest

from mnist_core.errors import ConfigError
from mnist_core.learner.settings import CHOICES, LearnerSettings
from mnist_core.training.config import Augmentation
from mnist_core.training.costs import layers_of


def test_a_run_has_the_same_network_digits_and_steps():
    config = LearnerSettings(filters=12, kernel=3, rate=0.1, noise=0.5, digits=500, seed=7).config("mnist")
    assert [row.name for row in layers_of(config)].count("dropout") == 0
    assert (config.architecture.filters, config.architecture.kernel, config.architecture.blocks) == (12, 3, 2)
    assert (config.data, config.limit, config.seed, config.batch_size) == (("mnist",), 500, 7, 32)
    assert (config.optimizer, config.learning_rate, config.schedule) == ("sgd", 0.1, "constant")
    assert config.augmentation == Augmentation(0, 0, 0, 0, 0, 0, 0, noise=0.5)


def test_without_noise_nothing_is_changed_in_the_images():
    assert LearnerSettings().config("uci-digits").augmentation is None


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_can_be_trained(name):
    for value in CHOICES[name]:
        LearnerSettings(**{name: value}).config("mnist")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("filters", 5),
        ("kernel", 0),
        ("activation", "magic"),
        ("rate", -1),
        ("digits", 7),
        ("seed", 10_000),
        ("seed", 1.5),
    ],
)
def test_what_no_knob_says_is_refused_by_its_name(name, value):
    with pytest.raises(ConfigError, match=name):
        LearnerSettings(**{name: value})
