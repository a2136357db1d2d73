"""Connections on which no request comes in: uvicorn would keep them until the client goes, and has no option for it.

uvicorn ends a connection that is silent after an answer, but not one on which nothing was ever asked, whose request's
head never ends, or on which the rest of a body that nobody wants trickles in.
"""

import asyncio
import contextlib
import importlib
from collections.abc import Callable
from typing import Any

from mnist_ui.server.patience import patience_s

# uvicorn speaks HTTP by whichever of these is installed.
PROTOCOLS = (
    ("uvicorn.protocols.http.h11_impl", "H11Protocol"),
    ("uvicorn.protocols.http.httptools_impl", "HttpToolsProtocol"),
)

_TIMER = "_mnist_studio_waiting"


def end_late_heads() -> None:
    """Have uvicorn end connections on which no whole head of a request comes in; done once for a process."""
    for module, name in PROTOCOLS:
        with contextlib.suppress(ImportError):
            _mend(getattr(importlib.import_module(module), name))


def _mend(protocol: Any) -> None:
    """Have the connections of a protocol look at the clock."""
    if hasattr(protocol, _TIMER):
        return
    setattr(protocol, _TIMER, None)
    protocol.connection_made = _then_look(protocol.connection_made)
    protocol.data_received = _then_look(protocol.data_received)
    protocol.connection_lost = _then_look(protocol.connection_lost)


def _then_look(method: Callable[..., None]) -> Callable[..., None]:
    """A method of a connection after which it is seen whether a request is awaited."""

    def looked(self: Any, *arguments: Any) -> None:
        method(self, *arguments)
        timer: asyncio.TimerHandle | None = getattr(self, _TIMER)
        if timer and not _is_waiting(self):
            timer.cancel()
            setattr(self, _TIMER, None)
        elif not timer and _is_waiting(self):
            setattr(self, _TIMER, self.loop.call_later(patience_s(), _end, self))

    return looked


def _end(connection: Any) -> None:
    """End a connection on which no head has come in."""
    setattr(connection, _TIMER, None)
    if _is_waiting(connection):
        connection.transport.abort()


def _is_waiting(connection: Any) -> bool:
    """Whether a connection is open, still HTTP, and has no request to answer."""
    transport = connection.transport
    if transport.is_closing() or transport.get_protocol() is not connection:
        return False
    return connection.cycle is None or connection.cycle.response_complete
