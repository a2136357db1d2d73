"""All jobs as they lie on the disk, read so that a look costs the same however many have ended.

What ended hardly ever changes. Its two files are read once and remembered by this process; whoever writes one of them
marks the folder of all jobs (`job.mark_changed`), by which every process sees that it has to compare what it remembers
with the disk. What waits or runs is read at every look.
"""

import os
import re
import shutil
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mnist_core.errors import JobError
from mnist_core.jobs.job import ORDER, STATE, Job, read_job

ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")

# Whoever changes a file by hand marks nothing; it is seen after so long all the same.
COMPARED_EVERY_S = 10.0

_LEFTOVER = re.compile(r"\..*-.*")

_Stamp = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True)
class Look:
    """All jobs at a moment.

    Attributes
    ----------
    jobs
        The newest first.
    active
        Which of them wait or run: their places in `jobs`.
    """

    jobs: list[Job]
    active: list[int]

    def replaced(self, changes: dict[int, Job]) -> "Look":
        """The look with other jobs at some of the places of the active ones."""
        if not changes:
            return self
        jobs = [*self.jobs]
        for place, job in changes.items():
            jobs[place] = job
        return Look(jobs, [place for place in self.active if jobs[place].is_active])


class Ledger:
    """The jobs of a folder, as this process knows them. Any number of threads may look.

    Parameters
    ----------
    root
        The folder of all jobs.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._mark: int | None = None
        self._compared_at = 0.0
        self._jobs: list[Job] = []
        self._active: list[int] = []
        self._remembered: dict[str, tuple[_Stamp, Job]] = {}

    def look(self, *, is_tidied: bool = False) -> Look:
        """All jobs as they are now; whoever removes one meanwhile is right.

        Parameters
        ----------
        is_tidied
            Whether to delete what is left of a process that died while it wrote or removed a job; only for who holds
            the lock of all jobs.
        """
        with self._lock:
            mark = mark_of(self._root)
            if mark is None or mark != self._mark or time.monotonic() - self._compared_at >= COMPARED_EVERY_S:
                self._compare(mark, is_tidied)
            else:
                self._read_active()
            return Look([*self._jobs], [*self._active])

    def _compare(self, mark: int | None, is_tidied: bool) -> None:
        """Read what is not as it was remembered."""
        self._mark, self._compared_at = mark, time.monotonic()
        names = _names(self._root)
        if is_tidied:
            for leftover in filter(_LEFTOVER.fullmatch, names):
                shutil.rmtree(self._root / leftover, ignore_errors=True)
        before, self._remembered = self._remembered, {}
        self._jobs = []
        for name in sorted(filter(ID.fullmatch, names), reverse=True):
            with suppress(JobError):
                self._jobs.append(self._job(name, before.get(name)))
        self._active = [place for place, job in enumerate(self._jobs) if job.is_active]

    def _job(self, name: str, known: tuple[_Stamp, Job] | None) -> Job:
        """A job, remembered if it has ended."""
        folder = self._root / name
        stamp = _stamp(f"{self._root}{os.sep}{name}{os.sep}")
        if known and known[0] == stamp:
            self._remembered[name] = known
            return known[1]
        job = read_job(folder)
        if not job.is_active:
            self._remembered[name] = stamp, job
        return job

    def _read_active(self) -> None:
        """Read what waited or ran at the last look."""
        try:
            now = {place: read_job(self._jobs[place].folder) for place in self._active}
        except JobError:  # removed by somebody who marked nothing
            self._compare(self._mark, is_tidied=False)
            return
        for place, job in now.items():
            self._jobs[place] = job
        ended = [place for place, job in now.items() if not job.is_active]
        if ended:  # what is remembered has a stamp of before it was read
            self._compare(self._mark, is_tidied=False)


def mark_of(root: Path) -> int | None:
    """What changes whenever a job comes, goes or is written."""
    try:
        return root.stat().st_mtime_ns
    except OSError:
        return None


def _names(root: Path) -> list[str]:
    """What lies in the folder of all jobs."""
    try:
        with os.scandir(root) as entries:
            return [entry.name for entry in entries]
    except OSError:
        return []


def _stamp(folder: str) -> _Stamp:
    """What changes with each of a job's two files."""
    return _stamp_of(folder + ORDER), _stamp_of(folder + STATE)


def _stamp_of(file: str) -> tuple[int, int, int] | None:
    """What changes with a file; None while it is not there."""
    try:
        known = os.stat(file)  # noqa: PTH116  thousands of paths would take longer than the system
    except OSError:
        return None
    return known.st_ino, known.st_mtime_ns, known.st_size
