"""A question to a dataset: which images, and in what order. It round-trips through the page's address."""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from mnist_core.datasets.positions import image_name, index_of
from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _
from mnist_core.types import CLASSES, Dataset, check_choice, describe

LIKENESS = "likeness"
# Each but the first and the last is a column of the catalogue.
SORTS = ("index", "probability", "loss", "novelty", "typicality", "ink", "slant", LIKENESS)
WHOLE = (0.0, 1.0)
# What an address says for what is so and what is not.
_YES_NO = {"yes": True, "no": False}
_ORDERS = {"ascending": False, "descending": True}
# The columns that filters need, with the setting that is the filter.
_FILTERS = {
    "read": "read",
    "is_right": "right",
    "probability": "probability",
    "novelty": "novelty",
    "is_suspect": "suspects",
}


@dataclass(frozen=True)
class Query:
    """Which images of a dataset, and in what order; as it is made, all of them as they lie.

    All filters must hold for an image to be found. Whoever sets none of them, nor `like`, can ask any dataset.

    Attributes
    ----------
    split
        Only of this split; None for all.
    labels, read
        Only with one of these labels, or read by the model as one of these digits; empty for any.
    right
        Only what the model reads right (True) or wrong (False); None for both.
    probability, novelty
        Only from the first to the second number, both included: of how probable the model says its answer is, and of
        how unlike the training digits it finds the image.
    suspects
        Only images whose label is suspected to be wrong.
    sort
        One of `SORTS`. By likeness the nearest to the image `like` come first.
    descending
        The other way round.
    like
        Place in the whole dataset of the image that the others are compared with.

    Raises
    ------
    ConfigError
        If a setting is none of these, or the sort is by likeness to no image.
    """

    split: str | None = None
    labels: tuple[int, ...] = ()
    read: tuple[int, ...] = ()
    right: bool | None = None
    probability: tuple[float, float] = WHOLE
    novelty: tuple[float, float] = WHOLE
    suspects: bool = False
    sort: str = SORTS[0]
    descending: bool = False
    like: int | None = None

    def __post_init__(self) -> None:
        for name in ("labels", "read"):
            object.__setattr__(self, name, _digits(name, getattr(self, name)))
        for name in ("probability", "novelty"):
            object.__setattr__(self, name, _range(name, getattr(self, name)))
        check_choice("sort", self.sort, SORTS)
        if self.sort == LIKENESS and self.like is None:
            raise ConfigError(_("To sort by likeness, like must name an image. Received: none."))

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of the catalogue that must be known to answer this."""
        columns = [column for column, part in _FILTERS.items() if getattr(self, part) != _DEFAULTS[part]]
        if self.sort not in (SORTS[0], LIKENESS):
            columns.append(self.sort)
        return tuple(dict.fromkeys(columns))

    def without(self, column: str) -> "Query":
        """The same question, without the filter and the sort that need a column."""
        part = _FILTERS.get(column)
        query = replace(self, **{part: _DEFAULTS[part]}) if part else self
        return replace(query, sort=SORTS[0], descending=False) if query.sort == column else query

    def to_parameters(self, dataset: Dataset) -> dict[str, str]:
        """What differs from a question for everything, as parameters of an address.

        Raises
        ------
        ConfigError
            If `like` is no image of the dataset.
        """
        changes = {name: value for name, value in vars(self).items() if value != _DEFAULTS[name]}
        return dict(_as_parameter(name, value, dataset) for name, value in changes.items())

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, str], dataset: Dataset) -> "tuple[Query, list[ConfigError]]":
        """The question that an address asks.

        Parameters
        ----------
        parameters
            As `to_parameters` gives them; others among them do not matter.

        Returns
        -------
        The question, without what makes no sense in it; and an error for each of those, which names the parameter and
        says what was expected and received.
        """
        values: dict[str, Any] = {}
        errors = []
        for key, (name, parse) in _PARAMETERS.items():
            if key not in parameters:
                continue
            try:
                value = parse(key, parameters[key], dataset)
                cls(**values | {name: value})
                values[name] = value
            except ConfigError as error:
                errors.append(error)
        return cls(**values), errors


_DEFAULTS: Mapping[str, Any] = {field.name: field.default for field in fields(Query)}


def _digits(name: str, values: Iterable[int]) -> tuple[int, ...]:
    """Digits in order, each once."""
    digits = sorted({operator.index(value) for value in values})
    if digits and not 0 <= digits[0] <= digits[-1] < CLASSES:
        message = _("{name} must be digits from 0 to 9. Received: {received}.")
        raise ConfigError(message, name=name, received=describe(digits))
    return tuple(digits)


def _range(name: str, values: tuple[float, float]) -> tuple[float, float]:
    """Two numbers from 0 to 1, the lower one first."""
    low, high = values
    if not 0 <= low <= high <= 1:
        message = _("{name} must be two numbers from 0 to 1, the lower one first. Received: {low}, {high}.")
        raise ConfigError(message, name=name, low=f"{low:g}", high=f"{high:g}")
    return float(low), float(high)


def _as_parameter(name: str, value: Any, dataset: Dataset) -> tuple[str, str]:
    """A setting as an address has it."""
    match name:
        case "like":
            return name, image_name(dataset, value)
        case "descending":
            return "order", "descending"
        case "right" | "suspects":
            return name, "yes" if value else "no"
        case "labels" | "read" | "probability" | "novelty":
            return name, ",".join(map(str, value))
        case _:
            return name, value


def _as_split(key: str, text: str, dataset: Dataset) -> str:
    """The name of a split of the dataset."""
    return str(_chosen(key, text, {name: name for name in dataset.splits}))


def _as_digits(key: str, text: str, _dataset: Dataset) -> tuple[int, ...]:
    """Digits with commas between them."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part in set("0123456789") for part in parts):
        message = _("{name} must be digits with commas between them, as 3,5. Received: {received}.")
        raise ConfigError(message, name=key, received=f"{text!r:.80}")
    return tuple(map(int, parts))


def _as_range(key: str, text: str, _dataset: Dataset) -> tuple[float, float]:
    """Two numbers with a comma between them."""
    try:
        low, high = map(float, text.split(","))
        if math.isfinite(low + high):
            return low, high
    except ValueError:
        pass
    message = _("{name} must be two numbers with a comma between them, as 0.2,0.9. Received: {received}.")
    raise ConfigError(message, name=key, received=f"{text!r:.80}")


def _as_flag(key: str, text: str, _dataset: Dataset) -> bool:
    """Yes or no."""
    return bool(_chosen(key, text, _YES_NO))


def _as_order(key: str, text: str, _dataset: Dataset) -> bool:
    """Whether it goes down."""
    return bool(_chosen(key, text, _ORDERS))


def _as_index(key: str, text: str, dataset: Dataset) -> int:
    """The place of an image that is named."""
    try:
        return index_of(dataset, text)
    except ConfigError as error:
        raise ConfigError(f"{key}: {error}") from error


def _as_sort(key: str, text: str, _dataset: Dataset) -> str:
    """One of the sorts."""
    return str(_chosen(key, text, {name: name for name in SORTS}))


def _chosen(key: str, text: str, choices: Mapping[str, Any]) -> Any:
    """What a word stands for."""
    if text not in choices:
        message = _("{name} must be one of {choices}. Received: {received}.")
        raise ConfigError(message, name=key, choices=", ".join(choices), received=f"{text!r:.80}")
    return choices[text]


# The parameters of an address, with the setting that each is; what others depend on comes first.
_PARAMETERS: Mapping[str, tuple[str, Callable[[str, str, Dataset], Any]]] = {
    "split": ("split", _as_split),
    "labels": ("labels", _as_digits),
    "read": ("read", _as_digits),
    "right": ("right", _as_flag),
    "probability": ("probability", _as_range),
    "novelty": ("novelty", _as_range),
    "suspects": ("suspects", _as_flag),
    "like": ("like", _as_index),
    "sort": ("sort", _as_sort),
    "order": ("descending", _as_order),
}
# What an address may say of a question.
PARAMETERS = tuple(_PARAMETERS)
