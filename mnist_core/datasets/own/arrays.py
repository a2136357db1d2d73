"""Files of arrays: NPZ with Keras's names or others', and IDX as MNIST itself came."""

import io
import math
import struct
from collections.abc import Iterator, Mapping
from typing import cast

import numpy as np

from mnist_core.array_files import read_npz
from mnist_core.datasets.own.rows import Rows, check_count, numbered, split_in
from mnist_core.datasets.own.source import LARGEST_BYTES, Files, content
from mnist_core.errors import DatasetError, in_words
from mnist_core.records import FAULTS, decoding
from mnist_core.types import CLASSES

# Names of the images, of the labels, and the split that they are of.
NAMES = (
    ("x_train", "y_train", "train"),
    ("x_test", "y_test", "test"),
    ("train_images", "train_labels", "train"),
    ("test_images", "test_labels", "test"),
    ("images", "labels", ""),
    ("x", "y", ""),
)
SIDES = range(4, 257)

_IDX_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read_npz_rows(files: Files, name: str) -> Iterator[Rows]:
    """The images of an NPZ file; nothing in it is ever unpickled.

    Raises
    ------
    DatasetError
        If it is damaged, or has no arrays of such names, or these do not fit together.
    """
    text = "{name} is no NPZ file that can be read: {error}. Nothing was added."
    with in_words(DatasetError, text, (OSError, ValueError), name=name):
        arrays = {key.lower(): array for key, array in read_npz(content(files, name, LARGEST_BYTES)).items()}
    is_found = False
    for images, labels, split in NAMES:
        if images in arrays and labels in arrays:
            is_found = True
            yield from _rows(arrays, images, labels, f"{name}, {images}", split)
    if not is_found:
        raise DatasetError(
            f"{name} must have the arrays x_train and y_train, and maybe x_test and y_test, or images and labels. "
            f"Received: {', '.join(arrays)[:200] or 'none'}. Nothing was added."
        )


def _rows(arrays: Mapping[str, np.ndarray], images: str, labels: str, called: str, split: str) -> Iterator[Rows]:
    """The images and labels of two names."""
    pixels, digits = _squares(arrays[images], called), _labels(arrays[labels], f"{called.partition(',')[0]}, {labels}")
    _check_equal(len(pixels), len(digits), called)
    is_test = arrays.get("is_test") if not split else None
    if is_test is None or is_test.shape != (len(digits),):
        yield Rows(pixels, digits, numbered(f"{called} row", 0), split)
        return
    for part, chosen in (("train", ~is_test.astype(bool)), ("test", is_test.astype(bool))):
        at = np.flatnonzero(chosen)
        yield Rows(pixels[at], digits[at], lambda row, at=at: f"{called} row {at[row]:,}", part)  # type: ignore[misc]


def _squares(pixels: np.ndarray, called: str) -> np.ndarray:
    """Images (n, side, side) of an array in one of the forms in which they are kept."""
    if pixels.dtype.kind not in "biuf":
        raise DatasetError(f"{called} must hold numbers. Received: {pixels.dtype}. Nothing was added.")
    check_count(len(pixels) if pixels.ndim else 0)
    if pixels.ndim == 4 and pixels.shape[3] == 1:
        pixels = pixels[..., 0]
    if pixels.ndim == 4 and pixels.shape[1] == 1:
        pixels = pixels[:, 0]
    if pixels.ndim == 2:
        side = round(pixels.shape[1] ** 0.5)
        pixels = pixels.reshape(-1, side, side) if side * side == pixels.shape[1] else pixels
    if pixels.ndim != 3 or pixels.shape[1] not in SIDES or pixels.shape[2] not in SIDES:
        raise DatasetError(
            f"{called} must be (images, 28, 28), (images, 784) or another size, in shades of grey. "
            f"Received: {pixels.shape}. Nothing was added."
        )
    return pixels


def _labels(digits: np.ndarray, called: str) -> np.ndarray:
    """Labels (n,) or (n, 10) of an array in one of the forms in which they are kept."""
    width = math.prod(digits.shape[1:])
    if not digits.ndim or width not in (1, CLASSES):
        raise DatasetError(
            f"{called} must have a digit for each image, or a row of ten with a single 1. Received: {digits.shape}. "
            "Nothing was added."
        )
    return digits.reshape(len(digits)) if width == 1 else digits.reshape(len(digits), width)


def _check_equal(images: int, labels: int, called: str) -> None:
    """Refuse images and labels that do not belong together."""
    if images != labels:
        raise DatasetError(
            f"{called} must have a label for each image. Received: {images:,} images and {labels:,} labels. "
            "Nothing was added."
        )


def is_idx(name: str) -> bool:
    """Whether a file is called as those of MNIST are: "train-images-idx3-ubyte.gz"."""
    plain = name.lower().removesuffix(".gz")
    return plain.endswith((".idx", "-ubyte", ".ubyte")) or ".idx" in plain or "-idx" in plain


def read_idx_rows(files: Files, names: list[str]) -> Iterator[Rows]:
    """The images of IDX files, each beside its labels.

    Raises
    ------
    DatasetError
        If one is damaged, or there are images without labels.
    """
    labels = {name.replace("labels", "images").replace("idx1", "idx3"): name for name in names if "label" in name}
    images = [name for name in names if "label" not in name]
    if not images:
        raise DatasetError(f"{names[0]} has labels alone: bring the file of the images, too. Nothing was added.")
    for name in images:
        beside = labels.get(name) or labels.get(name.removesuffix(".gz")) or labels.get(f"{name}.gz")
        if beside is None:
            wanted = name.replace("images", "labels").replace("idx3", "idx1")
            raise DatasetError(f"{name} needs the file of its labels beside it, {wanted}. Nothing was added.")
        pixels, digits = _squares(_idx(files, name), name), _labels(_idx(files, beside), beside)
        _check_equal(len(pixels), len(digits), name)
        yield Rows(pixels, digits, numbered(f"{name}, image", 0), split_in(name))


def _idx(files: Files, name: str) -> np.ndarray:
    """The array of an IDX file."""
    text = "{name} is no IDX file that can be read: {error}. Nothing was added."
    data = content(files, name, LARGEST_BYTES)
    with in_words(DatasetError, text, FAULTS, name=name), decoding():
        file = io.BytesIO(data)
        zeros, kind, axes = struct.unpack(">HBB", file.read(4))
        if zeros or kind not in _IDX_TYPES or not 1 <= axes <= 4:
            raise ValueError("it does not begin as one")
        shape = struct.unpack(f">{axes}I", file.read(4 * axes))
        dtype = np.dtype(_IDX_TYPES[kind])
        asked, there = int(np.prod(shape, dtype=object)) * dtype.itemsize, len(data) - file.tell()
        if asked != there:
            raise ValueError(f"it says that it has {asked:,} bytes of pixels, and has {there:,}")
        return cast(np.ndarray, np.frombuffer(data, dtype, offset=file.tell()).reshape(shape))
