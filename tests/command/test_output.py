"""What is printed into a closed pipe, onto a full disk, or where not every character can be written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mnist_core import output
from mnist_core.output import CLOSED_PIPE, printing
from tests.command.conftest import REPOSITORY, RUNNING

OURS = ["-c", RUNNING]
LIBRARY = ["-m", "mnist_core"]
FULL = Path("/dev/full")


def printed_to(file, *command, **variables):
    """Run Python with its output going to an open file; the exit status, and what it writes as an error."""
    result = subprocess.run(
        [sys.executable, *command],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)} | variables,
        stdout=file,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=120,
    )
    return result.returncode, result.stderr


def printed_to_nobody(*command, **variables):
    """Run Python with its output going into a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return printed_to(writer, *command, **variables)
    finally:
        os.close(writer)


@pytest.mark.skipif(os.name == "nt", reason="pipes are closed in another way there")
@pytest.mark.parametrize("command", [[*OURS, "doctor"], [*OURS, "--help"], [*LIBRARY, "--help"]])
def test_a_pipe_that_was_closed_is_no_error(command):
    assert printed_to_nobody(*command, PYTHONUNBUFFERED="") == (CLOSED_PIPE, "")


@pytest.mark.skipif(os.name == "nt", reason="pipes are closed in another way there")
def test_nor_is_it_one_where_nothing_waits_before_it_is_written():
    assert printed_to_nobody(*OURS, "doctor", PYTHONUNBUFFERED="1") == (CLOSED_PIPE, "")


@pytest.mark.skipif(not FULL.exists(), reason="there is no such device")
def test_a_full_disk_is_named_in_a_sentence():
    with FULL.open("w") as full:
        status, said = printed_to(full, *OURS, "--help", PYTHONUNBUFFERED="")
    assert (status, said) == (1, "error: The output cannot be written: No space left on device. Send it elsewhere.\n")


def test_what_a_terminal_cannot_show_is_written_as_its_number(tmp_path):
    code = "from mnist_core.output import printing; import sys; sys.exit(printing(lambda: print('Ziffern 数字') or 3))"
    with (tmp_path / "out").open("wb") as out:
        assert printed_to(out, "-c", code, PYTHONIOENCODING="cp1252") == (3, "")
    assert (tmp_path / "out").read_bytes().rstrip() == rb"Ziffern \u6570\u5b57"


def test_an_error_that_is_not_of_the_output_stays_one(capsys):
    def run():
        raise PermissionError

    with pytest.raises(PermissionError):
        printing(run)


def test_whoever_closed_the_output_is_told_nothing(monkeypatch):
    monkeypatch.setattr(output.sys, "stdout", None)
    assert printing(lambda: 0) == 0
