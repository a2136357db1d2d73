"""The queue: which jobs run, which wait, and what becomes of a job whose worker is gone.

All is on the disk, so any number of servers and workers may ask and act. Every decision is made under one lock, and it
is made again whenever somebody looks: there is no process that has to be alive for the queue to go on.
"""

import json
import logging
import os
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from mnist_core import paths, trash
from mnist_core.errors import ConfigError, JobError, MnistError, in_words
from mnist_core.files import written_folder
from mnist_core.jobs import bounds, fates, processes
from mnist_core.jobs.job import DAMAGED, Job, State, Wish, mark_changed, read_job, to_json, write_order, write_state
from mnist_core.jobs.kinds import check_again, is_for_all, is_short
from mnist_core.jobs.ledger import ID, Ledger, Look, mark_of
from mnist_core.jobs.pruning import superfluous
from mnist_core.jobs.sharing import Shared
from mnist_core.jobs.turns import in_turn
from mnist_core.owners import KEEPER, KEEPERS, By, check_may_change, may_change, owner_of
from mnist_core.types import describe

log = logging.getLogger(__name__)

LIMIT_VARIABLE = "MNIST_STUDIO_JOBS"

# Sessions that look at about the same time share a look.
SHARED_FOR_S = 0.25
LOCK_TIMEOUT_S = 10.0
WORKER_LOCK_TIMEOUT_S = 60.0  # a worker has hours of work to lose, a visitor only a click

_LOCK = ".lock"

shared_look: Shared[list[Job]] = Shared(SHARED_FOR_S)


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
        If JSON cannot hold the settings, or a variable is no number.
    LimitError
        If whoever starts it, or all together, have as much as they may have.
    JobError
        If the job cannot be written; nothing of it is left then.
    """
    settings, owner = _checked_settings(kind, title, settings), owner_of(by)
    limit()
    with _changing():
        jobs = _tend()
        active = [job for job in jobs if job.is_active]
        same = (job for job in active if once and job.kind == kind and job.settings == settings)
        if known := next(same, None):
            return known
        bounds.check_start(kind, by, active)
        _prune(jobs)
        bounds.check_disk(by, _look().jobs)
        folder, now = _new_folder()
        job = Job(folder, kind, title, settings, created=now, state="queued", queued=now, owner=owner)
        with written_folder(folder) as part:
            write_order(job, part)
            write_state(job, part)
        return _now(job)


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
    return [*shared_look.get(lambda: mark_of(paths.jobs_folder()), _seen)]


def _seen() -> list[Job]:
    """Every job after a look; as they were written if they cannot be decided about now."""
    try:
        with _locked():
            return _tend()
    except JobError as error:
        log.warning("The jobs are shown as they were written: %s", error)
        return _look().jobs


def find(job_id: str) -> Job:
    """A job as it was last written; only `all_jobs` looks after its worker.

    Raises
    ------
    JobError
        If there is no such job.
    """
    return read_job(_folder(job_id))


def waiting_before(job: Job) -> int:
    """How many jobs get a worker before this one, as the turns are now; 0 if it does not wait."""
    jobs = all_jobs()
    active = [other for other in jobs if other.is_active and is_short(other.kind) is is_short(job.kind)]
    waiting = [other.id for other in _waiting(jobs, active)]
    return waiting.index(job.id) if job.id in waiting else 0


def held_bytes() -> int:
    """How much memory the jobs hold that run now: free again for one that waits for their end.

    Where several may run at a time, none need end before another begins, and it is 0.
    """
    if limit() > 1:
        return 0
    workers = [processes.worker_of(job) for job in all_jobs() if job.is_active and not is_short(job.kind)]
    return sum(processes.memory_of(worker) for worker in workers if worker)


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
    with _changing():
        job = _theirs(job_id, by)
        if job.state == "queued" and job.started is None:
            return fates.cancelled(job)
        return _asked(job, "stop") if job.is_active and job.wish is None else job


def cancel(job_id: str, by: By, *, at_once: bool = False) -> Job:
    """End a job and discard what it has; a worker that does not end in `fates.CANCEL_GRACE_S` is killed by `all_jobs`.

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
    with _changing():
        job = _theirs(job_id, by)
        if job.state == "queued":
            return fates.cancelled(job)
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
        If a variable is no number.
    LimitError
        If whoever resumes it, or all together, have as many as they may have, or no room for what comes of it.
    JobError
        If there is no such job, it is done, or it cannot be written.
    """
    limit()
    known = find(job_id)
    if known.state in ("failed", "cancelled") and known.kind != DAMAGED:
        if not is_for_all(known.kind):
            check_may_change(known.owner, by)
        check_again(known.kind, by, known.settings)
    with _changing():
        job = fates.settled(find(job_id))
        if not is_for_all(job.kind):
            check_may_change(job.owner, by)
        if job.state == "done" or job.kind == DAMAGED:
            received = f"{job_id!r}, {'damaged' if job.kind == DAMAGED else job.state}"
            raise JobError(f"Only a failed or cancelled job can be resumed; start a new one. Received: {received}.")
        if job.is_active:
            return job
        bounds.check_start(job.kind, by, [each for each in _tend() if each.is_active])
        for flag in ("stop", "cancel"):
            (job.folder / flag).unlink(missing_ok=True)
        again = Job(job.folder, job.kind, job.title, job.settings, job.created, "queued", time.time(), owner=job.owner)
        if not may_change(job.owner, by):
            again = _write_owner(again, owner_of(by))
        write_state(again)
        return _now(again)


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
    with _changing():
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
    with _changing():
        target = _folder(job_id)
        item = next((each for each in trash.discarded(target.parent.name) if each.name == job_id), None)
        if item is None:
            raise JobError(f"The job cannot be brought back any more. Received: {job_id!r}.")
        check_may_change(read_job(item.folder).owner, by)
        trash.restore(item, target)
        return read_job(target)


def disown(owner: str, forgotten: Collection[str] = ()) -> None:
    """Have the jobs of an owner belong to the keeper, those that were removed too.

    Parameters
    ----------
    forgotten
        The names of settings that say something of the owner: they become None.

    Raises
    ------
    JobError
        If the disk refuses.
    """
    with _changing():
        for job in [*_look().jobs, *removed()]:
            if job.owner == owner:
                known = {name: None for name in forgotten if name in job.settings}
                _write_owner(replace(job, settings=job.settings | known), KEEPERS)


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
            return write_state(fates.worked(job, os.getpid()))
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
        fates.ended(now, state, error, result)
        _prune(_look().jobs)


def forget_deaths(folder: Path) -> None:
    """Write that a job's worker made progress: the next death is again the first one.

    Raises
    ------
    JobError
        If that cannot be written.
    """
    with _changing():
        write_state(replace(read_job(folder), deaths=0))


@contextmanager
def _changing() -> Iterator[None]:
    """Hold the lock and change something, which everybody sees who looks from then on."""
    try:
        with _locked():
            yield
    finally:
        mark_changed(paths.jobs_folder())
        shared_look.forget()


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
            f"The jobs have been locked by another process for {timeout_s:.0f} seconds. Try again."
        ) from error
    except MnistError:  # some are also the builtin that fits them
        raise
    except OSError as error:
        raise JobError(
            f"The jobs cannot be changed: {error.strerror or error}. Check the space on the disk and the folder's "
            "permissions, then try again."
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


def _now(job: Job) -> Job:
    """A job after a look at all; only under the lock."""
    return next(each for each in _tend() if each.id == job.id)


def _prune(jobs: Sequence[Job]) -> None:
    """Delete the ended jobs that are too many, for good; only under the lock. What the disk refuses stays."""
    for job in superfluous(jobs):
        with suppress(OSError):
            gone = job.folder.rename(job.folder.with_name(f".{job.id}.pruned"))
            shutil.rmtree(gone, ignore_errors=True)


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
    job = fates.settled(find(job_id))
    check_may_change(job.owner, by)
    return job


def _folder(job_id: str) -> Path:
    """The folder of a job, once its id is one that cannot lead elsewhere."""
    if not isinstance(job_id, str) or not ID.fullmatch(job_id):
        raise JobError(f"A job's id looks like 20261121-143005-a1b2c3. Received: {job_id!r:.80}.")
    return paths.jobs_folder() / job_id


def _look(*, is_tidied: bool = False) -> Look:
    """All jobs as they were last written."""
    return _ledger(paths.jobs_folder()).look(is_tidied=is_tidied)


@lru_cache(maxsize=4)
def _ledger(root: Path) -> Ledger:
    """What this process knows of the jobs of a folder."""
    return Ledger(root)


def _tend() -> list[Job]:
    """Every job, newest first, after all that was to be decided is; only under the lock."""
    processes.reap()
    seen = _look(is_tidied=True)
    seen = seen.replaced({place: fates.settled(seen.jobs[place]) for place in seen.active})
    places = {seen.jobs[place].id: place for place in seen.active}
    launched = [fates.launched(job) for is_lane_short in (True, False) for job in _next(seen, is_lane_short)]
    return seen.replaced({places[job.id]: job for job in launched}).jobs


def _next(seen: Look, is_lane_short: bool) -> list[Job]:
    """The jobs of a lane whose turn it is."""
    active = [seen.jobs[place] for place in seen.active if is_short(seen.jobs[place].kind) is is_lane_short]
    room = limit() - sum(job.state != "queued" for job in active)
    return _waiting(seen.jobs, active)[:room] if room > 0 else []


def _waiting(jobs: Sequence[Job], active: Sequence[Job]) -> list[Job]:
    """Those of the active jobs of a lane that wait, in the order of their turns; the rest tells who has had some."""
    waiting = [job for job in active if job.state == "queued"]
    if len({job.owner for job in waiting}) < 2:
        return in_turn(waiting, ())
    is_lane_short = is_short(active[0].kind)
    others = (job for job in jobs if job.state != "queued" and is_short(job.kind) is is_lane_short)
    return in_turn(waiting, others)


def _asked(job: Job, wish: Wish) -> Job:
    """A job with a wish for its worker to see; one that waits after a crash goes on waiting."""
    (job.folder / wish).touch()
    return job if job.state == "queued" else write_state(replace(job, state="stopping"))
