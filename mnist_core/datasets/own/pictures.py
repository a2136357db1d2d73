"""Pictures with a label: in a folder for each digit, or with the digit in the name."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import numpy as np

from mnist_core import ink
from mnist_core.datasets.own.rows import (
    NO_INK,
    NO_LABEL,
    NOT_READ,
    Refusals,
    Rows,
    check_count,
    listed,
    split_in,
)
from mnist_core.datasets.own.source import Files, content
from mnist_core.errors import DatasetError, DrawingError, EmptyDrawingError
from mnist_core.ink.pictures import MIN_CONTRAST, grey
from mnist_core.types import DIGITS, IMAGE_SIDE, Tell

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif")
LARGEST_PICTURE = 20 * 2**20

# "7-anna.png", "anna_label7.png", "digit-7 (2).png"; but "7.png" may be the seventh of something.
_AT_THE_START = re.compile(r"([0-9])[ _.(-].*")
_NAMED = re.compile(r"(?:^|[^a-z])(?:label|digit|class)[ _=-]?([0-9])(?![0-9])", re.IGNORECASE)
_TELL_EVERY = 100


class PictureRows:
    """Pictures one after the other: those of 28 x 28 as they are, all others brought into form as drawings are."""

    def __init__(self, split: str, refusals: Refusals) -> None:
        self._split, self._refusals = split, refusals
        self._found: dict[bool, list[tuple[np.ndarray, object, str]]] = {False: [], True: []}

    def add(self, content: bytes, label: object, where: str) -> None:
        """Take one in, or note why it is refused."""
        try:
            drawing = ink.read_picture(content)
            assert drawing.pixels is not None
            if drawing.size == (IMAGE_SIDE, IMAGE_SIDE):
                image, is_in_form = grey(drawing.pixels), False
                if int(np.ptp(image)) < MIN_CONTRAST:
                    raise EmptyDrawingError("nothing")
            else:
                image, is_in_form = ink.digit_pixels(drawing), True
        except EmptyDrawingError:
            self._refusals.add(NO_INK, where)
        except DrawingError:
            self._refusals.add(NOT_READ, where)
        else:
            self._found[is_in_form].append((image, label, where))
            check_count(sum(map(len, self._found.values())))

    def rows(self) -> Iterator[Rows]:
        """All that were taken in."""
        for is_in_form, found in self._found.items():
            if found:
                images, labels, places = zip(*found, strict=True)
                yield Rows(
                    np.stack(images), np.array(labels, object), listed(list(places)), self._split, is_in_form=is_in_form
                )


def read_pictures(files: Files, names: list[str], refusals: Refusals, tell: Tell) -> Iterator[Rows]:
    """The pictures among files.

    Raises
    ------
    DatasetError
        If the folders have other names than digits.
    """
    _check_folders(names)
    by_split = {split: PictureRows(split, refusals) for split in map(split_in, _folders(names))}
    for done, name in enumerate(names, 1):
        label = label_in(name)
        if label is None:
            refusals.add(NO_LABEL, name)
        else:
            by_split[split_in(_folder(name))].add(content(files, name, LARGEST_PICTURE), label, name)
        if done % _TELL_EVERY == 0 or done == len(names):
            tell(done, len(names))
    for pictures in by_split.values():
        yield from pictures.rows()


def label_in(name: str) -> str | None:
    """The digit that the folder of a picture, or else its name, says it is.

    Examples
    --------
    >>> label_in("train/7/anna.png"), label_in("7_anna.png"), label_in("scan 3 label7.png"), label_in("12.png")
    ('7', '7', '7', None)
    """
    folders = [part for part in PurePosixPath(name).parts[:-1] if part in DIGITS]
    if folders:
        return folders[-1]
    stem = PurePosixPath(name).stem
    found = _AT_THE_START.fullmatch(stem) or _NAMED.search(stem)
    return found[1] if found else None


def _check_folders(names: list[str]) -> None:
    """Refuse a folder for each class where the classes are no digits."""
    last = {PurePosixPath(name).parts[-2] for name in names if "/" in name and label_in(name) is None}
    if len(last) > 1 and not any(map(label_in, names)):
        some = ", ".join(sorted(last))[:120]
        raise DatasetError(f"The folders are {some}, and only the digits 0 to 9 are taken. Nothing was added.")


def _folder(name: str) -> str:
    """The folders that a file is in."""
    return str(PurePosixPath(name).parent)


def _folders(names: list[str]) -> set[str]:
    """All folders that there are."""
    return set(map(_folder, names))
