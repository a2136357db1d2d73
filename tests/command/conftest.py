"""What the tests of the command share."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mnist_ui.command import main
from mnist_ui.command.doctor import examination, settings
from mnist_ui.command.doctor.check import Check
from mnist_ui.command.doctor.examination import TOPICS, examine
from mnist_ui.command.place import Place

REPOSITORY = Path(__file__).parents[2]
RUNNING = "import sys; from mnist_ui.command import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the app's or of Streamlit's, no proxy, and a home and a folder without settings."""
    for name in list(os.environ):
        if name.startswith((settings.PREFIX, "STREAMLIT_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MNIST_STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data home that is there."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs the command here, and gives its exit status and what it wrote as an error."""

    def run(*arguments: str) -> tuple[int, str]:
        try:
            status = main(arguments)
        except SystemExit as end:
            status = int(end.code or 0)
        return status, capsys.readouterr().err

    return run


@pytest.fixture
def look() -> Callable[..., list[Check]]:
    """Has the doctor look at one topic."""

    def at(topic: str, **options: str) -> list[Check]:
        assert topic in TOPICS
        place = {"port": None, "address": None, **options}
        return examine(type("Options", (), place)(), [topic])

    return at


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor waits for nothing for long."""
    monkeypatch.setattr(examination, "SILENCE_S", 0.3)
    monkeypatch.setattr(examination, "SILENCE_AGAIN_S", 0.1)


@contextlib.contextmanager
def listening() -> Iterator[Place]:
    """A port of this machine at which somebody listens, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Place("127.0.0.1", server.getsockname()[1])


def running(*arguments: str, code: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, after some code."""
    return subprocess.run(
        [sys.executable, "-c", f"{code}\n{RUNNING}", *arguments],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)} | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
