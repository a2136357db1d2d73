"""The Python snippets of the documentation run, those of a page in order, and print what stands beside them."""

import re
import subprocess
import sys

import pytest

from mnist_core.errors import DatasetError
from tests.docs.pages import DOCS, NOT_RUN, ROOT, all_pages
from tests.extending.page import PAGE as EXTENDING

# Their snippets are put into files by tests/extending, and asked of a server by test_http_api_page.
HELD_ELSEWHERE = (EXTENDING, DOCS / "build/http-api.md")

# What stands at the end of a line that prints something: `print(answer)  # 7`.
SAID = re.compile(r"^print\(.*\)  # (.+)$", re.MULTILINE)


def snippets(page):
    """The snippets of a page in Python."""
    return [] if page.path in HELD_ELSEWHERE else [block for block in page.blocks if block.language in ("python", "py")]


@pytest.mark.parametrize("page", [page for page in all_pages() if snippets(page)], ids=repr)
def test_the_snippets_of_a_page_run(page, desk, capsys):
    names = {"__name__": "__main__"}
    for block in snippets(page):
        code = compile("\n" * (block.line - 1) + block.text, str(page.path), "exec")
        if not block.is_run:
            continue
        try:
            exec(code, names)
        except DatasetError as error:
            pytest.skip(f"{block.place} needs a dataset: {error}")
        except Exception as error:
            pytest.fail(
                f"{block.place}: the snippet does not run: {type(error).__name__}: {error}\nIf it cannot be run here, "
                f"say why in the line above the block: {NOT_RUN} because ... -->"
            )
        printed = capsys.readouterr().out
        for expected in SAID.findall(block.text):
            assert expected in printed, f"{block.place} says that it prints {expected!r}. It prints:\n{printed}"


@pytest.mark.parametrize("page", all_pages(), ids=repr)
def test_what_python_is_told_in_one_line_runs(page):
    for command in page.commands():
        is_alone = command.arguments[:1] == ("-c",) and len(command.arguments) == 2
        if re.fullmatch(r"python[\d.]*", command.program) and is_alone and command.is_run:
            done = subprocess.run(
                [sys.executable, *command.arguments], cwd=ROOT, capture_output=True, text=True, timeout=60
            )
            assert done.returncode == 0, f"{command.place}: `{command.line}` fails:\n{done.stderr}"
