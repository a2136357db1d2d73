"""The arrays of an exported collection, and reading them from a file that anybody may have made."""

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from mnist_core.collection.packing import MOST_POINTS, MOST_STROKES
from mnist_core.types import IMAGE_SIDE

VERSION = 1
NOTHING = -1
"""Stands for no label, a reading in doubt, and no class."""

MOST_BYTES = 2**30

Arrays = Mapping[str, np.ndarray]

_LONGEST_HEADER = 1_000
_FAULTS = (OSError, ValueError, KeyError, EOFError, RuntimeError, MemoryError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class _Kind:
    """What an array must be: its type, the shape of an item, and how many there are of it.

    Attributes
    ----------
    dtype
        Of numbers; None for text.
    per
        "drawing", "class", "stroke" or "point"; None for a single value.
    item
        Shape of one item.
    extra
        Items more than there are of `per`.
    longest
        Most characters of a text.
    """

    dtype: str | None
    per: str | None = "drawing"
    item: tuple[int, ...] = ()
    extra: int = 0
    longest: int = 0


KINDS = {
    "version": _Kind("<i8", None),
    "images": _Kind("|u1", item=(IMAGE_SIDE, IMAGE_SIDE)),
    "labels": _Kind("|i1"),
    "readings": _Kind("|i1"),
    "probabilities": _Kind("<f8"),
    "novelties": _Kind("<f8"),
    "models": _Kind(None, longest=100),
    "ids": _Kind(None, longest=32),
    "owners": _Kind(None, longest=64),
    "times": _Kind("<i8"),
    "pen_widths": _Kind("<f8"),
    "sizes": _Kind("<i8", item=(2,)),
    "first_strokes": _Kind("<i8", extra=1),
    "first_points": _Kind("<i8", "stroke", extra=1),
    "points": _Kind("<f4", "point", (2,)),
    "classes": _Kind("<i8"),
    "aliases": _Kind(None, longest=60),
    "class_ids": _Kind(None, "class", longest=32),
    "class_codes": _Kind(None, "class", longest=6),
    "class_names": _Kind(None, "class", longest=60),
    "class_keys": _Kind(None, "class", longest=64),
    "class_times": _Kind("<i8", "class"),
    "class_open": _Kind("|b1", "class"),
}


def read_arrays(path: Path) -> Arrays:
    """The arrays of an exported collection, each of the type and size that it must have.

    Nothing is unpickled, and no more memory is asked for than the file says it has, up to `MOST_BYTES`.

    Raises
    ------
    ValueError
        If it is anything else; the message says what.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {member.filename: member for member in archive.infolist()}
            check_members(members)
            arrays = {name: _read(archive, members[f"{name}.npy"], kind) for name, kind in KINDS.items()}
    except _FAULTS as error:
        raise ValueError(str(error)[:200] or type(error).__name__) from error
    _check_counts(arrays)
    return arrays


def check_members(members: Mapping[str, zipfile.ZipInfo]) -> None:
    """Refuse a file that holds other things, or more than can be taken.

    Raises
    ------
    ValueError
        Saying which.
    """
    expected = {f"{name}.npy" for name in KINDS}
    if set(members) != expected:
        odd = sorted(set(members) ^ expected)[0][:40]
        raise ValueError(f"it is no exported collection ({odd!r})")
    size = sum(member.file_size for member in members.values())
    if size > MOST_BYTES:
        raise ValueError(f"it holds {size:,} bytes; at most {MOST_BYTES:,} are taken")
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members.values()):
        raise ValueError("it is compressed in an unknown way")


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, kind: _Kind) -> np.ndarray:
    """One array, if its header says what it must and nothing more than there is."""
    with archive.open(member) as file:
        shape, dtype, start = _header(file, member.filename)
        if not _fits(dtype, kind):
            raise ValueError(f"{member.filename} is of type {dtype}")
        count = int(np.prod(shape, dtype=object))
        if start + count * dtype.itemsize != member.file_size or shape[1 if kind.per else 0 :] != kind.item:
            raise ValueError(f"{member.filename} has the shape {shape}")
        data = file.read()  # to the end, where the checksum is compared
    return np.frombuffer(data, dtype, count).reshape(shape) if count else np.empty(shape, dtype)


def _header(file: IO[bytes], name: str) -> tuple[tuple[int, ...], np.dtype, int]:
    """Shape and type of an array, and where its values begin."""
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError(f"{name} is of an unknown version")
    shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(file, max_header_size=_LONGEST_HEADER)
    if is_fortran or dtype.hasobject or any(side < 0 for side in shape):
        raise ValueError(f"{name} holds something else")
    return shape, dtype, file.tell()


def _fits(dtype: np.dtype, kind: _Kind) -> bool:
    """Whether an array's type is the one it must have."""
    if kind.dtype is None:
        return dtype.kind == "U" and dtype.isnative and dtype.itemsize <= 4 * kind.longest
    return dtype == np.dtype(kind.dtype)


def _check_counts(arrays: Arrays) -> None:
    """Refuse arrays that do not belong together."""
    if arrays["version"].item() != VERSION:
        raise ValueError(f"it is of version {arrays['version'].item()}, and this one knows version {VERSION}")
    counts = {
        "drawing": len(arrays["ids"]),
        "class": len(arrays["class_ids"]),
        "stroke": len(arrays["first_points"]) - 1,
        "point": len(arrays["points"]),
    }
    for name, kind in KINDS.items():
        if kind.per and len(arrays[name]) != counts[kind.per] + kind.extra:
            raise ValueError(f"{name} has {len(arrays[name])} entries")
    _check_offsets(arrays["first_strokes"], counts["stroke"], MOST_STROKES)
    _check_offsets(arrays["first_points"], counts["point"], MOST_POINTS)


def _check_offsets(offsets: np.ndarray, total: int, most: int) -> None:
    """Refuse parts that are empty, too long, or not all that there is."""
    if offsets[0] != 0 or offsets[-1] != total or np.any(offsets < 0) or np.any(offsets > total):
        raise ValueError("its strokes do not add up")
    lengths = np.diff(offsets)
    if np.any(lengths < 1) or np.any(lengths > most):
        raise ValueError(f"a part of its strokes is empty or longer than {most:,}")
