"""MNIST (LeCun, Cortes, Burges): 60,000 training and 10,000 test images."""

import gzip
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mnist_core.array_files import read_npz
from mnist_core.datasets import mnist_writers
from mnist_core.datasets.archive import Archive, Arrays, Mirror
from mnist_core.datasets.spec import ARRAYS, DatasetSpec
from mnist_core.language import noop as N_
from mnist_core.store import cached_arrays
from mnist_core.types import Dataset

_NPZ_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
_IDX_URL = "https://ossci-datasets.s3.amazonaws.com/mnist/"
_IDX_FILES = {
    "x_train": "train-images-idx3-ubyte.gz",
    "y_train": "train-labels-idx1-ubyte.gz",
    "x_test": "t10k-images-idx3-ubyte.gz",
    "y_test": "t10k-labels-idx1-ubyte.gz",
}


def parse_idx(path: Path) -> np.ndarray:
    """The array of unsigned bytes in a gzipped IDX file.

    The format is two zero bytes, the type (8 for unsigned bytes), the number of axes, each axis as a big-endian 32-bit
    number, then the data (LeCun, "The MNIST database", section on file formats).

    Raises
    ------
    ValueError
        If the file is of another type or its length does not fit its header.
    """
    data = gzip.decompress(path.read_bytes())
    if len(data) < 4 or data[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path.name} is no IDX file of unsigned bytes. Received: {data[:4]!r}.")
    axes = data[3]
    shape = np.frombuffer(data, ">u4", axes, 4).tolist()
    if len(data) != 4 + 4 * axes + math.prod(shape):
        raise ValueError(f"{path.name} must hold {math.prod(shape)} bytes. Received: {len(data) - 4 - 4 * axes}.")
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)


def _from_idx(files: Sequence[Path]) -> Arrays:
    """The arrays of the four original files."""
    return {name: parse_idx(path) for name, path in zip(_IDX_FILES, files, strict=True)}


ARCHIVE = Archive(
    "mnist.npz",
    {
        "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
        "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    },
    (
        Mirror(
            ["https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"], lambda files: read_npz(files[0])
        ),
        Mirror([_IDX_URL + name for name in _IDX_FILES.values()], _from_idx),
    ),
)


def _arrays(download: bool) -> Arrays:
    """Images and labels, the training images first."""
    arrays = ARCHIVE.load(download=download)
    return {
        "images": np.concatenate([arrays["x_train"], arrays["x_test"]]),
        "labels": np.concatenate([arrays["y_train"], arrays["y_test"]]),
    }


def _load(download: bool) -> Dataset:
    """The dataset, from the cache where it was made before."""
    return SPEC.dataset(cached_arrays(f"{SPEC.name}-{ARCHIVE.digest}", ARRAYS, lambda: _arrays(download)))


SPEC = DatasetSpec(
    name="mnist",
    words=N_("MNIST scans"),
    test_title=N_("MNIST test digits"),
    test_note=N_("Scanned digits of people whose handwriting it has never seen."),
    about="MNIST: scanned digits (LeCun, Cortes, Burges), CC BY-SA 3.0",
    provenance="LeCun, Cortes, Burges: The MNIST database of handwritten digits",
    licence="CC BY-SA 3.0",
    load=_load,
    load_writers=mnist_writers.load_writers,
    splits={"train": 60_000, "test": 10_000},
    archive=ARCHIVE,
    companions=(mnist_writers.ARCHIVE,),
)
