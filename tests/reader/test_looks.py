"""An answer has two style sheets, the app's and that of the pad on other pages: they tell doubt in the same way."""

import re
from pathlib import Path

import pytest

from mnist_core.reader import modules
from mnist_ui import assets

APP = Path(assets.__file__).with_name("style.css").read_text("utf-8")
PAD = (modules.FOLDER / "digit_pad.css").read_text("utf-8")
# What tells a doubtful answer from a sure one, and a digit that was read from those that were not.
TELLING = [
    ".answer-guess",
    '.answer[data-answer="?"] .answer-guess',
    '.answer[data-answer="?"] .bars',
    '.answer[data-answer="?"] .bar',
    ".bar",
    ".is-answer",
    ".is-answer .bar",
    ".boxes .is-doubt",
    ".boxes .is-doubt span",
]


@pytest.mark.parametrize("selector", TELLING)
def test_doubt_looks_alike_in_both(selector):
    assert rule(APP, selector) == rule(PAD, selector)


@pytest.mark.parametrize("sheet", [APP, PAD], ids=["app", "pad"])
def test_a_number_in_several_lines_has_room_for_each(sheet):
    assert "var(--lines" in rule(sheet, ".answer-digit")


def rule(sheet: str, selector: str) -> str:
    """What a style sheet says of a selector, where it says it first."""
    found = re.search(rf"^{re.escape(selector)} {{ (.*) }}$", sheet, re.MULTILINE)
    assert found, f"{selector} is not there"
    return found[1]
