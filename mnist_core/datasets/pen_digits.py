"""Pen-Based Recognition of Handwritten Digits (Alpaydin, Alimoglu 1998): pen strokes of 44 writers.

The "original, unnormalised" files of UCI dataset 81. 30 writers train, 14 other writers test. The arrays that are kept
carry no writer's number, so a validation part can be held out by digit, not by writer.
"""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mnist_core.datasets.archive import Archive, Arrays, Mirror
from mnist_core.datasets.pen_strokes import PenStrokes, drawn, laid_out, strokes_of
from mnist_core.datasets.spec import DatasetSpec
from mnist_core.language import noop as N_
from mnist_core.types import Dataset

_PARTS = ("pendigits-orig.tra", "pendigits-orig.tes")
_LABEL = re.compile(r'\.SEGMENT\s+DIGIT\s.*"(\d)"')


def parse_unipen(text: str) -> tuple[list[list[np.ndarray]], list[int]]:
    """Strokes and labels of a file in the UNIPEN format that the dataset uses.

    Parameters
    ----------
    text
        Lines `.SEGMENT DIGIT 0-1 ? "4"` begin a digit, `.PEN_DOWN` a stroke, `.PEN_UP` ends it; between these, each
        line is a point, y up.

    Returns
    -------
    Each digit's strokes, int16 (n, 2) with y down, and each digit's label.

    Raises
    ------
    ValueError
        If a line is not understood or a stroke stands outside of a digit.
    """
    digits: list[list[np.ndarray]] = []
    labels: list[int] = []
    stroke: list[tuple[int, int]] | None = None
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        try:
            if match := _LABEL.match(line):
                labels.append(int(match[1]))
                digits.append([])
            elif line == ".PEN_DOWN":
                stroke = []
            elif line == ".PEN_UP" and stroke is not None:
                digits[-1].append(np.array(stroke, np.int16).reshape(-1, 2))
                stroke = None
            elif stroke is not None and line:
                x, y = map(int, line.split())
                stroke.append((x, -y))
        except (ValueError, IndexError) as error:
            raise ValueError(f"Line {number} of the pen strokes is not understood: {line[:60]!r}.") from error
    return digits, labels


def _from_uci(files: Sequence[Path]) -> Arrays:
    """The arrays of UCI's zip file, whose members are packed with Unix compress."""
    from unlzw3 import unlzw

    with zipfile.ZipFile(files[0]) as archive:
        parts = [parse_unipen(unlzw(archive.read(f"{name}.Z")).decode("latin-1")) for name in _PARTS]
    digits = [digit for part, _ in parts for digit in part]
    return {
        **laid_out(digits),
        "labels": np.array([label for _, labels in parts for label in labels], np.uint8),
        "is_test": np.repeat([False, True], [len(labels) for _, labels in parts]),
    }


ARCHIVE = Archive(
    "pen_digits.npz",
    {
        "points": "847df220f6a429fbaa12b51b35472f44758798541cdab3a907b9249b44c41a4a",
        "stroke_starts": "343ec7e341e18e67bc34b0974935fa812afce89bf99cb00fa2b83a9c3e768da5",
        "digit_starts": "49b4a7a6b21ec853c75f32a9e261becd2c001e05d778207740957293da9ded7a",
        "labels": "7c46af6ec70ffa62e1d4e1a1dfbc4d9b99a2538b2bb24b68da09c22258e1933c",
        "is_test": "218d99e933ee81118bb99479ab426d0325e8b6eb35aa1c740a58a2846a688e12",
    },
    (
        Mirror(
            ["https://archive.ics.uci.edu/static/public/81/pen+based+recognition+of+handwritten+digits.zip"], _from_uci
        ),
    ),
)


def _strokes(download: bool) -> PenStrokes:
    """The strokes of all 10,992 digits, the 7,494 training digits first."""
    return strokes_of(ARCHIVE, download=download)


def _load(download: bool) -> Dataset:
    """The dataset, from the cache where it was made before."""
    return SPEC.dataset(drawn(SPEC.name, ARCHIVE, download=download))


SPEC = DatasetSpec(
    name="pen-digits",
    words=N_("pen strokes"),
    test_title=N_("Pen strokes"),
    test_note=N_("Drawn on a tablet by 14 people whose handwriting it has never seen."),
    report_title="Pen strokes of other people",
    about="digits as pen strokes; training and test writers are different people (Alpaydin, Alimoglu; UCI Machine "
    "Learning Repository 81), CC BY 4.0",
    provenance="Alpaydin, Alimoglu: Pen-Based Recognition of Handwritten Digits, UCI Machine Learning Repository 81",
    licence="CC BY 4.0",
    load=_load,
    load_strokes=_strokes,
    splits={"train": 7_494, "test": 3_498},
    archive=ARCHIVE,
)
