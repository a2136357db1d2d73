"""Connections to a PostgreSQL server that never wait without end, whatever the server or the network does."""

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from mnist_core.collection import troubles
from mnist_core.collection.patience import ANSWER_TIMEOUT_S, Waits, waits

CONNECT_TIMEOUT_S = 5
# What an abandoned statement or transaction may take on the server; who asked has long been told by then.
STATEMENT_TIMEOUT_S = 60.0
POOL_TIMEOUT_S = 2.0

# Asked so often whether it is still worth waiting. What comes more quickly is no silence, but the network's pace.
_PACE_S = 0.1
_KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}

YieldT = TypeVar("YieldT")
SendT = TypeVar("SendT")
ReturnT = TypeVar("ReturnT")


class _SilentError(troubles.SilentServerError, psycopg.OperationalError):
    """The same, as an error of psycopg, which SQLAlchemy takes for one of the database."""


class PatientConnection(psycopg.Connection[Any]):
    """A connection that waits for a silent server only as long as its thread's `patience.waits` allow.

    psycopg can bound a wait, but not what SQLAlchemy has it wait for, and not several waits together.
    """

    @classmethod
    def _connect_gen(cls, conninfo: str = "") -> Any:
        """What connects, as psycopg asks for it."""
        return _impatient(super()._connect_gen(conninfo), _own_waits())

    def wait(self, gen: Any, interval: float = _PACE_S, timeout: float | None = None) -> Any:
        """Wait for what a generator of psycopg gives.

        Raises
        ------
        SilentServerError
            If the server is silent for too long.
        """
        try:
            return super().wait(_impatient(gen, _own_waits()), interval, timeout)
        except _SilentError:  # nobody waits for this connection again
            self.pgconn.finish()
            raise


def postgresql(url: URL) -> Engine:
    """Connections to a server, tried before they are used since the server may have been started anew."""
    settings = {
        "lock_timeout": troubles.LOCK_TIMEOUT_S,
        "statement_timeout": STATEMENT_TIMEOUT_S,
        "idle_in_transaction_session_timeout": STATEMENT_TIMEOUT_S,
    }
    engine = sa.create_engine(
        url,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=10,
        pool_timeout=POOL_TIMEOUT_S,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": " ".join(f"-c {name}={round(seconds * 1000)}" for name, seconds in settings.items()),
            **_KEEPALIVES,
        },
    )
    sa.event.listen(engine, "do_connect", _connect)
    return engine


def _connect(_dialect: object, _record: object, arguments: tuple[Any, ...], named: dict[str, Any]) -> PatientConnection:
    """A connection of ours in place of psycopg's own."""
    return PatientConnection.connect(*arguments, **named)


def _own_waits() -> Waits:
    """The waits of this thread's reading or writing; outside of any, as of one."""
    return waits() or Waits(ANSWER_TIMEOUT_S)


def _impatient(gen: Generator[YieldT, SendT, ReturnT], own: Waits) -> Generator[YieldT, SendT, ReturnT]:
    """A generator of psycopg that gives up when nothing comes for too long; what it is sent is falsy for nothing."""
    try:
        wanted = next(gen)
        while True:
            began = time.monotonic()
            ready = yield wanted
            if not ready:
                own.left_s -= time.monotonic() - began
                if own.are_over:
                    raise _SilentError("the server does not answer")
            wanted = gen.send(ready)
    except StopIteration as end:
        value: ReturnT = end.value
        return value
