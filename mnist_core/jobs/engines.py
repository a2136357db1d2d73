"""The engines behind the queue: this machine's own processes, or the workers of a cluster. Both take the same calls."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from mnist_core.errors import ConfigError, JobError
from mnist_core.extras import CLUSTER, check_installed
from mnist_core.jobs import fates
from mnist_core.jobs.job import ELSEWHERE, Job, Wish, write_owner, write_state
from mnist_core.jobs.kinds import travels

WORKERS_VARIABLE = "MNIST_STUDIO_WORKERS"
"""The PostgreSQL database through which workers on other machines get their jobs; without it all is done here."""


class Engine(Protocol):
    """What gets jobs their workers. Jobs are folders of the data home for both; all calls but `exclusive` come under
    the lock of all jobs."""

    def refresh(self) -> None:
        """Bring the folders up to date; it waits for nobody for long, and logs what cannot be had."""

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Have nobody else begin a job while it is counted how many there are; a JobError if that cannot be."""
        yield

    def begin(self, job: Job) -> None:
        """Take a job whose folder is there; a JobError if that cannot be, and the folder is to go."""

    def stop(self, job: Job) -> Job:
        """Ask for the best so far."""

    def cancel(self, job: Job, *, at_once: bool = False) -> Job:
        """End a job and discard what it has."""

    def again(self, job: Job) -> Job:
        """Queue a job again that failed or was cancelled."""

    def remove(self, job: Job) -> None:
        """Take note that the folder of an ended job is to go."""

    def restore(self, job: Job) -> None:
        """Take note that it is back."""

    def give(self, job: Job, owner: str) -> Job:
        """Have a job belong to another owner."""


class Local:
    """Processes of this machine; which of them begin is decided at each look at the queue."""

    def refresh(self) -> None:
        """The folders are the jobs."""

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """The lock of all jobs is enough."""
        yield

    def begin(self, job: Job) -> None:
        """The folder is enough."""

    def stop(self, job: Job) -> Job:
        """Ask the worker; what waits for its first one is cancelled."""
        if job.state == "queued" and job.started is None:
            return fates.cancelled(job)
        return _asked(job, "stop") if job.is_active and job.wish is None else job

    def cancel(self, job: Job, *, at_once: bool = False) -> Job:
        """Ask the worker, or have the next look at the queue kill it."""
        if job.state == "queued":
            return fates.cancelled(job)
        if job.is_active and job.wish != "cancel":
            job = _asked(job, "cancel")
        if job.is_active and at_once:
            os.utime(job.folder / "cancel", (0, 0))
        return job

    def again(self, job: Job) -> Job:
        """It goes on from what its work folder still has."""
        for flag in ("stop", "cancel"):
            (job.folder / flag).unlink(missing_ok=True)
        return write_state(job)

    def remove(self, job: Job) -> None:
        """The folder is enough."""

    def restore(self, job: Job) -> None:
        """The folder is enough."""

    def give(self, job: Job, owner: str) -> Job:
        """Write it down."""
        return write_owner(job, owner)


LOCAL = Local()


def is_cluster() -> bool:
    """Whether some jobs are done by workers on other machines."""
    return bool(os.environ.get(WORKERS_VARIABLE, "").strip())


def engine_for(kind: str, settings: Mapping[str, Any]) -> Engine:
    """The engine for a new job.

    Raises
    ------
    ConfigError, ExtraError, JobError
        As `cluster_engine`.
    """
    return cluster_engine() if is_cluster() and travels(kind, settings) else LOCAL


def engine_of(job: Job) -> Engine:
    """The engine that has a job.

    Raises
    ------
    JobError
        If it is a cluster's, and none is named any more.
    """
    if not job.is_elsewhere:
        return LOCAL
    if not is_cluster():
        raise JobError(
            f"This job belongs to the workers of a cluster, and {WORKERS_VARIABLE} does not name it any more. Set it "
            "as it was when the job was begun, then try again. Nothing was changed."
        )
    return cluster_engine()


def refresh() -> None:
    """Bring the folders of what other machines do up to date."""
    if is_cluster():
        cluster_engine().refresh()


def cluster_engine() -> Engine:
    """The engine whose workers are on other machines.

    Raises
    ------
    ConfigError
        If the variables name no database or no store.
    ExtraError
        If what it needs is not installed.
    """
    check_installed(CLUSTER)
    url = workers_url()
    from mnist_core import paths
    from mnist_core.jobs.cluster.engine import cluster
    from mnist_core.jobs.cluster.parcels import store_url

    return cluster(url, store_url(), paths.jobs_folder())


def workers_url() -> str:
    """The database of a cluster.

    Raises
    ------
    ConfigError
        If the variable names none.
    """
    url = os.environ.get(WORKERS_VARIABLE, "").strip()
    if not url.startswith(("postgresql://", "postgres://")):
        raise ConfigError(
            f"{WORKERS_VARIABLE} must be a PostgreSQL database, as postgresql://user:password@host/name. Correct the "
            "variable, or unset it to do all work on this machine."
        )
    return url


def mark_elsewhere(folder: Path) -> None:
    """Note in a job's folder that a cluster has the job."""
    (folder / ELSEWHERE).touch()


def _asked(job: Job, wish: Wish) -> Job:
    """A job with a wish for its worker to see; one that waits after a crash goes on waiting."""
    (job.folder / wish).touch()
    return job if job.state == "queued" else write_state(replace(job, state="stopping"))
