"""What a training run depends on."""

import json
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field, fields
from typing import Any, Self

from mnist_core.datasets import TRAINABLE
from mnist_core.datasets.registry import is_to_learn_from
from mnist_core.errors import ConfigError, in_words
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.model.architecture import NETWORKS, SAVED, Architecture, design
from mnist_core.records import UNUSABLE, decoding
from mnist_core.types import check_choice, check_number, describe

OPTIMIZERS = ("adam", "adamw", "sgd")
SCHEDULES = (N_("constant"), N_("cosine"))
# Whoever asks a run to stop waits for the step that is under way.
LARGEST_BATCH = 2048
# How far the last epochs change the images, where a config asks for milder ones, as a part of how far the others do.
MILD = 0.4


@dataclass(frozen=True)
class Augmentation:
    """How far a training image may be changed, each at random from none to this much.

    Attributes
    ----------
    rotation
        Degrees either way.
    shift
        Pixels of 28 in x and in y.
    zoom, stretch
        Share of the size: of both axes together, of one against the other.
    shear
        Horizontal shift for each pixel of height: a slant.
    elastic
        Standard deviation in pixels of a smooth random displacement.
    thickness
        Share of images whose strokes are made thicker or thinner.
    noise
        Share of images that are spoilt: dirty, veiled, crossed out, hollow (see `synthesis.noise`).
    """

    rotation: float = 10.0
    shift: float = 1.5
    zoom: float = 0.10
    stretch: float = 0.10
    shear: float = 0.20
    elastic: float = 0.6
    thickness: float = 0.35
    noise: float = 0.0

    def __post_init__(self) -> None:
        limits = {
            "rotation": 45,
            "shift": 8,
            "zoom": 0.5,
            "stretch": 0.5,
            "shear": 1,
            "elastic": 3,
            "thickness": 1,
            "noise": 1,
        }
        for name, limit in limits.items():
            check_number(f"augmentation.{name}", getattr(self, name), 0, limit)

    def milder(self) -> Self:
        """The same, with every limit and share a `MILD` part of what it is."""
        return type(self)(*(MILD * limit for limit in astuple(self)))


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that a training run depends on; the same config and data give the same run.

    Attributes
    ----------
    name
        Of the model that the run gives.
    network
        Name of a network, or "saved" for the one of the model in `start_from`.
    architecture
        The network's layers, where they can be chosen; None for its standard ones.
    start_from
        Name of the model whose weights the run begins with (transfer learning); empty for random weights.
    frozen
        Whether only the last layer learns, where the run starts from a model.
    data
        Names of the datasets to learn from.
    limit
        At most so many training images of each dataset; 0 for all.
    stroke_variants
        How many times each pen-stroke digit is there: once as it is, then in other styles, by other hands and pens, on
        a canvas or a photo.
    non_digits
        How many images of what is no digit to learn from; 0 for a network that knows digits only.
    printed
        How many printed digits to learn from.
    pool
        How many times as many images are made - digits written anew, what is no digit, print - as an epoch shows; each
        epoch shows others of them.
    soft_labels
        How much of the label of an image is what the teachers say of it, where they were asked: 0 for the label alone
        (see `training.teachers`).
    epochs, batch_size
        Epochs at most, and images a step.
    mild_epochs
        So many of the last epochs change the images less (`MILD`), so that a network ends on such as it will read.
    optimizer
        "adam", "adamw" or "sgd" (with a momentum of 0.9).
    learning_rate, schedule
        How far a step goes, and how that changes: not at all ("constant"), or it warms up and then falls ("cosine").
    weight_decay
        Share of the learning rate by which each weight shrinks a step.
    averaging
        Share that stays, at each step, of the running average of the weights which is kept as the network; 0 to keep
        the weights themselves.
    validation_share
        Share of the training images kept for validation: for early stopping, novelty and every choice.
    patience
        Epochs without a better validation loss before training stops.
    seed
        For the split, the weights, the order and the augmentation.
    """

    name: str = "handwriting"
    network: str = "handwriting"
    architecture: Architecture | None = None
    start_from: str = ""
    frozen: bool = False
    data: tuple[str, ...] = ("mnist", "pen-digits")
    limit: int = 0
    stroke_variants: int = 8
    non_digits: int = 0
    printed: int = 0
    pool: int = 1
    soft_labels: float = 0.0
    epochs: int = 20
    batch_size: int = 128
    mild_epochs: int = 0
    optimizer: str = "adamw"
    learning_rate: float = 0.003
    schedule: str = "cosine"
    weight_decay: float = 0.01
    averaging: float = 0.0
    validation_share: float = 0.1
    patience: int = 6
    seed: int = 0
    augmentation: Augmentation | None = field(default_factory=Augmentation)

    def __post_init__(self) -> None:
        for name, low, high in (
            ("limit", 0, 10_000_000),
            ("stroke_variants", 1, 100),
            ("non_digits", 0, 1_000_000),
            ("printed", 0, 1_000_000),
            ("pool", 1, 100),
            ("epochs", 1, 10_000),
            ("mild_epochs", 0, 10_000),
            ("batch_size", 1, LARGEST_BATCH),
            ("patience", 1, 10_000),
            ("seed", 0, 2**31 - 1),
        ):
            check_number(name, getattr(self, name), low, high, whole=True)
        check_number("learning_rate", self.learning_rate, 1e-7, 10)
        check_number("weight_decay", self.weight_decay, 0, 1)
        check_number("soft_labels", self.soft_labels, 0, 1)
        check_number("averaging", self.averaging, 0, 0.99999)
        check_number("validation_share", self.validation_share, 0.01, 0.9)
        for name, choices in (
            ("network", (*NETWORKS, SAVED)),
            ("optimizer", OPTIMIZERS),
            ("schedule", SCHEDULES),
            ("frozen", (False, True)),
        ):
            check_choice(name, getattr(self, name), choices)
        if not self.data or not all(isinstance(name, str) and is_to_learn_from(name) for name in self.data):
            text = _("data must name one or more of {choices}. Received: {received}.")
            raise ConfigError(text, choices=", ".join(TRAINABLE), received=describe(self.data))
        self._check_network()

    def _check_network(self) -> None:
        """Refuse layers that do not fit, and a start that has no model."""
        if not all(isinstance(text, str) for text in (self.name, self.start_from)):
            received = describe((self.name, self.start_from))
            raise ConfigError(_("name and start_from must be text. Received: {received}."), received=received)
        if self.network != SAVED:
            design(self.network, self.architecture)
        elif self.architecture:
            message = _("A network that is {saved} has its layers already: leave out architecture.")
            raise ConfigError(message, saved=SAVED)
        if self.soft_labels and self.network == SAVED:
            message = _(
                "Teachers are asked where a network begins anew: soft_labels must be 0 for one that is {saved}."
            )
            raise ConfigError(message, saved=SAVED)
        if self.soft_labels and "mnist" not in self.data:
            raise ConfigError(_("Teachers were asked about MNIST alone: soft_labels must be 0 without it."))
        if bool(self.start_from) != (self.network == SAVED):
            message = _(
                "A run that starts from a model has the network {saved}, and names the model in start_from. "
                "Received: network {network}, start_from {start_from}."
            )
            raise ConfigError(message, saved=repr(SAVED), network=repr(self.network), start_from=repr(self.start_from))
        if self.frozen and not self.start_from:
            raise ConfigError(_("Only a network that has learned before can be frozen: name a model in start_from."))

    def augmentation_of(self, epoch: int) -> Augmentation | None:
        """How far an epoch, counted from 0, changes the images; None for not at all."""
        is_mild = epoch >= self.epochs - self.mild_epochs
        return self.augmentation.milder() if self.augmentation and is_mild else self.augmentation

    def to_json(self) -> dict[str, Any]:
        """The config as plain values for `json.dumps`."""
        return asdict(self) | {"data": list(self.data)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The config that `to_json` gave.

        Raises
        ------
        ConfigError
            If a value is missing a place, is of another type or out of range.
        """
        with in_words(ConfigError, _("These are no settings of a training: {error}."), UNUSABLE), decoding():
            values = dict(_known_fields(cls, values))
            for name, record in _PARTS.items():
                if values.get(name) is not None:
                    values[name] = record(**_known_fields(record, values[name]))
            if "data" in values:
                if not isinstance(values["data"], list | tuple):
                    received = describe(values["data"])
                    raise ConfigError(_("data must be a list of names. Received: {received}."), received=received)
                values["data"] = tuple(values["data"])
            return cls(**values)

    def changes(self, base: "TrainingConfig") -> dict[str, str]:
        """What is not as in another config, as text by setting; the name is no part of it.

        Returns
        -------
        A text for each setting that differs, under "augmentation.rotation" for one within another.
        """
        standard, chosen = flat(base.to_json()), flat(self.to_json())
        changes = {key: value for key, value in chosen.items() if key != "name" and standard.get(key, ...) != value}
        return {key: as_text(value) for key, value in changes.items()}

    def changed(self, texts: Mapping[str, str]) -> Self:
        """The config with other settings, as `changes` gives them.

        Raises
        ------
        ConfigError
            If there is no such setting, or a value is out of range.
        """
        values = self.to_json()
        for key, text in texts.items():
            part, _dot, within = key.partition(".")
            if within and part in _PARTS:
                values[part] = (values[part] or {}) | {within: _as_value(within, text)}
            else:
                values[key] = _as_value(key, text)
        return self.from_json(values)


_PARTS: dict[str, type[Architecture | Augmentation]] = {"architecture": Architecture, "augmentation": Augmentation}
_TEXTS = ("name", "network", "start_from", "optimizer", "schedule")


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as `to_json` gives them, those within others as "outer.inner"."""
    flat: dict[str, Any] = {}
    for key, value in values.items():
        flat |= {f"{key}.{name}": each for name, each in value.items()} if isinstance(value, Mapping) else {key: value}
    return flat


def as_text(value: Any) -> str:
    """A setting as people and addresses have it: text as it is, a list with commas, the rest as JSON."""
    if isinstance(value, list):
        return ",".join(value)
    return value if isinstance(value, str) else json.dumps(value)


def _as_value(name: str, text: str) -> Any:
    """A parameter of an address as a setting; what is no value stays text and is refused by its name."""
    if name == "data":
        return text.split(",")
    if name in _TEXTS:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _known_fields(record: type, values: object) -> Mapping[str, Any]:
    """The values themselves if each has a place in the record."""
    names = [each.name for each in fields(record)]
    if not isinstance(values, Mapping):
        text = _("{name} must be settings by name. Received: {received}.")
        raise ConfigError(text, name=record.__name__, received=describe(values))
    if unknown := values.keys() - set(names):
        text = _("{name} has the settings {settings}. Received: {received}.")
        raise ConfigError(
            text, name=record.__name__, settings=", ".join(names), received=f"{', '.join(sorted(unknown)):.200}"
        )
    return values
