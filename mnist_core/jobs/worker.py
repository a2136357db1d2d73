"""The worker: the process that does the work of one job, and how the work tells of itself."""

import errno
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from mnist_core.errors import JobError, MnistError
from mnist_core.jobs import processes, queue
from mnist_core.jobs.job import PROGRESS, WORK, Job, Wish, append_event, to_json, wish_of
from mnist_core.jobs.kinds import KINDS, Kind, work_of
from mnist_core.owners import KEEPERS

log = logging.getLogger(__name__)

# Between two events of how far the work is.
TELL_INTERVAL_S = 0.5

NICENESS = 15

KEEPER_LOOK_S = 0.5

_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


class Cancelled(Exception):  # noqa: N818  it is no error: the work did what it was asked for
    """Raised by a job's work to end it as cancelled."""


class Report:
    """How the work of a job tells of itself and sees what is wished.

    Attributes
    ----------
    folder
        The job's folder.
    owner
        Whose the job is, and what it makes, as `owners` has it.
    """

    def __init__(self, folder: Path, deaths: int = 0, owner: str = KEEPERS) -> None:
        self.folder, self.owner = folder, owner
        self._deaths = deaths
        self._is_full = False
        self._told: tuple[float, tuple[str, dict[str, float]] | None] = (0.0, None)

    @property
    def work(self) -> Path:
        """The folder for checkpoints: there after a crash, deleted when the job is done or cancelled."""
        folder = self.folder / WORK
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def wish(self) -> Wish | None:
        """What the owner of the job wants: None, "stop" (end now, keep the best) or "cancel" (end now, discard)."""
        return wish_of(self.folder)

    def is_to_end(self) -> bool:
        """Whether the owner of the job wants the work to end now."""
        return self.wish is not None

    def event(self, kind: str, **values: Any) -> None:
        """Tell followers of the job something; "time" and "kind" are added. A disk that is full loses it, no more."""
        try:
            append_event(self.folder, kind, **values)
        except OSError as error:
            if not self._is_full:
                log.warning("An event cannot be written, and so maybe others: %s", error)
            self._is_full = True

    def tell(self, done: float, total: float, stage: str = "", **figures: float) -> None:
        """Tell followers how far the work is, as `Job.so_far` gives it, but not too often.

        Parameters
        ----------
        stage
            What it is at: a message that is marked for translation, with a placeholder for each of the figures. It is
            put into words where it is shown, in the language of whoever looks. A new one is told at once.
        """
        when, before = self._told
        if (stage, figures) != before or done >= total or time.monotonic() - when >= TELL_INTERVAL_S:
            self._told = time.monotonic(), (stage, figures)
            self.event(PROGRESS, done=done, total=total, stage=stage, figures=figures)

    def go_on(self, done: float, total: float, stage: str = "", **figures: float) -> None:
        """Tell how far the work is, as `tell` does, and end work of which half is worth nothing where that is wished.

        Raises
        ------
        Cancelled
            If the owner of the job wants the work to end, and it is not done yet.
        """
        if done < total and self.is_to_end():
            raise Cancelled
        self.tell(done, total, stage, **figures)

    def progress(self) -> None:
        """Say that the work folder is further than when this worker began: a crash from here on is tried again."""
        if not self._deaths:
            return
        try:
            queue.forget_deaths(self.folder)
            self._deaths = 0
        except JobError as error:
            log.warning("Progress cannot be written: %s", error)


def main(folder: Path, kinds: Mapping[str, Kind] = KINDS) -> int:
    """Do the work of a job, write how it ended and start what waits; the exit status of the process.

    Parameters
    ----------
    folder
        The job's.
    kinds
        Those that it knows.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    _lower_priority()
    _end_with_keeper()
    try:
        job = queue.claim(folder)
        if job is None:
            log.warning("The job in %s is not this worker's.", folder)
            return 0
        queue.finish(job, **_ending(job, kinds))
        queue.all_jobs()
    except MnistError as error:
        log.error("%s", error)
        return 1
    return 0


def _ending(job: Job, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    """Do the work; how the job ended."""
    try:
        result = work_of(job.kind, kinds)(job.settings, Report(job.folder, job.deaths, job.owner))
        return {"state": "done", "result": json.loads(to_json(dict(result)))}
    except Cancelled:
        return {"state": "cancelled"}
    except Exception as error:  # whatever it is, the job's owner must read of it
        log.exception("The work failed.")
        return {"state": "failed", "error": _sentence(error)}


def _sentence(error: Exception) -> str:
    """What went wrong, for the job's owner."""
    if isinstance(error, MnistError):
        return str(error)
    if isinstance(error, OSError) and error.errno in _FULL:
        return f"The disk is full ({error}). Free some space and resume."
    return f"{type(error).__name__}: {error}\nThis is a bug, or a library failed. The job's log has the details."


def _lower_priority() -> None:
    """Leave the processor to whoever draws; a worker that another one started is low already."""
    if hasattr(os, "nice"):
        os.nice(max(0, NICENESS - os.nice(0)))


def _end_with_keeper() -> None:
    """End at once when the process is gone that has this worker for a cluster: another machine gets the job then."""
    keeper = os.environ.get(processes.KEEPER_VARIABLE, "")
    if keeper.isdecimal():
        threading.Thread(target=_watch, args=(int(keeper),), name="keeper", daemon=True).start()


def _watch(keeper: int) -> None:
    """Wait for a process to be gone."""
    try:
        process = psutil.Process(keeper)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(KEEPER_LOOK_S)
    except psutil.Error:
        pass
    os._exit(1)


if __name__ == "__main__":
    # By its own name: what the work imports from this module must be what this process uses, not a second copy.
    from mnist_core.jobs import worker

    sys.exit(worker.main(Path(sys.argv[1])))
