"""What a dataset looks like as a whole: how many of each digit, the average of each, how they differ, how much ink."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from mnist_core.catalogue import traits
from mnist_core.catalogue.traits import cache_key, learned_from, load_traits, sums_of
from mnist_core.store import cached_arrays
from mnist_core.types import CLASSES, IMAGE_SIDE, Dataset, Float32Array

# Raise it when the same images give other figures: those that the old code made are then no longer found in the cache.
# `tests/catalogue/test_versions.py` notices.
VERSION = 1
SHADES = 256
# Ink from 0 to this share is counted in so many equal bins; the last one has what is more, too.
MOST_INK = 0.5
INK_BINS = 50
# What is known of ink and slant of each digit: the ends, the 5 % at each end, the quarters and the middle.
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
MEDIAN = QUANTILES.index(0.5)


@dataclass(frozen=True, eq=False)
class Overview:
    """Figures of a dataset. What is of each digit is 0, or -1 for an index, for a digit without images.

    Attributes
    ----------
    name
        The dataset's.
    splits
        Names of its splits, s of them.
    counts
        int64 (s, 10): images of each digit in each split.
    average, spread
        float32 (10, 28, 28), 0 to 1: mean and standard deviation of each pixel over the training images of each digit,
        which typicality compares with. Over all images where none are set apart for training.
    typical
        int64 (10,): place in the whole dataset of the most typical image of each digit.
    ink_counts
        int64 (10, 50): images of each digit by their mean intensity, in equal bins from 0 to 0.5.
    ink, slant
        float32 (10, 7): `QUANTILES` of the mean intensity (0 to 1) and of the slant (degrees, above 0 leans right) of
        each digit.
    shades
        int64 (256,): pixels of each intensity, of all images.
    """

    name: str
    splits: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    average: Float32Array
    spread: Float32Array
    typical: npt.NDArray[np.int64]
    ink_counts: npt.NDArray[np.int64]
    ink: Float32Array
    slant: Float32Array
    shades: npt.NDArray[np.int64]

    @property
    def images(self) -> int:
        """How many images there are."""
        return int(self.shades.sum()) // (IMAGE_SIDE * IMAGE_SIDE)

    @property
    def of_digit(self) -> npt.NDArray[np.int64]:
        """How many images of each digit there are in all splits, int64 (10,)."""
        total: npt.NDArray[np.int64] = self.counts.sum(axis=0)
        return total

    @property
    def empty(self) -> float:
        """Share of the pixels that are empty, 0 to 1."""
        return float(self.shades[0] / max(self.shades.sum(), 1))

    @property
    def full(self) -> float:
        """Share of the pixels that are full ink, 0 to 1."""
        return float(self.shades[-1] / max(self.shades.sum(), 1))

    @property
    def full_strokes(self) -> float:
        """Share of the pixels with any ink that are full ink, 0 to 1: the more, the harder the edges of the strokes."""
        return float(self.shades[-1] / max(self.shades[1:].sum(), 1))

    @property
    def mean_ink(self) -> float:
        """Mean intensity of all pixels, 0 to 1."""
        return float(self.shades @ np.arange(SHADES) / max(int(self.shades.sum()), 1) / (SHADES - 1))


FIGURES = tuple(each.name for each in fields(Overview) if each.name not in ("name", "splits"))


def load_overview(dataset: Dataset) -> Overview:
    """The figures of a dataset: computed once, in some seconds for MNIST's 70,000, and read from the cache later."""
    # What is measured of each image is the other module's, so another version of that gives other figures, too.
    key = cache_key("overview", dataset, f"{VERSION}-{traits.VERSION}")
    return Overview(dataset.name, tuple(dataset.splits), **cached_arrays(key, FIGURES, lambda: _figures(dataset)))


def _figures(dataset: Dataset) -> dict[str, np.ndarray]:
    """All arrays of an overview."""
    measured = load_traits(dataset)
    average, spread = _average_and_spread(learned_from(dataset))
    of_digit = [np.flatnonzero(dataset.labels == digit) for digit in range(CLASSES)]
    return {
        "counts": np.stack(
            [np.bincount(dataset.labels[part], minlength=CLASSES) for part in dataset.splits.values()]
            or [np.zeros(CLASSES, np.int64)]
        ),
        "average": average,
        "spread": spread,
        "typical": np.array([_highest(measured.typicality, indices) for indices in of_digit], np.int64),
        "ink_counts": np.stack([_ink_counts(measured.ink[indices]) for indices in of_digit]),
        "ink": np.stack([_quantiles(measured.ink[indices]) for indices in of_digit]),
        "slant": np.stack([_quantiles(measured.slant[indices]) for indices in of_digit]),
        "shades": _shades(dataset),
    }


def _average_and_spread(dataset: Dataset) -> tuple[Float32Array, Float32Array]:
    """Mean and standard deviation of each pixel over the images of each digit, from 0 to 1."""
    images = np.maximum(np.bincount(dataset.labels, minlength=CLASSES), 1)[:, np.newaxis]
    sums, squares = sums_of(dataset, 1), sums_of(dataset, 2)
    deviation = np.sqrt(images * squares - sums**2)  # of whole numbers, so exactly 0 for a pixel that never varies
    shape = (CLASSES, IMAGE_SIDE, IMAGE_SIDE)
    mean, spread = (rows / images / (SHADES - 1) for rows in (sums, deviation))
    return mean.reshape(shape).astype(np.float32), spread.reshape(shape).astype(np.float32)


def _highest(values: Float32Array, indices: npt.NDArray[np.int64]) -> int:
    """Which of some images has the highest value; -1 if there are none."""
    return int(indices[values[indices].argmax()]) if len(indices) else -1


def _ink_counts(ink: Float32Array) -> npt.NDArray[np.int64]:
    """How many images have so much ink."""
    bins = np.minimum(ink * (INK_BINS / MOST_INK), INK_BINS - 1).astype(np.int64)
    return np.bincount(bins, minlength=INK_BINS)


def _quantiles(values: Float32Array) -> Float32Array:
    """`QUANTILES` of some values; zeros for none."""
    return np.quantile(values, QUANTILES).astype(np.float32) if len(values) else np.zeros(len(QUANTILES), np.float32)


def _shades(dataset: Dataset) -> npt.NDArray[np.int64]:
    """How many pixels have each intensity."""
    shades = np.zeros(SHADES, np.int64)
    for start in range(0, len(dataset), traits.STEP):
        shades += np.bincount(dataset.images[start : start + traits.STEP].reshape(-1), minlength=SHADES)
    return shades
