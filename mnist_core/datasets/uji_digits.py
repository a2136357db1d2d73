"""The digits of UJI Pen Characters, version 2 (Llorens and others 2008): pen strokes of 60 writers on a tablet PC.

Each writer wrote each digit twice. The copy that is read has them digit by digit, two by two; the last 20 writers test.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mnist_core.datasets.archive import Archive, Arrays, Mirror
from mnist_core.datasets.number_pad import URL, read_drawings, strokes_in
from mnist_core.datasets.pen_strokes import PenStrokes, drawn, strokes_of
from mnist_core.datasets.spec import DatasetSpec
from mnist_core.language import noop as N_
from mnist_core.types import CLASSES, DIGITS, Dataset, Int16Array

WRITERS, TIMES = 60, 2
# From this writer on, they test.
FIRST_TEST_WRITER = 40


def _from_number_pad(files: Sequence[Path]) -> Arrays:
    """The arrays of NumberPad's copy of the digits."""
    drawings = read_drawings(files[0])
    writers = np.tile(np.repeat(np.arange(WRITERS, dtype=np.int16), TIMES), CLASSES)
    return {
        **strokes_in(drawings, "".join(DIGITS)),
        "labels": np.repeat(np.arange(CLASSES, dtype=np.uint8), [len(drawings[digit]) for digit in DIGITS]),
        "writers": writers,
        "is_test": writers >= FIRST_TEST_WRITER,
    }


ARCHIVE = Archive(
    "uji_pen_digits.npz",
    {
        "points": "33dbbee8f354eb9ede7b1c6903dd1d449278e1c72413690da72e6ac7cb8d37df",
        "stroke_starts": "7fc521b6339759a8f20ca2982d4bd59bf89c511e7761761d035170c93ddb075b",
        "digit_starts": "0a12d178e0cedd9f0415e2eec8c16b0693ca84b8753fbdfc19b5d28f00be94ae",
        "labels": "be729c05a8e4544d169a7471bd8e91876f8466ad47826042e7ca1f34489edcab",
        "writers": "d4f27f18e7ee4ae919e687acfbb1af7f7f254ebfd63f8f3ad71d187261c27961",
        "is_test": "05e231f35b070b56ad77980316caa80daa37fc6d1b74ffd50c633ac3626adec1",
    },
    (Mirror([URL + "ujipenchars2.json"], _from_number_pad),),
)


def _strokes(download: bool) -> PenStrokes:
    """The strokes of all 1,200 digits, the 800 training digits first."""
    return strokes_of(ARCHIVE, download=download)


def _writers(download: bool) -> Int16Array:
    """Who wrote each digit, from 0 to 59."""
    writers = _strokes(download).writers
    assert writers is not None
    return writers


def _load(download: bool) -> Dataset:
    """The dataset, from the cache where it was made before."""
    return SPEC.dataset(drawn(SPEC.name, ARCHIVE, download=download))


SPEC = DatasetSpec(
    name="uji-digits",
    words=N_("tablet PC strokes"),
    test_title=N_("Tablet PC strokes"),
    test_note=N_("Drawn on a tablet PC by 20 people whose handwriting it has never seen."),
    report_title="Tablet PC strokes of other people",
    about="digits as pen strokes on a tablet PC; training and test writers are different people (UJI Pen Characters 2: "
    "Llorens and others 2008; UCI Machine Learning Repository 177), CC BY 4.0",
    provenance="Llorens and others: UJI Pen Characters, version 2, UCI Machine Learning Repository 177, as NumberPad "
    "carries it",
    licence="CC BY 4.0",
    load=_load,
    load_strokes=_strokes,
    load_writers=_writers,
    splits={"train": 800, "test": 400},
    archive=ARCHIVE,
)
