"""The database: found, brought to the newest version, read and written in transactions."""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock
from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection, Engine, make_url

from mnist_core import paths
from mnist_core.collection import troubles
from mnist_core.collection.records import forget_images
from mnist_core.collection.tables import VERSION
from mnist_core.collection.troubles import explained
from mnist_core.errors import CollectionError
from mnist_core.language import gettext as _

URL_VARIABLE = "MNIST_STUDIO_DATABASE_URL"

CONNECT_TIMEOUT_S = 5
MIGRATION_TIMEOUT_S = 60.0

# Holds back whoever opens the same PostgreSQL database while it is brought to the newest version; any number will do.
_ADVISORY_LOCK = 0x4D4E495354
_MIGRATIONS = Path(__file__).with_name("migrations")


class Database:
    """An open database. Any number of threads may use it; so may any number of processes, each with its own."""

    def __init__(self, url: URL) -> None:
        self._is_sqlite = url.get_backend_name() == "sqlite"
        self._turn = threading.Lock()
        with explained():
            self._engine = _sqlite(url) if self._is_sqlite else _postgresql(url)
            try:
                self._bring_up_to_date(url)
            except BaseException:
                self._engine.dispose()
                raise

    def close(self) -> None:
        """Close its connections."""
        self._engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the database as it is now.

        Raises
        ------
        CollectionError
            If it cannot be read.
        """
        with explained(), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a transaction: what is done in the block is done as a whole, or not at all.

        Raises
        ------
        CollectionError
            If it cannot be written.
        """
        with explained(), self._in_turn(), self._writer() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def erasing(self) -> Iterator[Connection]:
        """As `writing`; what is deleted in the block is then in no log of the database and in no memory any more.

        Raises
        ------
        CollectionError
            If it cannot be written.
        """
        with self.writing() as connection:
            yield connection
        forget_images()
        self._scrub()

    def _writer(self) -> Connection:
        """A connection whose transactions write."""
        return self._engine.connect().execution_options(writes=True)

    def _scrub(self) -> None:
        """Take what was deleted out of SQLite's log too, as far as nobody is reading it now; else the next one does."""
        if self._is_sqlite:
            with contextlib.suppress(exc.OperationalError), self._engine.connect() as connection:
                driver = connection.connection.driver_connection
                assert driver is not None
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextlib.contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Wait for this process's other writers: SQLite has one at a time, and would make each of them ask again."""
        if not self._is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=troubles.BUSY_TIMEOUT_S):
            raise troubles.locked()
        try:
            yield
        finally:
            self._turn.release()

    def _bring_up_to_date(self, url: URL) -> None:
        """Make the tables, or change those of an older version, while nobody else does."""
        with self._alone(url), self._writer() as connection:
            if self._is_sqlite:
                _check_file(connection)
            with connection.begin():
                if not self._is_sqlite:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
                migrate(connection)

    def _alone(self, url: URL) -> contextlib.AbstractContextManager[object]:
        """Keep other processes from opening the same file until this one has."""
        if not self._is_sqlite:
            return contextlib.nullcontext()
        file = Path(str(url.database))
        file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(file.with_name(f"{file.name}.lock"), timeout=MIGRATION_TIMEOUT_S)


def row_count(connection: Connection, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
    """How many rows of a table fulfil all conditions."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(table).where(*conditions)).scalar_one())


def database_url() -> URL:
    """Where the collection is: `MNIST_STUDIO_DATABASE_URL`, else a file in the data home.

    Raises
    ------
    CollectionError
        If the variable names no SQLite file and no PostgreSQL database.
    """
    named = os.environ.get(URL_VARIABLE)
    if not named:
        return URL.create("sqlite", database=str(paths.collection_file()))
    try:
        url = make_url(named)
    except (exc.ArgumentError, ValueError):
        raise _not_a_url(named) from None  # the error itself would show the password
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return url
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    raise _not_a_url(named)


def migrate(connection: Connection, version: int = VERSION) -> None:
    """Bring a database to a version, within the connection's transaction.

    Raises
    ------
    CollectionError
        If it is of a newer version, or is something else.
    """
    there = version_of(connection)
    if there > version:
        text = _(
            "The collection was written by a newer MNIST Studio: it is of version {there}, and this one knows "
            "versions up to {known}. Use the newer one. The collection was left as it was."
        )
        raise CollectionError(text, there=there, known=version)
    if there == version:
        return
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, str(version))


def version_of(connection: Connection) -> int:
    """A database's version, 0 where there is nothing in it yet.

    Raises
    ------
    CollectionError
        If it is no collection.
    """
    tables = sa.inspect(connection).get_table_names()
    if not tables:
        return 0
    text = ""
    if "alembic_version" in tables:
        text = str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar())
    if not text.isdecimal():
        message = _(
            "The database is no collection of MNIST Studio: it holds the tables {tables}. "
            "Name another one in {variable}. It was left as it was."
        )
        raise CollectionError(message, tables=", ".join(sorted(tables)[:5]), variable=URL_VARIABLE)
    return int(text)


def _not_a_url(named: str) -> CollectionError:
    """The error of a variable that names no database; a password in it is not repeated."""
    text = _(
        "{variable} must be like postgresql://user:password@host/name or sqlite:////folder/file. "
        "Received: something that begins with {start}. Correct the variable or unset it."
    )
    return CollectionError(text, variable=URL_VARIABLE, start=repr(named.split(":")[0][:20]))


def _sqlite(url: URL) -> Engine:
    """Connections to a file, which many threads and processes may use at once."""
    engine = sa.create_engine(
        url, pool_size=8, max_overflow=32, pool_timeout=troubles.BUSY_TIMEOUT_S, hide_parameters=True
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    """Settings of each connection to SQLite."""
    connection.isolation_level = None  # Python's own idea of where transactions begin is off: see _begin
    for setting in (
        f"busy_timeout = {round(troubles.BUSY_TIMEOUT_S * 1000)}",
        "foreign_keys = ON",
        "secure_delete = ON",  # what is deleted is overwritten with zeros
        "synchronous = FULL",  # what is committed is on the disk, whatever happens next
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Connection) -> None:
    """Begin a transaction; one that writes says so at once, or two that both read first would stop each other."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check_file(connection: Connection) -> None:
    """Refuse a damaged file before anything is written, then have it write ahead into a log."""
    driver: Any = connection.connection.driver_connection
    try:
        answer = driver.execute("PRAGMA quick_check(1)").fetchone()[0]
        if answer == "ok":
            driver.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.OperationalError as error:
        raise exc.OperationalError("", None, error) from error
    except sqlite3.DatabaseError:
        raise troubles.damaged() from None
    if answer != "ok":
        raise troubles.damaged()


def _postgresql(url: URL) -> Engine:
    """Connections to a PostgreSQL server, tried before they are used since the server may have been started anew."""
    return sa.create_engine(
        url,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=10,
        pool_timeout=troubles.BUSY_TIMEOUT_S,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": f"-c lock_timeout={round(troubles.BUSY_TIMEOUT_S * 1000)}",
        },
    )
