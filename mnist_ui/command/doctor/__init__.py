"""`mnist-studio doctor`: looks at all that the app needs, says how it is and what to do, and changes nothing.

Only the standard library is imported here: it has to work where little else does. What a topic needs is imported when
it is looked at.
"""

import argparse
import json
import sys
from collections.abc import Sequence

from mnist_core.arguments import Arguments
from mnist_core.version import __version__
from mnist_ui.command.doctor.check import State
from mnist_ui.command.doctor.examination import examine
from mnist_ui.command.doctor.telling import told
from mnist_ui.command.place import add_place

NAME = "doctor"
SAYING = "look whether all is well here, and say what to do"


def main(arguments: Sequence[str]) -> int:
    """Look, with what was said after the command's name."""
    parser = Arguments(prog=f"mnist-studio {NAME}", description=f"{SAYING[0].upper()}{SAYING[1:]}.")
    add_options(parser)
    return run(parser.parse_args(arguments))


def add_doctor(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the others, whose help names it."""
    parser = commands.add_parser(NAME, help=SAYING)
    add_options(parser)
    parser.set_defaults(command=run)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be said to it."""
    add_place(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Look and tell.

    Returns
    -------
    1 if there is any trouble, else 0.
    """
    checks = examine(options)
    is_well = all(check.state is not State.TROUBLE for check in checks)
    if options.json:
        found = {"version": __version__, "is_well": is_well, "checks": [check.to_json() for check in checks]}
        print(json.dumps(found, indent=2))
    else:
        print(told(checks, sys.stdout))
    return 0 if is_well else 1
