import re
from dataclasses import replace

import numpy as np
import pytest

from mnist_core import Drawing
from mnist_core.model.doubt import NO_DIGIT
from mnist_core.numbers.finding import SIGNS
from mnist_core.numbers.paper import PageReading, Sign
from mnist_core.reader.answer import HINT
from mnist_core.types import Box, Prediction
from mnist_ui.figures.answer import answer, boxes, trouble
from mnist_ui.figures.picture import THINNEST, picture

SHARES = [0, 0.02, 0, 0, 0, 0, 0, 0.9, 0, 0.08]


def prediction(novelty=0.1, shares=SHARES, box=None):
    return Prediction(np.array(shares, np.float32), novelty, box)


def number():
    """A seven, something that is no digit, and a one."""
    one = np.eye(10)[1].tolist()
    return [
        prediction(box=Box(0, 50, 100, 100)),
        prediction(novelty=0.9, box=Box(150, 50, 100, 100)),
        prediction(shares=one, box=Box(300, 0, 100, 200)),
    ]


def bars(html):
    return re.findall(r'bar-name">(.)</span>.*?width:([\d.]+)%.*?bar-value">(.*?)</span>', html)


def test_the_answer_says_what_was_read_and_how_surely():
    html = answer([prediction()])
    assert 'data-answer="7"' in html
    assert "Fairly sure" in html
    assert "90.0 %" in html
    assert html.count("is-answer") == 1
    assert "boxes" not in html


def test_the_bars_are_in_fixed_order_and_as_long_as_the_probabilities():
    assert [(name, float(width)) for name, width, _ in bars(answer([prediction()]))] == [
        (str(digit), pytest.approx(100 * share, abs=0.06)) for digit, share in enumerate(SHARES)
    ]


def test_an_empty_canvas_gets_a_hint_and_no_digit():
    html = answer([])
    assert 'data-answer=""' in html
    assert HINT in html
    assert "is-answer" not in html
    assert bars(html) == []
    assert "Come &lt;closer&gt;" in answer([], hint="Come <closer>")


def test_what_is_unlike_any_digit_is_a_question_mark_with_the_reason():
    html = answer([prediction(novelty=0.9)], 1234)
    assert 'data-answer="?"' in html
    assert NO_DIGIT in html
    assert "1,234 digits" in html


def test_a_number_has_a_bar_and_a_box_for_each_digit():
    html = answer(number(), 1234, size=(400, 200))
    assert 'data-answer="7?1"' in html
    assert [(name, width) for name, width, _ in bars(html)] == [("7", "90.0"), ("?", "90.0"), ("1", "100.0")]
    places = re.findall(r'<li class="(is-\w+)" style="left:([\d.]+)%;top:([\d.]+)%;width:([\d.]+)%;height', html)
    assert places == [
        ("is-read", "0.00", "25.00", "25.00"),
        ("is-doubt", "37.50", "25.00", "25.00"),
        ("is-read", "75.00", "0.00", "25.00"),
    ]
    assert "boxes" not in answer(number(), 1234)
    assert boxes(number(), (400, 200)) in html


def test_trouble_is_text_in_the_answers_place():
    html = trouble("No.", "<script>")
    assert 'data-answer=""' in html
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


@pytest.mark.parametrize("channels", [(), (3,), (4,)])
def test_a_picture_is_shown_with_boxes_only_where_there_are_several_digits(channels):
    drawing = Drawing.from_pixels(np.zeros((20, 40, *channels), np.uint8))
    assert picture(drawing, PageReading([prediction()]))["boxes"] == []
    boxed = picture(drawing, PageReading(number()))["boxes"]
    assert [(box["which"], box["kind"], box["sign"]) for box in boxed] == [
        (0, "read", "7"),
        (1, "doubt", "?"),
        (2, "read", "1"),
    ]
    shown = picture(drawing, PageReading([]))
    assert shown["src"].startswith("data:image/png")
    assert shown["ratio"] == drawing.size[0] / drawing.size[1]
    strip = Drawing.from_pixels(np.zeros((2, 900), np.uint8))
    assert picture(strip, PageReading([]))["ratio"] == THINNEST


def test_a_sign_has_its_name_and_its_place_and_cannot_be_chosen():
    drawing = Drawing.from_pixels(np.zeros((20, 40), np.uint8))
    page = PageReading([replace(prediction(), box=Box(0, 0, 10, 20))], [Sign("slash", Box(10, 5, 4, 10))])
    digit, sign = picture(drawing, page)["boxes"]
    assert digit["which"] == 0
    assert sign == {
        "which": None, "kind": "sign", "sign": "/", "name": "slash",
        "left": 25.0, "top": 25.0, "width": 10.0, "height": 50.0,
    }  # fmt: skip


def test_every_sign_can_be_shown():
    page = PageReading([], [Sign(name, Box(0, 0, 1, 1)) for name in SIGNS])
    shown = picture(Drawing.from_pixels(np.zeros((9, 9), np.uint8)), page)["boxes"]
    assert [box["sign"] for box in shown] == [".", ",", "–", "−", "+", "=", "/"]


def test_lines_stand_below_each_other():
    first, second, third = number()
    html = answer([first, second, replace(third, line=1)], 1234)
    assert 'data-answer="7?\n1"' in html
    assert "--signs:2;--lines:2" in html
    assert 'aria-label="7?, 1. ' in html
