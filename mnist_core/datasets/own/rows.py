"""What readers make of files: images as they lie there, with labels, and what was refused."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from mnist_core.errors import DatasetError
from mnist_core.language import noop as N_
from mnist_core.types import CLASSES, UInt8Array

MOST_ROWS = 200_000
"""Images at most: with more, what is found out about them takes hours."""

NO_DIGIT = N_("its label is no digit from 0 to 9")
OUT_OF_RANGE = N_("a value of it is no shade from 0 to 255")
NO_INK = N_("nothing is to be seen on it")
OTHER_GROUND = N_("its background is as light as the ink of the others")
NOT_READ = N_("it cannot be read")
NO_LABEL = N_("its name and its folder tell no digit")
OTHER_WIDTH = N_("it has more or fewer values than the others")
NO_NUMBERS = N_("a value of it is no number")

TRAIN, TEST = "train", "test"


@dataclass
class Refused:
    """Rows of one kind that are left out.

    Attributes
    ----------
    first
        Where the first one is: a line, a row or a file.
    count
        How many there are.
    """

    first: str
    count: int = 0


@dataclass
class Refusals:
    """What is left out, by the reason, which is marked for translation."""

    by_reason: dict[str, Refused] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(each.count for each in self.by_reason.values())

    def add(self, reason: str, where: str) -> None:
        """Leave something out."""
        self.by_reason.setdefault(reason, Refused(where)).count += 1

    def add_all(self, reason: str, where: Iterable[str]) -> None:
        """Leave several out."""
        for each in where:
            self.add(reason, each)

    def in_words(self) -> str:
        """All of them in English, for a sentence: "12 rows because …, the first being line 7"."""
        return "; ".join(
            f"{each.count:,} because {reason}, the first being {each.first}" for reason, each in self.by_reason.items()
        )

    def to_json(self) -> dict[str, list[str | int]]:
        """All of them as plain values: the place of the first and the count by reason."""
        return {reason: [each.first, each.count] for reason, each in self.by_reason.items()}


@dataclass(frozen=True, eq=False)
class Rows:
    """Images of one size with their labels.

    Attributes
    ----------
    images
        (n, height, width) of any numbers.
    labels
        (n,): what stands there, a digit or not.
    places
        Says of a row where it is: "line 17", "7/anna.png".
    split
        "train" or "test" where the file says so; empty where it does not.
    is_in_form
        Whether they have been through the preprocessing of drawings: uint8 (n, 28, 28), ink 255.
    """

    images: np.ndarray
    labels: np.ndarray
    places: Callable[[int], str]
    split: str = ""
    is_in_form: bool = False

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Read:
    """All that was read.

    Attributes
    ----------
    form
        What the files are: "CSV".
    """

    form: str
    rows: list[Rows]
    refusals: Refusals


def digits_of(labels: np.ndarray) -> tuple[UInt8Array, np.ndarray]:
    """Labels as digits, uint8 (n,), and whether each is one, bool (n,).

    Numbers and texts of digits count, "7" and 7.0, and rows of ten with a single 1.
    """
    if labels.ndim == 2 and labels.shape[1] == CLASSES:
        is_one = (labels == 1).sum(axis=1) + (labels == 0).sum(axis=1) == CLASSES
        return labels.argmax(axis=1).astype(np.uint8), is_one & ((labels == 1).sum(axis=1) == 1)
    if labels.dtype.kind not in "biuf":
        texts = [each.decode(errors="replace") if isinstance(each, bytes) else str(each) for each in labels.tolist()]
        plain = [text.strip().removesuffix(".0") for text in texts]
        labels = np.array([float(text) if text in _DIGITS else np.nan for text in plain])
    numbers = labels.astype(np.float64)
    is_digit = (numbers >= 0) & (numbers < CLASSES) & (numbers == np.floor(np.nan_to_num(numbers, nan=-0.5)))
    return np.where(is_digit, numbers, 0).astype(np.uint8), is_digit


_DIGITS = {str(digit) for digit in range(CLASSES)}


def split_in(name: str) -> str:
    """The split that a file or folder is of, by its name."""
    words = name.lower().replace("\\", "/")
    parts = [part for each in words.split("/") for part in each.replace("-", "_").replace(".", "_").split("_")]
    if any(part in ("test", "t10k", "testing") for part in parts):
        return TEST
    return TRAIN if any(part in ("train", "training") for part in parts) else ""


def check_count(count: int) -> None:
    """Refuse more images than are taken.

    Raises
    ------
    DatasetError
        If there are more.
    """
    if count > MOST_ROWS:
        raise DatasetError(
            f"There are more than {MOST_ROWS:,} images, which is the most that is taken. Nothing was added. "
            "Bring fewer."
        )


def numbered(kind: str, first: int) -> Callable[[int], str]:
    """Places that are counted: "line 17"."""
    return lambda row: f"{kind} {row + first:,}"


def listed(places: list[str]) -> Callable[[int], str]:
    """Places that have names."""
    return lambda row: places[row]


def narrowed(values: np.ndarray) -> np.ndarray:
    """Numbers as bytes where they are whole and fit."""
    if values.dtype == np.uint8:
        return values
    with np.errstate(invalid="ignore"):
        small = values.astype(np.uint8)
    return small if np.array_equal(small, values) else values.astype(np.float32)


def joined(parts: list[np.ndarray]) -> np.ndarray:
    """Parts of a long array in one; they are let go of on the way, so that it is never there twice."""
    dtype = np.result_type(*(part.dtype for part in parts))
    whole = np.empty((sum(map(len, parts)), *parts[0].shape[1:]), dtype)
    start = 0
    while parts:
        part = parts.pop(0)
        whole[start : start + len(part)] = part
        start += len(part)
    return whole
