"""The command lines of the documentation are ones that there are, and the quick ones do what they say."""

import re

import pytest

from mnist_ui.command import main
from mnist_ui.command.options import command_parser
from tests.docs.pages import NOT_RUN, ROOT, all_pages

# These are done in less than a second, without a dataset that has to be downloaded, and leave no job behind.
QUICK = (
    ("--version",),
    ("verify",),
    ("jobs",),
    ("predict",),
    ("drawings", "list"),
    ("drawings", "export"),
    ("drawings", "import"),
    ("drawings", "migrate"),
    ("drawings", "delete", "--damaged"),
    ("fetch", "uci-digits"),
)
# What stands for something that only the reader knows.
PLACEHOLDER = re.compile(r"[A-Z][A-Z_]+|\.\.\.|…|<[^>]+>|.*\$.*")


def commands(page, program):
    """The command lines of a page that call a program."""
    return [each for each in (*page.commands(), *page.said_commands()) if each.program == program]


def is_quick(command):
    """Whether a command can be done here and now."""
    arguments = command.arguments
    is_whole = not any(PLACEHOLDER.fullmatch(each) for each in arguments)
    known = [begin for begin in QUICK if arguments[: len(begin)] == begin]
    is_known = bool(known) and (known[0] != ("jobs",) or len(arguments) == 1)
    return command.program == "mnist-studio" and command.is_run and is_whole and is_known


def quick(page):
    """The command lines in the blocks of a page that are tried."""
    return [each for each in page.commands() if is_quick(each)]


@pytest.mark.parametrize("page", all_pages(), ids=repr)
def test_every_command_line_of_a_page_is_one_that_there_is(page, capsys):
    faults = []
    for command in commands(page, "mnist-studio"):
        try:
            command_parser().parse_args(command.arguments)
        except SystemExit as ending:
            said = capsys.readouterr().err.strip().splitlines()[-1:]
            if ending.code:
                faults.append(f"{command.place}: `{command.line}` is no command line. {' '.join(said)}")
    assert not faults, "\n".join(["", *faults])


@pytest.mark.parametrize("page", [page for page in all_pages() if quick(page)], ids=repr)
def test_the_quick_command_lines_of_a_page_do_what_they_say(page, desk, capsys):
    for command in quick(page):
        try:
            status = main(command.arguments)
        except SystemExit as ending:
            status = int(ending.code or 0)
        said = capsys.readouterr()
        assert status == 0, (
            f"{command.place}: `{command.line}` fails: {said.err.strip()}\nIf it cannot be run here, say why "
            f"in the line above the block: {NOT_RUN} because ... -->"
        )


@pytest.mark.parametrize("page", all_pages(), ids=repr)
def test_every_make_target_of_a_page_is_in_the_makefile(page):
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    said = [
        *(
            (command.place, word)
            for command in page.commands()
            if command.program == "make"
            for word in command.arguments[:1]
        ),
        *((str(page), word) for word in re.findall(r"`make ([a-z][\w-]*\w)(?: [^`]*)?`", page.prose)),
    ]
    gone = [f"{place}: there is no `make {word}`" for place, word in said if "=" not in word and word not in targets]
    assert not gone, "\n".join(["", *gone])


@pytest.mark.parametrize("page", all_pages(), ids=repr)
def test_whatever_is_not_run_says_why(page):
    bare = [
        block.place for block in page.blocks if not block.is_run and not re.match(rf"{NOT_RUN} \w.+ -->", block.before)
    ]
    assert not bare, f"Say why after {NOT_RUN!r}, as in `{NOT_RUN} it takes an hour -->`: {', '.join(bare)}"
