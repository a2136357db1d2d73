"""The files that somebody brings: one file, a folder or a zip archive, named and read in bounded space.

Nothing is ever unpacked onto the disk, and no name in an archive is ever followed.
"""

import gzip
import io
import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from mnist_core.errors import DatasetError, in_words
from mnist_core.records import FAULTS, check_plain_file

LARGEST_BYTES = 2**30
"""Bytes of all files together at most, unpacked: 70,000 digits as CSV have 130 million."""

MOST_FILES = 250_000

_STEP = 2**20
_ENCRYPTED = 0x1
# What lies in archives and folders without being meant.
_UNMEANT = ("__MACOSX", "Thumbs.db", "desktop.ini")


class Files(Protocol):
    """Files by name, each with "/" between its folders."""

    @property
    def names(self) -> list[str]:
        """All that are meant, in the order of the alphabet."""

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """The unpacked bytes of one: of "digits.csv.gz" those of the CSV."""

    def size(self, name: str) -> int:
        """How many bytes one has, or more than this many if it is packed by gzip."""


@contextmanager
def opened(path: Path) -> Iterator[Files]:
    """The files of a path.

    Raises
    ------
    DatasetError
        If nothing is there, it cannot be read, or it is an archive that nobody should unpack.
    """
    if path.is_dir():
        yield _Folder(path)
    elif path.suffix.lower() == ".zip":
        text = "{name} is no zip archive that can be read: {error}. Nothing was added. Pack it again."
        with ExitStack() as stack:
            with in_words(DatasetError, text, (OSError, *FAULTS), name=path.name):
                check_plain_file(path)
                archive = stack.enter_context(zipfile.ZipFile(path))
            yield _Zip(archive, path.name)
    else:
        yield _One(path)


def content(files: Files, name: str, most: int) -> bytes:
    """All bytes of a file.

    Raises
    ------
    DatasetError
        If there are more.
    """
    with files.open(name) as file:
        found = file.read(most + 1)
    if len(found) > most:
        raise DatasetError(f"{name} is too large: it may have {most // 2**20} MB. Nothing was added.")
    return found


class _Folder:
    """The files of a folder and of the folders in it; links are not followed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._left = folder, [LARGEST_BYTES]
        self.names: list[str] = []
        for parent, folders, files in os.walk(folder):
            folders.sort()
            for name in files:
                path = Path(parent, name)
                if not path.is_symlink() and _is_meant(relative := path.relative_to(folder).as_posix()):
                    self.names.append(relative)
            _check_count(len(self.names), folder.name)
        self.names.sort()

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """As of `Files`."""
        with _plain(self._folder / name) as file, _unpacked(file, name, self._left) as content:
            yield content

    def size(self, name: str) -> int:
        """As of `Files`."""
        return (self._folder / name).stat().st_size


class _One:
    """One file."""

    def __init__(self, path: Path) -> None:
        self._path, self._left = path, [LARGEST_BYTES]
        text = "{name} cannot be read: {reason}. Nothing was added."
        with in_words(DatasetError, text, name=path.name):
            path.stat()
        self.names = [path.name, *_companion(path)]

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """As of `Files`."""
        with _plain(self._path.with_name(name)) as file, _unpacked(file, name, self._left) as content:
            yield content

    def size(self, name: str) -> int:
        """As of `Files`."""
        return self._path.with_name(name).stat().st_size


class _Zip:
    """The files of a zip archive, read where they lie in it."""

    def __init__(self, archive: zipfile.ZipFile, called: str) -> None:
        self._archive, self._left = archive, [LARGEST_BYTES]
        entries = [entry for entry in archive.infolist() if not _inner_name(entry).endswith("/")]
        _check_count(len(entries), called)
        unsafe = [entry.filename for entry in entries if _leads_out(entry)]
        if unsafe:
            raise DatasetError(
                f"{called} has names that lead out of it, the first of {len(unsafe):,} being {unsafe[0]!r:.80}. "
                "Nothing was added. Pack the folder again, without such names and without links."
            )
        locked = [entry.filename for entry in entries if entry.flag_bits & _ENCRYPTED]
        if locked:
            raise DatasetError(
                f"{called} is encrypted: {len(locked):,} files, the first being {locked[0]!r:.80}. Nothing was added. "
                "Pack it again without a password."
            )
        size = sum(entry.file_size for entry in entries)
        if size > LARGEST_BYTES:
            raise DatasetError(
                f"{called} would unpack to {size // 2**20:,} MB, and {LARGEST_BYTES // 2**20:,} MB are taken at most. "
                "Nothing was added. Bring fewer images."
            )
        self._entries = {name: entry for entry in entries if _is_meant(name := _inner_name(entry))}
        self.names = sorted(self._entries)

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """As of `Files`."""
        text = "{name} in the archive cannot be read: {error}. Nothing was added. Pack it again."
        with (
            in_words(DatasetError, text, (OSError, *FAULTS), name=name),
            self._archive.open(self._entries[name]) as file,
            _unpacked(cast(BinaryIO, file), name, self._left) as content,
        ):
            yield content

    def size(self, name: str) -> int:
        """As of `Files`."""
        return self._entries[name].file_size


class _Bounded(io.RawIOBase):
    """A stream of which, and of others with the same allowance, no more is read than that."""

    def __init__(self, file: BinaryIO, name: str, left: list[int]) -> None:
        self._file, self._name, self._left = file, name, left

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        """Some more bytes.

        Raises
        ------
        DatasetError
            If it is more than there may be, or what is packed is damaged.
        """
        text = "{name} is damaged: {error}. Nothing was added."
        with in_words(DatasetError, text, (OSError, *FAULTS), name=self._name):
            found = self._file.read(min(len(buffer), _STEP))
        self._left[0] -= len(found)
        if self._left[0] < 0:
            raise DatasetError(
                f"{self._name} unpacks to more than {LARGEST_BYTES // 2**20:,} MB, which is the most that is taken. "
                "Nothing was added. Bring fewer images."
            )
        buffer[: len(found)] = found
        return len(found)


@contextmanager
def _unpacked(file: BinaryIO, name: str, left: list[int]) -> Iterator[BinaryIO]:
    """The bytes of a file, of one that is packed by gzip those in it."""
    with ExitStack() as stack:
        if name.lower().endswith(".gz"):
            file = cast(BinaryIO, stack.enter_context(gzip.GzipFile(fileobj=file)))
        yield cast(BinaryIO, io.BufferedReader(_Bounded(file, name, left), _STEP))


@contextmanager
def _plain(path: Path) -> Iterator[BinaryIO]:
    """An open file that is one, and no pipe or device."""
    text = "{name} cannot be read: {reason}. Nothing was added."
    with in_words(DatasetError, text, (OSError, ValueError), name=path.name):
        check_plain_file(path)
        file = path.open("rb")
    with file:
        yield file


def _companion(path: Path) -> list[str]:
    """The labels that lie beside a file of IDX images."""
    for images, labels in (("images-idx3", "labels-idx1"), ("images.idx3", "labels.idx1")):
        beside = path.with_name(path.name.replace(images, labels))
        if images in path.name and beside.is_file():
            return [beside.name]
    return []


def _check_count(count: int, called: str) -> None:
    """Refuse more files than anybody means."""
    if count > MOST_FILES:
        raise DatasetError(f"{called} has more than {MOST_FILES:,} files. Nothing was added. Bring fewer images.")


def _is_meant(name: str) -> bool:
    """Whether a file is none of those that systems leave behind."""
    return not any(part.startswith(".") or part in _UNMEANT for part in PurePosixPath(name).parts)


def _inner_name(entry: zipfile.ZipInfo) -> str:
    """The name of a file in an archive, with "/" between its folders: some of Windows' packers write others."""
    return entry.filename.replace("\\", "/")


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    """Whether the name of a file leads out of the archive or nowhere, or the file is a link."""
    path = PurePosixPath(_inner_name(entry))
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return is_link or not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]
