"""The mirror: folders of this data home that say what the jobs of a cluster are at, for whoever reads folders.

A thread keeps it, so that no page waits for a database or a store that is slow or gone.
"""

import json
import logging
import os
import shutil
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from mnist_core.errors import MnistError
from mnist_core.files import written_folder
from mnist_core.jobs.cluster import records
from mnist_core.jobs.cluster.database import Database
from mnist_core.jobs.cluster.parcels import Parcels, unpacked
from mnist_core.jobs.cluster.records import Record
from mnist_core.jobs.job import ELSEWHERE, EVENTS, LOG, Job, mark_changed, read_job, write_order, write_state
from mnist_core.jobs.kinds import placed
from mnist_core.jobs.lock import locked

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5
# After a look that failed, and while nobody has looked at a page for a while.
REST_S = 2.0
IDLE_AFTER_S = 30.0


class Mirror:
    """The jobs of a cluster as folders.

    Parameters
    ----------
    root
        The folder of all jobs of this data home.
    """

    def __init__(self, database: Database, parcels: Parcels, root: Path) -> None:
        self._database, self._parcels, self._root = database, parcels, root
        self._looking = threading.Lock()
        self._thread: threading.Thread | None = None
        self._asked_at = -IDLE_AFTER_S
        self._changed: Any = None
        self._applied: dict[str, Any] = {}

    def keep(self) -> None:
        """Have it kept from now on, by a thread; the first call waits until it is as the database has it."""
        self._asked_at = time.monotonic()
        if self._thread and self._thread.is_alive():
            return
        if not self._thread:
            self._try_to_look()
        self._thread = threading.Thread(target=self._go_on, name="cluster-mirror", daemon=True)
        self._thread.start()

    def rest(self) -> None:
        """Have nobody keep it until somebody asks again."""
        self._asked_at = -IDLE_AFTER_S
        if self._thread:
            self._thread.join()

    def look(self) -> None:
        """Bring the folders to what the database says.

        Raises
        ------
        JobError
            If it cannot be read, or the folders cannot be written.
        """
        with self._looking:
            with self._database.connection() as connection:
                rows = [row for row in records.since(connection, self._changed) if self._is_new(row)]
                events = {row["id"]: self._missing(connection, row) for row in rows}
            for row in rows:
                parcel = self._parcel(row)
                with locked():
                    self.apply(row, events[row["id"]], parcel)
                self._applied[row["id"]] = row["changed"]
                self._changed = max(self._changed or row["changed"], row["changed"])

    def apply(self, row: Record, events: tuple[int, bytes] | None = None, parcel: bytes | None = None) -> Job | None:
        """Bring one folder to what its row says; only under the lock of all jobs.

        Returns
        -------
        The job; None if it is removed.

        Raises
        ------
        OSError, MnistError
            If the disk refuses, or what the job made cannot be put in its place.
        """
        folder = self._root / row["id"]
        if row["is_removed"]:
            if (folder / ELSEWHERE).exists():
                shutil.rmtree(folder, ignore_errors=True)
                mark_changed(self._root)
            return None
        job = row.job(self._root)
        if not folder.is_dir():
            first = replace(job, state="queued", started=None, ended=None, error=None, result=None)
            with written_folder(folder) as part:
                write_order(first, part)
                write_state(first, part)
                (part / ELSEWHERE).touch()
        if events:
            self._append(folder, *events)
        if row["log"]:
            (folder / LOG).write_text(row["log"], encoding="utf-8")
        for wish in ("stop", "cancel"):
            (folder / wish).touch() if row["wish"] == wish else (folder / wish).unlink(missing_ok=True)
        before = read_job(folder)
        if before.owner != job.owner or before.settings != job.settings:
            write_order(job)
        if before.state == "done":  # its result names what is here
            return before
        if parcel is not None and job.result is not None:
            job = replace(job, result=self._placed(job, parcel))
        return job if job == before else write_state(job)

    def _placed(self, job: Job, parcel: bytes) -> dict[str, Any]:
        """Put what a job made in its place; its result."""
        made = unpacked(parcel, job.folder / "made")
        try:
            return placed(job.kind, made, job.result or {})
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _parcel(self, row: Record) -> bytes | None:
        """What a job made, if it is not here yet; fetched while nobody waits for the lock."""
        folder = self._root / row["id"]
        is_here = folder.is_dir() and read_job(folder).state == "done"
        is_wanted = row["state"] == "done" and row["made"] and not row["is_removed"] and not is_here
        return self._parcels.get(row["id"], row["made"]) if is_wanted else None

    def _missing(self, connection: Any, row: Record) -> tuple[int, bytes] | None:
        """What a job has told that is not here yet, and where it begins."""
        size = _size(self._root / row["id"] / EVENTS)
        if row["is_removed"] or row["told"] <= size:
            return None
        return size, records.told(connection, row["id"], size)

    def _append(self, folder: Path, start: int, lines: bytes) -> None:
        """Add events, unless another process of this data home has."""
        if _size(folder / EVENTS) == start and lines:
            with (folder / EVENTS).open("ab") as file:
                file.write(lines)

    def _is_new(self, row: Record) -> bool:
        """Whether a row is not as it was applied."""
        return self._applied.get(row["id"]) != row["changed"]

    def _try_to_look(self) -> bool:
        """Look, or log why that is impossible."""
        try:
            self.look()
        except (MnistError, OSError) as error:
            log.warning("The jobs of the cluster are shown as they were last known: %s", error)
            return False
        return True

    def _go_on(self) -> None:
        """Look again and again, while anybody looks at what comes of it."""
        while time.monotonic() - self._asked_at < IDLE_AFTER_S:
            time.sleep(LOOK_EVERY_S if self._try_to_look() else REST_S)


def write_lines(path: Path, lines: bytes) -> None:
    """Begin a log of events with what was told before."""
    with suppress(FileNotFoundError):
        path.unlink()
    path.write_bytes(lines)


def shifted(lines: bytes, seconds: float) -> bytes:
    """Events of a machine whose clock is so many seconds behind, in the time of the database."""
    if abs(seconds) < 1:
        return lines
    found = []
    for line in lines.splitlines():
        with suppress(ValueError, KeyError, TypeError):
            event = json.loads(line)
            found.append(json.dumps(event | {"time": event["time"] + seconds}).encode() + b"\n")
    return b"".join(found)


def _size(path: Path) -> int:
    """How many bytes a file has; 0 while it is not there."""
    try:
        return os.stat(path).st_size  # noqa: PTH116  as the ledger does
    except OSError:
        return 0
