"""What can be measured of every image of a dataset without a model: how much ink, how slanted, how typical."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from mnist_core.store import cached_arrays
from mnist_core.types import CLASSES, IMAGE_SIDE, Dataset, Float32Array, UInt8Array

# Raise it when the same images get other traits: what the old code measured is then no longer found in the cache.
# `tests/catalogue/test_versions.py` notices.
VERSION = 1
PIXELS = IMAGE_SIDE * IMAGE_SIDE
# So many images at once: 3 MB as numbers of 8 bytes, which the processor's cache holds.
STEP = 512
# An average that varies less than this has one shade, but for rounding.
SMALLEST = 1e-6

Float64Array = npt.NDArray[np.float64]

_Y, _X = (np.indices((IMAGE_SIDE, IMAGE_SIDE)) - (IMAGE_SIDE - 1) / 2).reshape(2, PIXELS)
# What pixels are weighted with to give the moments of an image about its middle: m00, m10, m01, m11, m02.
_POWERS = np.stack([np.ones(PIXELS), _X, _Y, _X * _Y, _Y**2])


@dataclass(frozen=True, eq=False)
class Traits:
    """What each image of a dataset is like, in the dataset's order.

    Attributes
    ----------
    ink
        float32 (n,), 0 to 1: mean intensity, so the share of the image that its ink would fill if it were full ink.
    slant
        float32 (n,), degrees between -90 and 90: above 0 leans to the right. An upright digit has about 0; so has
        what is no higher than a pixel.
    typicality
        float32 (n,), -1 to 1: correlation with the average training image of its own label (Pearson). 0 where there is
        nothing to correlate: an image of one shade, a label without training images.
    """

    ink: Float32Array
    slant: Float32Array
    typicality: Float32Array


TRAITS = tuple(each.name for each in fields(Traits))


def load_traits(dataset: Dataset) -> Traits:
    """The traits of all images: measured once, in a second for MNIST's 70,000, and read from the cache afterwards."""
    return Traits(**cached_arrays(cache_key("traits", dataset, VERSION), TRAITS, lambda: vars(measure(dataset))))


def cache_key(what: str, dataset: Dataset, version: int | str) -> str:
    """A name for arrays in the cache: for other images or splits, or another version of the code, it is another one."""
    parts = "".join(f"-{name}-{part.start}-{part.stop}" for name, part in dataset.splits.items())
    return f"{what}-{dataset.name}-{dataset.digest[:12]}{parts}-{version}"


def measure(dataset: Dataset) -> Traits:
    """The traits of all images of a dataset.

    The slant is that of the shear which makes the image's second moments upright, as in the deskewing of MNIST in
    LeCun, Bottou, Bengio, Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998.
    """
    templates = _templates(averages_of(learned_from(dataset)))
    columns = np.zeros((3, len(dataset)), np.float32)
    for start in range(0, len(dataset), STEP):
        part = slice(start, start + STEP)
        pixels = dataset.images[part].reshape(-1, PIXELS).astype(np.float64)
        columns[:, part] = _measured(pixels, dataset.labels[part], templates)
    return Traits(*columns)


def learned_from(dataset: Dataset) -> Dataset:
    """The training images of a dataset; all of them if none are set apart for training."""
    return dataset.split("train") if "train" in dataset.splits else dataset


def averages_of(dataset: Dataset) -> Float64Array:
    """The mean of the images of each digit, float64 (10, 784) from 0 to 255; zeros for a digit that has no image."""
    counts = np.bincount(dataset.labels, minlength=CLASSES)[:, np.newaxis]
    return sums_of(dataset, 1) / np.maximum(counts, 1)


def sums_of(dataset: Dataset, power: int) -> Float64Array:
    """The sums of the pixels (power 1) or of their squares (2) over the images of each digit, exact, (10, 784)."""
    sums = np.zeros((CLASSES, PIXELS))
    for start in range(0, len(dataset), STEP):
        part = slice(start, start + STEP)
        pixels = dataset.images[part].reshape(-1, PIXELS)
        for digit in range(CLASSES):
            sums[digit] += (pixels[dataset.labels[part] == digit].astype(np.uint32) ** power).sum(axis=0)
    return sums


def _templates(averages: Float64Array) -> Float64Array:
    """Averages less their own mean, brought to length 1: a product with one is a covariance. Zeros for one shade."""
    centred = averages - averages.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.divide(centred, lengths, out=np.zeros_like(centred), where=lengths > SMALLEST)


def _measured(pixels: Float64Array, labels: UInt8Array, templates: Float64Array) -> tuple[Float64Array, ...]:
    """Ink, slant and typicality of some images.

    Sums by `einsum`, which stays in one thread: a product of matrices on all cores took three times as long where
    other programs wanted them too.
    """
    mass, *moments = np.einsum("ij,kj->ki", pixels, _POWERS)
    covariance = np.einsum("ij,ij->i", pixels, templates[labels])
    squares = np.einsum("ij,ij->i", pixels, pixels)
    return mass / PIXELS / 255, _slant(mass, *moments), _correlation(mass, squares, covariance)


def _slant(mass: Float64Array, x: Float64Array, y: Float64Array, xy: Float64Array, yy: Float64Array) -> Float64Array:
    """The angle of the shear that the moments show.

    Times the mass, the central moments are of whole numbers and exact, so that a flat line has a height of exactly 0.
    """
    height = mass * yy - y**2
    shear = np.divide(x * y - mass * xy, height, out=np.zeros_like(mass), where=height > 0)  # y points down
    return np.degrees(np.arctan(shear))


def _correlation(mass: Float64Array, squares: Float64Array, covariance: Float64Array) -> Float64Array:
    """The covariances with vectors of length 1, divided by the images' own lengths; 0 for an image of one shade."""
    varies = squares * PIXELS - mass**2  # of whole numbers, so exactly 0 for one shade
    lengths = np.sqrt(varies / PIXELS)
    correlation = np.divide(covariance, lengths, out=np.zeros_like(lengths), where=varies > 0)
    return np.clip(correlation, -1, 1)
