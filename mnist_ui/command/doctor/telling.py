"""The checks as lines for people: a sign, what was found, what to do."""

import os
import textwrap
from collections import Counter
from collections.abc import Sequence
from typing import TextIO

from mnist_ui.command.doctor.check import Check, State

WIDTH = 80
_COLOURS = {State.OK: "32", State.NOTE: "33", State.TROUBLE: "1;31"}
_SIGN = max(map(len, State)) + 2


def told(checks: Sequence[Check], to: TextIO) -> str:
    """All checks, and how many are of which kind.

    Parameters
    ----------
    to
        Where they are written: only a terminal has colours, and none has where `NO_COLOR` is set.
    """
    is_coloured = to.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = max((len(check.name) for check in checks), default=0) + 2
    lines = [_lines(check, width, is_coloured) for check in checks]
    encoding = to.encoding or "ascii"
    return "\n".join([*lines, "", _sum(checks)]).encode(encoding, "backslashreplace").decode(encoding)


def _lines(check: Check, width: int, is_coloured: bool) -> str:
    """A check in as few lines as it takes."""
    text = _seen(f"{check.found} {check.advice}".strip())
    room = " " * (_SIGN + width)
    body = textwrap.fill(
        text, WIDTH, initial_indent=room, subsequent_indent=room, break_on_hyphens=False, break_long_words=False
    )
    sign = f"\x1b[{_COLOURS[check.state]}m{check.state}\x1b[0m" if is_coloured else check.state
    return f"{sign}{' ' * (_SIGN - len(check.state))}{check.name:<{width}}{body[_SIGN + width :]}"


def _seen(text: str) -> str:
    """A text whose names of files do nothing to the terminal."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def _sum(checks: Sequence[Check]) -> str:
    """How many there are of each kind."""
    count = Counter(check.state for check in checks)
    if not count[State.TROUBLE]:
        return f"All is well: {count[State.OK]} ok, {count[State.NOTE]} to note, no trouble."
    return f"{count[State.TROUBLE]} in trouble, {count[State.NOTE]} to note, {count[State.OK]} ok."
