"""The jobs of a cluster as its database has them. All times are those of the database: machines' clocks may differ."""

from dataclasses import dataclass
from typing import Any

from mnist_core.jobs.cluster.database import Connection
from mnist_core.jobs.job import Job, to_json

NOW = "extract(epoch FROM clock_timestamp())"
ACTIVE = "state IN ('queued', 'running', 'stopping')"


@dataclass(frozen=True)
class Record:
    """A row of the table of jobs; its columns are what `Job` has, and what only the cluster needs.

    Attributes
    ----------
    values
        All columns.
    """

    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        """A column."""
        return self.values[name]

    @property
    def is_active(self) -> bool:
        """Whether there is still something to come."""
        return self["state"] in ("queued", "running", "stopping")

    def job(self, root: Any) -> Job:
        """The job, in its folder below that of all jobs."""
        names = ("kind", "title", "settings", "created", "owner", "state", "queued", "started", "ended", "error")
        return Job(root / self["id"], **{name: self[name] for name in (*names, "result", "deaths")})


def insert(connection: Connection, job: Job) -> None:
    """Add a job that waits."""
    connection.execute(
        "INSERT INTO mnist_studio_jobs (id, kind, title, settings, created, owner, state, queued) "
        f"VALUES (%s, %s, %s, %s::jsonb, %s, %s, 'queued', {NOW})",
        [job.id, job.kind, job.title, to_json(job.settings), job.created, job.owner],
    )


def since(connection: Connection, changed: Any) -> list[Record]:
    """The rows that changed after a moment or are active, those first that ended first; None for all."""
    text = f"""
        SELECT * FROM mnist_studio_jobs
        WHERE %(changed)s::timestamptz IS NULL OR {ACTIVE} OR changed > %(changed)s::timestamptz - interval '60 s'
        ORDER BY ended NULLS LAST, id
    """
    return [Record(row) for row in connection.execute(text, {"changed": changed}).fetchall()]


def one(connection: Connection, job_id: str) -> Record | None:
    """A row."""
    row = connection.execute("SELECT * FROM mnist_studio_jobs WHERE id = %s", [job_id]).fetchone()
    return Record(row) if row else None


def taken(connection: Connection, job_id: str) -> Record | None:
    """Take a job for a worker, which gets the next turn: whoever had the one before can write nothing any more.

    A worker that had it and did not say how it ended has died. None if the job is not to be done any more.
    """
    row = connection.execute(
        f"""
        UPDATE mnist_studio_jobs SET turn = turn + 1, error = NULL, started = coalesce(started, {NOW}),
            deaths = deaths + CASE WHEN state = 'queued' THEN 0 ELSE 1 END,
            state = CASE WHEN wish = '' THEN 'running' ELSE 'stopping' END, changed = clock_timestamp()
        WHERE id = %s AND {ACTIVE} AND NOT is_removed RETURNING *
        """,
        [job_id],
    ).fetchone()
    return Record(row) if row else None


def change(connection: Connection, job_id: str, turn: int | None = None, **values: Any) -> bool:
    """Write columns of a row; with a turn only if it is still that one. Whether the row was there to be written."""
    fields = ", ".join(f"{name} = %({name})s{_CASTS.get(name, '')}" for name in values)
    text = f"UPDATE mnist_studio_jobs SET {fields}, changed = clock_timestamp() WHERE id = %(id)s"
    kept = {name: to_json(value) if name in _CASTS and value is not None else value for name, value in values.items()}
    fence = f" AND turn = %(turn)s AND {ACTIVE}" if turn is not None else ""
    return connection.execute(text + fence, {**kept, "id": job_id, "turn": turn}).rowcount == 1


_CASTS = {"settings": "::jsonb", "result": "::jsonb"}


def tell(connection: Connection, job_id: str, turn: int, start: int, lines: bytes, **values: Any) -> bool:
    """Add events at a place of a job's log, which is theirs alone; whether this is still the job's turn."""
    with connection.transaction():
        if not change(connection, job_id, turn, told=start + len(lines), **values):
            return False
        if lines:
            text = "INSERT INTO mnist_studio_events (job, start, lines) VALUES (%s, %s, %s)"
            connection.execute(text, [job_id, start, lines])
        return True


def told(connection: Connection, job_id: str, start: int = 0) -> bytes:
    """What a job has told from a place of its log on."""
    text = "SELECT lines FROM mnist_studio_events WHERE job = %s AND start >= %s ORDER BY start"
    return b"".join(bytes(row["lines"]) for row in connection.execute(text, [job_id, start]).fetchall())


def clock(connection: Connection) -> float:
    """What time it is for the database."""
    row = connection.execute(f"SELECT {NOW}::float8 AS it").fetchone()
    assert row is not None
    return float(row["it"])
