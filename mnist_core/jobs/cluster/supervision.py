"""One job on a worker's machine: its process is this machine's own, and what that writes is told to the cluster.

The job is a folder of this machine's data home for as long as it is here, begun from what the machine before it left.
All that is written into the database bears the job's turn: a machine that was given up and comes back writes nothing.
"""

import logging
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from mnist_core import paths
from mnist_core.errors import JobError
from mnist_core.files import written_folder
from mnist_core.jobs import processes, queue
from mnist_core.jobs.cluster import records
from mnist_core.jobs.cluster.database import Database
from mnist_core.jobs.cluster.mirror import shifted, write_lines
from mnist_core.jobs.cluster.parcels import Parcels, packed, stamps, unpacked
from mnist_core.jobs.cluster.records import Record
from mnist_core.jobs.job import EVENTS, WORK, Job, append_event, read_job, write_order, write_state
from mnist_core.jobs.kinds import made_by
from mnist_core.jobs.lock import changing
from mnist_core.owners import KEEPER

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.25
# Between two copies of what a job needs to go on elsewhere.
KEEP_EVERY_S = 5.0
REST_S = 2.0
# A machine that falls silent says little of its job: a process that takes all memory has died long before.
MOST_DEATHS = 4
CLOCKS_APART_S = 30.0


class LeavingError(Exception):
    """This machine is asked to stop: the job is for another one, or for this one later."""


class Supervision:
    """A job that this machine does.

    Parameters
    ----------
    row
        The job, as it was taken: its turn is this machine's.
    is_leaving
        Whether this machine is to stop.
    """

    def __init__(self, database: Database, parcels: Parcels, row: Record, is_leaving: Callable[[], bool]) -> None:
        self._database, self._parcels, self._row, self._is_leaving = database, parcels, row, is_leaving
        self._id, self._turn = row["id"], row["turn"]
        self._folder = paths.jobs_folder() / self._id
        self._told, self._read = 0, 0
        self._behind_s = 0.0
        self._kept: tuple[str | None, Any] = (row["work"], {})
        self._kept_at = time.monotonic()
        self._trouble = ""

    def run(self) -> None:
        """Do the job to its end, and tell how it ended.

        Raises
        ------
        LeavingError
            If this machine is to stop first; the job waits again then.
        """
        row = self._row
        if row["wish"] == "cancel":
            self._end(state="cancelled")
        elif row["deaths"] > MOST_DEATHS:
            text = f"{row['deaths']} machines in a row died or fell silent at it, and it got no further in between."
            self._end(state="failed", error=f"{text} Resume it to try once more.")
        else:
            try:
                self._insist(self._begin)
                self._follow()
            finally:
                self._clear()

    def _begin(self) -> None:
        """Put the job's folder here as the machine before left it."""
        row = self._row
        with self._database.connection() as connection:
            lines = records.told(connection, self._id)
            self._behind_s = records.clock(connection) - time.time()
        if abs(self._behind_s) > CLOCKS_APART_S:
            log.warning("This machine's clock is %.0f s off that of the database.", -self._behind_s)
        parcel = self._parcels.get(self._id, row["work"]) if row["work"] else None
        self._clear()
        # One that was begun has a best to keep, should its owner ask for that before its process is here.
        started = row["started"] if parcel is not None else None
        known = replace(row.job(paths.jobs_folder()), started=started, deaths=min(row["deaths"], 1))
        job = replace(known, state="queued", ended=None, result=None)
        with written_folder(self._folder) as part:
            write_lines(part / EVENTS, lines)
            write_order(job, part)
            write_state(job, part)
            if parcel is not None:
                unpacked(parcel, part / WORK)
        self._told = self._read = len(lines)
        if row["deaths"]:
            append_event(self._folder, "died", log="The machine that did it was gone.")

    def _follow(self) -> None:
        """Tell what the job tells until it has ended."""
        while True:
            job = next((each for each in queue.all_jobs() if each.id == self._id), None)
            if job is None:
                raise JobError("The job's folder is gone from this machine.")
            if not job.is_active:
                self._insist(lambda job=job: self._finish(job))  # type: ignore[misc]
                return
            if self._is_leaving():
                self._leave(job)
            if not self._try(lambda job=job: self._pass_on(job)):  # type: ignore[misc]
                self._drop(job)
                return
            time.sleep(LOOK_EVERY_S if not self._trouble else REST_S)

    def _pass_on(self, job: Job) -> bool:
        """Tell the news, hear of wishes, and keep what the job needs to go on; whether it is still this machine's."""
        try:
            self._keep_work()
        except JobError as error:  # it is tried again; what the job tells goes on all the same
            log.warning("What job %s needs to go on elsewhere cannot be kept yet: %s", self._id, error)
            self._kept_at = time.monotonic()
        news: dict[str, Any] = {"work": self._kept[0], "error": job.error}
        if not job.deaths:  # it got further; a process that dies is this machine's own affair
            news["deaths"] = 0
        with self._database.connection() as connection:
            row = records.one(connection, self._id)
            if not (row and row["turn"] == self._turn and row.is_active and not row["is_removed"]):
                return False
            lines, read = self._new_lines()
            is_news = lines or any(row[name] != value for name, value in news.items())
            if is_news and not records.tell(connection, self._id, self._turn, self._told, lines, **news):
                return False
        self._told, self._read = self._told + len(lines), read
        if news.get("work") and row["work"] and row["work"] != news["work"]:
            self._parcels.drop(self._id, row["work"])
        if row["wish"] == "cancel" and job.wish != "cancel":
            queue.cancel(self._id, KEEPER)
        elif row["wish"] == "stop" and job.wish is None:
            queue.stop(self._id, KEEPER)
        return True

    def _keep_work(self, *, at_once: bool = False) -> str | None:
        """Store what the job needs to go on, if it is due and another than last time."""
        if at_once or time.monotonic() - self._kept_at > KEEP_EVERY_S:
            now = stamps(self._folder / WORK)
            content = packed(self._folder / WORK) if now and now != self._kept[1] else None
            if content is not None:
                self._kept = self._parcels.put(self._id, content), now
                self._kept_at = time.monotonic()
        return self._kept[0]

    def _finish(self, job: Job) -> bool:
        """Tell how the job ended, once what it made is in the store."""
        made = made_by(job.kind, job.result) if job.state == "done" and job.result else None
        if made is not None:
            content = packed(made)
            if content is None:
                self._end(state="failed", error="What the job made is gone from the machine that made it. Resume it.")
                return True
            self._end(job, state="done", made=self._parcels.put(self._id, content), result=job.result)
            shutil.rmtree(made, ignore_errors=True)
        elif job.state == "failed":
            self._end(job, state="failed", error=job.error, work=self._keep_work(at_once=True))
        else:
            self._end(job, state=job.state, result=job.result)
        return True

    def _end(self, job: Job | None = None, **values: Any) -> None:
        """Write how the job ended, if it is still this machine's turn."""
        lines = self._new_lines()[0] if job else b""
        tail = job.log_tail() if job else ""
        with self._database.connection() as connection:
            now = records.clock(connection)
            told = self._told if job else self._row["told"]
            is_ours = records.tell(connection, self._id, self._turn, told, lines, log=tail, ended=now, **values)
        if not is_ours:
            log.warning("Job %s is another machine's by now; what this one made of it is not taken.", self._id)
        elif values["state"] != "failed" and self._kept[0]:
            self._parcels.drop(self._id, self._kept[0])

    def _leave(self, job: Job) -> None:
        """End the process, and have the job wait for another machine with all that it has."""
        worker = processes.worker_of(job)
        if worker:
            processes.is_killed(worker, job)
        with suppress(JobError):  # without a word it is taken for dead, and the job goes on elsewhere all the same
            kept = self._keep_work(at_once=True)
            lines, _ = self._new_lines()
            with self._database.connection() as connection:
                records.tell(connection, self._id, self._turn, self._told, lines, state="queued", work=kept)
        raise LeavingError

    def _drop(self, job: Job) -> None:
        """End what is another machine's by now, or not wanted by anybody."""
        log.warning("Job %s is not this machine's any more; it is given up here.", self._id)
        worker = processes.worker_of(job)
        if worker:
            processes.is_killed(worker, job)

    def _clear(self) -> None:
        """Have nothing of the job on this machine."""
        with changing():
            if self._folder.exists():
                job = read_job(self._folder)
                worker = processes.worker_of(job)
                if worker:
                    processes.is_killed(worker, job)
                shutil.rmtree(self._folder, ignore_errors=True)

    def _new_lines(self) -> tuple[bytes, int]:
        """What the job has told since the last time, in the time of the database, and how far that goes."""
        path: Path = self._folder / EVENTS
        if not path.exists():
            return b"", self._read
        with path.open("rb") as file:
            file.seek(self._read)
            whole, end, _ = file.read().rpartition(b"\n")
        lines = whole + end
        return shifted(lines, self._behind_s), self._read + len(lines)

    def _try(self, act: Callable[[], bool]) -> bool:
        """Do something that may fail for a while; what fails is tried again at the next look."""
        try:
            is_ours = act()
        except JobError as error:
            if str(error) != self._trouble:
                log.warning("Job %s goes on here, but cannot be told of: %s", self._id, error)
            self._trouble = str(error)
            return True
        self._trouble = ""
        return is_ours

    def _insist(self, act: Callable[[], Any]) -> None:
        """Do something that has to be done, however long database or store are gone."""
        while True:
            self._trouble = ""
            self._try(lambda: act() is not False)
            if not self._trouble:
                return
            with suppress(JobError), self._database.connection() as connection:
                records.change(connection, self._id, self._turn, error=self._trouble)
            if self._is_leaving():
                raise LeavingError
            time.sleep(REST_S)
