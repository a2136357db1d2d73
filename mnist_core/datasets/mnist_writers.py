"""Who wrote each MNIST image, as QMNIST found out (Yadav, Bottou 2019: "Cold Case: The Lost MNIST Digits").

539 people wrote the training images and 297 others the test images.
"""

import gzip
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mnist_core.datasets.archive import Archive, Arrays, Mirror
from mnist_core.files import array_sha256
from mnist_core.types import Int16Array, frozen

_URL = "https://raw.githubusercontent.com/facebookresearch/qmnist/master/"
_FILES = {"train": "qmnist-train-labels-idx2-int.gz", "test": "qmnist-test-labels-idx2-int.gz"}
_MAGIC = 0x0C02
# What two of the eight columns hold.
_LABEL, _WRITER = 0, 2
# The test file goes on with digits that are not in MNIST.
_IMAGES = {"train": 60_000, "test": 10_000}
# MNIST's own labels, which lie beside the writers: the SHA-256 of their bytes.
_LABELS = {
    "train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}


def parse_extended_labels(path: Path) -> np.ndarray:
    """The rows of a gzipped file of QMNIST's extended labels, int32 (rows, columns).

    The format is three big-endian 32-bit numbers, 0x0c02 and how many rows and columns there are, then the rows in
    numbers of the same kind (README of facebookresearch/qmnist, section 2.2).

    Raises
    ------
    ValueError
        If the file is of another type or its length does not fit its header.
    """
    data = gzip.decompress(path.read_bytes())
    if len(data) < 12 or int.from_bytes(data[:4], "big") != _MAGIC:
        raise ValueError(f"{path.name} is no file of extended labels. Received: {data[:4]!r}.")
    rows, columns = struct.unpack(">II", data[4:12])
    if len(data) != 12 + 4 * rows * columns:
        raise ValueError(f"{path.name} must hold {4 * rows * columns} bytes. Received: {len(data) - 12}.")
    return np.frombuffer(data, ">i4", offset=12).astype(np.int32).reshape(rows, columns)


def _from_qmnist(files: Sequence[Path]) -> Arrays:
    """The writers of MNIST's images.

    Raises
    ------
    ValueError
        If the labels beside them are not MNIST's: these are then the writers of other images.
    """
    arrays = {}
    for split, path in zip(_FILES, files, strict=True):
        rows = parse_extended_labels(path)[: _IMAGES[split]]
        if array_sha256(rows[:, _LABEL].astype(np.uint8)) != _LABELS[split]:
            raise ValueError(f"The labels in {path.name} must be those of MNIST's {split} images. They are others.")
        arrays[split] = rows[:, _WRITER].astype(np.int16)
    return arrays


ARCHIVE = Archive(
    "mnist_writers.npz",
    {
        "train": "10804de73fa65ca45f6076e667137549cf9ae06d02951ed59eedf22380647e8c",
        "test": "0d0942e0273f6e345d5998ccc814d9e200ed607a1b6d73f324a92ed0e2da5e90",
    },
    (Mirror([_URL + name for name in _FILES.values()], _from_qmnist),),
)


def load_writers(download: bool) -> Int16Array:
    """NIST's number of who wrote each image, int16 (70,000,), the training images first.

    Raises
    ------
    DatasetError
        If the file is damaged, or missing and may not or cannot be downloaded.
    """
    arrays = ARCHIVE.load(download=download)
    return frozen(np.concatenate([arrays["train"], arrays["test"]]))
