"""What becomes of a job: it gets a worker, loses it, is gone on with or has ended."""

import logging
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

import psutil

from mnist_core.jobs import processes
from mnist_core.jobs.job import WORK, Job, State, append_event, write_state

log = logging.getLogger(__name__)

CANCEL_GRACE_S = 4.0


def settled(job: Job) -> Job:
    """The job after a look at its worker: if it died, or had to be killed, the job is queued again or has ended."""
    if job.state not in ("running", "stopping") or job.is_elsewhere:
        return job
    worker = processes.worker_of(job)
    if worker and not (_is_overdue(job) and processes.is_killed(worker, job)):
        return job
    try:
        return cancelled(job) if job.wish == "cancel" else _died(job)
    except OSError as error:
        log.warning("What became of job %s cannot be written: %s", job.id, error)
        reason = f"The worker ended, and the disk does not take that down: {error}. Free some space and resume."
        return replace(job, state="failed", ended=time.time(), error=reason)


def _died(job: Job) -> Job:
    """A job whose worker is gone: tried again, unless the worker before it died as well and nothing was gained."""
    tail = job.log_tail()
    if job.deaths:
        fate = ended(job, "failed", f"The worker ended without a word. {_last_words(tail)}")
    else:
        fate = write_state(replace(job, state="queued", pid=None, born=None, deaths=1))
    with suppress(OSError):  # a full disk: the state is what counts
        append_event(job.folder, "died", log=tail)
    return fate


def _last_words(tail: str) -> str:
    """The end of the log as part of an error."""
    advice = "It did so twice and got no further in between; resume it to try once more."
    return f"{advice} Its log ends with:\n{tail}" if tail else f"{advice} Its log is empty."


def cancelled(job: Job) -> Job:
    """A job that is discarded."""
    return ended(job, "cancelled")


def ended(job: Job, state: State, error: str | None = None, result: dict[str, Any] | None = None) -> Job:
    """A job without a worker; only one that failed keeps its work folder, to go on from."""
    fate = write_state(replace(job, state=state, ended=time.time(), error=error, result=result, pid=None, born=None))
    if state != "failed":
        shutil.rmtree(job.folder / WORK, ignore_errors=True)
    return fate


def launched(job: Job) -> Job:
    """A job with a worker; still in the queue, and saying why, if it cannot have one."""
    child = None
    try:
        write_state(job)  # a disk that is full says so before there is a process
        child = processes.started_worker(job)
        return write_state(worked(job, child.pid))
    except OSError as error:
        if child:
            child.kill()
        log.warning("Job %s cannot be started: %s", job.id, error)
        return replace(job, error=f"The job cannot be started yet: {error}. Free some space; it is tried again.")


def worked(job: Job, pid: int) -> Job:
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
