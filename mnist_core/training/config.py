"""What a training run depends on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from mnist_core.errors import ConfigError
from mnist_core.types import describe


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
    """

    rotation: float = 10.0
    shift: float = 1.5
    zoom: float = 0.10
    stretch: float = 0.10
    shear: float = 0.20
    elastic: float = 0.6
    thickness: float = 0.35

    def __post_init__(self) -> None:
        limits = {"rotation": 45, "shift": 8, "zoom": 0.5, "stretch": 0.5, "shear": 1, "elastic": 3, "thickness": 1}
        for name, limit in limits.items():
            _check_number(f"augmentation.{name}", getattr(self, name), 0, limit)


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that a training run depends on; the same config and data give the same recipe.

    Attributes
    ----------
    network
        Name of a network builder.
    data
        Names of the datasets to learn from.
    limit
        At most so many training images of each dataset; 0 for all.
    stroke_variants
        How many times each pen-stroke digit is there: once as it is, then in other styles, by other hands and pens, on
        a canvas or a photo.
    non_digits
        How many images of what is no digit to learn from; 0 for a network that knows digits only.
    epochs, batch_size, learning_rate, weight_decay
        For AdamW, whose learning rate warms up for an epoch and then falls along a cosine.
    validation_share
        Share of the training images kept for validation: for early stopping, novelty and every choice.
    patience
        Epochs without a better validation loss before training stops.
    seed
        For the split, the weights, the order and the augmentation.
    """

    name: str = "handwriting"
    network: str = "handwriting"
    data: tuple[str, ...] = ("mnist", "pen-digits")
    limit: int = 0
    stroke_variants: int = 8
    non_digits: int = 0
    epochs: int = 20
    batch_size: int = 128
    learning_rate: float = 0.003
    weight_decay: float = 0.01
    validation_share: float = 0.1
    patience: int = 6
    seed: int = 0
    augmentation: Augmentation | None = field(default_factory=Augmentation)

    def __post_init__(self) -> None:
        for name, low, high in (
            ("limit", 0, 10_000_000),
            ("stroke_variants", 1, 100),
            ("non_digits", 0, 1_000_000),
            ("epochs", 1, 10_000),
            ("batch_size", 1, 65_536),
            ("patience", 1, 10_000),
            ("seed", 0, 2**31 - 1),
        ):
            _check_number(name, getattr(self, name), low, high, whole=True)
        _check_number("learning_rate", self.learning_rate, 1e-7, 10)
        _check_number("weight_decay", self.weight_decay, 0, 1)
        _check_number("validation_share", self.validation_share, 0.01, 0.9)
        if not self.data or not all(isinstance(name, str) for name in self.data):
            raise ConfigError(f"data must name at least one dataset. Received: {describe(self.data)}.")

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
        values = dict(_known_fields(cls, values))
        if isinstance(values.get("augmentation"), Mapping):
            values["augmentation"] = Augmentation(**_known_fields(Augmentation, values["augmentation"]))
        if "data" in values:
            values["data"] = tuple(values["data"])
        return cls(**values)


def _known_fields(record: type, values: object) -> Mapping[str, Any]:
    """The values themselves if each has a place in the record."""
    names = [each.name for each in fields(record)]
    if not isinstance(values, Mapping):
        raise ConfigError(f"{record.__name__} must be settings by name. Received: {describe(values)}.")
    if unknown := values.keys() - set(names):
        raise ConfigError(f"{record.__name__} has the settings {', '.join(names)}. Received: {', '.join(unknown)}.")
    return values


def _check_number(name: str, value: object, low: float, high: float, *, whole: bool = False) -> None:
    """Refuse anything but a number from low to high."""
    kind = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high:
        noun = "a whole number" if whole else "a number"
        raise ConfigError(f"{name} must be {noun} from {low:g} to {high:g}. Received: {describe(value)}.")


PRESETS: dict[str, TrainingConfig] = {
    "handwriting": TrainingConfig(epochs=44, patience=10, non_digits=18_000),
    "classic": TrainingConfig(
        name="classic",
        network="classic",
        data=("mnist",),
        batch_size=64,
        learning_rate=0.001,
        validation_share=0.2,
        augmentation=None,
    ),
}
