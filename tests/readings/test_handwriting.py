"""Styles, pens and places: what the shipped model must keep reading, and how it is measured."""

from dataclasses import replace

import numpy as np
import pytest

from mnist_core import Drawing
from mnist_core.readings import handwriting
from mnist_core.readings.evaluation import accuracy_of, reliability
from mnist_core.readings.handwriting import (
    STRINGS,
    Condition,
    as_pixels,
    conditions,
    detect_strangers,
    placed,
    read_condition,
    read_strings,
    turned,
)
from mnist_core.synthesis.styles import STYLES, in_unit_box
from mnist_core.synthesis.variation import varied
from tests.strokes import DIGITS


def strokes_of(digit):
    """A digit of tests/strokes.py with points all along, as a pen gives them."""
    at = np.linspace(0, 1, 80)
    corners = [np.array(stroke, float) for stroke in DIGITS[digit]]
    return [
        np.stack([np.interp(at, np.linspace(0, 1, len(s)), s[:, axis]) for axis in (0, 1)], axis=1) for s in corners
    ]


# Golden drawings


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_golden_drawings_of_every_style_are_read(recognizer, style):
    read = []
    for seed in range(10):
        digit = style.digits[seed % len(style.digits)]
        drawn = style.restroke(in_unit_box(strokes_of(digit)), np.random.default_rng(seed))
        read.append(recognizer.predict(placed(drawn)).digit == (digit if style.label is None else style.label))
    assert sum(read) >= 9


@pytest.mark.parametrize("digit", DIGITS)
def test_other_hands_are_read(recognizer, digit):
    rng = np.random.default_rng(digit)
    drawings = [placed(varied(strokes_of(digit), rng)) for _ in range(20)]
    assert sum(recognizer.predict(drawing).digit == digit for drawing in drawings) >= 18


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("pen", [3, 12, 60])
@pytest.mark.parametrize("degrees", [-15, 0, 15])
def test_pens_and_turns_do_not_change_the_answer(recognizer, digit, pen, degrees):
    drawing = placed(turned(strokes_of(digit), degrees), pen, 0.6, (0, 1))
    assert recognizer.predict(drawing).digit == digit


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("pen", [3, 20, 45])
def test_pens_are_read_from_pixels_too(recognizer, digit, pen):
    assert recognizer.predict(as_pixels(placed(strokes_of(digit), pen))).digit == digit


STRANGE = {
    "a scribble": [[(x, 200 + 90 * (-1) ** i) for i, x in enumerate(range(100, 320, 12))]],
    "a horizontal line": [[(80, 200), (320, 204)]],
    "a star": [[(140, 320), (200, 80), (260, 320), (90, 170), (310, 170), (140, 320)]],
    "an M": [[(100, 300), (110, 100), (200, 230), (290, 100), (300, 300)]],
    "a K": [[(120, 90), (120, 310)], [(270, 90), (125, 200), (280, 310)]],
    "a house": [[(120, 320), (120, 190), (200, 100), (280, 190), (280, 320), (120, 320)], [(120, 190), (280, 190)]],
    "a dot": [[(200, 200)]],
    "a four upside down": turned(strokes_of(4), 180),
    "an 88": [*DIGITS[8], *[[(x + 150, y) for x, y in stroke] for stroke in DIGITS[8]]],
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_no_digit_is_said_to_be_none(recognizer, name):
    assert not recognizer.predict(placed([np.array(s, np.float32) for s in STRANGE[name]])).is_digit


# How it is measured


def test_an_accuracy_has_wilsons_interval():
    accuracy = accuracy_of(90, 100)
    assert (accuracy.images, accuracy.errors, accuracy.accuracy) == (100, 10, 0.9)
    assert (accuracy.low, accuracy.high) == pytest.approx((0.8256, 0.9448), abs=1e-4)


def test_reliability_compares_what_is_stated_with_what_is_true():
    stated = np.array([0.95, 0.95, 1.0, 0.55, 0.55], np.float32)
    right = np.array([True, False, True, True, False])
    low, high = reliability(stated, right)
    assert low == (2, pytest.approx(0.55), 0.5)
    assert high == (3, pytest.approx(2.9 / 3), pytest.approx(2 / 3))


def test_placed_strokes_fill_what_they_should_where_they_should():
    for pen, fill in ((3, 0.1), (20, 0.7), (60, 1.0)):
        drawing = placed(strokes_of(0), pen, fill, (0, 1))
        points = np.concatenate(drawing.strokes)
        assert points[:, 0].min() == pytest.approx(pen / 2, abs=0.1)
        assert points[:, 1].max() == pytest.approx(400 - pen / 2, abs=0.1)
        assert np.ptp(points[:, 1]) + pen == pytest.approx(400 * fill, abs=0.1)


def test_turned_strokes_turn_clockwise():
    line = turned([np.array([[0, 0], [0, 1]], np.float32)], 90)[0]
    assert line[0, 0] > line[1, 0]
    assert np.ptp(line[:, 1]) == pytest.approx(0, abs=1e-6)


def test_every_condition_has_a_name_of_its_own_and_draws(pen_strokes):
    every = conditions()
    assert len({condition.name for condition in every}) == len(every) > 40
    for condition in every:
        row = int(np.flatnonzero(np.isin(pen_strokes.labels, condition.digits))[0])
        assert isinstance(condition.draw(pen_strokes.strokes(row), np.random.default_rng(0)), Drawing)


def test_a_condition_in_which_nothing_is_drawn_well_is_misread(recognizer, pen_strokes):
    blot = Condition("blot", lambda *_: placed([np.zeros((1, 2), np.float32)], 60), digits=(3,))
    assert read_condition(recognizer, pen_strokes, blot, limit=20).errors == 20
    blank = Condition("blank", lambda *_: Drawing.from_pixels(np.zeros((30, 30), np.uint8)), digits=(3,))
    mixed = replace(
        blank, draw=lambda strokes, rng: (blank if rng.random() < 0.5 else conditions()[0]).draw(strokes, rng)
    )
    assert 0 < read_condition(recognizer, pen_strokes, mixed, limit=20).errors < 20


def test_numbers_and_strangers_are_measured(recognizer, pen_strokes):
    ways = STRINGS["numbers with clear gaps"]
    assert read_strings(recognizer, pen_strokes, **ways, count=40).accuracy > 0.85
    found = detect_strangers(recognizer, pen_strokes, count=40)
    assert found["hatching"].auroc > 0.99
    assert found["all kinds"].images == 40 * (len(found) - 1)


@pytest.mark.parametrize("condition", handwriting.conditions(), ids=lambda each: each.name)
def test_each_name_stays_as_it_is_in_english(condition):
    assert handwriting.condition_words(condition.name) == condition.name


def test_a_name_with_a_value_in_it_is_told_around_the_value(monkeypatch):
    known = {"pen of {pen} px": "Stift von {pen} px", "style: {style}": "Stil: {style}", "bare one": "schlichte Eins"}
    monkeypatch.setattr(handwriting, "_", lambda text: known.get(text, text))
    assert handwriting.condition_words("pen of 12 px") == "Stift von 12 px"
    assert handwriting.condition_words("style: bare one") == "Stil: schlichte Eins"
    assert handwriting.condition_words("of another version") == "of another version"
