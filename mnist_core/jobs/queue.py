"""The queue: which jobs run, which wait, and what becomes of a job whose worker is gone.

All is on the disk, so any number of servers and workers may ask and act. Every decision is made under one lock, and it
is made again whenever somebody looks: there is no process that has to be alive for the queue to go on.
"""

import json
import logging
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout

from mnist_core import paths, trash
from mnist_core.errors import ConfigError, JobError, MnistError, in_words
from mnist_core.files import written_folder
from mnist_core.jobs import processes
from mnist_core.jobs.job import (
    DAMAGED,
    WORK,
    Job,
    State,
    Wish,
    append_event,
    read_job,
    to_json,
    write_order,
    write_state,
)
from mnist_core.jobs.kinds import is_for_all, is_short
from mnist_core.owners import KEEPER, KEEPERS, By, check_may_change, may_change, owner_of
from mnist_core.types import describe

log = logging.getLogger(__name__)

LIMIT_VARIABLE = "MNIST_STUDIO_JOBS"

CANCEL_GRACE_S = 4.0
LOCK_TIMEOUT_S = 10.0
WORKER_LOCK_TIMEOUT_S = 60.0  # a worker has hours of work to lose, a visitor only a click

_LOCK = ".lock"
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")


def start(kind: str, title: str, settings: Mapping[str, Any], by: By = KEEPER, *, once: bool = False) -> Job:
    """Put a job in the queue and start it if there is room.

    Parameters
    ----------
    kind
        Which work: a name that the worker knows.
    title
        The job's name for people.
    settings
        What the work depends on: all that JSON can hold; tuples become lists.
    by
        Whoever starts it, and may stop, cancel and remove it.
    once
        Whether to give a job of this kind with these settings that already waits or runs, instead of a second one.

    Raises
    ------
    ConfigError
        If JSON cannot hold the settings, or `MNIST_STUDIO_JOBS` is no number.
    JobError
        If the job cannot be written; nothing of it is left then.
    """
    settings, owner = _checked_settings(kind, title, settings), owner_of(by)
    limit()
    with _locked():
        if once and (active := _active(kind, settings)):
            return active
        folder, now = _new_folder()
        job = Job(folder, kind, title, settings, created=now, state="queued", queued=now, owner=owner)
        with written_folder(folder) as part:
            write_order(job, part)
            write_state(job, part)
        return {job.id: job for job in _tend()}[job.id]


def all_jobs() -> list[Job]:
    """Every job, newest first; on the way workers that died are noticed and what waits is started.

    Raises
    ------
    ConfigError
        If `MNIST_STUDIO_JOBS` is no number. Nothing else: what cannot be read or written is logged.
    """
    limit()
    if not paths.jobs_folder().is_dir():
        return []
    try:
        with _locked():
            return _tend()
    except JobError as error:
        log.warning("The jobs are shown as they were written: %s", error)
        return _read_all()


def find(job_id: str) -> Job:
    """A job as it was last written; only `all_jobs` looks after its worker.

    Raises
    ------
    JobError
        If there is no such job.
    """
    return read_job(_folder(job_id))


def waiting_before(job: Job) -> int:
    """How many jobs wait in the queue before this one."""
    before = (other for other in _read_all() if other.state == "queued" and _turn(other) < _turn(job))
    return sum(is_short(other.kind) == is_short(job.kind) for other in before)


def stop(job_id: str, by: By) -> Job:
    """Ask a job to end early and keep its best result.

    One that waits for its first worker is cancelled; one that has ended stays as it is.

    Raises
    ------
    OwnerError
        If it is somebody else's.
    JobError
        If there is no such job or it cannot be asked.
    """
    with _locked():
        job = _theirs(job_id, by)
        if job.state == "queued" and job.started is None:
            return _cancelled(job)
        return _asked(job, "stop") if job.is_active and job.wish is None else job


def cancel(job_id: str, by: By, *, at_once: bool = False) -> Job:
    """End a job and discard what it has; a worker that does not end within `CANCEL_GRACE_S` is killed by `all_jobs`.

    A job that ended stays as it is.

    Parameters
    ----------
    at_once
        Whether the next `all_jobs` kills the worker without waiting for it to end by itself.

    Raises
    ------
    OwnerError
        If it is somebody else's.
    JobError
        If there is no such job or it cannot be asked.
    """
    with _locked():
        job = _theirs(job_id, by)
        if job.state == "queued":
            return _cancelled(job)
        if job.is_active and job.wish != "cancel":
            job = _asked(job, "cancel")
        if job.is_active and at_once:
            os.utime(job.folder / "cancel", (0, 0))
        return job


def resume(job_id: str, by: By) -> Job:
    """Queue a failed or cancelled job again, at the end; it goes on from what its work folder still has.

    What everybody waits for may be tried again by everybody, and is then theirs.

    Raises
    ------
    OwnerError
        If it is somebody else's.
    ConfigError
        If `MNIST_STUDIO_JOBS` is no number.
    JobError
        If there is no such job, it is done, or it cannot be written.
    """
    limit()
    with _locked():
        job = _settled(find(job_id))
        if not is_for_all(job.kind):
            check_may_change(job.owner, by)
        if job.state == "done" or job.kind == DAMAGED:
            received = f"{job_id!r}, {'damaged' if job.kind == DAMAGED else job.state}"
            raise JobError(f"Only a failed or cancelled job can be resumed; start a new one. Received: {received}.")
        if job.is_active:
            return job
        for flag in ("stop", "cancel"):
            (job.folder / flag).unlink(missing_ok=True)
        again = Job(job.folder, job.kind, job.title, job.settings, job.created, "queued", time.time(), owner=job.owner)
        if not may_change(job.owner, by):
            again = _write_owner(again, owner_of(by))
        write_state(again)
        return {job.id: job for job in _tend()}[job.id]


def remove(job_id: str, by: By) -> bool:
    """Delete a job that is not active, with all it has; one that is not there is no error.

    Returns
    -------
    Whether it can be brought back with `restore`.

    Raises
    ------
    OwnerError
        If it is somebody else's.
    JobError
        If the job is active, or cannot be deleted.
    """
    with _locked():
        folder = _folder(job_id)
        if not folder.is_dir():
            return False
        job = _theirs(job_id, by)
        if job.is_active:
            raise JobError(f"A job must be cancelled or end before it is removed. Received: {job_id!r}, {job.state}.")
        return trash.discard(folder, is_final=job.kind == DAMAGED)


def removed() -> list[Job]:
    """The jobs that were removed within the last day and can be brought back, those that went last first."""
    found = []
    for item in trash.discarded(paths.jobs_folder().name):
        with suppress(JobError):  # brought back meanwhile
            found.append(read_job(item.folder))
    return found


def restore(job_id: str, by: By) -> Job:
    """Bring a job back that was removed.

    Raises
    ------
    OwnerError
        If it is somebody else's.
    JobError
        If it is not there any more, or cannot be moved.
    """
    with _locked():
        target = _folder(job_id)
        item = next((each for each in trash.discarded(target.parent.name) if each.name == job_id), None)
        if item is None:
            raise JobError(f"The job cannot be brought back any more. Received: {job_id!r}.")
        check_may_change(read_job(item.folder).owner, by)
        trash.restore(item, target)
        return read_job(target)


def disown(owner: str) -> None:
    """Have the jobs of an owner belong to the keeper, those that were removed too.

    Raises
    ------
    JobError
        If the disk refuses.
    """
    with _locked():
        for job in [*_read_all(), *removed()]:
            if job.owner == owner:
                _write_owner(job, KEEPERS)


def limit() -> int:
    """How many jobs may run at a time in a lane: `MNIST_STUDIO_JOBS`, else 1.

    Raises
    ------
    ConfigError
        If the variable is no whole number from 1.
    """
    named = os.environ.get(LIMIT_VARIABLE) or "1"
    try:
        number = int(named)
    except ValueError:
        number = 0
    if number < 1:
        raise ConfigError(
            f"{LIMIT_VARIABLE} must be how many jobs may run at a time: a whole number from 1. "
            f"Received: {named!r:.80}. Correct the variable or unset it."
        )
    return number


def claim(folder: Path) -> Job | None:
    """The job, if this process is the one to work on it.

    A server may die after it started a worker and before it wrote that down. The worker then takes the job itself, if
    no other has; so a job never has two.

    Raises
    ------
    JobError
        If the job cannot be read or written.
    """
    with _locked(is_worker=True):
        job = read_job(folder)
        if job.state == "queued":
            return write_state(_worked(job, os.getpid()))
        return job if job.pid == os.getpid() and processes.worker_of(job) else None


def finish(job: Job, state: State, error: str | None = None, result: dict[str, Any] | None = None) -> None:
    """Write how the work of this process ended; whatever it says, a job that is to be discarded is cancelled.

    Raises
    ------
    JobError
        If the end cannot be written.
    """
    with _locked(is_worker=True):
        now = read_job(job.folder)
        if (now.pid, now.born) != (job.pid, job.born):
            raise JobError(f"The job has another worker by now. Received: {job.id!r}.")
        if now.wish == "cancel":
            state, error, result = "cancelled", None, None
        _ended(now, state, error, result)


def forget_deaths(folder: Path) -> None:
    """Write that a job's worker made progress: the next death is again the first one.

    Raises
    ------
    JobError
        If that cannot be written.
    """
    with _locked():
        write_state(replace(read_job(folder), deaths=0))


@contextmanager
def _locked(*, is_worker: bool = False) -> Iterator[None]:
    """Hold the one lock of all jobs; what the disk refuses in the meantime becomes a JobError."""
    root, timeout_s = paths.jobs_folder(), WORKER_LOCK_TIMEOUT_S if is_worker else LOCK_TIMEOUT_S
    try:
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / _LOCK, timeout=timeout_s):
            yield
    except Timeout as error:
        raise JobError(
            f"The jobs in {root} have been locked by another process for {timeout_s:.0f} seconds. Try again."
        ) from error
    except MnistError:  # some are also the builtin that fits them
        raise
    except OSError as error:
        raise JobError(
            f"The jobs in {root} cannot be changed: {error}. Check the space on the disk and the folder's permissions, "
            "then try again."
        ) from error


def _checked_settings(kind: str, title: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they will be read again."""
    for name, value in (("kind", kind), ("title", title)):
        if not isinstance(value, str) or not value.strip():
            raise ConfigError(f"A job's {name} must be a text. Received: {describe(value)}.")
    text = "A job's settings must be what JSON can hold. Received: {error}."
    with in_words(ConfigError, text, (TypeError, ValueError)):
        kept: dict[str, Any] = json.loads(to_json(dict(settings)))
    return kept


def _active(kind: str, settings: Mapping[str, Any]) -> Job | None:
    """A job of a kind with these settings that waits or runs; only under the lock."""
    return next((job for job in _tend() if job.is_active and job.kind == kind and job.settings == settings), None)


def _new_folder() -> tuple[Path, float]:
    """A folder that is not there yet, named by the time, and the time."""
    while True:
        now = time.time()
        folder = paths.jobs_folder() / datetime.fromtimestamp(now, UTC).strftime("%Y%m%d-%H%M%S-%f")
        if not folder.exists():
            return folder, now


def _write_owner(job: Job, owner: str) -> Job:
    """Have a job belong to an owner."""
    return write_order(replace(job, owner=owner))


def _theirs(job_id: str, by: By) -> Job:
    """A job as it is now, if it is somebody's to change; only under the lock."""
    job = _settled(find(job_id))
    check_may_change(job.owner, by)
    return job


def _folder(job_id: str) -> Path:
    """The folder of a job, once its id is one that cannot lead elsewhere."""
    if not isinstance(job_id, str) or not _ID.fullmatch(job_id):
        raise JobError(f"A job's id looks like 20261121-143005-a1b2c3. Received: {job_id!r:.80}.")
    return paths.jobs_folder() / job_id


def _read_all() -> list[Job]:
    """Every job, newest first; whoever removes one meanwhile is right."""
    try:
        folders = sorted(paths.jobs_folder().iterdir(), reverse=True)
    except OSError:
        return []
    found = []
    for folder in folders:
        if _ID.fullmatch(folder.name):
            with suppress(JobError):
                found.append(read_job(folder))
    return found


def _turn(job: Job) -> tuple[float, str]:
    """What the queue is sorted by."""
    return job.queued, job.id


def _tend() -> list[Job]:
    """Every job, newest first, after all that was to be decided is; only under the lock."""
    processes.reap()
    for leftover in paths.jobs_folder().glob(".*-*"):  # of a process that died while it wrote or removed a job
        shutil.rmtree(leftover, ignore_errors=True)
    jobs = [_settled(job) for job in _read_all()]
    lanes = ([job for job in jobs if is_short(job.kind) is lane] for lane in (True, False))
    launched = {job.id: _launched(job) for lane in lanes for job in _next(lane)}
    return [launched.get(job.id, job) for job in jobs]


def _next(lane: Sequence[Job]) -> list[Job]:
    """The jobs of a lane whose turn it is."""
    room = limit() - sum(job.state in ("running", "stopping") for job in lane)
    waiting = sorted((job for job in lane if job.state == "queued"), key=_turn)
    return waiting[: max(room, 0)]


def _settled(job: Job) -> Job:
    """The job after a look at its worker: if it died, or had to be killed, the job is queued again or has ended."""
    if job.state not in ("running", "stopping"):
        return job
    worker = processes.worker_of(job)
    if worker and not (_is_overdue(job) and processes.is_killed(worker, job)):
        return job
    try:
        return _cancelled(job) if job.wish == "cancel" else _died(job)
    except OSError as error:
        log.warning("What became of job %s cannot be written: %s", job.id, error)
        reason = f"The worker ended, and the disk does not take that down: {error}. Free some space and resume."
        return replace(job, state="failed", ended=time.time(), error=reason)


def _died(job: Job) -> Job:
    """A job whose worker is gone: tried again, unless the worker before it died as well and nothing was gained."""
    tail = job.log_tail()
    if job.deaths:
        settled = _ended(job, "failed", f"The worker ended without a word. {_last_words(tail)}")
    else:
        settled = write_state(replace(job, state="queued", pid=None, born=None, deaths=1))
    with suppress(OSError):  # a full disk: the state is what counts
        append_event(job.folder, "died", log=tail)
    return settled


def _last_words(tail: str) -> str:
    """The end of the log as part of an error."""
    advice = "It did so twice and got no further in between; resume it to try once more."
    return f"{advice} Its log ends with:\n{tail}" if tail else f"{advice} Its log is empty."


def _asked(job: Job, wish: Wish) -> Job:
    """A job with a wish for its worker to see; one that waits after a crash goes on waiting."""
    (job.folder / wish).touch()
    return job if job.state == "queued" else write_state(replace(job, state="stopping"))


def _cancelled(job: Job) -> Job:
    """A job that is discarded."""
    return _ended(job, "cancelled")


def _ended(job: Job, state: State, error: str | None = None, result: dict[str, Any] | None = None) -> Job:
    """A job without a worker; only one that failed keeps its work folder, to go on from."""
    ended = replace(job, state=state, ended=time.time(), error=error, result=result, pid=None, born=None)
    write_state(ended)
    if state != "failed":
        shutil.rmtree(job.folder / WORK, ignore_errors=True)
    return ended


def _launched(job: Job) -> Job:
    """A job with a worker; still in the queue, and saying why, if it cannot have one."""
    child = None
    try:
        write_state(job)  # a disk that is full says so before there is a process
        child = processes.started_worker(job)
        return write_state(_worked(job, child.pid))
    except OSError as error:
        if child:
            child.kill()
        log.warning("Job %s cannot be started: %s", job.id, error)
        return replace(job, error=f"The job cannot be started yet: {error}. Free some space; it is tried again.")


def _worked(job: Job, pid: int) -> Job:
    """A job with the worker of that process id."""
    state: State = "stopping" if job.wish else "running"
    try:
        born = processes.birth(psutil.Process(pid))
    except psutil.Error:
        born = 0.0  # it is gone already: no process began then
    return replace(job, state=state, started=job.started or time.time(), pid=pid, born=born, error=None)


def _is_overdue(job: Job) -> bool:
    """Whether a job that is to be discarded has had its time to end by itself."""
    return job.wish == "cancel" and time.time() - (job.folder / "cancel").stat().st_mtime > CANCEL_GRACE_S
