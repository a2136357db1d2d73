"""Digits and signs that one writer drew on a tablet for NumberPad, with a finger or a stylus: only to learn from."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from mnist_core.datasets.archive import Archive, Arrays, Mirror
from mnist_core.datasets.number_pad import URL, read_drawings, strokes_in
from mnist_core.datasets.pen_strokes import PenStrokes, drawn, strokes_of
from mnist_core.datasets.spec import DatasetSpec
from mnist_core.language import noop as N_
from mnist_core.types import DIGITS, Dataset

SIGNS = "+-/?^ex"


def _from_number_pad(files: Sequence[Path], characters: str, labels: Sequence[int]) -> Arrays:
    """The arrays of NumberPad's drawings of these characters, each with its label."""
    drawings = read_drawings(files[0])
    counts = [len(drawings[character]) for character in characters]
    return {
        **strokes_in(drawings, characters),
        "labels": np.repeat(np.array(labels, np.uint8), counts),
        "writers": np.zeros(sum(counts), np.int16),
        "is_test": np.zeros(sum(counts), bool),
    }


ARCHIVE = Archive(
    "tablet_digits.npz",
    {
        "points": "a0558acdc3b326b84442fdde23b936561a62149ae52c8af5ed63fd359d100792",
        "stroke_starts": "a31fdfbc4099c3ebe389fd43800de0be90894c0e0bbeb711f2088b73730560bb",
        "digit_starts": "49ac2ca466eeddba5cf12afaeb4f06ef9b8a32974b0f37c3251d9a7e913aeb9f",
        "labels": "fc4b5bfaece91d5562923f1ee9d90fef11eb669904120729372f7ba4315f34ce",
        "writers": "a99f9d3d84efdecd677dcbb78e078cbff46f2b084db1233f78dea9499166384e",
        "is_test": "b1e2dccce83c8cabb5fef6dfbd85d6aa71796ba226a34e31d8be0bdbfa6a1f27",
    },
    (
        Mirror(
            [URL + "bridger_all.json"],
            partial(_from_number_pad, characters="".join(DIGITS), labels=range(len(DIGITS))),
        ),
    ),
)
SIGNS_ARCHIVE = Archive(
    "tablet_symbols.npz",
    {
        "points": "06e28ebe8bd2f66ae217e69bdefb4e4e64bfc2e66566aad6f1921ff8fbc93f47",
        "stroke_starts": "ff26c0d449c3c8c431136fee87c071c34cf9712c14a905a75d6b399ac7f6d234",
        "digit_starts": "e07dfea8cd8932d12c2987832ee2db87a3b239ff0dce5fddbf7bdc484476a43e",
        "labels": "d289260df868f0586845556617e7eb3d2fb670f66dffac0d19f1a6e2ad2e7e87",
        "writers": "9e132485d5107211de325a45e7917cbe3e4b5b9cde3e4ee91d7d2102317759ee",
        "is_test": "7b6436b0c98f62380866d9432c2af0ee08ce16a171bda6951aecd95ee1307d61",
    },
    (
        Mirror(
            [URL + "bridger_all.json"],
            partial(_from_number_pad, characters=SIGNS, labels=[ord(sign) for sign in SIGNS]),
        ),
    ),
)


def load_tablet_symbols(*, download: bool = True) -> PenStrokes:
    """320 signs by the same writer, + - / ? ^ e and x, that are no digits; their labels are code points.

    Raises
    ------
    DatasetError
        If they are damaged, or missing and may not or cannot be downloaded.
    """
    return strokes_of(SIGNS_ARCHIVE, download=download)


def _strokes(download: bool) -> PenStrokes:
    """The strokes of all 822 digits."""
    return strokes_of(ARCHIVE, download=download)


def _load(download: bool) -> Dataset:
    """The dataset, from the cache where it was made before."""
    return SPEC.dataset(drawn(SPEC.name, ARCHIVE, download=download))


SPEC = DatasetSpec(
    name="tablet-digits",
    words=N_("one person's tablet strokes"),
    test_title=N_("One person's tablet strokes"),
    about="digits that one writer drew on a tablet with a finger or a stylus (Bridger Maxwell, NumberPad), Apache 2.0",
    provenance="Bridger Maxwell: the drawings of NumberPad, github.com/bridger/NumberPad",
    licence="Apache 2.0",
    load=_load,
    load_strokes=_strokes,
    splits={"train": 822},
    archive=ARCHIVE,
    companions=(SIGNS_ARCHIVE,),
)
