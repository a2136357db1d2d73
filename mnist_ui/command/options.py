"""What can be said to `mnist-studio`."""

import argparse
from collections.abc import Sequence

from mnist_core.arguments import new_parser
from mnist_core.cli import add_commands
from mnist_ui.command.doctor import add_doctor
from mnist_ui.command.start import add_start

PROGRAM = "mnist-studio"
DESCRIPTION = "Draw a digit, have it read, and understand how a machine reads it. Without a command the app is started."


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options that were given, with the function to call under `command`."""
    return command_parser().parse_args(arguments)


def command_parser() -> argparse.ArgumentParser:
    """Every command and its options."""
    parser = new_parser(PROGRAM, DESCRIPTION)
    add_start(parser)
    commands = parser.add_subparsers(metavar="COMMAND")
    add_doctor(commands)
    add_commands(commands)
    return parser
