"""A worker's machine: procrastinate gives it jobs of some queues, and takes back those of machines that died."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

import procrastinate
from procrastinate.exceptions import ConnectorException

from mnist_core import paths
from mnist_core.errors import JobError, MnistError
from mnist_core.jobs import processes, queue
from mnist_core.jobs.cluster import records
from mnist_core.jobs.cluster.database import Database, OtherVersionError, connect_arguments
from mnist_core.jobs.cluster.engine import TASK
from mnist_core.jobs.cluster.parcels import Parcels
from mnist_core.jobs.cluster.supervision import LeavingError, Supervision
from mnist_core.owners import KEEPER

log = logging.getLogger(__name__)

# A machine tells so often that it lives; one that was silent for so long is given up, and its jobs go elsewhere.
HEARTBEAT_S = 5.0
SILENCE_S = 20.0
SWEEP_EVERY_S = 2.0
REST_S = 2.0

_OWN_FOLDER = "worker"


class Serving:
    """A machine that does jobs of some queues until it is asked to stop.

    Parameters
    ----------
    url, store
        Where the database and the store are.
    queues
        Names of queues.
    jobs
        How many jobs at a time.
    """

    def __init__(self, url: str, store: str, queues: Sequence[str], jobs: int) -> None:
        self._database, self._parcels = Database(url), Parcels(store)
        self._queues, self._jobs = queues, jobs
        self._leaving = threading.Event()
        self._refusal: JobError | None = None
        self._at_work: dict[str, int] = {}
        self._app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                conninfo=url, kwargs=connect_arguments(), min_size=1, max_size=4 + jobs, timeout=5
            )
        )
        retry = procrastinate.RetryStrategy(retry_exceptions={LeavingError})
        self._app.task(name=TASK, retry=retry, pass_context=True)(self._work)

    def serve(self) -> None:
        """Do jobs until SIGINT or SIGTERM; while the database is gone, what was begun goes on and the rest waits.

        Raises
        ------
        OtherVersionError
            If the cluster works with another version of the app.
        """
        use_own_home(self._jobs)
        self._database.check_version()
        self._parcels.put("try", b"A worker can write here.")
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: self._leave())
        while not self._leaving.is_set():
            try:
                asyncio.run(self._serve())
            except (ConnectorException, OSError) as error:
                log.warning("The database of the cluster is gone (%s); it is tried again.", error)
            self._leaving.wait(REST_S)
        if self._refusal:
            raise self._refusal

    def _leave(self) -> None:
        """Stop, and hand back what is not done."""
        self._leaving.set()

    async def _serve(self) -> None:
        """Work with one opening of the database."""
        async with self._app.open_async():
            log.info("Ready for jobs of %s, %d at a time.", ", ".join(self._queues), self._jobs)
            work = asyncio.create_task(
                self._app.run_worker_async(
                    queues=list(self._queues),
                    concurrency=self._jobs,
                    install_signal_handlers=False,
                    update_heartbeat_interval=HEARTBEAT_S,
                    stalled_worker_timeout=SILENCE_S,
                    fetch_job_polling_interval=2.0,
                    delete_jobs="always",
                )
            )
            watch = asyncio.create_task(self._watch(work))
            with suppress(asyncio.CancelledError):
                await work
            watch.cancel()

    async def _watch(self, work: "asyncio.Task[None]") -> None:
        """Give the jobs of machines that are silent to others, until this one is to stop.

        After an outage of the database all machines were silent: nobody is given up before they could speak again.
        """
        answers_since = time.monotonic()
        while not self._leaving.is_set():
            try:
                await self._sweep(is_sure=time.monotonic() - answers_since > SILENCE_S)
            except ConnectorException as error:
                answers_since = time.monotonic()
                log.warning("The database of the cluster cannot be asked: %s", error)
            for _ in range(int(SWEEP_EVERY_S / 0.2)):
                await asyncio.sleep(0.2)
                if self._leaving.is_set():
                    break
        work.cancel()

    async def _sweep(self, *, is_sure: bool) -> None:
        """Say that this machine lives, and have the jobs of dead ones done by others.

        procrastinate's own heartbeat ends with an outage, while it waits for what this machine is still at.
        """
        for worker in [*self._at_work.values()]:
            await self._app.job_manager.update_heartbeat(worker)
        if is_sure:
            for job in await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE_S):
                await self._app.job_manager.retry_job(job)

    def _work(self, context: procrastinate.JobContext, job_id: str) -> None:
        """Do a job; procrastinate calls it in a thread."""
        if context.job.worker_id is not None:
            self._at_work[job_id] = context.job.worker_id
        try:
            row = self._taken(job_id)
            if row is not None:
                self._supervised(row)
        except OtherVersionError as error:
            self._refusal = error
            self._leave()
            raise LeavingError from error
        finally:
            self._at_work.pop(job_id, None)

    def _supervised(self, row: records.Record) -> None:
        """Do a job; whatever goes wrong with that, it has an end that its owner can read of."""
        try:
            Supervision(self._database, self._parcels, row, self._leaving.is_set).run()
        except LeavingError:
            raise
        except Exception as error:
            log.exception("Job %s cannot be done here.", row["id"])
            reason = str(error) if isinstance(error, MnistError) else f"{type(error).__name__}: {error}"
            text = f"The machine that had it could not do it: {reason} Its log has the details; resume it to try again."
            with self._database.connection() as connection:
                now = records.clock(connection)
                records.change(connection, row["id"], row["turn"], state="failed", error=text, ended=now)

    def _taken(self, job_id: str) -> records.Record | None:
        """The job with a turn of this machine's; the database may take its time."""
        while True:
            try:
                self._database.check_version()
                with self._database.connection() as connection:
                    return records.taken(connection, job_id)
            except OtherVersionError:
                raise
            except JobError as error:
                log.warning("Job %s cannot be taken yet: %s", job_id, error)
                if self._leaving.wait(REST_S):
                    raise LeavingError from error


def use_own_home(jobs: int) -> None:
    """Have all that this process starts be in a data home of its own, below the one that is set, and done here.

    What an earlier worker of this home left is ended: the cluster has given it to another one, or will.
    """
    from mnist_core.jobs.engines import WORKERS_VARIABLE

    downloads = paths.downloads_folder()
    if not os.environ.get(paths.DATA_VARIABLE) and downloads.is_dir():
        os.environ[paths.DATA_VARIABLE] = str(downloads)
    os.environ[paths.HOME_VARIABLE] = str(paths.data_home() / _OWN_FOLDER)
    os.environ[queue.LIMIT_VARIABLE] = str(jobs)
    os.environ[processes.KEEPER_VARIABLE] = str(os.getpid())
    os.environ.pop(WORKERS_VARIABLE, None)
    for job in queue.look().jobs:
        worker = processes.worker_of(job) if job.is_active else None
        if worker:
            processes.is_killed(worker, job)
        with suppress(JobError):
            queue.cancel(job.id, KEEPER, at_once=True)
            queue.all_jobs()
