"""What a network that learns in a browser depends on, and the same for a training run."""

from dataclasses import dataclass
from typing import Any

from mnist_core.language import noop as N_
from mnist_core.model.architecture import Architecture
from mnist_core.training.config import Augmentation, TrainingConfig
from mnist_core.types import check_choice, check_number

# The recipe that has the same network.
PRESET = "classic"
BATCH = 32
EPOCHS = 20

ACTIVATIONS = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid", "linear": N_("none")}
FILTERS = (4, 8, 12, 16)
KERNELS = (3, 5, 7)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
NOISES = (0.0, 0.25, 0.5, 0.75, 1.0)
DIGITS = (50, 100, 200, 500, 1_000, 2_000, 5_000)
LARGEST_SEED = 9_999


@dataclass(frozen=True)
class LearnerSettings:
    """The knobs: each has a few values, but the seed.

    Attributes
    ----------
    filters
        Of the first layer; the second has twice as many.
    kernel
        Side of each filter's window, in pixels.
    activation
        What bends the sums of the filters.
    rate
        How far a step goes: the learning rate.
    noise
        Share of images that are spoilt.
    digits
        How many different digits it sees, at most.
    seed
        For the weights that it begins with, and the order of the digits.
    """

    filters: int = 8
    kernel: int = 5
    activation: str = "relu"
    rate: float = 0.03
    noise: float = 0.0
    digits: int = DIGITS[-1]
    seed: int = 1

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            check_choice(name, getattr(self, name), choices)
        check_number("seed", self.seed, 0, LARGEST_SEED, whole=True)

    @property
    def is_trainable(self) -> bool:
        """Whether a training run can bend the sums in the same way: its networks have ReLU."""
        return self.activation == "relu"

    def config(self, dataset: str) -> TrainingConfig:
        """A training run with the same network, digits and steps: plain steps downhill with momentum.

        Parameters
        ----------
        dataset
            Name of the dataset to learn from.
        """
        architecture = Architecture(filters=self.filters, kernel=self.kernel, blocks=2, dense=0, dropout=0.0)
        spoilt = Augmentation(0, 0, 0, 0, 0, 0, 0, noise=self.noise) if self.noise else None
        return TrainingConfig(
            name=NAME,
            network=PRESET,
            architecture=architecture,
            data=(dataset,),
            limit=self.digits,
            epochs=EPOCHS,
            batch_size=BATCH,
            optimizer="sgd",
            learning_rate=self.rate,
            schedule="constant",
            weight_decay=0.0,
            patience=EPOCHS,
            seed=self.seed,
            augmentation=spoilt,
        )


NAME = "watched"
CHOICES: dict[str, tuple[Any, ...]] = {
    "filters": FILTERS,
    "kernel": KERNELS,
    "activation": tuple(ACTIVATIONS),
    "rate": RATES,
    "noise": NOISES,
    "digits": DIGITS,
}
