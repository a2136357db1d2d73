"""The page on the command line and the parser have the same commands, options and values."""

import argparse
import re
from collections.abc import Iterator

import pytest

from mnist_ui.command.options import command_parser
from tests.docs.pages import DOCS, Page

PAGE = Page(DOCS / "build/command-line.md")


def children(known: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands below a parser."""
    return {
        name: each
        for action in known._actions
        if isinstance(action, argparse._SubParsersAction)
        for name, each in action.choices.items()
    }


def commands(
    known: argparse.ArgumentParser, way: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Every command with the way to it, whether others are below it or not."""
    for name, below in children(known).items():
        yield (*way, name), below
        yield from commands(below, (*way, name))


# The command alone starts the app.
STARTING = "Start the app"
COMMANDS = {(): command_parser()} | dict(commands(command_parser()))


def arguments(command: argparse.ArgumentParser) -> dict[str, argparse.Action]:
    """What a command takes, by the name of the option or of what stands in its place."""
    given = [
        each for each in command._actions if not isinstance(each, argparse._HelpAction | argparse._SubParsersAction)
    ]
    return {
        each.option_strings[-1] if each.option_strings else each.metavar or each.dest.upper(): each for each in given
    }


def heading(way: tuple[str, ...]) -> str:
    """What stands above a command."""
    return " ".join(way) or STARTING


def has_heading(way: tuple[str, ...]) -> bool:
    """Whether a command has a part of the page to itself."""
    return re.search(rf"^##+ {heading(way)}$", PAGE.text, re.MULTILINE) is not None


def rows(way: tuple[str, ...]) -> dict[str, str]:
    """What the table of a command says of each argument; what stands below a further heading is another command's."""
    own = PAGE.section(heading(way)).split("\n#")[0]
    return {
        re.match(r"`([^\s`]+)", name)[1]: f"{name} {text}"
        for name, text in re.findall(r"^\| (`.+?`) \| (.+) \|$", own, re.MULTILINE)
    }


def shown(default: object) -> str:
    """What the page calls the value that holds where an argument is not given; empty where none does."""
    if isinstance(default, list):
        return "all of them" if default else ""
    if isinstance(default, str) and default != argparse.SUPPRESS:
        return f"`{default}`" if default else ""
    return "" if default is None or isinstance(default, bool | str) else f"{default:g}"


ALONE = [way for way in COMMANDS if has_heading(way)]


@pytest.mark.parametrize("way", COMMANDS, ids=heading)
def test_every_command_is_on_the_page(way):
    if has_heading(way):
        return
    placed = " ".join([way[-1], *arguments(COMMANDS[way])])
    assert f"| `{placed}` |" in PAGE.section(" ".join(way[:-1])), f"{PAGE} does not tell of `{' '.join(way)}`"


@pytest.mark.parametrize("way", ALONE, ids=heading)
def test_a_command_has_the_arguments_that_the_page_names_and_no_others(way):
    known = {*arguments(COMMANDS[way]), *(name for name in children(COMMANDS[way]) if not has_heading((*way, name)))}
    assert set(rows(way)) == known


@pytest.mark.parametrize("way", ALONE, ids=heading)
def test_the_page_names_every_value_that_can_be_chosen_and_what_holds_without(way):
    said = rows(way)
    for name, argument in arguments(COMMANDS[way]).items():
        for value in argument.choices or ():
            assert f"`{value}`" in said[name], f"{PAGE}: {' '.join(way)} {name} does not name {value}"
        value = shown(argument.default)
        assert re.search(rf"without (?:it|a name) {re.escape(value)}(?!\w)" if value else "", said[name]), (
            f"{PAGE}: without {name}, {' '.join(way)} takes {value}"
        )


def test_the_page_names_no_command_that_there_is_not():
    known = {heading(way) for way in COMMANDS}
    gone = [each for each in re.findall(r"^##+ (.+)$", PAGE.prose, re.MULTILINE) if each not in known]
    assert not gone, f"{PAGE}: there is no command {', '.join(gone)}"
