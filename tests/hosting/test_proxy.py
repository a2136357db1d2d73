"""Behind the proxy: what Caddy passes on, by our own Caddyfile."""

import contextlib
import http.client
import os
import re
import shutil
import subprocess
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.visitors import draw_at_once
from tests.browser.driver import free_port, serving
from tests.hosting.files import ROOT, text_of

WAIT_S = 20


def test_caddy_passes_the_host_on_as_it_came_and_speaks_for_nobody_else():
    told = [line.strip() for line in text_of("hosting/Caddyfile").splitlines() if not line.strip().startswith("#")]
    assert "reverse_proxy {$UPSTREAM:app:8501}" in told
    assert not any(line.startswith(("header_up", "trusted_proxies")) for line in told)


def test_an_upload_that_the_app_takes_gets_through():
    [limit] = re.findall(r"max_size (\d+)MB", text_of("hosting/Caddyfile"))
    assert int(limit) == tomllib.loads(text_of(".streamlit/config.toml"))["server"]["maxUploadSize"] + 1


@contextlib.contextmanager
def caddy(upstream: str, folder: Path) -> Iterator[int]:
    """Caddy with our file on a port of this machine, without TLS."""
    port = free_port()
    where = {
        "DOMAIN": f"http://127.0.0.1:{port}",
        "UPSTREAM": upstream,
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
    }
    config = folder / "Caddyfile"
    # On this machine alone, and without Caddy's door for changes of settings, which another Caddy may have.
    config.write_text("{\n\tadmin off\n\tdefault_bind 127.0.0.1\n}\n" + (ROOT / "hosting/Caddyfile").read_text())
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(config)]
    process = subprocess.Popen(command, env=os.environ | where, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + WAIT_S
        while status(port, "/_stcore/health") != 200:
            assert time.monotonic() < end
            assert process.poll() is None
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=WAIT_S)


def status(port: int, path: str, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("caddy"), reason="needs Caddy (Debian: apt-get install caddy)")
def test_visitors_draw_through_caddy_which_is_believed(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("MNIST_STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MNIST_STUDIO_PROXIES", "127.0.0.1")
    monkeypatch.setenv("MNIST_STUDIO_HOSTS", "digits.example.org")
    with serving() as (url, _pid), caddy(url.removeprefix("http://"), tmp_path) as port:
        measured = draw_at_once(f"http://127.0.0.1:{port}", 2, 6)
        assert measured.answers
        assert (measured.errors, measured.wrong) == ([], [])
        # The app is asked by the name that the visitor asked Caddy for.
        straight = url.removeprefix("http://").rpartition(":")[2]
        assert status(int(straight), "/", Host="elsewhere.example.org") == 421
        assert status(int(straight), "/", Host="digits.example.org") == 200
    assert "speaks for others" not in capfd.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("caddy"), reason="needs Caddy (Debian: apt-get install caddy)")
def test_a_proxy_that_is_not_named_is_noted(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("MNIST_STUDIO_HOME", str(tmp_path / "home"))
    with serving() as (url, _pid), caddy(url.removeprefix("http://"), tmp_path) as port:
        draw_at_once(f"http://127.0.0.1:{port}", 1, 4)
    assert "127.0.0.1 speaks for others and is not named in MNIST_STUDIO_PROXIES" in capfd.readouterr().err
