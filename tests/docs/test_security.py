"""What docs/run/security.md says of tests is so."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/run/security.md").read_text("utf-8")


def test_each_line_names_tests_that_are_there():
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))
    assert len(named) > 20
    for name in named:
        assert "def test_" in (ROOT / name).read_text("utf-8"), name


def test_every_line_of_the_two_tables_is_held_by_a_test():
    tables = PAGE.split("## Limits")[0]
    lines = [line for line in tables.splitlines() if line.startswith("| ")]
    lines = [line for line in lines if "held by" not in line and not line.startswith("| ---")]
    assert len(lines) > 15
    assert [line for line in lines if "`tests/" not in line.rsplit("|", 2)[1]] == []
