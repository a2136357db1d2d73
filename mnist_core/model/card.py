"""The model card: what is known of a model, kept beside its weights."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from mnist_core.model.reliability import Reliability
from mnist_core.records import DamagedError, described, parsed_json, record

CARD_VERSION = 2


@dataclass(frozen=True)
class Accuracy:
    """How many images were read right.

    Attributes
    ----------
    images, errors
        How many were read, and how many of them wrongly.
    low, high
        95 % confidence interval of the accuracy (Wilson score).
    """

    images: int
    errors: int
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.errors <= self.images or self.images < 1:
            raise ValueError(f"a score has 0 to all of its images wrong, not {self.errors} of {self.images}")

    @property
    def accuracy(self) -> float:
        """Share of the images read correctly."""
        return 1 - self.errors / self.images


@dataclass(frozen=True)
class Score(Accuracy):
    """How a model did on one dataset that it has not learned from.

    Attributes
    ----------
    loss
        Mean cross-entropy in nats.
    rejected
        Share of the images that are taken for no digit: with a novelty of `NOVEL` or more.
    calibration_error
        Expected calibration error: how far, on average, the probability that it reports is from how often it is right.
    reliability
        For each tenth of reported probability that occurs: images, their mean probability, share of them right.
    """

    loss: float
    rejected: float
    calibration_error: float
    reliability: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True)
class Detection:
    """How well a model knows one kind of what is no digit.

    Attributes
    ----------
    images
        How many were shown.
    auroc
        Probability that one of them has a higher novelty than a test writer's digit.
    rejected
        Share of them that are taken for no digit.
    """

    images: int
    auroc: float
    rejected: float


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
    handwriting
        Name of the way to draw digits or numbers to how many of the pen-digits test writers' were read; empty for a
        network that has not learned what is no digit, and where their strokes were not on the machine.
    non_digits
        Name of the kind of what is no digit to how well it is told from digits.
    data_hashes
        Name of the dataset to the SHA-256 of its images as they were used.
    split
        Name of each part (training, validation) to the number of its images.
    versions
        Name of the library to its version when the model was made.
    files
        Name of each file of the bundle to its SHA-256.
    ending
        How training came to its end, as `TrainedNetwork.ending`; empty where that was not noted.
    taught
        Where a visitor taught the model: the model that it was taught from ("base"), the SHA-256 of that one's graph
        ("graph"), from how many drawings ("drawings"), and the dataset that it was to go on reading ("dataset"). Empty
        for any other.
    reliability
        How often its answers are right, on digits that were kept aside from its training; None where nobody has
        counted.
    """

    name: str
    created: str
    config: Mapping[str, Any]
    parameters: int
    epochs: int
    seconds: float
    scores: Mapping[str, Score]
    handwriting: Mapping[str, Accuracy]
    non_digits: Mapping[str, Detection]
    data_hashes: Mapping[str, str]
    split: Mapping[str, int]
    versions: Mapping[str, str]
    files: Mapping[str, str]
    ending: str = ""
    taught: Mapping[str, Any] = field(default_factory=dict)
    reliability: Reliability | None = None
    version: int = CARD_VERSION

    @property
    def digits(self) -> int:
        """How many images of digits the network learned from; of what is no digit it may have seen more."""
        others: int = self.config.get("non_digits", 0)
        return self.split["training"] - others

    def to_json(self) -> str:
        """The card as JSON text."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        for table in TABLES:
            values[table] = {name: asdict(score) for name, score in values[table].items()}
        values["reliability"] = asdict(self.reliability) if self.reliability else None
        for name in ("taught", "reliability"):
            if not values[name]:
                del values[name]  # no older program knows it
        return json.dumps(values, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The card that `to_json` gave.

        Raises
        ------
        DamagedError
            If the text is no such card; the message says why.
        """
        values = parsed_json(text)
        if not isinstance(values, dict):
            raise DamagedError(f"a card is a JSON object, not {described(values)}")
        version = values.get("version")
        if version != CARD_VERSION:
            raise DamagedError(f"its card has version {version!r:.20}, this program reads version {CARD_VERSION}")
        try:
            card = record(cls, values)
            _check_taught(card.taught)
            _check_digits(card)
        except DamagedError as error:
            raise DamagedError(f"its card is damaged: {error}") from error
        return card


TABLES: dict[str, type[Accuracy | Detection]] = {"scores": Score, "handwriting": Accuracy, "non_digits": Detection}


def _check_taught(values: Mapping[str, Any]) -> None:
    """Refuse anything but nothing or what is known of a taught model."""
    kinds = {"base": str, "graph": str, "drawings": int, "dataset": str}
    if {name: type(value) for name, value in values.items()} not in ({}, kinds):
        raise DamagedError(f"it has no valid 'taught': {described(values)}")


def _check_digits(card: ModelCard) -> None:
    """Refuse a card that does not tell how many digits were learned from."""
    others = card.config.get("non_digits", 0)
    if "training" not in card.split or not isinstance(others, int):
        raise DamagedError(f"it has no valid 'split': {described(card.split)}, {described(others)} of them no digits")
