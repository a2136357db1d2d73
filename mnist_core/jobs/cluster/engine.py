"""The cluster as an engine of the queue: rows of its database, mirrored in the folders of this data home."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import procrastinate

from mnist_core.errors import JobError
from mnist_core.jobs.cluster import records
from mnist_core.jobs.cluster.database import BEGINNING, Connection, Database, check_version
from mnist_core.jobs.cluster.mirror import Mirror
from mnist_core.jobs.cluster.parcels import Parcels
from mnist_core.jobs.job import Job
from mnist_core.jobs.kinds import KINDS

TASK = "mnist_studio_job"
"""The name of procrastinate's task: its one argument is the job's id."""


class Cluster:
    """Workers on other machines, as the queue sees them (`engines.Engine`).

    Parameters
    ----------
    url, store
        Where the database and the store are.
    root
        The folder of all jobs of this data home.
    """

    def __init__(self, url: str, store: str, root: Path) -> None:
        self.database = Database(url)
        self.parcels = Parcels(store)
        self.mirror = Mirror(self.database, self.parcels, root)
        self._root = root
        # It only names the task: what is deferred goes through our own connection, within our transaction.
        self._app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=url))
        self._held = threading.local()

    def refresh(self) -> None:
        """Keep the mirror."""
        self.mirror.keep()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Be the only one on all machines who begins a job, with all of the others' in the mirror."""
        with self.database.connection() as connection:
            check_version(connection)
            connection.execute("SELECT pg_advisory_lock(%s)", [BEGINNING])
            self._held.connection = connection
            try:
                self.mirror.look()
                yield
            finally:
                self._held.connection = None
                if not connection.closed:
                    connection.execute("SELECT pg_advisory_unlock(%s)", [BEGINNING])

    def begin(self, job: Job) -> None:
        """Write the job's row and have procrastinate hand it out, both or none."""
        connection: Connection | None = self._held.connection
        if connection is None:
            raise JobError("The cluster is not held by who begins this job.")
        with connection.transaction():
            records.insert(connection, job)
            self._hand_out(connection, job)

    def stop(self, job: Job) -> Job:
        """Ask for the best so far; what waits for its first worker is cancelled."""
        return self._asked(job, "stop")

    def cancel(self, job: Job, *, at_once: bool = False) -> Job:  # noqa: ARG002
        """End a job and discard what it has; its machine ends it at once in any case."""
        return self._asked(job, "cancel")

    def again(self, job: Job) -> Job:
        """Queue it at the end; it goes on from what the store still has of it."""
        with self.database.connection() as connection, connection.transaction():
            now = records.clock(connection)
            values: dict[str, Any] = {"state": "queued", "wish": "", "error": None, "result": None, "deaths": 0}
            records.change(connection, job.id, **values, queued=now, started=None, ended=None)
            self._hand_out(connection, job)
        return self._seen(job)

    def remove(self, job: Job) -> None:
        """Have it go from all machines."""
        with self.database.connection() as connection:
            records.change(connection, job.id, is_removed=True)

    def restore(self, job: Job) -> None:
        """Have it return to all machines."""
        with self.database.connection() as connection:
            records.change(connection, job.id, is_removed=False)

    def give(self, job: Job, owner: str) -> Job:
        """Write it down for all machines."""
        with self.database.connection() as connection:
            records.change(connection, job.id, owner=owner, settings=job.settings)
        return self._seen(replace(job, owner=owner))

    def _asked(self, job: Job, wish: str) -> Job:
        """A job with a wish for its worker to see; one that nobody has begun, or that is not wanted, is over."""
        with self.database.connection() as connection, connection.transaction():
            text = "SELECT state, started, wish, task FROM mnist_studio_jobs WHERE id = %s FOR UPDATE"
            row = connection.execute(text, [job.id]).fetchone()
            if row and row["state"] == "queued" and (wish == "cancel" or row["started"] is None):
                self._app.job_manager.cancel_job_by_id(row["task"], connection=connection)
                records.change(connection, job.id, state="cancelled", ended=records.clock(connection))
            elif row and row["state"] in ("queued", "running", "stopping") and row["wish"] != "cancel":
                state = row["state"] if row["state"] == "queued" else "stopping"
                records.change(connection, job.id, wish=wish, state=state)
        return self._seen(job)

    def _seen(self, job: Job) -> Job:
        """A job as its row is now; under the lock of all jobs, which the mirror need not take."""
        with self.database.connection() as connection:
            row = records.one(connection, job.id)
        if row is None:
            raise JobError(f"The cluster does not know this job any more. Received: {job.id!r}.")
        return self.mirror.apply(row) or job

    def _hand_out(self, connection: Connection, job: Job) -> None:
        """Put a job into procrastinate's queue: whoever has fewer there goes first, and waits for nobody's lot."""
        text = f"SELECT count(*) AS it FROM mnist_studio_jobs WHERE owner = %s AND {records.ACTIVE} AND NOT is_removed"
        row = connection.execute(text, [job.owner]).fetchone()
        options: dict[str, Any] = {
            "queue": KINDS[job.kind].queue,
            "lock": job.id,
            "priority": -(row or {"it": 0})["it"],
        }
        task = self._app.configure_task(TASK, **options, connection=connection).defer(job_id=job.id)
        records.change(connection, job.id, task=task)


_opening = threading.Lock()
_open: dict[tuple[str, str, Path], Cluster] = {}


def cluster(url: str, store: str, root: Path) -> Cluster:
    """The cluster of a database, a store and a data home, one for each in this process."""
    with _opening:
        key = url, store, root
        if key not in _open:
            _open[key] = Cluster(*key)
        return _open[key]


def close_clusters() -> None:
    """Let go of all that this process has open; the next `cluster` opens it anew."""
    with _opening:
        for each in _open.values():
            each.mirror.rest()
            each.database.close()
        _open.clear()
