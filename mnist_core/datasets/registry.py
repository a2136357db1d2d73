"""The datasets by name, each in MNIST form."""

import hashlib
import logging
from collections.abc import Callable

import cv2
import numpy as np

from mnist_core import ink
from mnist_core.datasets import drawings, mnist, pen_digits
from mnist_core.datasets.archive import Archive, Arrays
from mnist_core.errors import DatasetError
from mnist_core.store import cached_arrays, sources_digest
from mnist_core.types import Dataset, Drawing

log = logging.getLogger(__name__)

FALLBACK = "uci-digits"

# The first images of each dataset are for training. scikit-learn's copy of UCI's digits lies in the order of its
# writers: the last fifth is other people's handwriting.
TRAINING_IMAGES = {"mnist": 60_000, "pen-digits": 7_494, "uci-digits": 1_438}
UCI_SHADES = 16
UCI_ENLARGEMENT = 8


def load_dataset(name: str, *, download: bool = True, fallback: bool = False) -> Dataset:
    """A dataset in MNIST form, verified; its arrays are read-only and shared with other processes.

    Parameters
    ----------
    name
        "mnist", "pen-digits" (its strokes drawn as the app draws a visitor's), "uci-digits" (needs no download), or
        "drawings" (the labelled ones of the visitors' collection, as it is now).
    download
        Whether it may be fetched when it is not on this machine.
    fallback
        Whether to give "uci-digits" where the wanted dataset cannot be had; the result's name says which one it is.

    Raises
    ------
    DatasetError
        If there is no such dataset, or it is damaged, missing or cannot be downloaded.
    """
    if name not in TRAINABLE:
        raise DatasetError(f"The datasets are {', '.join(TRAINABLE)}. Received: {name!r}.")
    if name == drawings.NAME:
        return drawings.load_drawings()  # its place is not taken by other images: whoever names it means it
    try:
        return DATASETS[name](download)
    except DatasetError as error:
        if not fallback:
            raise
        log.warning("Using %s instead of %s: %s", FALLBACK, name, error)
        return DATASETS[FALLBACK](download)


def training_images(name: str) -> int:
    """How many images of a dataset there are to learn from, without opening it; drawings as many as there are now.

    Raises
    ------
    DatasetError
        If there is no such dataset.
    """
    if name not in TRAINABLE:
        raise DatasetError(f"The datasets are {', '.join(TRAINABLE)}. Received: {name!r}.")
    return drawings.training_drawings() if name == drawings.NAME else TRAINING_IMAGES[name]


def _load_mnist(download: bool) -> Dataset:
    def build() -> Arrays:
        arrays = mnist.MNIST.load(download=download)
        return {
            "images": np.concatenate([arrays["x_train"], arrays["x_test"]]),
            "labels": np.concatenate([arrays["y_train"], arrays["y_test"]]),
        }

    arrays = cached_arrays(f"mnist-{_digest(mnist.MNIST)}", build)
    return _dataset("mnist", arrays, mnist.PROVENANCE, mnist.LICENCE)


def _load_pen_digits(download: bool) -> Dataset:
    def build() -> Arrays:
        strokes = pen_digits.load_pen_strokes(download=download)
        images = [ink.digit_pixels(Drawing.from_strokes(strokes.strokes(index))) for index in range(len(strokes))]
        return {"images": np.stack(images), "labels": strokes.labels}

    arrays = cached_arrays(f"pen-digits-{_digest(pen_digits.PEN_DIGITS)}-{sources_digest(ink)}", build)
    return _dataset("pen-digits", arrays, pen_digits.PROVENANCE, pen_digits.LICENCE)


def _load_uci_digits(_download: bool) -> Dataset:
    def build() -> Arrays:
        from sklearn.datasets import load_digits

        digits = load_digits()
        shades = np.rint(digits.images * (255 / UCI_SHADES)).astype(np.uint8)
        images = [
            cv2.resize(each, None, fx=UCI_ENLARGEMENT, fy=UCI_ENLARGEMENT, interpolation=cv2.INTER_CUBIC)
            for each in np.pad(shades, ((0, 0), (1, 1), (1, 1)))
        ]
        pixels = [ink.digit_pixels(Drawing.from_pixels(image)) for image in images]
        return {"images": np.stack(pixels), "labels": digits.target.astype(np.uint8)}

    arrays = cached_arrays(f"uci-digits-{sources_digest(ink)}", build)
    return _dataset(
        "uci-digits",
        arrays,
        "Alpaydin, Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning Repository 80 (test part, "
        "as scikit-learn carries it)",
        "CC BY 4.0",
    )


ARCHIVES: dict[str, Archive] = {"mnist": mnist.MNIST, "pen-digits": pen_digits.PEN_DIGITS}
"""The files of the datasets that are fetched; the others come with the app."""

DATASETS: dict[str, Callable[[bool], Dataset]] = {
    "mnist": _load_mnist,
    "pen-digits": _load_pen_digits,
    "uci-digits": _load_uci_digits,
}
"""The published datasets: everybody may look at them, and every model is measured on them."""

TRAINABLE = (*DATASETS, drawings.NAME)
"""What a model can learn from. Visitors' drawings are nothing to look through: nobody sees another's."""


def _dataset(name: str, arrays: Arrays, provenance: str, licence: str) -> Dataset:
    """The record of a dataset whose training images come first."""
    train = TRAINING_IMAGES[name]
    splits = {"train": slice(0, train), "test": slice(train, len(arrays["labels"]))}
    return Dataset(name, arrays["images"], arrays["labels"], splits, provenance, licence)


def _digest(archive: Archive) -> str:
    """A short name of an archive's content."""
    return hashlib.sha256("".join(archive.sha256.values()).encode()).hexdigest()[:12]
