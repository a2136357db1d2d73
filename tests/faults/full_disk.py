"""A data home on a disk without any room left, as the system itself makes it."""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

resource = pytest.importorskip("resource", reason="needs a file system of its own, or a limit for files to grow to")

SIZE_MB, FILES = 24, 400
_FILLER = ".filler"


@dataclass(frozen=True)
class Disk:
    """A small file system of its own, or the promise that no file grows any more.

    Attributes
    ----------
    folder
        Where a data home can be put.
    is_own
        Whether it is a file system of its own.
    """

    folder: Path
    is_own: bool

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """Have no room left for a byte or the name of another file; room again afterwards."""
        if not self.is_own:
            with _no_file_grows():
                yield
            return
        filler = self.folder / _FILLER
        filler.mkdir()
        _fill(filler)
        try:
            yield
        finally:
            for each in filler.iterdir():
                each.unlink()
            filler.rmdir()


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """A file system of a few megabytes at a folder; where none may be mounted, files that are kept from growing."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={SIZE_MB}m,nr_inodes={FILES}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        yield Disk(folder, is_own=False)
        return
    try:
        yield Disk(folder, is_own=True)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(folder: Path) -> None:
    """Write until not one more byte and not one more file has room."""
    with (folder / "bytes").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    with contextlib.suppress(OSError):
        for number in range(FILES):
            (folder / str(number)).touch()


@contextlib.contextmanager
def _no_file_grows() -> Iterator[None]:
    """Every write to a file fails, in this process and in those that it starts."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
