"""What a search may choose: for each hyperparameter a range, some values, or one. Keras is not needed here."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Self

from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.types import check_number, describe

Value = bool | int | float

# A number is told, kept and trained with at so many digits; a message between machines keeps about seven.
DIGITS = 6
MOST_CHOICES = 100


def _is_number(value: Any) -> bool:
    """Whether a value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both possible.

    Attributes
    ----------
    step
        Between two values; None for 1 where they are whole numbers, and for any number between otherwise.
    log
        Whether each factor of ten is as likely as the next; `low` is then above 0, and there is no step.
    """

    low: float
    high: float
    step: float | None = None
    log: bool = False

    def __post_init__(self) -> None:
        numbers = (self.low, self.high, *([] if self.step is None else [self.step]))
        if not all(_is_number(each) for each in numbers) or not isinstance(self.log, bool):
            text = _("A range is of numbers, from low to high. Received: {received}.")
            raise ConfigError(text, received=describe(numbers))
        if self.low >= self.high:
            text = _(
                "A range must begin below its end. Received: {low} to {high}. "
                "Turn them round, or give a single value to leave it as it is."
            )
            raise ConfigError(text, **self._ends_in_words())
        if self.step is not None and not 0 < self.step <= self.high - self.low:
            text = _("A step must be above 0 and fit into the range of {low} to {high}. Received: {step}.")
            raise ConfigError(text, **self._ends_in_words(), step=f"{self.step:g}")
        if self.log and (self.low <= 0 or self.step is not None):
            text = _("A logarithmic range begins above 0 and has no step. Received: {low} to {high}, step {step}.")
            raise ConfigError(text, **self._ends_in_words(), step=self.step)

    def _ends_in_words(self) -> dict[str, str]:
        """Where it begins and ends, as an error says it."""
        return {"low": f"{self.low:g}", "high": f"{self.high:g}"}


@dataclass(frozen=True)
class Choices:
    """Some values; a single one is not searched for, every trial has it."""

    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.values, tuple) or not 0 < len(self.values) <= MOST_CHOICES:
            text = _("There can be 1 to {most} values to choose from. Received: {received}.")
            raise ConfigError(text, most=MOST_CHOICES, received=describe(self.values))
        if not all(isinstance(each, bool) or _is_number(each) for each in self.values):
            text = _("Values to choose from must be numbers, or true and false. Received: {received}.")
            raise ConfigError(text, received=f"{self.values!r:.80}")
        if len(set(self.values)) < len(self.values):
            text = _("Each value to choose from is named once. Received: {received}.")
            raise ConfigError(text, received=f"{self.values!r:.80}")


Dimension = Range | Choices


@dataclass(frozen=True)
class Hyperparameter:
    """Something that can be searched for.

    Attributes
    ----------
    label, help
        Its name and what it does, for people; translated where they are shown.
    whole, is_switch
        Whether its values are whole numbers, or true and false.
    low, high
        Limits of any range or value.
    standard
        What is searched if nothing else is said.
    is_standard
        Whether it is searched if nothing is said at all.
    is_layer
        Whether it is one of `Architecture`, and so only of networks whose layers can be chosen.
    """

    label: str
    help: str
    low: float
    high: float
    standard: Dimension
    whole: bool = False
    is_switch: bool = False
    is_standard: bool = True
    is_layer: bool = False

    def value(self, value: Any) -> Value:
        """A value as it is told and trained with."""
        if self.is_switch:
            return bool(value)
        return round(value) if self.whole else float(f"{float(value):.{DIGITS}g}")


HYPERPARAMETERS: Mapping[str, Hyperparameter] = MappingProxyType(
    {
        "filters": Hyperparameter(
            N_("Filters in the first block"),
            N_("How many patterns the first convolution looks for; the next blocks have twice as many."),
            1, 256, Range(8, 48, 8), whole=True, is_layer=True,
        ),
        "dense": Hyperparameter(
            N_("Dense units"),
            N_("Units of the layer before the ten outputs."),
            0, 2048, Range(32, 256, 32), whole=True, is_layer=True,
        ),
        "dropout": Hyperparameter(
            N_("Dropout"),
            N_("Share of what the dense layer gives that is left out while training."),
            0, 0.9, Range(0.0, 0.7, 0.1), is_layer=True,
        ),
        "learning_rate": Hyperparameter(
            N_("Learning rate"),
            N_("How large a step the weights take: too small is slow, too large never settles."),
            1e-7, 10, Range(0.0003, 0.01, log=True),
        ),
        "batch_normalization": Hyperparameter(
            N_("Batch normalisation"),
            N_("Whether each convolution's results are brought to the same scale."),
            0, 1, Choices((False, True)), is_switch=True, is_standard=False, is_layer=True,
        ),
        "kernel": Hyperparameter(
            N_("Kernel"),
            N_("Side of each convolution's window, in pixels."),
            2, 9, Choices((2, 3, 4)), whole=True, is_standard=False, is_layer=True,
        ),
        "augmentation": Hyperparameter(
            N_("Augmentation strength"),
            N_("How far training images are changed: 0 not at all, 1 as the Handwriting preset does."),
            0, 2, Range(0.0, 1.0, 0.25), is_standard=False,
        ),
        "batch_size": Hyperparameter(
            N_("Batch size"),
            N_("Images that the network sees before its weights take a step."),
            1, 2048, Choices((32, 64, 128)), whole=True, is_standard=False,
        ),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Space:
    """All that a search may choose from.

    Attributes
    ----------
    dimensions
        Names out of `HYPERPARAMETERS`, each with a range or choices.
    """

    dimensions: Mapping[str, Dimension]

    def __post_init__(self) -> None:
        for name, dimension in self.dimensions.items():
            _check_dimension(name, dimension)
        object.__setattr__(self, "dimensions", MappingProxyType(dict(self.dimensions)))
        if not self.varied:
            raise ConfigError(
                _(
                    "A search needs something to choose from, and this space has one point only. "
                    "Give at least one hyperparameter a range or several values."
                )
            )

    @cached_property
    def varied(self) -> tuple[str, ...]:
        """Names of the hyperparameters that have more than one value."""
        return tuple(name for name, each in self.dimensions.items() if count(name, each) != 1)

    @cached_property
    def points(self) -> int | None:
        """How many points there are; None if they cannot be counted."""
        counts = [count(name, each) for name, each in self.dimensions.items()]
        return None if None in counts else math.prod(each for each in counts if each)

    def values(self, given: Mapping[str, Any]) -> dict[str, Value]:
        """Values of a trial, in the space's order and as they are told; what has one value only is added.

        Raises
        ------
        ConfigError
            If one is missing, or out of its range.
        """
        values = {}
        for name, dimension in self.dimensions.items():
            if count(name, dimension) == 1 and isinstance(dimension, Choices):
                given = {**given, name: dimension.values[0]}
            if not _is_within(given.get(name), dimension):
                text = _("{name} must be one of the values searched. Received: {received}.")
                raise ConfigError(text, name=name, received=describe(given.get(name)))
            values[name] = HYPERPARAMETERS[name].value(given[name])
        return values

    def corners(self) -> list[dict[str, Value]]:
        """The points with the least and the most of everything, and those that differ from these in one value."""
        ends = {name: _ends(each) for name, each in self.dimensions.items()}
        least, most = ({name: each[end] for name, each in ends.items()} for end in (0, -1))
        near = [{**least, name: value} for name, each in ends.items() for value in each]
        return [self.values(each) for each in (*near, most)]

    def to_json(self) -> dict[str, Any]:
        """The space as plain values."""
        return {
            name: {"choices": list(each.values)} if isinstance(each, Choices) else asdict(each)
            for name, each in self.dimensions.items()
        }

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The space that `to_json` gave.

        Raises
        ------
        ConfigError
            If it is none.
        """
        if not isinstance(values, Mapping):
            text = _("A space names hyperparameters with their values. Received: {received}.")
            raise ConfigError(text, received=describe(values))
        return cls({name: _dimension(name, each) for name, each in values.items()})


def standard_space(*, layers: bool = True) -> Space:
    """What is searched if nothing else is said.

    Parameters
    ----------
    layers
        Whether the network is one whose layers can be chosen.
    """
    if not layers:
        names = ["learning_rate", "batch_size"]
    else:
        names = [name for name, each in HYPERPARAMETERS.items() if each.is_standard]
    return Space({name: HYPERPARAMETERS[name].standard for name in names})


def count(name: str, dimension: Dimension) -> int | None:
    """How many values a hyperparameter can have; None if they cannot be counted."""
    if isinstance(dimension, Choices):
        return len(dimension.values)
    step = dimension.step or (1 if HYPERPARAMETERS[name].whole else None)
    return None if step is None else math.floor((dimension.high - dimension.low) / step + 1e-9) + 1


def _check_dimension(name: str, dimension: Dimension) -> None:
    """Refuse what is no hyperparameter, or lies outside of its limits."""
    known = HYPERPARAMETERS.get(name)
    if known is None:
        text = _("The hyperparameters are {names}. Received: {received}.")
        raise ConfigError(text, names=", ".join(HYPERPARAMETERS), received=f"{name!r:.80}")
    if known.is_switch:
        if not (isinstance(dimension, Choices) and all(isinstance(each, bool) for each in dimension.values)):
            text = _("{name} is true or false. Received: {received}.")
            raise ConfigError(text, name=name, received=f"{dimension!r:.80}")
        return
    values = dimension.values if isinstance(dimension, Choices) else _numbers(dimension)
    for value in values:
        check_number(name, value, known.low, known.high, whole=known.whole)


def _numbers(dimension: Range) -> tuple[float, ...]:
    """What of a range has to be a value itself."""
    return (dimension.low, dimension.high) + (() if dimension.step is None else (dimension.low + dimension.step,))


def _ends(dimension: Dimension) -> tuple[Value, ...]:
    """The values at the ends of a range; all choices."""
    return dimension.values if isinstance(dimension, Choices) else (dimension.low, dimension.high)


def _is_within(value: Any, dimension: Dimension) -> bool:
    """Whether a value is one of a dimension's, as far as a message between machines tells."""
    if not (isinstance(value, bool) or _is_number(value)):
        return False
    if isinstance(dimension, Choices):
        return any(math.isclose(value, each, rel_tol=1e-5, abs_tol=1e-9) for each in dimension.values)
    margin = 1e-5 * max(abs(dimension.low), abs(dimension.high))
    return dimension.low - margin <= value <= dimension.high + margin


def _dimension(name: Any, values: Any) -> Dimension:
    """A dimension from plain values."""
    if isinstance(values, Mapping) and set(values) == {"choices"} and isinstance(values["choices"], list | tuple):
        return Choices(tuple(values["choices"]))
    if isinstance(values, Mapping) and {"low", "high"} <= set(values) <= {"low", "high", "step", "log"}:
        return Range(**values)
    text = _("{name} must have low and high, or choices. Received: {received}.")
    raise ConfigError(text, name=name, received=describe(values))
