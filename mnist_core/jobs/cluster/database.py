"""The database of a cluster: connections that do not wait without end, its tables, and which version of the app it is.

procrastinate's own tables say whose turn it is and which worker has what. Ours say what the jobs are and have told.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from procrastinate.schema import SchemaManager
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from mnist_core.collection.postgresql import PatientConnection
from mnist_core.errors import JobError
from mnist_core.version import __version__

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 3
STATEMENT_TIMEOUT_S = 10
# Whoever holds one of these locks is alone, on all machines: to make the tables, and to begin a job.
_MAKING, BEGINNING = 0x6D6E6901, 0x6D6E6902

TABLES = """
CREATE TABLE IF NOT EXISTS mnist_studio_cluster (version text NOT NULL);
CREATE TABLE IF NOT EXISTS mnist_studio_jobs (
    id text PRIMARY KEY,
    kind text NOT NULL,
    title text NOT NULL,
    settings jsonb NOT NULL,
    created double precision NOT NULL,
    owner text NOT NULL,
    state text NOT NULL,
    queued double precision NOT NULL,
    started double precision,
    ended double precision,
    error text,
    result jsonb,
    deaths integer NOT NULL DEFAULT 0,
    wish text NOT NULL DEFAULT '',
    turn integer NOT NULL DEFAULT 0,
    told bigint NOT NULL DEFAULT 0,
    log text NOT NULL DEFAULT '',
    work text,
    made text,
    task bigint,
    is_removed boolean NOT NULL DEFAULT false,
    changed timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX IF NOT EXISTS mnist_studio_jobs_changed ON mnist_studio_jobs (changed);
CREATE TABLE IF NOT EXISTS mnist_studio_events (
    job text NOT NULL REFERENCES mnist_studio_jobs ON DELETE CASCADE,
    start bigint NOT NULL,
    lines bytea NOT NULL,
    PRIMARY KEY (job, start)
);
"""

Connection = psycopg.Connection[dict[str, Any]]


class OtherVersionError(JobError):
    """The cluster works with another version of the app."""


class Database:
    """The database of one cluster, as this process reaches it. Any number of threads may use it.

    Parameters
    ----------
    url
        Its address.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._is_known = False
        self._pool: ConnectionPool[Any] = ConnectionPool(
            url,
            connection_class=PatientConnection,
            kwargs={"autocommit": True, "row_factory": dict_row, **connect_arguments()},
            min_size=0,
            max_size=8,
            timeout=CONNECT_TIMEOUT_S + 1,
            reconnect_timeout=CONNECT_TIMEOUT_S,
            check=ConnectionPool.check_connection,
            open=True,
        )

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection, each statement of which is written at once unless it is within a `transaction`.

        Raises
        ------
        OtherVersionError
            If the cluster works with another version of the app.
        JobError
            If the database is gone, silent, full or refuses; what was written before is there.
        """
        try:
            with self._pool.connection() as connection:
                if not self._is_known:
                    _make_tables(connection)
                    self._is_known = True
                yield connection
        except PoolTimeout as error:
            raise JobError("The database of the cluster cannot be reached. Nothing is lost; try again.") from error
        except psycopg.Error as error:
            raise JobError(_in_words(error)) from error

    def check_version(self) -> None:
        """See that the cluster still works with this version.

        Raises
        ------
        OtherVersionError, JobError
            As `connection`.
        """
        with self.connection() as connection:
            check_version(connection)

    def close(self) -> None:
        """Let go of all connections."""
        self._pool.close()


def connect_arguments() -> dict[str, Any]:
    """What any connection to the database is opened with: it gives up in time."""
    options = f"-c statement_timeout={STATEMENT_TIMEOUT_S}s -c lock_timeout={STATEMENT_TIMEOUT_S}s"
    return {"connect_timeout": CONNECT_TIMEOUT_S, "options": options, "tcp_user_timeout": 20_000}


def _make_tables(connection: Connection) -> None:
    """Make what is not there yet; one machine at a time."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_MAKING])
        found = connection.execute("SELECT to_regclass('procrastinate_jobs') AS it").fetchone()
        if not (found and found["it"]):
            connection.execute(SchemaManager.get_schema())
        if not _has_tables(connection):
            connection.execute(TABLES)
        check_version(connection)


def _has_tables(connection: Connection) -> bool:
    """Whether our tables are there: a database that can only be read is then still read."""
    found = connection.execute("SELECT to_regclass('mnist_studio_events') AS it").fetchone()
    return bool(found and found["it"])


def check_version(connection: Connection) -> None:
    """Refuse another version; one that finds nobody at work brings the cluster to its own.

    Raises
    ------
    OtherVersionError
        If the cluster works with another one.
    """
    row = connection.execute("SELECT version FROM mnist_studio_cluster").fetchone()
    if row and row["version"] == __version__:
        return
    if row and _is_at_work(connection):
        raise OtherVersionError(
            f"The cluster works with version {row['version']} of the app, and this is version {__version__}. Install "
            "one version on all its machines; another one may begin once no job waits or runs."
        )
    connection.execute("DELETE FROM mnist_studio_cluster")
    connection.execute("INSERT INTO mnist_studio_cluster VALUES (%s)", [__version__])


def _is_at_work(connection: Connection) -> bool:
    """Whether a job waits or runs."""
    text = "SELECT 1 FROM mnist_studio_jobs WHERE state IN ('queued', 'running', 'stopping') AND NOT is_removed LIMIT 1"
    return connection.execute(text).fetchone() is not None


def _in_words(error: psycopg.Error) -> str:
    """What the database says, for people; neither its address nor a password."""
    if isinstance(error, psycopg.errors.DiskFull):
        return "The database of the cluster is full. Nothing was changed; have its keeper free some space."
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        return "The database of the cluster can only be read at the moment. Nothing was changed; try again later."
    if isinstance(error, psycopg.errors.QueryCanceled | psycopg.errors.LockNotAvailable):
        return "The database of the cluster is too slow at the moment. Nothing was changed; try again."
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return "The database of the cluster does not let this app write. Have its keeper grant the right to."
    if isinstance(error, psycopg.OperationalError):
        return "The database of the cluster is gone or does not answer. Nothing is lost; try again."
    return f"The database of the cluster refuses: {type(error).__name__}. Its log has the details."
