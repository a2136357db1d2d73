import contextlib
import socket
import time

import pytest

from mnist_ui.server.sockets import end_deaf, send_at_once


@contextlib.contextmanager
def listening_socket():
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening
        assert listening.getsockname()  # it is still open


def test_a_connection_does_not_wait_before_it_sends():
    with listening_socket() as listening:
        send_at_once()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="needs Linux")
def test_a_connection_ends_whose_client_takes_nothing():
    with listening_socket() as listening:
        end_deaf(seconds=1)
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as connection:
            connection.settimeout(8)
            begun = time.monotonic()
            with pytest.raises(OSError, match="timed out") as caught:
                connection.sendall(bytes(100_000_000))
            assert not isinstance(caught.value, TimeoutError) or caught.value.errno  # the system's, not Python's
            assert time.monotonic() - begun < 7
