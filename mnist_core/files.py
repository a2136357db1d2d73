"""Writing files so that a reader never sees half of one, and naming their content by hash."""

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from pathlib import Path
from typing import IO

import numpy as np

if sys.platform != "win32":
    import fcntl

PART = ".part-"
"""How the name begins of what is not yet, or no longer, in its place."""

RETIRED = ".old"
"""How the name ends of a folder whose place another is taking."""


def array_sha256(array: np.ndarray) -> str:
    """SHA-256 of an array's bytes in C order, as hex; type and shape are not part of it."""
    return hashlib.sha256(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data).hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_size(folder: Path) -> int:
    """How many bytes the files of a folder have, those of the folders in it too."""
    return sum(_sizes(str(folder)))


def _sizes(folder: str) -> Iterator[int]:
    """The sizes of a folder's files; what goes meanwhile takes no room."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _sizes(entry.path)
                else:
                    yield entry.stat(follow_symlinks=False).st_size
    except OSError:
        return


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

    Whatever fails in the block, `target` is what it was before and nothing is left beside it; what a killed process
    leaves, `leftovers.sweep` removes.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with _claimed(lambda: _new_file(target)) as part:
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

    Whatever fails in the block, `target` is what it was before and nothing is left beside it, as of `written_file`.
    """
    with scratch_folder(target.parent, target.name) as part:
        yield part
        part.chmod(0o755)
        for path in part.rglob("*"):
            if path.is_file():
                _flush(path)
        _move_over(part, target)


@contextlib.contextmanager
def scratch_folder(parent: Path, name: str = "scratch") -> Iterator[Path]:
    """Give a hidden folder that is gone after the block, or, if the process is killed, after the next sweep.

    Parameters
    ----------
    parent
        Where it is made; what it is to be moved or taken from lies on the same disk then.
    name
        The end of its own name.
    """
    parent.mkdir(parents=True, exist_ok=True)
    with _claimed(lambda: Path(tempfile.mkdtemp(dir=parent, prefix=PART, suffix=f".{name}"))) as part:
        try:
            yield part
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _new_file(target: Path) -> Path:
    """A hidden file beside another."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=PART, suffix=f".{target.name}")
    os.close(handle)
    return Path(name)


@contextlib.contextmanager
def _claimed(make: Callable[[], Path]) -> Iterator[Path]:
    """Make a part and keep it locked: whoever sweeps sees by that whether its writer lives."""
    while True:
        part = make()
        with locked(part):
            if part.exists():  # a sweep may have come between the two
                yield part
                return


class Lock(Enum):
    """Whether a file or folder could be locked."""

    HELD = auto()
    ANOTHERS = auto()
    IMPOSSIBLE = auto()


@contextlib.contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[Lock]:
    """Lock a file or folder for this process, wherever it moves in the meantime; the system frees it with the process.

    Parameters
    ----------
    wait
        Whether to wait for another process that has it, which is `Lock.ANOTHERS` otherwise.

    Returns
    -------
    `Lock.IMPOSSIBLE` where the system or the disk knows no such locks.
    """
    with contextlib.ExitStack() as stack:
        lock = Lock.IMPOSSIBLE
        if sys.platform != "win32":
            try:
                handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # nobody may ever write to what is a pipe
                stack.callback(os.close, handle)
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
                lock = Lock.HELD
            except BlockingIOError:
                lock = Lock.ANOTHERS
            except OSError:
                lock = Lock.IMPOSSIBLE
        yield lock


@contextlib.contextmanager
def one_at_a_time(folder: Callable[[], Path]) -> Iterator[None]:
    """Change what lies in a folder while nobody else does who asks for the same; also a decorator.

    Whoever looks, decides and then changes would otherwise have decided about what is not there any more.

    Parameters
    ----------
    folder
        Gives it.
    """
    with locked(folder()):
        yield


def _move_over(part: Path, target: Path) -> None:
    """Put a finished folder in the place of an older one; the older one returns if that fails."""
    if not target.exists():
        part.rename(target)
        return
    retired = part.with_name(f"{part.name}{RETIRED}")
    with locked(target):
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
