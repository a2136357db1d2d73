"""The command `mnist-studio`: starts the app, looks whether all is well, and runs what the library can do.

Python 3.7 and later can read this file, to say that they will not do.
"""

import sys
from collections.abc import Sequence

from mnist_core.output import printing
from mnist_core.requirements import explained, missing, refused, wrong_python

INTERRUPTED = 130
"""The exit status of what somebody left with Ctrl-C, as a shell gives it."""

_OURS = ("mnist_core", "mnist_ui", "mnist_studio")


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run a command, by default the app, or say why nothing can be run here.

    Returns
    -------
    The exit status: 0, 1 after an error that was printed in a sentence, 130 after Ctrl-C, 141 where a pipe was closed.
    """
    said = sys.argv[1:] if arguments is None else arguments
    try:
        return printing(lambda: _run(said))
    except KeyboardInterrupt:
        return INTERRUPTED
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in ("", *_OURS):
            raise
        return refused(missing(package))


def _run(said: "Sequence[str]") -> int:
    """Run a command, or say why this Python cannot; the doctor works where little else does."""
    trouble = wrong_python()
    if trouble:
        return refused(trouble)
    if said and said[0] == "doctor":
        from mnist_ui.command import doctor

        return doctor.main(said[1:])
    return explained(lambda: _command(said))


def _command(said: "Sequence[str]") -> int:
    """Run any other command."""
    from mnist_core.cli import run
    from mnist_ui.command.options import options_of

    return run(options_of(said))
