"""Digits as strokes of a pen, in JSON; docs/learn/own-data.md has the form."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from mnist_core import ink
from mnist_core.datasets.own.rows import (
    NO_INK,
    NOT_READ,
    TEST,
    TRAIN,
    Refusals,
    Rows,
    check_count,
    listed,
)
from mnist_core.datasets.own.source import Files, content
from mnist_core.errors import DatasetError, DrawingError, EmptyDrawingError, in_words
from mnist_core.records import FAULTS, LARGEST_TEXT, decoding
from mnist_core.types import Drawing, Tell, UInt8Array

PEN_WIDTH, SIZE = 20.0, (400, 400)
_TELL_EVERY = 100


def read_pen(files: Files, name: str, split: str, refusals: Refusals, tell: Tell) -> Iterator[Rows]:
    """The digits of a JSON file, drawn as the app draws a visitor's.

    Raises
    ------
    DatasetError
        If it is damaged or has no digits.
    """
    text = "{name} is no JSON file of strokes that can be read: {error}. Nothing was added."
    with in_words(DatasetError, text, FAULTS, name=name), decoding():
        digits = json.loads(content(files, name, LARGEST_TEXT))
        digits = digits["digits"] if isinstance(digits, dict) else digits
        if not isinstance(digits, list) or not digits:
            raise ValueError('it must have a list "digits", with something in it')
    check_count(len(digits))
    found: dict[str, list[tuple[UInt8Array, object, str]]] = {}
    for number, digit in enumerate(digits, 1):
        where = f"{name}, digit {number:,}"
        try:
            image, part, label = _image(digit), _split(digit, split), digit["label"]
            found.setdefault(part, []).append((image, label, where))
        except EmptyDrawingError:
            refusals.add(NO_INK, where)
        except (DrawingError, *FAULTS):
            refusals.add(NOT_READ, where)
        if number % _TELL_EVERY == 0 or number == len(digits):
            tell(number, len(digits))
    for part, each in found.items():
        images, labels, places = zip(*each, strict=True)
        yield Rows(np.stack(images), np.array(labels, object), listed(list(places)), part, is_in_form=True)


def _image(digit: Mapping[str, Any]) -> UInt8Array:
    """A digit as the network sees it."""
    width, height = digit.get("size", SIZE)
    strokes = [np.asarray(stroke, np.float32) for stroke in digit["strokes"]]
    return ink.digit_pixels(Drawing.from_strokes(strokes, float(digit.get("pen_width", PEN_WIDTH)), (width, height)))


def _split(digit: Mapping[str, Any], split: str) -> str:
    """The split of a digit: as it says itself, or as the file is called."""
    return split if "test" not in digit else TEST if digit["test"] else TRAIN
