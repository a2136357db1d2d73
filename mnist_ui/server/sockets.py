"""What the server's sockets lack."""

import contextlib
import os
import socket
from collections.abc import Iterator

import psutil

# So long may a client take nothing of what it is sent: a phone that comes out of a tunnel goes on.
DEAF_S = 60


def send_at_once() -> None:
    """Have the connections to this process send small messages at once; to be called while it listens already.

    Streamlit makes its listening socket without naming the protocol, so asyncio does not switch off Nagle's algorithm
    on the connections, as it does otherwise: the second part of an answer then waits 40 ms for the browser to
    acknowledge the first. A connection inherits the option from the socket that it came in by.
    """
    for listening in _listening():
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def end_deaf(seconds: int = DEAF_S) -> None:
    """Have connections end whose client takes nothing of an answer for so long; to be called while it listens already.

    uvicorn would wait for ever, with the answer in memory. Only Linux can do it.
    """
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        return
    for listening in _listening():
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * seconds)


def _listening() -> Iterator[socket.socket]:
    """The sockets that this process listens at."""
    for known in psutil.Process().net_connections("tcp"):
        if known.status == psutil.CONN_LISTEN and known.fd >= 0:
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(known.fd)) as listening:
                yield listening
