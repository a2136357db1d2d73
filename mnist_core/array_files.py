"""Files of arrays, read with distrust: NPY and NPZ, in memory, and no more of it than the file has bytes."""

import io
import math
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np

from mnist_core.records import DamagedError, check_plain_file, decoding

LARGEST_ARRAYS = 2**30
"""Bytes of all arrays of a file together at most: MNIST's have 55 million."""


def read_npy(path: Path) -> np.ndarray:
    """The array of an NPY file, in memory; nothing in it is ever unpickled.

    Raises
    ------
    OSError
        If the disk does not give it.
    DamagedError
        If it is no such file, or asks for more or less memory than it has bytes.
    """
    check_plain_file(path)
    with path.open("rb") as file:
        return _array(file, path.stat().st_size)


def read_npz(source: Path | bytes) -> dict[str, np.ndarray]:
    """The arrays of an NPZ file or of its content, in memory; nothing in it is ever unpickled.

    Raises
    ------
    OSError
        If the disk does not give it.
    DamagedError
        If it is no such file, larger than `LARGEST_ARRAYS`, or an array asks for more or less memory than it has bytes.
    """
    if isinstance(source, Path):
        check_plain_file(source)
    with decoding(), zipfile.ZipFile(source if isinstance(source, Path) else io.BytesIO(source)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > LARGEST_ARRAYS:
            raise DamagedError(f"its arrays have more than {LARGEST_ARRAYS:,} bytes")
        arrays = {}
        for entry in entries:
            with archive.open(entry) as file:
                arrays[entry.filename.removesuffix(".npy")] = _array(cast("io.BufferedIOBase", file), entry.file_size)
        return arrays


_STEP = 2**20
_HEADERS: Mapping[tuple[int, int], Callable[..., tuple[tuple[int, ...], bool, np.dtype[Any]]]] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def _array(file: io.BufferedIOBase, size: int) -> np.ndarray:
    """The array of an open NPY file of so many bytes, once it is known to need no more memory than these."""
    with decoding():
        version = np.lib.format.read_magic(file)
        if version not in _HEADERS:
            raise DamagedError(f"its format has version {version}")
        shape, is_fortran, dtype = _HEADERS[version](file)
        there, asked = size - file.tell(), math.prod(shape) * dtype.itemsize
        if min(shape, default=0) < 0 or asked != there:
            raise DamagedError(f"its header asks for {asked:,} bytes of shape {shape}, and has {there:,}"[:200])
        if dtype.hasobject:
            raise DamagedError("it holds objects, which are never unpickled")
        array = np.empty(shape, dtype, "F" if is_fortran else "C")
        _fill(array, file, asked)
        return array


def _fill(array: np.ndarray, file: io.BufferedIOBase, size: int) -> None:
    """Read so many bytes into an array, in the order in which it has them."""
    content = array.reshape(-1, order="A").view(np.uint8).data if size else b""
    for start in range(0, size, _STEP):
        part = content[start : start + _STEP]
        if file.readinto(part) != len(part):
            raise DamagedError("it ends too early")
