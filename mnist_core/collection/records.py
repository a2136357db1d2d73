"""What the collection gives and takes: entries, classes, filters, and who may change what."""

import datetime
import operator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from mnist_core import ink
from mnist_core.collection.packing import unpacked
from mnist_core.errors import CollectionError, ConfigError
from mnist_core.language import gettext as _
from mnist_core.owners import Keeper, is_token, token_hash
from mnist_core.types import CLASSES, Drawing, Float32Array, UInt8Array, check_number, describe

MOST_IMAGES_KEPT = 4_096
LONGEST_MS = 600_000
"""The longest time of an attempt that is kept."""

LONGEST_MODEL = 100
"""The longest name of a model."""

LONGEST_NAME = 60
"""The longest name of a class."""

CODE_LENGTH = 6
# Without signs that are taken for one another: B and 8, I, L and 1, O and 0, S and 5, Z and 2.
CODE_SIGNS = "ACDEFGHJKMNPQRTUVWXY34679"

TAUGHT = "taught"
"""Stands for the name of every model that a visitor taught."""

FORMS = ("npz", "csv", "zip")
"""What drawings are exported as: arrays with everything that there is, a table, and pictures with the table."""


By = str | Keeper
"""Who changes something: an owner's token, a class's key, or the keeper."""


class DamagedRowError(CollectionError):
    """A row that is not what was written.

    Parameters
    ----------
    column
        What of it is damaged.
    """

    def __init__(self, column: str) -> None:
        text = _("This is damaged: its “{column}” is not what was written. It can only be deleted.")
        super().__init__(text, column=column)
        self.column = column


class NoClassError(CollectionError):
    """A code that no class has."""


def check_id(value: object) -> str:
    """The id of a drawing or a class: 32 hex digits.

    Raises
    ------
    CollectionError
        If it is none.
    """
    if not is_token(value):
        raise CollectionError(_("An id has 32 hex digits. Received: {value}."), value=describe(value))
    return value


def check_digit(value: object) -> int:
    """A label, or a digit that was asked for: 0 to 9.

    Raises
    ------
    CollectionError
        If it is none.
    """
    try:
        digit = -1 if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        digit = -1
    if not 0 <= digit < CLASSES:
        text = _("A label is a digit from 0 to 9. Received: {value}. Choose one of the ten.")
        raise CollectionError(text, value=describe(value))
    return digit


def check_whole(name: str, value: int, most: int) -> int:
    """A whole number from 0 to a most.

    Raises
    ------
    CollectionError
        If it is none.
    """
    try:
        check_number(name, value, 0, most, whole=True)
    except ConfigError as error:
        raise CollectionError(str(error)) from None
    return value


@dataclass(frozen=True, eq=False)
class Entry:
    """A drawing of the collection, what was read, and what the visitor said it is.

    Attributes
    ----------
    id
        32 hex digits, random.
    packed
        Its strokes, as `packing.packed` writes them.
    pen_width, size
        As those of a `Drawing`.
    label
        The digit that the visitor said it is; None if nobody has.
    digit
        What was read; None if that was in doubt.
    probability, novelty
        As those of the `Prediction`.
    model
        Name of the model that read it.
    created
        When it was added, in UTC.
    group
        Id of the class it was drawn for; None for none.
    alias
        Who drew it, as that class calls them.
    """

    id: str
    packed: bytes
    pen_width: float
    size: tuple[int, int]
    label: int | None
    digit: int | None
    probability: float
    novelty: float
    model: str
    created: datetime.datetime
    group: str | None
    alias: str | None

    def __repr__(self) -> str:
        return f"Entry({self.id}, label={self.label}, digit={self.digit}, {self.created:%Y-%m-%d %H:%M:%S})"

    @cached_property
    def strokes(self) -> tuple[Float32Array, ...]:
        """Its strokes, exactly as they were drawn."""
        return unpacked(self.packed)

    @property
    def drawing(self) -> Drawing:
        """The drawing itself."""
        return Drawing(self.strokes, self.pen_width, self.size)

    @property
    def image(self) -> UInt8Array:
        """Its image in the form of MNIST, uint8 (28, 28), as the model that is in use now would get it."""
        return _image(self.packed, self.pen_width, self.size)

    @property
    def is_right(self) -> bool | None:
        """Whether what was read is what the visitor said; None if they said nothing."""
        return None if self.label is None else self.label == self.digit


@lru_cache(maxsize=MOST_IMAGES_KEPT)
def _image(packed: bytes, pen_width: float, size: tuple[int, int]) -> UInt8Array:
    """The image of strokes."""
    return ink.digit_pixels(Drawing(unpacked(packed), pen_width, size))


def forget_images() -> None:
    """Forget the images that were made, since they may be of drawings that are deleted."""
    _image.cache_clear()


@dataclass(frozen=True)
class Group:
    """A class that draws together.

    Attributes
    ----------
    id
        32 hex digits, random.
    code
        What phones join it by: a few letters and digits.
    name
        What its teacher called it; as it was typed, markup included: escape it where it is shown.
    created
        In UTC.
    is_open
        Whether it takes drawings.
    """

    id: str
    code: str
    name: str
    created: datetime.datetime
    is_open: bool


@dataclass(frozen=True)
class Filter:
    """Which drawings: those that fit everything that is given. Without anything, all.

    Attributes
    ----------
    owner
        Token of the visitor who drew them.
    group
        Id of their class.
    labels, digits
        What they were said to be, and what was read; None among them stands for nothing said, and for doubt.
    right
        Whether what was read is what the visitor said.
    since
        Added then or later; with a time zone.
    """

    owner: str | None = None
    group: str | None = None
    labels: tuple[int | None, ...] = ()
    digits: tuple[int | None, ...] = ()
    right: bool | None = None
    since: datetime.datetime | None = None

    def __post_init__(self) -> None:
        if self.owner is not None:
            token_hash(self.owner)
        if self.group is not None:
            check_id(self.group)
        for each in (*self.labels, *self.digits):
            if each is not None:
                check_digit(each)
        if self.since is not None and self.since.tzinfo is None:
            raise CollectionError(_("A time must have a time zone. Received: {value}."), value=self.since)


ALL: Final = Filter()


@dataclass(frozen=True)
class Hardest:
    """The digit of a day's challenge that was read least often.

    Attributes
    ----------
    digit
        0 to 9.
    share
        Share of the attempts that were read as that digit, 0 to 1.
    attempts
        How often it was tried.
    """

    digit: int
    share: float
    attempts: int


def microseconds(time: datetime.datetime) -> int:
    """A time as the database keeps it: microseconds since 1970 in UTC."""
    return round((time - _EPOCH) / datetime.timedelta(microseconds=1))


def moment(value: int) -> datetime.datetime:
    """A time that the database kept, in UTC."""
    return _EPOCH + datetime.timedelta(microseconds=value)


_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

LAST_US = microseconds(datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC))
"""The last time that is kept: later ones are beyond what a date can be in some of the world's time zones."""
