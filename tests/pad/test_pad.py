import json
import math
import re
from pathlib import Path
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from mnist_ui import pad as module
from mnist_ui.pad import LONGEST_MS, Arrangement, Call, Told, as_milliseconds, take
from mnist_ui.state.sketch import Sketch
from tests.pages import as_strokes
from tests.strokes import SEVEN

FOLDER = Path(module.__file__).parent
HTML = (FOLDER / "pad.html").read_text("utf-8")


def test_every_word_of_the_pad_comes_from_python_and_none_is_missing():
    wanted = set(re.findall(r'data-(?:word|label)="(\w+)"', HTML))
    app = AppTest.from_string("from mnist_ui.pad import pad\n\npad()").run()
    words = json.loads(app.get("bidi_component")[0].proto.json)[0]["words"]
    assert wanted <= set(words)
    assert set(words) - wanted == {"play", "pause", "skip"}  # one button says either; a link before it
    assert re.sub(r"<[^>]*>", "", HTML).strip() == ""
    assert "aria-label" not in HTML


@pytest.mark.parametrize("digit", range(10))
def test_what_is_called_is_said_and_what_stands_beside_it_is_text(digit):
    html = Call(digit, "4b <script>").html()
    assert f'data-called="{digit}"' in html
    assert f"<strong>{digit}</strong>" in html
    assert "<small>4b &lt;script&gt;</small>" in html


def test_every_arrangement_but_the_first_has_rules_in_the_pads_own_style():
    ruled = re.findall(r"^\.pad\.is-(\w+) \{", (FOLDER / "pad.css").read_text("utf-8"), re.MULTILINE)
    assert {"beside", *ruled} - {"called"} == set(get_args(Arrangement))


def test_no_other_style_reaches_into_the_pad():
    others = [path for path in FOLDER.parent.rglob("*.css") if path.parent != FOLDER]
    assert len(others) >= 5
    parts = r"\.pad\b|\.st-key-[^{,]*\.(?:answer|bars|boxes|call)\b"
    assert [found for path in others for found in re.findall(parts, path.read_text("utf-8"))] == []


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
    assert take(sketch, drawn) == Told(is_kept=True, milliseconds=812, is_over=True)
    assert sketch.strokes == as_strokes(SEVEN)


@pytest.mark.parametrize("drawn", [None, [], "x", {}, {"edition": 2, "strokes": []}, {"edition": 3, "strokes": "all"}])
def test_what_is_of_another_edition_or_no_drawing_changes_nothing(drawn):
    sketch = Sketch(as_strokes(SEVEN), edition=3)
    assert take(sketch, drawn) is None
    assert sketch.strokes == as_strokes(SEVEN)
