"""What the server's sockets lack."""

import contextlib
import os
import socket

import psutil


def send_at_once() -> None:
    """Have the connections to this process send small messages at once; to be called while it listens already.

    Streamlit makes its listening socket without naming the protocol, so asyncio does not switch off Nagle's algorithm
    on the connections, as it does otherwise: the second part of an answer then waits 40 ms for the browser to
    acknowledge the first. A connection inherits the option from the socket that it came in by.
    """
    for known in psutil.Process().net_connections("tcp"):
        if known.status == psutil.CONN_LISTEN and known.fd >= 0:
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(known.fd)) as listening:
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
