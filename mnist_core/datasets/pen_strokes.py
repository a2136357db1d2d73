"""Digits as pen strokes: the record, and what datasets that are made of strokes share."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from mnist_core import ink
from mnist_core.datasets.archive import Archive, Arrays
from mnist_core.store import cached_arrays
from mnist_core.types import BoolArray, Drawing, Float32Array, Int16Array, UInt8Array, frozen

# Raise the number when the same strokes give other images: those that the old code made are then no longer found in the
# cache. `tests/datasets/test_versions.py` notices.
VERSION = f"1-{ink.VERSION}"


@dataclass(frozen=True, eq=False)
class PenStrokes:
    """Labelled digits or signs as pen strokes, those to learn from first.

    Attributes
    ----------
    points
        int16 (points, 2), x to the right, y down.
    stroke_starts
        int32 (strokes + 1,): where in `points` each stroke begins, and the end.
    digit_starts
        int32 (digits + 1,): where in the strokes each digit begins, and the end.
    labels
        uint8 (digits,): 0 to 9; of signs their code points.
    is_test
        bool (digits,): written by somebody who is not in training.
    writers
        int16 (digits,): who wrote each, as a number of their own. None where that is not known.
    """

    points: Int16Array
    stroke_starts: npt.NDArray[np.int32]
    digit_starts: npt.NDArray[np.int32]
    labels: UInt8Array
    is_test: BoolArray
    writers: Int16Array | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def strokes(self, digit: int) -> tuple[Float32Array, ...]:
        """The strokes of one digit, each float32 (n, 2)."""
        bounds = self.stroke_starts[self.digit_starts[digit] : self.digit_starts[digit + 1] + 1]
        return tuple(self._points[start:end] for start, end in pairwise(bounds.tolist()))

    @cached_property
    def _points(self) -> Float32Array:
        return frozen(self.points.astype(np.float32))


def strokes_of(archive: Archive, *, download: bool) -> PenStrokes:
    """The strokes in an archive, the training digits first, otherwise in its order; their arrays are read-only.

    Raises
    ------
    DatasetError
        If they are damaged, or missing and may not or cannot be downloaded.
    """
    arrays = archive.load(download=download)
    arrays = _training_first({name: arrays[name] for name in archive.sha256})
    return PenStrokes(**{name: frozen(array) for name, array in arrays.items()})


def drawn(name: str, archive: Archive, *, download: bool) -> Arrays:
    """Images of a dataset's strokes, drawn as the app draws a visitor's, uint8 (digits, 28, 28), and their labels.

    They come from the cache where they were made before.

    Raises
    ------
    DatasetError
        As `strokes_of`.
    """

    def build() -> Arrays:
        strokes = strokes_of(archive, download=download)
        images = [ink.digit_pixels(Drawing.from_strokes(strokes.strokes(index))) for index in range(len(strokes))]
        return {"images": np.stack(images), "labels": strokes.labels}

    return cached_arrays(f"{name}-{archive.digest}-{VERSION}", ("images", "labels"), build)


def laid_out(digits: Sequence[Sequence[np.ndarray]]) -> Arrays:
    """The points of digits, each some strokes int16 (n, 2), laid end to end, and where strokes and digits begin."""
    strokes = [stroke for digit in digits for stroke in digit]
    return {"points": np.concatenate(strokes), "stroke_starts": _starts(strokes), "digit_starts": _starts(digits)}


def _training_first(arrays: Arrays) -> Arrays:
    """The arrays of an archive with the training digits before the test digits."""
    order = np.argsort(arrays["is_test"], kind="stable")
    if (np.diff(order) == 1).all():
        return arrays
    strokes = PenStrokes(**arrays)
    points = np.split(strokes.points, strokes.stroke_starts[1:-1])
    digits = [points[slice(*strokes.digit_starts[digit : digit + 2])] for digit in order]
    of_digits = {name: array[order] for name, array in arrays.items() if len(array) == len(order)}
    return arrays | of_digits | laid_out(digits)


def _starts(groups: Sequence[Sequence[object] | np.ndarray]) -> npt.NDArray[np.int32]:
    """Where each group begins when all are laid end to end, and the end."""
    return np.cumsum([0, *map(len, groups)], dtype=np.int32)
