"""What a command prints: into a pipe that was closed, onto a full disk, or where not every character can be written.

Python 3.7 and later can read this file.
"""

import os
import sys
from collections.abc import Callable

CLOSED_PIPE = 141
"""The exit status of what wrote into a pipe that nobody reads any more, as a shell gives it."""


def printing(run: "Callable[[], int]") -> int:
    """Run something that prints. Whoever ended reading, as `head` does, has had enough, and that is no error.

    A character that cannot be written where the output goes is written as its number.

    Returns
    -------
    The exit status: what `run` gives, 141 where a pipe was closed, 1 where nothing can be written.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # there may be no stream, and some are no files
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            return run()
        finally:
            _flush()
    except BrokenPipeError:
        _write_nowhere()
        return CLOSED_PIPE
    except OSError as error:
        if _can_flush():
            raise
        _write_nowhere()
        print(f"error: The output cannot be written: {error.strerror}. Send it elsewhere.", file=sys.stderr)
        return 1


def _flush() -> None:
    """Write what was printed and waits."""
    if sys.stdout is not None:
        sys.stdout.flush()


def _can_flush() -> bool:
    """Whether nothing waits that cannot be written."""
    try:
        _flush()
    except OSError:
        return False
    return True


def _write_nowhere() -> None:
    """Have Python not try again, at its end, to write what waits."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
