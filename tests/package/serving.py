"""The app as a command starts it, and a drawing that is read over HTTP."""

import contextlib
import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

START_TIMEOUT_S = 180
SEVEN = {"strokes": [{"width": 20, "points": [[130, 100], [270, 100], [180, 310]]}]}


@contextlib.contextmanager
def served(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> Iterator[str]:
    """Run a command with a free port and no browser; give the address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--no-browser", "--port", str(port)], cwd=folder, env=dict(variables), stdout=log, stderr=log
        )
    try:
        _wait_for(url, process, folder / "server.log")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def digit_read(url: str) -> int:
    """The digit that a server reads in a drawing of a seven."""
    body = json.dumps(SEVEN).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{url}/api/read", body), timeout=60) as answer:
        return int(json.load(answer)["digits"][0]["digit"])


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}:\n{log.read_text()[-2000:]}")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
            return
        time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer within {START_TIMEOUT_S} s:\n{log.read_text()[-2000:]}")
