"""A database that is a file: its connections, whether it is whole, and its log."""

import contextlib
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection, Engine

from mnist_core.collection import troubles

# How often, and for how long, a log is tried that somebody else reads; who reads or writes next goes on trying.
SCRUB_EVERY_S = 1.0
SCRUB_FOR_S = 600.0
# How long one try waits for readers that are nearly done.
_SCRUB_PATIENCE_S = 0.1


def sqlite(url: URL) -> Engine:
    """Connections to a file, which many threads and processes may use at once."""
    engine = sa.create_engine(
        url, pool_size=8, max_overflow=32, pool_timeout=troubles.BUSY_TIMEOUT_S, hide_parameters=True
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def check_file(connection: Connection) -> None:
    """Refuse a damaged file before anything is written, then have it write ahead into a log.

    Raises
    ------
    CollectionError
        If it is damaged.
    """
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


class Log:
    """SQLite's log of a file, in which what was deleted stays until it is emptied; nobody may read it then.

    Parameters
    ----------
    database
        The database's file.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._is_closed = threading.Event()
        self._is_pending = False
        self._trying: threading.Thread | None = None

    def scrub(self) -> None:
        """Empty the log now or, where somebody reads an older state of the database, soon after they let go."""
        with self._lock:
            self._is_pending = not self._emptied()
        self.go_on()

    def go_on(self) -> None:
        """Go on trying what did not work before."""
        if not self._is_pending:
            return
        with self._lock:
            if self._trying is None or not self._trying.is_alive():
                self._trying = threading.Thread(target=self._try, name="collection-log", daemon=True)
                self._trying.start()

    def close(self) -> None:
        """Try no more. Whoever opens the database next does."""
        self._is_closed.set()

    def _try(self) -> None:
        """Try for a while."""
        end = time.monotonic() + SCRUB_FOR_S
        while time.monotonic() < end and not self._is_closed.wait(SCRUB_EVERY_S):
            with self._lock:
                self._is_pending = self._is_pending and not self._emptied()
                if not self._is_pending:
                    return

    def _emptied(self) -> bool:
        """Whether all of the log is in the database now, and the log empty."""
        if not self._database.exists():  # to connect would make it
            return True
        with contextlib.suppress(sqlite3.Error):
            connection = sqlite3.connect(self._database, timeout=_SCRUB_PATIENCE_S, isolation_level=None)
            with contextlib.closing(connection):
                is_busy, *_pages = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                return not is_busy
        return False


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    """Settings of each connection to SQLite."""
    connection.isolation_level = None  # Python's own idea of where transactions begin is off: see _begin
    connection.text_factory = _text
    for setting in (
        f"busy_timeout = {round(troubles.BUSY_TIMEOUT_S * 1000)}",
        "foreign_keys = ON",
        "secure_delete = ON",  # what is deleted is overwritten with zeros
        "synchronous = FULL",  # what is committed is on the disk, whatever happens next
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {setting}")


def _text(value: bytes) -> str:
    """A text; what is damaged in it cannot be shown, but does not hide the rows that are read with it."""
    return value.decode(errors="surrogateescape")


def _begin(connection: Connection) -> None:
    """Begin a transaction; one that writes says so at once, or two that both read first would stop each other."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
