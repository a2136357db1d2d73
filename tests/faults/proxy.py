"""A way to a server on loopback that can be made slow, or to swallow what passes."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator


class Proxy:
    """Passes connections on to a port.

    Attributes
    ----------
    port
        Where it listens.
    delay_s
        What each piece of an answer is late.
    swallows
        Whether everything is lost, as on a network whose cable was pulled: nobody is told.
    """

    def __init__(self, target: int) -> None:
        self.delay_s = 0.0
        self.swallows = False
        self._target = target
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End all that passes."""
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                self._open += [client, server]
                for source, target, is_answer in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._pass, args=(source, target, is_answer), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if is_answer:
                    time.sleep(self.delay_s)
                if not self.swallows:
                    target.sendall(data)
            target.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    """A proxy for a while."""
    opened = Proxy(target)
    try:
        yield opened
    finally:
        opened.close()
