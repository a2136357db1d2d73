"""Requests that do not come in are ended, in front of a server of their own."""

import asyncio
import contextlib
import importlib
import socket
import threading
import time

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from mnist_core.errors import ConfigError
from mnist_ui.server import heads, patience
from mnist_ui.server.patience import VARIABLE, TimelyBodies
from tests.server.asking import asked, run, scope_of

PATIENCE_S = 1
# Others use the machine, too.
LATE_S = PATIENCE_S + 4


async def _length(request):
    return PlainTextResponse(str(len(await request.body())))


async def _deaf(_request):
    return PlainTextResponse("not listening")


async def _slow(_request):
    await asyncio.sleep(2.5 * PATIENCE_S)
    return PlainTextResponse("done")


ROUTES = [
    Route("/length", _length, methods=["POST"]),
    Route("/deaf", _deaf, methods=["POST"]),
    Route("/slow", _slow, methods=["GET"]),
]


@pytest.fixture(scope="module")
def port():
    """A port that is served with little patience."""
    heads.end_late_heads()
    app = Starlette(routes=ROUTES, middleware=[Middleware(TimelyBodies)])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(PATIENCE_S))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            thread.join(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
        server.should_exit = True
        thread.join()


@pytest.fixture
def line(port):
    with socket.create_connection(("127.0.0.1", port), timeout=LATE_S) as line:
        yield line


def seconds_until_the_end(line, trickle=b""):
    """How long the server keeps a connection on which a byte comes now and then."""
    begun = time.monotonic()
    line.settimeout(0.2)
    while time.monotonic() - begun < LATE_S:
        with contextlib.suppress(TimeoutError):
            try:
                if not line.recv(4096):
                    break
            except ConnectionError:
                break
        with contextlib.suppress(OSError):
            line.send(trickle)
    return time.monotonic() - begun


def received(line):
    text = b""
    while part := line.recv(4096):
        text += part
    return text


@pytest.mark.parametrize(("sent", "trickle"), [(b"", b""), (b"GET / HT", b""), (b"GET / HTTP/1.1\r\nX: ", b"y")])
def test_a_head_that_does_not_end_is_ended(line, sent, trickle):
    line.sendall(sent)
    assert PATIENCE_S * 0.9 < seconds_until_the_end(line, trickle) < LATE_S


def test_the_head_of_a_second_request_is_not_awaited_longer(line):
    line.sendall(b"POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
    assert line.recv(4096).startswith(b"HTTP/1.1 200")
    line.sendall(b"GET /sl")
    assert PATIENCE_S * 0.9 < seconds_until_the_end(line, b"o") < LATE_S


@pytest.mark.parametrize("length", ["Content-Length: 100000", "Transfer-Encoding: chunked"])
def test_a_body_that_does_not_come_is_ended_with_a_sentence(line, length):
    begun = time.monotonic()
    line.sendall(f"POST /length HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n".encode())
    answer = received(line)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"did not come in" in answer
    assert PATIENCE_S * 0.9 < time.monotonic() - begun < LATE_S


def test_a_body_that_trickles_is_ended(line):
    line.sendall(b"POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
    assert PATIENCE_S * 0.9 < seconds_until_the_end(line, b"x") < LATE_S


def test_the_rest_of_a_body_that_nobody_wants_is_not_awaited(line):
    line.sendall(b"POST /deaf HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nx")
    assert line.recv(4096).startswith(b"HTTP/1.1 200")
    assert seconds_until_the_end(line, b"x") < LATE_S


def test_a_body_that_comes_slowly_but_surely_is_whole(line):
    line.sendall(b"POST /length HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 60000\r\n\r\n")
    for _ in range(6):
        line.sendall(b"x" * 10_000)
        time.sleep(0.4 * PATIENCE_S)
    assert received(line).endswith(b"60000")


def test_an_answer_may_take_longer_than_a_request(line):
    line.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert received(line).endswith(b"done")


def test_what_is_awaited_after_the_body_has_no_end(monkeypatch):
    monkeypatch.setattr(patience, "patience_s", lambda: 0.05)
    waited = []

    async def app(scope, receive, send):
        assert (await receive())["more_body"] is False
        try:
            await asyncio.wait_for(receive(), 0.3)  # whether the client has gone
        except TimeoutError:
            waited.append("to the end")

    run(asked(TimelyBodies(app), scope_of()))
    assert waited == ["to the end"]


def test_a_wrong_patience_is_said(monkeypatch):
    monkeypatch.setenv(VARIABLE, "long")
    with pytest.raises(ConfigError, match=VARIABLE):
        patience.patience_s()


def test_one_of_uvicorns_protocols_is_here_and_is_what_was_mended():
    found = []
    for module, name in heads.PROTOCOLS:
        with contextlib.suppress(ImportError):
            found.append(getattr(importlib.import_module(module), name))
    automatic = importlib.import_module("uvicorn.protocols.http.auto").AutoHTTPProtocol
    heads.end_late_heads()
    once = automatic.data_received
    heads.end_late_heads()
    assert automatic in found
    assert automatic.data_received is once
    assert all(hasattr(protocol, "connection_made") and hasattr(protocol, "connection_lost") for protocol in found)
