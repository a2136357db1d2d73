"""What docs/run/security.md says of tests and settings is so."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/run/security.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
SETTING = re.compile(r"MNIST_STUDIO_[A-Z_]+[A-Z]")
# Of the development tools alone.
OF_TOOLS = {"MNIST_STUDIO_CHROMIUM", "MNIST_STUDIO_REQUIRE_BROWSER", "MNIST_STUDIO_REQUIRE_POSTGRES"}


def texts_of_code() -> Iterator[str]:
    """Every text that is a value in the code, documentation apart."""
    for folder in ("mnist_core", "mnist_ui"):
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
                    yield node.value


def settings_of_table() -> set[str]:
    """The settings in the first column of the page's table, whole."""
    cells = re.findall(r"^\| (`[A-Z_`, ]+`) \|", PAGE, re.MULTILINE)
    return {f"MNIST_STUDIO_{name}" for cell in cells for name in re.findall(r"`([A-Z_]+)`", cell)}


def test_each_line_names_tests_that_are_there():
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))
    assert len(named) > 20
    for name in named:
        assert "def test_" in (ROOT / name).read_text("utf-8"), name


def test_every_line_of_the_two_tables_is_held_by_a_test():
    tables = PAGE.split("## Limits and their settings")[0]
    lines = [line for line in tables.splitlines() if line.startswith("| ")]
    lines = [line for line in lines if "held by" not in line and not line.startswith("| ---")]
    assert len(lines) > 15
    assert [line for line in lines if "`tests/" not in line.rsplit("|", 2)[1]] == []


def test_every_setting_of_the_code_is_told_and_no_other():
    known = {name for text in texts_of_code() for name in SETTING.findall(text)} - OF_TOOLS
    told = settings_of_table() | set(SETTING.findall(README + PAGE))
    assert known - told == set()
    assert settings_of_table() - known == set()
