"""From images as they lie in a file to MNIST's form: white ink on black, 28 x 28, in 256 shades."""

from dataclasses import dataclass

import numpy as np

from mnist_core import ink
from mnist_core.datasets.own.rows import (
    NO_DIGIT,
    NO_INK,
    OTHER_GROUND,
    OUT_OF_RANGE,
    Read,
    Refusals,
    Rows,
    digits_of,
)
from mnist_core.datasets.scans import as_pictures
from mnist_core.errors import DatasetError, DrawingError
from mnist_core.ink.pictures import MIN_CONTRAST
from mnist_core.types import IMAGE_SIDE, Drawing, Tell, UInt8Array, untold

WHITE_ON_BLACK, BLACK_ON_WHITE = "white on black", "black on white"

# Scans are enlarged before they are prepared; a larger picture is prepared as it is.
_LARGEST_SCAN = 64
# Shades that count as the other ground, without a doubt.
_LIGHT = 200
_PART = 5_000
_TOPS = (1, 15, 16, 255)


@dataclass(frozen=True)
class Detected:
    """What the images were like before they were brought into form.

    Attributes
    ----------
    form
        What the files are: one of `reading.FORMS`.
    polarity
        "white on black" or "black on white"; empty where each picture was looked at by itself.
    top
        The lightest shade that there may be, 1, 15, 16 or 255; 0 likewise.
    size
        Height and width; (0, 0) where they differ.
    """

    form: str
    polarity: str
    top: int
    size: tuple[int, int]


@dataclass(frozen=True, eq=False)
class InForm:
    """Images in MNIST's form.

    Attributes
    ----------
    images, labels
        uint8 (n, 28, 28) and uint8 (n,).
    splits
        "train", "test" or "" for each, as the file says, (n,) of text.
    """

    images: UInt8Array
    labels: UInt8Array
    splits: np.ndarray
    detected: Detected


def in_form(read: Read, tell: Tell = untold) -> InForm:
    """Bring everything that was read into form; what cannot be is added to what is refused.

    Raises
    ------
    DatasetError
        If nothing is left, or half of it or more was refused.
    """
    count = sum(map(len, read.rows))
    raw = [rows for rows in read.rows if not rows.is_in_form]
    top, polarity = _top(raw), _polarity(raw)
    parts: list[tuple[UInt8Array, UInt8Array, np.ndarray]] = []
    sizes = {rows.images.shape[1:] for rows in raw} if len(raw) == len(read.rows) else set()
    done = 0
    while read.rows:
        rows = read.rows.pop(0)
        raw = []  # so that no row is there longer than it is needed
        labels, is_digit = digits_of(rows.labels)
        for start in range(0, len(rows), _PART):
            chosen = slice(start, start + _PART)
            images, is_good = _made(rows, chosen, is_digit[chosen], top, polarity, read.refusals)
            good = labels[chosen][is_good]
            parts.append((images, good, np.full(len(good), rows.split)))
            done += len(is_good)
            tell(done, count)
    images, labels, splits = _joined(parts)
    _check_left(len(labels), read.refusals)
    size = sizes.pop() if len(sizes) == 1 else (0, 0)
    return InForm(images, labels, splits, Detected(read.form, polarity, top, (int(size[0]), int(size[1]))))


def _joined(parts: list[tuple[UInt8Array, UInt8Array, np.ndarray]]) -> tuple[UInt8Array, UInt8Array, np.ndarray]:
    """All parts in one."""
    if not parts:
        return np.empty((0, IMAGE_SIDE, IMAGE_SIDE), np.uint8), np.empty(0, np.uint8), np.empty(0, "<U5")
    images, labels, splits = (np.concatenate(each) for each in zip(*parts, strict=True))
    return images, labels, splits


def _check_left(left: int, refusals: Refusals) -> None:
    """Refuse a file of which little is left."""
    if left and len(refusals) < left:
        return
    total = left + len(refusals)
    if not total:
        raise DatasetError("There are no images in it. Nothing was added.")
    raise DatasetError(
        f"{len(refusals):,} of {total:,} images cannot be taken: {refusals.in_words()}. Nothing was added."
    )


def _top(raw: list[Rows]) -> int:
    """The lightest shade that there may be."""
    if not raw:
        return 0
    # What lies outside of all that is known is refused later, row by row.
    tops = [float(_known(rows.images).max(initial=0)) for rows in raw]
    return next((top for top in _TOPS if max(tops) <= top), 255)


def _known(images: np.ndarray) -> np.ndarray:
    """The values that are shades, in one row."""
    return images[np.isfinite(images) & (images <= 255)] if images.dtype.kind == "f" else images[images <= 255]


def _polarity(raw: list[Rows]) -> str:
    """Whether the ink is lighter than the ground, as most of the images have it."""
    if not raw:
        return ""
    light = sum(int((_rims(rows.images) > _middle(rows.images)).sum()) for rows in raw)
    return BLACK_ON_WHITE if 2 * light > sum(map(len, raw)) else WHITE_ON_BLACK


def _middle(images: np.ndarray) -> float:
    """Half of the lightest shade."""
    return float(_known(images).max(initial=0)) / 2


def _rims(images: np.ndarray) -> np.ndarray:
    """The mean shade along the border of each image."""
    borders = (images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1])
    return np.concatenate(borders, axis=1).astype(np.float32).mean(axis=1)


def _made(
    rows: Rows, chosen: slice, is_digit: np.ndarray, top: int, polarity: str, refusals: Refusals
) -> tuple[UInt8Array, np.ndarray]:
    """Images of some rows in form, and which of the rows they are."""
    places = range(*chosen.indices(len(rows)))
    _refuse(refusals, NO_DIGIT, rows, places, ~is_digit)
    images, is_good = rows.images[chosen], is_digit.copy()
    if rows.is_in_form:
        return images[is_good], is_good
    shades, is_sound = _shades(images, top, polarity)
    _refuse(refusals, OUT_OF_RANGE, rows, places, is_good & ~is_sound)
    is_good &= is_sound
    is_other = _rims(shades) > _LIGHT
    _refuse(refusals, OTHER_GROUND, rows, places, is_good & is_other)
    is_good &= ~is_other
    made, has_ink = _digits(shades, is_good)
    _refuse(refusals, NO_INK, rows, places, is_good & ~has_ink)
    return made, is_good & has_ink


def _refuse(refusals: Refusals, reason: str, rows: Rows, places: range, which: np.ndarray) -> None:
    """Leave some rows out."""
    refusals.add_all(reason, (rows.places(places[at]) for at in np.flatnonzero(which)))


def _shades(images: np.ndarray, top: int, polarity: str) -> tuple[UInt8Array, np.ndarray]:
    """Images of ink 255 on 0, and whether each has only shades."""
    values = images.astype(np.float32)
    # Written so that what is not a number is refused too.
    is_sound = np.asarray(((values >= 0) & (values <= top)).all(axis=(1, 2)))
    scaled = np.rint(np.clip(np.nan_to_num(values), 0, top) * (255 / top)).astype(np.uint8)
    return (255 - scaled if polarity == BLACK_ON_WHITE else scaled), is_sound


def _digits(shades: UInt8Array, is_good: np.ndarray) -> tuple[UInt8Array, np.ndarray]:
    """Images of 28 x 28 as they are, others brought into form as drawings are; and which have ink on them."""
    has_ink = np.ptp(shades.reshape(len(shades), -1), axis=1) >= MIN_CONTRAST
    if shades.shape[1:] == (IMAGE_SIDE, IMAGE_SIDE):
        return shades[is_good & has_ink], has_ink
    made = []
    for at in np.flatnonzero(is_good & has_ink):
        try:
            made.append(_prepared(shades[at]))
        except DrawingError:
            has_ink[at] = False
    return np.stack(made) if made else np.empty((0, IMAGE_SIDE, IMAGE_SIDE), np.uint8), has_ink


def _prepared(shades: UInt8Array) -> UInt8Array:
    """One image of another size as a digit."""
    if max(shades.shape) <= _LARGEST_SCAN:
        return as_pictures(shades[None])[0]
    return ink.digit_pixels(Drawing.from_pixels(shades))
