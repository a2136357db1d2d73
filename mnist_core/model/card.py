"""The model card: what is known of a model, kept beside its weights."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from mnist_core.types import describe

CARD_VERSION = 1


@dataclass(frozen=True)
class Score:
    """How a model did on one dataset that it has not learned from.

    Attributes
    ----------
    images, errors
        How many were read, and how many of them wrongly.
    low, high
        95 % confidence interval of the accuracy (Wilson score).
    loss
        Mean cross-entropy in nats.
    rejected
        Share of the images with a novelty of 0.5 or more.
    """

    images: int
    errors: int
    low: float
    high: float
    loss: float
    rejected: float

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if not isinstance(value, int | float) or not math.isfinite(value):
                raise TypeError(f"a score's {each.name} is a number, not {describe(value)}")
        if not 0 <= self.errors <= self.images or self.images < 1:
            raise TypeError(f"a score has 0 to all of its images wrong, not {self.errors} of {self.images}")

    @property
    def accuracy(self) -> float:
        """Share of the images read correctly."""
        return 1 - self.errors / self.images


@dataclass(frozen=True)
class ModelCard:
    """What a model is, how it was made, how good it is and what its files must contain.

    Attributes
    ----------
    config
        The settings of the training run, as `TrainingConfig.to_json` gives them.
    parameters
        Number of weights of the network, without the novelty score's constants.
    scores
        Name of the dataset to the score on its test split.
    data_hashes
        Name of the dataset to the SHA-256 of its images as they were used.
    versions
        Name of the library to its version when the model was made.
    files
        Name of each file of the bundle to its SHA-256.
    """

    name: str
    created: str
    config: Mapping[str, Any]
    parameters: int
    epochs: int
    seconds: float
    scores: Mapping[str, Score]
    data_hashes: Mapping[str, str]
    versions: Mapping[str, str]
    files: Mapping[str, str]
    version: int = CARD_VERSION

    def to_json(self) -> str:
        """The card as JSON text."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        values["scores"] = {name: asdict(score) for name, score in self.scores.items()}
        return json.dumps(values, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The card that `to_json` gave.

        Raises
        ------
        ValueError
            If the text is no such card; the message says why.
        """
        values = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError(f"a card is a JSON object, not {describe(values)}")
        version = values.get("version")
        if not isinstance(version, int) or version > CARD_VERSION:
            raise ValueError(f"its card has version {version!r}, this program reads up to {CARD_VERSION}")
        for name, kind in (
            ("name", str),
            ("created", str),
            ("parameters", int),
            ("epochs", int),
            ("seconds", (int, float)),
            ("config", dict),
        ):
            if not isinstance(values.get(name), kind):
                raise ValueError(f"its card has no valid {name!r}: {describe(values.get(name))}")
        for name in ("data_hashes", "versions", "files"):
            _check_texts(name, values.get(name))
        try:
            return cls(**values | {"scores": {name: Score(**score) for name, score in values["scores"].items()}})
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"its card does not have the expected fields: {error}") from error


def _check_texts(name: str, values: object) -> None:
    """Refuse anything but a mapping of text to text."""
    if not isinstance(values, dict) or not all(isinstance(text, str) for text in values.values()):
        raise ValueError(f"its card has no valid {name!r}: {describe(values)}")
