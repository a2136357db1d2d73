"""The queue: which jobs run, which wait, and what becomes of a job whose worker is gone.

All is on the disk, so any number of servers and workers may ask and act. Every decision is made under one lock, and it
is made again whenever somebody looks: there is no process that has to be alive for the queue to go on.
"""

import json
import logging
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from mnist_core import paths
from mnist_core.errors import ConfigError, JobError, in_words
from mnist_core.files import written_folder
from mnist_core.jobs import bounds, engines, fates, processes
from mnist_core.jobs.job import DAMAGED, Job, State, read_job, to_json, write_order, write_state
from mnist_core.jobs.kinds import check_again, check_extra, is_for_all, is_short
from mnist_core.jobs.ledger import Ledger, Look, mark_of
from mnist_core.jobs.lock import changing, folder_of, locked, shared_look
from mnist_core.jobs.pruning import superfluous
from mnist_core.jobs.turns import in_turn
from mnist_core.owners import KEEPER, By, check_may_change, may_change, owner_of
from mnist_core.settings import whole_number
from mnist_core.types import describe

log = logging.getLogger(__name__)

LIMIT_VARIABLE = "MNIST_STUDIO_JOBS"


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
    ExtraError
        If something is not installed that its work needs.
    LimitError
        If whoever starts it, or all together, have as much as they may have.
    JobError
        If the job cannot be written; nothing of it is left then.
    """
    check_extra(kind)
    settings, owner = _checked_settings(kind, title, settings), owner_of(by)
    limit()
    engine = engines.engine_for(kind, settings)
    with engine.exclusive(), changing():
        jobs = _tend()
        active = [job for job in jobs if job.is_active]
        same = (job for job in active if once and job.kind == kind and job.settings == settings)
        if known := next(same, None):
            return known
        bounds.check_start(kind, by, active)
        _prune(jobs)
        bounds.check_disk(by, look().jobs)
        folder, now = _new_folder()
        job = Job(folder, kind, title, settings, created=now, state="queued", queued=now, owner=owner)
        with written_folder(folder) as part:
            write_order(job, part)
            write_state(job, part)
            if engine is not engines.LOCAL:
                engines.mark_elsewhere(part)
        try:
            engine.begin(job)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
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
    engines.refresh()
    try:
        with locked():
            return _tend()
    except JobError as error:
        log.warning("The jobs are shown as they were written: %s", error)
        return look().jobs


def find(job_id: str) -> Job:
    """A job as it was last written; only `all_jobs` looks after its worker.

    Raises
    ------
    JobError
        If there is no such job.
    """
    return read_job(folder_of(job_id))


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
    with changing():
        job = theirs(job_id, by)
        return engines.engine_of(job).stop(job)


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
    with changing():
        job = theirs(job_id, by)
        return engines.engine_of(job).cancel(job, at_once=at_once)


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
        _check_may_resume(known, by)
        check_again(known.kind, by, known.settings)
    with changing():
        job = fates.settled(find(job_id))
        _check_may_resume(job, by)
        if job.state == "done" or job.kind == DAMAGED:
            received = f"{job_id!r}, {'damaged' if job.kind == DAMAGED else job.state}"
            raise JobError(f"Only a failed or cancelled job can be resumed; start a new one. Received: {received}.")
        if job.is_active:
            return job
        bounds.check_start(job.kind, by, [each for each in _tend() if each.is_active])
        engine = engines.engine_of(job)
        again = Job(job.folder, job.kind, job.title, job.settings, job.created, "queued", time.time(), owner=job.owner)
        if not may_change(job.owner, by):
            again = engine.give(again, owner_of(by))
        return _now(engine.again(again))


def limit() -> int:
    """How many jobs may run at a time in a lane: `MNIST_STUDIO_JOBS`, else 1.

    Raises
    ------
    ConfigError
        If the variable is no whole number from 1.
    """
    return whole_number(LIMIT_VARIABLE, 1)


def claim(folder: Path) -> Job | None:
    """The job, if this process is the one to work on it.

    A server may die after it started a worker and before it wrote that down. The worker then takes the job itself, if
    no other has; so a job never has two.

    Raises
    ------
    JobError
        If the job cannot be read or written.
    """
    with locked(is_worker=True):
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
    with locked(is_worker=True):
        now = read_job(job.folder)
        if (now.pid, now.born) != (job.pid, job.born):
            raise JobError(f"The job has another worker by now. Received: {job.id!r}.")
        if now.wish == "cancel":
            state, error, result = "cancelled", None, None
        fates.ended(now, state, error, result)
        _prune(look().jobs)


def forget_deaths(folder: Path) -> None:
    """Write that a job's worker made progress: the next death is again the first one.

    Raises
    ------
    JobError
        If that cannot be written.
    """
    with changing():
        write_state(replace(read_job(folder), deaths=0))


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
        with suppress(OSError, JobError):
            engines.engine_of(job).remove(job)
            gone = job.folder.rename(job.folder.with_name(f".{job.id}.pruned"))
            shutil.rmtree(gone, ignore_errors=True)


def _new_folder() -> tuple[Path, float]:
    """A folder that is not there yet, named by the time, and the time."""
    while True:
        now = time.time()
        folder = paths.jobs_folder() / datetime.fromtimestamp(now, UTC).strftime("%Y%m%d-%H%M%S-%f")
        if not folder.exists():
            return folder, now


def _check_may_resume(job: Job, by: By) -> None:
    """Refuse to have somebody go on with what is another's, unless everybody waits for it."""
    if not is_for_all(job.kind):
        check_may_change(job.owner, by)


def theirs(job_id: str, by: By) -> Job:
    """A job as it is now, if it is somebody's to change; to be called under the lock.

    Raises
    ------
    OwnerError
        If it is somebody else's.
    JobError
        If there is no such job.
    """
    job = fates.settled(find(job_id))
    check_may_change(job.owner, by)
    return job


def look(*, is_tidied: bool = False) -> Look:
    """All jobs as they were last written.

    Parameters
    ----------
    is_tidied
        Whether what killed processes left is deleted on the way; only under the lock.
    """
    return _ledger(paths.jobs_folder()).look(is_tidied=is_tidied)


@lru_cache(maxsize=4)
def _ledger(root: Path) -> Ledger:
    """What this process knows of the jobs of a folder."""
    return Ledger(root)


def _tend() -> list[Job]:
    """Every job, newest first, after all that was to be decided is; only under the lock."""
    processes.reap()
    seen = look(is_tidied=True)
    seen = seen.replaced({place: fates.settled(seen.jobs[place]) for place in seen.active})
    places = {seen.jobs[place].id: place for place in seen.active}
    launched = [fates.launched(job) for is_lane_short in (True, False) for job in _next(seen, is_lane_short)]
    return seen.replaced({places[job.id]: job for job in launched}).jobs


def _next(seen: Look, is_lane_short: bool) -> list[Job]:
    """The jobs of a lane whose turn it is."""
    here = [seen.jobs[place] for place in seen.active if not seen.jobs[place].is_elsewhere]
    active = [job for job in here if is_short(job.kind) is is_lane_short]
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
