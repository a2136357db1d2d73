"""The digits that a network learns from in a browser, as one small file: of MNIST where it is there."""

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from mnist_core.datasets import DATASETS
from mnist_core.errors import DatasetError
from mnist_core.types import Dataset

# Which datasets are asked for them, the first that is on this machine.
SOURCES = ("mnist", "uci-digits")
MOST_LEARNED, MOST_HELD = 5_000, 1_000
# Those that are held out come from this share at the end of the training images: mostly, others have written there.
HELD_SHARE = 0.2
_SEED = 0


@dataclass(frozen=True)
class LearnerDigits:
    """Digits to learn from, and others that are held out; none of them is a test digit.

    Attributes
    ----------
    dataset
        Name of the dataset that they are of.
    learned, held
        How many of each there are.
    content
        Labels, a byte each, those to learn from first; then the images in the same order, 784 bytes each, ink 255.
    """

    dataset: str
    learned: int
    held: int
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the content, as hex."""
        return hashlib.sha256(self.content).hexdigest()


def learner_digits() -> LearnerDigits:
    """The digits of the first dataset that is on this machine; they are put together once.

    Raises
    ------
    DatasetError
        If none of them can be loaded.
    """
    here = [name for name in SOURCES if DATASETS[name].is_here]
    for name in here:
        try:
            return _digits(name)
        except DatasetError:
            if name == here[-1]:
                raise
    raise DatasetError(f"Digits to learn from are of {' or '.join(SOURCES)}. Received: neither is on this machine.")


@lru_cache(maxsize=len(SOURCES))
def _digits(name: str) -> LearnerDigits:
    """The digits of a dataset."""
    return chosen_digits(DATASETS[name].load(False))


def chosen_digits(dataset: Dataset) -> LearnerDigits:
    """Some of a dataset's training digits, in an order of chance, so that the first few are of all kinds."""
    training = dataset.split("train")
    begin = round((1 - HELD_SHARE) * len(training))
    rng = np.random.default_rng(_SEED)
    learned = rng.permutation(begin)[:MOST_LEARNED]
    held = begin + rng.permutation(len(training) - begin)[:MOST_HELD]
    content = _packed(training, np.concatenate([learned, held]))
    return LearnerDigits(dataset.name, len(learned), len(held), content)


def _packed(digits: Dataset, places: np.ndarray) -> bytes:
    """Labels and images of these places as bytes."""
    return digits.labels[places].tobytes() + digits.images[places].tobytes()
