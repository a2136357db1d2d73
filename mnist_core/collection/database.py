"""The database: found, brought to the newest version, read and written in transactions."""

import contextlib
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock
from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection, Engine, make_url

from mnist_core import paths
from mnist_core.collection import troubles
from mnist_core.collection.patience import grant, patience_with
from mnist_core.collection.records import forget_images
from mnist_core.collection.reserve import Reserve
from mnist_core.collection.sqlite import Log, check_file, sqlite
from mnist_core.collection.tables import VERSION
from mnist_core.collection.troubles import explained
from mnist_core.errors import CollectionError
from mnist_core.extras import POSTGRESQL, check_installed
from mnist_core.language import gettext as _

URL_VARIABLE = "MNIST_STUDIO_DATABASE_URL"

MIGRATION_TIMEOUT_S = 60.0

# Holds back whoever opens the same PostgreSQL database while it is brought to the newest version; any number will do.
_ADVISORY_LOCK = 0x4D4E495354
# What a database begins with, and no path, host or password does.
_SCHEME = re.compile(r"[a-z][a-z+]{0,19}://")
_MIGRATIONS = Path(__file__).with_name("migrations")


class Database:
    """An open database. Any number of threads may use it; so may any number of processes, each with its own."""

    def __init__(self, url: URL) -> None:
        self._turn = threading.Lock()
        self._file = Path(str(url.database)) if url.get_backend_name() == "sqlite" else None
        self._log = Log(self._file) if self._file else None
        self._reserve = Reserve(self._file) if self._file else None
        self._patience = None if self._file else patience_with(url.render_as_string(hide_password=False))
        with explained():
            self._engine = sqlite(url) if self._file else server_connections(url)
            try:
                self._open()
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Close its connections."""
        if self._log:
            self._log.close()
        self._engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the database as it is now.

        Raises
        ------
        CollectionError
            If it cannot be read.
        """
        with explained(), self._waiting(), self._engine.connect() as connection:
            yield connection
        if self._log:
            self._log.go_on()

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a transaction: what is done in the block is done as a whole, or not at all.

        Raises
        ------
        CollectionError
            If it cannot be written.
        """
        with explained(), self._in_turn(), self._transaction() as connection:
            yield connection
        if self._log and self._reserve:
            self._log.go_on()
            self._reserve.grow()

    @contextlib.contextmanager
    def erasing(self) -> Iterator[Connection]:
        """As `writing`; what is deleted in the block is then in no memory any more, and in no log of the database.

        Where another process reads an older state of an SQLite file at that moment, it leaves the log once it lets go.

        Raises
        ------
        CollectionError
            If it cannot be written.
        """
        with explained(troubles.no_room_to_delete), self._in_turn(), self._with_room():
            with self._transaction() as connection:
                yield connection
            forget_images()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """A connection in a transaction that writes."""
        with self._waiting(), self._writer() as connection, connection.begin():
            yield connection

    def _writer(self) -> Connection:
        """A connection whose transactions write."""
        return self._engine.connect().execution_options(writes=True)

    def _waiting(self) -> contextlib.AbstractContextManager[None]:
        """What waits for a server, not for ever; a file says by itself what it cannot."""
        return self._patience.waiting(self._ask) if self._patience else contextlib.nullcontext()

    def _ask(self) -> None:
        """Ask the server anything."""
        with self._engine.connect():
            pass

    @contextlib.contextmanager
    def _with_room(self) -> Iterator[None]:
        """Give up the room that is kept for deleting; at the end empty the log, and take the room back."""
        if self._reserve:
            self._reserve.release()
        try:
            yield
        finally:
            if self._log and self._reserve:
                self._log.scrub()
                self._reserve.restore()

    @contextlib.contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Wait for this process's other writers: SQLite has one at a time, and would make each of them ask again."""
        if not self._file:
            yield
            return
        if not self._turn.acquire(timeout=troubles.BUSY_TIMEOUT_S):
            raise troubles.locked(troubles.BUSY_TIMEOUT_S)
        try:
            yield
        finally:
            self._turn.release()

    def _open(self) -> None:
        """Make the tables or change older ones, and leave nothing that was deleted in the log of who was here last."""
        if not self._file or not self._log or not self._reserve:
            self._bring_up_to_date()
            return
        try:
            self._bring_up_to_date()
        except exc.OperationalError as error:  # even to open a file takes some room
            if not troubles.is_full(error) or not self._reserve.release():
                raise
            self._bring_up_to_date()
            self._reserve.restore()
        self._log.scrub()
        self._reserve.grow()

    def _bring_up_to_date(self) -> None:
        """Make the tables, or change those of an older version, while nobody else does."""
        with self._alone(), self._waiting(), self._writer() as connection:
            if self._file:
                check_file(connection)
            with connection.begin():
                if not self._file:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
                if version_of(connection) < VERSION:
                    grant(MIGRATION_TIMEOUT_S)
                migrate(connection)

    def _alone(self) -> contextlib.AbstractContextManager[object]:
        """Keep other processes from opening the same file until this one has."""
        if not self._file:
            return contextlib.nullcontext()
        self._file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self._file.with_name(f"{self._file.name}.lock"), timeout=MIGRATION_TIMEOUT_S)


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
    """The error of a variable that names no database; a password, host or path in it is not repeated."""
    text = _(
        "{variable} must be like postgresql://user:password@host/name or sqlite:////folder/file. "
        "Received: {received}. Correct the variable or unset it."
    )
    scheme = _SCHEME.match(named)
    received = f"{scheme[0]}…" if scheme else _("something else")
    return CollectionError(text, variable=URL_VARIABLE, received=received)


def server_connections(url: URL) -> Engine:
    """Connections to a PostgreSQL server, whose driver nobody else needs to load."""
    check_installed(POSTGRESQL)
    from mnist_core.collection.postgresql import postgresql

    return postgresql(url)
