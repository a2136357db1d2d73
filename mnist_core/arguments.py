"""Arguments of a command line: what is wrong with them is said in a sentence."""

import argparse
import re
import sys
from difflib import get_close_matches
from typing import Any, NoReturn

from mnist_core.version import __version__

# How argparse tells of a word that is none of those that may stand there.
_NO_CHOICE = re.compile(r"argument (?P<name>\S+): invalid choice: '(?P<given>.*)' \(choose from (?P<known>.*)\)")

_NO_NUMBER = re.compile(r"argument (?P<name>.+): invalid (?P<kind>int|float) value: (?P<given>.*)")


class Arguments(argparse.ArgumentParser):
    """A parser that ends with one sentence and the exit status 1, as everything does that goes wrong here."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, once no option before a command is one that there is not: its value would be taken for the command."""
        given = sys.argv[1:] if args is None else list(args)
        if self._subparsers:
            self._check_options(given)
        return super().parse_known_args(given, namespace)

    def _check_options(self, given: list[str]) -> None:
        """Refuse the first word that looks like an option and is none."""
        known = self._option_string_actions
        words = iter(given)
        for word in words:
            name = word.partition("=")[0]
            meant = [each for each in known if each == name or (name.startswith("--") and each.startswith(name))]
            if not word.startswith("-"):
                return
            if not meant:
                near = get_close_matches(name, known, 1)
                self.error(f"there is no option {name}.{f' Did you mean {near[0]}?' if near else ''}")
            if known[meant[0]].nargs is None and "=" not in word:
                next(words, None)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where all that can be said is found."""
        print(f"error: {_sentence(message)} See what there is with `{self.prog} --help`.", file=sys.stderr)
        sys.exit(1)


def new_parser(program: str, description: str) -> argparse.ArgumentParser:
    """A parser without commands, which knows the version."""
    parser = Arguments(prog=program, description=description)
    parser.add_argument("--version", action="version", version=f"MNIST Studio {__version__}")
    return parser


def _sentence(message: str) -> str:
    """What argparse says, as a sentence, with the nearest word where another was given."""
    wrong = _NO_CHOICE.fullmatch(message)
    if wrong:
        known = re.findall(r"[\w.:-]+", wrong["known"])
        near = get_close_matches(wrong["given"], known, 1)
        meant = f" Did you mean {near[0]}?" if near else f" It must be one of {', '.join(known)}."
        what = "There is no command" if wrong["name"] == "COMMAND" else f"{wrong['name']} cannot be"
        return f"{what} {wrong['given']!r:.80}.{meant}"
    no_number = _NO_NUMBER.fullmatch(message)
    if no_number:
        kind = "whole number" if no_number["kind"] == "int" else "number"
        return f"{no_number['name']} must be a {kind}. Received: {no_number['given']:.80}."
    said = message.replace("argument ", "", 1)
    return said[:1].upper() + said[1:].rstrip(".") + ("" if said.endswith("?") else ".")
