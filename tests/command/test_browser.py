"""The browser is opened once the app answers, and at an address that a browser can reach."""

import shutil
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from mnist_ui.command import browser
from mnist_ui.command.browser import open_when_ready
from mnist_ui.server.welcome import url_of


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
    open_when_ready(url_of(address, server.server_port), opened.append).join(timeout=20)
    host = "localhost" if address == "0.0.0.0" else address
    assert opened == [f"http://{host}:{server.server_port}"]
    assert Health.asked == ["/_stcore/health"] * 3


def test_no_proxy_is_asked_for_it(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    opened = []
    open_when_ready(url_of("127.0.0.1", server.server_port), opened.append).join(timeout=5)
    assert opened == [f"http://127.0.0.1:{server.server_port}"]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes the certificate")
def test_it_is_opened_where_only_the_browser_can_judge_the_certificate(server, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=somebody"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    opened = []
    url = f"https://127.0.0.1:{server.server_port}/mnist"
    open_when_ready(url, opened.append).join(timeout=20)
    assert opened == [url]
    assert Health.asked == ["/mnist/_stcore/health"] * 3


def test_of_a_server_that_never_answers_nothing_is_opened(monkeypatch):
    monkeypatch.setattr(browser, "START_TIMEOUT_S", 0.3)
    opened = []
    open_when_ready("http://127.0.0.1:9", opened.append).join(timeout=20)
    assert opened == []
