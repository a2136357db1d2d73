"""Deleted drawings while another process reads: they are in no file of the collection soon after it lets go."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnist_core.collection import open_collection, sqlite
from mnist_core.collection.database import URL_VARIABLE
from mnist_core.collection.opening import close_collections
from mnist_core.collection.packing import packed
from mnist_core.owners import new_token
from tests.visitors import SEVEN, reading

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ANNA = new_token()
NEEDLE = packed(SEVEN.strokes)[8:]
# What the README promises.
GONE_WITHIN_S = 5.0


@pytest.fixture
def file(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of a collection with a drawing."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    open_collection().drawings.add(SEVEN, reading(7), "default", ANNA)
    yield fresh_home / "collection.sqlite3"
    close_collections()


@contextlib.contextmanager
def other_reader(file: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process, which reads."""
    command = [sys.executable, "-m", "tests.faults.reader", str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "1\n"
            yield process
        finally:
            process.kill()


def let_go(process: "subprocess.Popen[str]") -> None:
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "let go\n"


def is_there(file: Path) -> bool:
    """Whether the drawing is in any file, read by a process of its own: to close a file lets go of SQLite's locks."""
    script = (
        "import pathlib, sys; needle = bytes.fromhex(sys.argv[2]);"
        "sys.exit(any(needle in each.read_bytes() for each in pathlib.Path(sys.argv[1]).iterdir()))"
    )
    return bool(subprocess.run([sys.executable, "-c", script, str(file.parent), NEEDLE.hex()]).returncode)


def seconds_until_gone(file: Path) -> float:
    began = time.monotonic()
    while is_there(file):
        assert time.monotonic() - began < 3 * GONE_WITHIN_S
        time.sleep(0.1)
    return time.monotonic() - began


def test_a_drawing_that_was_deleted_while_another_process_read_is_gone_soon_after_that_let_go(file: Path):
    with other_reader(file) as reader:
        began = time.monotonic()
        assert open_collection().delete_all(ANNA) == 1
        told = time.monotonic() - began
        time.sleep(2)
        assert is_there(file)  # nothing can take it out of the log of who still reads it
        let_go(reader)
        gone = seconds_until_gone(file)
    print(f"deleted in {told:.2f} s, gone {gone:.2f} s after the other let go")
    assert told < 1
    assert gone < GONE_WITHIN_S


def test_what_the_retries_did_not_reach_the_next_look_does(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sqlite, "SCRUB_FOR_S", 0.0)
    with other_reader(file) as reader:
        open_collection().delete_all(ANNA)
        let_go(reader)
        time.sleep(2)
        assert is_there(file)
        monkeypatch.setattr(sqlite, "SCRUB_FOR_S", 60.0)
        assert open_collection().drawings.count() == 0
        assert seconds_until_gone(file) < GONE_WITHIN_S


def test_what_a_killed_server_left_in_the_log_the_next_start_takes_out(file: Path):
    close_collections()
    script = (
        "import os; from mnist_core.collection import open_collection;"
        f"open_collection().delete_all({ANNA!r}); print('deleted', flush=True); os.kill(os.getpid(), 9)"
    )
    with other_reader(file) as reader:
        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
        assert done.stdout == "deleted\n"
        let_go(reader)
        time.sleep(2)
        assert is_there(file)
        assert open_collection().drawings.count() == 0
        assert seconds_until_gone(file) < GONE_WITHIN_S
