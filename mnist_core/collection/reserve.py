"""Room on the disk that is kept for deleting: SQLite writes a log even of what it deletes, and a full disk has none."""

import contextlib
import os
import shutil
from pathlib import Path

LEAST_BYTES = 2**20
MOST_BYTES = 64 * 2**20

# A disk has so much more room than is taken of it: nobody else's work ends because of this.
_SHARE = 4


class Reserve:
    """A file beside a database, as large as that is within bounds, whose room is given up while something is deleted.

    Parameters
    ----------
    database
        The database's file.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._file = database.with_name(f"{database.name}.reserve")

    def grow(self) -> None:
        """Keep enough room for the log of whatever is deleted, where the disk has plenty."""
        with contextlib.suppress(OSError):
            wanted = self._wanted()
            if self._size() < wanted and shutil.disk_usage(self._file.parent).free >= _SHARE * wanted:
                _take(self._file, wanted)

    def release(self) -> bool:
        """Give up the room, and whether there was any."""
        with contextlib.suppress(OSError):
            self._file.unlink()
            return True
        return False

    def restore(self) -> None:
        """Take back the room that was given up, as far as it is there."""
        with contextlib.suppress(OSError):
            wanted = self._wanted()
            while wanted >= LEAST_BYTES // 4 and not _take(self._file, wanted):
                wanted //= 2

    def _size(self) -> int:
        """The room that is kept, in bytes."""
        return self._file.stat().st_size if self._file.exists() else 0

    def _wanted(self) -> int:
        """The room that would do, in bytes: a power of two."""
        wanted = LEAST_BYTES
        while wanted < min(self._database.stat().st_size, MOST_BYTES):
            wanted *= 2
        return wanted


def _take(file: Path, size: int) -> bool:
    """Take so much room on the disk, and whether it was there."""
    try:
        with file.open("wb") as open_file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(open_file.fileno(), 0, size)
            else:
                open_file.write(bytes(size))
        return True
    except OSError:
        file.unlink(missing_ok=True)
        return False
