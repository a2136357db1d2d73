"""A look at the collection's database that changes nothing: no table is made, and none of an older version changed."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from mnist_core.collection import troubles
from mnist_core.collection.database import database_url, server_connections, version_of
from mnist_core.collection.patience import patience_with
from mnist_core.collection.troubles import explained

WHOLE_WITHIN_S = 2.0
"""A file that takes longer to be looked through is left at that."""

# So many steps of SQLite's machine between two looks at the clock.
_STEPS = 10_000
_INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Examined:
    """What was found of the database.

    Attributes
    ----------
    place
        The file, or what the server's database is called.
    server
        What the server calls itself; empty for a file.
    version
        Of its tables; 0 where there are none yet, None where there is no file yet.
    is_whole
        Whether all of a file was looked through; a server keeps its own whole.
    """

    place: str
    server: str = ""
    version: int | None = None
    is_whole: bool = True


def examine() -> Examined:
    """Look at the database, and wait for a server as long as the app does.

    Raises
    ------
    CollectionError
        If it cannot be reached or read, is damaged, or is none of a collection.
    ExtraError
        If what reaches a server is not installed.
    """
    url = database_url()
    return _file(Path(str(url.database))) if url.get_backend_name() == "sqlite" else _server(url)


def _server(url: URL) -> Examined:
    """A look at a server."""
    with explained():
        engine = server_connections(url)
        try:
            with patience_with(url.render_as_string(hide_password=False)).waiting(lambda: None), engine.connect() as it:
                version = str(it.execute(sa.text("SHOW server_version")).scalar())
                return Examined(str(url.database), f"PostgreSQL {version}", version_of(it))
        finally:
            engine.dispose()


def _file(path: Path) -> Examined:
    """A look at a file."""
    if not path.exists():
        return Examined(str(path))
    with explained(), _reading(path) as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        is_whole = _is_whole(driver)
        return Examined(str(path), version=version_of(connection), is_whole=is_whole)


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[Connection]:
    """A connection that can only read. Where nobody has the file open, it makes no file beside it either."""
    log = path.with_name(f"{path.name}-wal")
    mode = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
    address = f"{path.absolute().as_uri()}?{mode}"
    engine = sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True, timeout=1.0))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _is_whole(driver: sqlite3.Connection) -> bool:
    """Whether all of a file was looked through in time; a CollectionError if it is damaged."""
    until = time.monotonic() + WHOLE_WITHIN_S
    driver.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        answer = driver.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if str(error) == _INTERRUPTED:
            return False
        raise sa.exc.OperationalError("", None, error) from error
    except sqlite3.DatabaseError:
        raise troubles.damaged() from None
    finally:
        driver.set_progress_handler(None, 0)
    if answer != "ok":
        raise troubles.damaged()
    return True
