"""`python -m mnist_core`."""

import sys

from mnist_core.requirements import unmet


def main() -> int:
    """Run a command, or say why nothing can be run here."""
    trouble = unmet()
    if trouble:
        print(f"error: {trouble}", file=sys.stderr)
        return 1
    from mnist_core.cli import main as run_command

    return run_command()


sys.exit(main())
