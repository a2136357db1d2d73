"""Semeion Handwritten Digit (Tactile Srl, Brescia 1994): scans of about 80 people, black and white. Only to test with.

Its makers stretched each digit to a square of 16 x 16 pixels, so a one is as wide as a nought.
"""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mnist_core.datasets.archive import Archive, Arrays, Mirror
from mnist_core.datasets.scans import VERSION, as_pictures
from mnist_core.datasets.spec import ARRAYS, DatasetSpec
from mnist_core.language import noop as N_
from mnist_core.store import cached_arrays
from mnist_core.types import CLASSES, Dataset

_FILE = "semeion.data"
_SIDE = 16


def parse_semeion(text: str) -> Arrays:
    """Images uint8 (n, 16, 16), ink 255, and labels uint8 (n,).

    Parameters
    ----------
    text
        Lines of 256 pixels, 0 or 1, row by row, and ten columns of which that of the label is 1, with spaces between.

    Raises
    ------
    ValueError
        If a line is another one.
    """
    lines = [line.split() for line in text.splitlines()]
    columns = _SIDE**2 + CLASSES
    if not lines or {len(line) for line in lines} != {columns}:
        raise ValueError(f"Each line of {_FILE} must have {columns} columns.")
    rows = np.array(lines, np.float64)
    pixels, labels = rows[:, : _SIDE**2], rows[:, _SIDE**2 :]
    if not np.isin(rows, (0, 1)).all() or not (labels.sum(axis=1) == 1).all():
        raise ValueError(f"Each line of {_FILE} must be of zeros and ones, with a single 1 in the last {CLASSES}.")
    return {
        "images": (255 * pixels).astype(np.uint8).reshape(-1, _SIDE, _SIDE),
        "labels": labels.argmax(axis=1).astype(np.uint8),
    }


def _from_zip(files: Sequence[Path]) -> Arrays:
    """The arrays of UCI's zip file."""
    with zipfile.ZipFile(files[0]) as archive:
        return parse_semeion(archive.read(_FILE).decode("ascii"))


def _from_text(files: Sequence[Path]) -> Arrays:
    """The arrays of the file itself."""
    return parse_semeion(files[0].read_text(encoding="ascii"))


ARCHIVE = Archive(
    "semeion.npz",
    {
        "images": "9f36986211de94bee409cb0c137a3e13385101e3c51235d505d47b583fc2d8f5",
        "labels": "9d32221e06f77a74f484948a772e828573e3798db4164e91b12d7a8917336906",
    },
    (
        Mirror(["https://archive.ics.uci.edu/static/public/178/semeion+handwritten+digit.zip"], _from_zip),
        Mirror([f"https://archive.ics.uci.edu/ml/machine-learning-databases/semeion/{_FILE}"], _from_text),
    ),
)


def _arrays(download: bool) -> Arrays:
    """Images of the scans as of pictures, and labels."""
    scans = ARCHIVE.load(download=download)
    return {"images": as_pictures(scans["images"]), "labels": scans["labels"]}


def _load(download: bool) -> Dataset:
    """The dataset, from the cache where it was made before."""
    name = f"{SPEC.name}-{ARCHIVE.digest}-{VERSION}"
    return SPEC.dataset(cached_arrays(name, ARRAYS, lambda: _arrays(download)))


SPEC = DatasetSpec(
    name="semeion",
    words=N_("square scans"),
    test_title=N_("Square scans"),
    test_note=N_("Black and white scans of some 80 people, each digit stretched to a square."),
    about="digits of 16 x 16 pixels, black and white (Semeion: Tactile Srl, Brescia; UCI Machine Learning Repository "
    "178), CC BY 4.0",
    provenance="Tactile Srl, Brescia: Semeion Handwritten Digit, UCI Machine Learning Repository 178",
    licence="CC BY 4.0",
    load=_load,
    splits={"test": 1_593},
    archive=ARCHIVE,
)
