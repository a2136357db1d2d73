"""The command `mnist-studio`: starts the app, looks whether all is well, and runs what the library can do."""

import sys
from collections.abc import Sequence

from mnist_core.requirements import unmet


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, by default the app, or say why nothing can be run here.

    Returns
    -------
    The exit status: 0, 1 after an error that was printed in a sentence, 130 after Ctrl-C.
    """
    trouble = unmet()
    if trouble:
        print(f"error: {trouble}", file=sys.stderr)
        return 1

    from mnist_core.cli import run
    from mnist_ui.command.options import options_of

    return run(options_of(arguments))
