"""An app that was installed somewhere, started by its command and asked until it answers."""

import contextlib
import http.client
import json
import os
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence

import psutil

from mnist_core import paths
from mnist_core.errors import MnistError
from tests.browser.driver import free_port

SEVEN = [[130, 100], [270, 100], [180, 310]]
# A fresh environment has to be fetched first.
WAIT_S = 900.0
END_S = 30.0


class InstallationError(MnistError):
    """An installation that failed, or an app that did not answer."""


@contextlib.contextmanager
def answering(command: Sequence[str], variables: Mapping[str, str] | None = None) -> Iterator[float]:
    """Start the app in a data home of its own, give the seconds until it had read a drawing, and end it.

    Parameters
    ----------
    command
        What starts it, without its port.
    variables
        Its environment, beside the data home; by default this process's.

    Raises
    ------
    InstallationError
        If it ends, or does not answer in time.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as log:
        environment = dict(os.environ if variables is None else variables) | {paths.HOME_VARIABLE: home}
        begun = time.monotonic()
        process = subprocess.Popen(
            [*command, "--no-browser", "--port", str(port)], cwd=home, env=environment, stdout=log, stderr=log
        )
        try:
            while not _reads(url):
                if process.poll() is not None or time.monotonic() - begun > WAIT_S:
                    log.seek(0)
                    raise InstallationError(f"{command[0]} did not answer: {log.read().decode()[-600:]}")
                time.sleep(0.05)
            yield time.monotonic() - begun
        finally:
            _end(process)


def _reads(url: str) -> bool:
    """Whether a drawing is read there, and rightly."""
    body = json.dumps({"strokes": [{"width": 20, "points": SEVEN}]}).encode()
    request = urllib.request.Request(f"{url}/api/read", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return [each["digit"] for each in json.load(response)["digits"]] == [7]
    except (OSError, urllib.error.URLError, http.client.HTTPException):
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        below = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        _gone, left = psutil.wait_procs(below, END_S)
        for each in left:
            each.kill()
    process.wait(timeout=END_S)
