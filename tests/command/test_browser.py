"""The browser is opened once the app answers, and at an address that a browser can reach."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from mnist_ui.command import browser
from mnist_ui.command.browser import open_when_ready
from mnist_ui.command.place import Place


class Health(BaseHTTPRequestHandler):
    """A server that is healthy from its third answer on."""

    asked: ClassVar[list[str]] = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(200 if len(self.asked) > 2 else 503)
        self.end_headers()

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(Health, "asked", [])
    with HTTPServer(("127.0.0.1", 0), Health) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_it_is_opened_once_the_server_is_healthy(server, address):
    opened = []
    open_when_ready(Place(address, server.server_port), opened.append).join(timeout=20)
    host = "localhost" if address == "0.0.0.0" else address
    assert opened == [f"http://{host}:{server.server_port}"]
    assert Health.asked == ["/_stcore/health"] * 3


def test_of_a_server_that_never_answers_nothing_is_opened(monkeypatch):
    monkeypatch.setattr(browser, "START_TIMEOUT_S", 0.3)
    opened = []
    open_when_ready(Place("127.0.0.1", 9), opened.append).join(timeout=20)
    assert opened == []
