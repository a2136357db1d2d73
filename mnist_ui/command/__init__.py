"""The command `mnist-studio`: starts the app, looks whether all is well, and runs what the library can do.

Python 3.7 and later can read this file, to say that they will not do.
"""

import sys
from collections.abc import Sequence

from mnist_core.requirements import missing, unmet, wrong_python

INTERRUPTED = 130
"""The exit status of what somebody left with Ctrl-C, as a shell gives it."""

_OURS = ("mnist_core", "mnist_ui", "mnist_studio")


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run a command, by default the app, or say why nothing can be run here.

    Returns
    -------
    The exit status: 0, 1 after an error that was printed in a sentence, 130 after Ctrl-C.
    """
    said = sys.argv[1:] if arguments is None else arguments
    try:
        return _run(said)
    except KeyboardInterrupt:
        return INTERRUPTED
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in ("", *_OURS):
            raise
        return _refused(missing(package))


def _run(said: "Sequence[str]") -> int:
    """Run a command."""
    trouble = wrong_python()
    if trouble:
        return _refused(trouble)
    if said and said[0] == "doctor":  # which works where little else does
        from mnist_ui.command import doctor

        return doctor.main(said[1:])
    trouble = unmet()
    if trouble:
        return _refused(trouble)

    from mnist_core.cli import run
    from mnist_ui.command.options import options_of

    return run(options_of(said))


def _refused(trouble: str) -> int:
    """Say why something does not work."""
    print(f"error: {trouble}", file=sys.stderr)
    return 1
