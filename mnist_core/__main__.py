"""`python -m mnist_core`."""

import sys

from mnist_core.output import printing
from mnist_core.requirements import explained


def main() -> int:
    """Run a command."""
    from mnist_core.cli import main as run_command

    return run_command()


sys.exit(printing(lambda: explained(main)))
