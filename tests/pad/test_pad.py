import math
import re
from pathlib import Path

import pytest

from mnist_ui import pad as module
from mnist_ui.pad import LONGEST_MS, Told, _take, _words, as_milliseconds
from mnist_ui.state.sketch import Sketch
from tests.pages import as_strokes
from tests.strokes import SEVEN

HTML = (Path(module.__file__).parent / "pad.html").read_text("utf-8")


def test_every_word_of_the_pad_comes_from_python_and_none_is_missing():
    wanted = set(re.findall(r'data-(?:word|label)="(\w+)"', HTML))
    assert wanted <= set(_words())
    assert set(_words()) - wanted == {"play", "pause"}  # one button says either
    assert re.sub(r"<[^>]*>", "", HTML).strip() == ""
    assert "aria-label" not in HTML


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        *[(0, 0), (1234.9, 1234), (10**12, LONGEST_MS)],
        *[(nonsense, None) for nonsense in (-1, math.nan, math.inf, True, "12", None, [])],
    ],
)
def test_a_time_is_a_number_of_milliseconds(told, expected):
    assert as_milliseconds(told) == expected


def test_what_the_browser_sends_is_noted():
    sketch = Sketch(edition=3)
    drawn = {"edition": 3, "strokes": as_strokes(SEVEN), "is_kept": True, "ms": 812, "is_over": True}
    assert _take(sketch, drawn) == Told(is_kept=True, milliseconds=812, is_over=True)
    assert sketch.strokes == as_strokes(SEVEN)


@pytest.mark.parametrize("drawn", [None, [], "x", {}, {"edition": 2, "strokes": []}, {"edition": 3, "strokes": "all"}])
def test_what_is_of_another_edition_or_no_drawing_changes_nothing(drawn):
    sketch = Sketch(as_strokes(SEVEN), edition=3)
    assert _take(sketch, drawn) is None
    assert sketch.strokes == as_strokes(SEVEN)
