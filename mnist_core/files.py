"""Writing files so that a reader never sees half of one, and naming their content by hash."""

import contextlib
import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import numpy as np


def array_sha256(array: np.ndarray) -> str:
    """SHA-256 of an array's bytes in C order, as hex; type and shape are not part of it."""
    return hashlib.sha256(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data).hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_zip(target: Path | IO[bytes], files: Iterable[tuple[str, bytes]]) -> None:
    """Write a zip of files by name, without times: the same files give the same bytes."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


@contextlib.contextmanager
def written_file(target: Path) -> Iterator[Path]:
    """Give a temporary path beside `target` to write to; move it into place when the block ends well.

    Whatever fails in the block, `target` is what it was before and nothing is left beside it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}.", suffix=target.suffix)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(0o644)
        _flush(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def written_folder(target: Path) -> Iterator[Path]:
    """Give a temporary folder beside `target` to fill; move it into place, over an older one, when the block ends well.

    Whatever fails in the block, `target` is what it was before and nothing is left beside it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        yield part
        part.chmod(0o755)
        for path in part.rglob("*"):
            if path.is_file():
                _flush(path)
        _move_over(part, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _move_over(part: Path, target: Path) -> None:
    """Put a finished folder in the place of an older one; the older one returns if that fails."""
    if not target.exists():
        part.rename(target)
        return
    retired = part.with_name(f"{part.name}.old")
    target.rename(retired)
    try:
        part.rename(target)
    except OSError:
        retired.rename(target)
        raise
    shutil.rmtree(retired, ignore_errors=True)


def _flush(path: Path) -> None:
    """Ask for a file's bytes to be on the disk before the file gets its name."""
    with path.open("r+b") as file:  # Windows flushes only what is open for writing
        os.fsync(file.fileno())
