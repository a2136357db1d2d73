"""The command line: `mnist-studio`, or `python -m mnist_core`, and a command: one module for each group of them."""

import argparse
import logging
import sys
from collections.abc import Sequence

from mnist_core import paths
from mnist_core.arguments import new_parser
from mnist_core.cli.data import add_data
from mnist_core.cli.drawings import add_drawings
from mnist_core.cli.embed import add_embed
from mnist_core.cli.fetch import add_fetch
from mnist_core.cli.following import INTERRUPTED
from mnist_core.cli.jobs import add_jobs
from mnist_core.cli.models import add_models
from mnist_core.cli.train import add_train
from mnist_core.cli.tune import add_tune
from mnist_core.cli.worker import add_worker
from mnist_core.errors import MnistError
from mnist_core.installation import PROGRAM


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    parser = new_parser(PROGRAM, "MNIST Studio on the command line.")
    add_commands(parser.add_subparsers(required=True, metavar="COMMAND"))
    return run(parser.parse_args(arguments))


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add all commands of the library."""
    commands_of = (add_fetch, add_data, add_train, add_jobs, add_tune, add_embed, add_drawings, add_models, add_worker)
    for add in commands_of:
        add(commands)


def run(options: argparse.Namespace) -> int:
    """Run the command that was chosen: 0, 1 after an error that it printed in a sentence, 130 after Ctrl-C."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    try:
        return _status(options)
    except MnistError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _status(options: argparse.Namespace) -> int:
    """Run the command; a data home of somebody else is named."""
    try:
        return int(options.command(options))
    except PermissionError:
        paths.check_home_read()
        raise
