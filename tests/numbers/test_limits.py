"""When a drawing is several digits, at the very edge of each limit; what is read is made up."""

from dataclasses import replace

import numpy as np
import pytest

from mnist_core import Drawing
from mnist_core.numbers import reading
from mnist_core.numbers.reading import (
    LEAST_CLEAR,
    LEAST_CUT,
    LEAST_HEIGHT,
    LEAST_HEIGHT_CLOSE,
    LEAST_MEAN,
    LEAST_SHARED,
    LEAST_TOUCHING,
    LEAST_UPON,
    LEAST_WIDE,
    MOST_LAYERS,
    MOST_UNEVEN,
    MOST_UNEVEN_CLOSE,
    Way,
    is_clear,
    read,
)
from mnist_core.types import Box, Prediction
from tests.strokes import DIGITS

# What the whole is read as: a five, of which half is believed.
WHOLE = 0.5


def look(images):
    probabilities = np.full((len(images), 10), 0.0, np.float32)
    probabilities[:, 5] = WHOLE
    return probabilities, np.zeros(len(images), np.float32)


def digit(number, box=None):
    return Prediction(np.eye(10, dtype=np.float32)[number], 0.0, box)


def read_with(monkeypatch, drawing, way):
    """The digits that are read where this is the best way to make several."""
    monkeypatch.setattr(reading, "_best_way", lambda *_: way)
    return [each.digit for each in read(look, drawing)]


@pytest.fixture
def eight():
    """Strokes without empty space between them, higher than wide."""
    return Drawing.from_strokes(DIGITS[8], 12)


@pytest.fixture(autouse=True)
def bonus(monkeypatch):
    """So little that several digits may be more believable."""
    monkeypatch.setattr(reading, "ONE_BONUS", 0.1)


def to_beat():
    return float(np.log(np.float32(WHOLE))) + 0.1


def test_several_digits_must_be_clearly_more_believable_than_one(monkeypatch, eight):
    two = [digit(2), digit(0)]
    assert read_with(monkeypatch, eight, Way(to_beat(), two, 1.0)) == [5]
    assert read_with(monkeypatch, eight, Way(to_beat() + 1e-6, two, 1.0)) == [2, 0]
    assert read_with(monkeypatch, eight, Way(to_beat() + 1e-6, [digit(2)], 1.0)) == [5]


@pytest.mark.parametrize(
    ("boxes", "least"),
    [
        ((None, None), LEAST_TOUCHING),
        ((Box(0, 0, 100, 100), Box(10, 0, 100, 100)), LEAST_TOUCHING),
        ((Box(0, 0, 100, 100), Box(9, 0, 100, 100)), LEAST_UPON),
        ((Box(0, 0, 200, 100), Box(150, 0, 50, 100)), LEAST_UPON),
        ((Box(0, 0, 200, 100), Box(160, 0, 50, 100)), LEAST_TOUCHING),
    ],
)
def test_digits_that_touch_must_each_be_believable_and_more_so_upon_each_other(monkeypatch, eight, boxes, least):
    two = [digit(2, boxes[0]), digit(0, boxes[1])]
    assert read_with(monkeypatch, eight, Way(0.0, two, least)) == [2, 0]
    assert read_with(monkeypatch, eight, Way(0.0, two, np.nextafter(least, 0))) == [5]


def test_a_picture_is_only_cut_into_what_is_believable(monkeypatch):
    pixels = np.zeros((100, 100), np.uint8)
    pixels[20:80, 40:60] = 255
    picture, two = Drawing.from_pixels(pixels), [digit(2), digit(0)]
    assert read_with(monkeypatch, picture, Way(0.0, two, LEAST_CUT)) == [2, 0]
    assert read_with(monkeypatch, picture, Way(0.0, two, np.nextafter(LEAST_CUT, 0))) == [5]


@pytest.mark.parametrize(("width", "least"), [(160, LEAST_TOUCHING), (161, LEAST_WIDE)])
def test_what_is_wide_is_hardly_one_digit(monkeypatch, width, least):
    wide = Drawing.from_strokes([[(20, 120), (20 + width - 10, 30), (20, 30)]], 10)
    two = [digit(2), digit(0)]
    assert read_with(monkeypatch, wide, Way(0.0, two, least)) == [2, 0]
    assert read_with(monkeypatch, wide, Way(0.0, two, np.nextafter(least, 0))) == [5]


@pytest.mark.parametrize(("layers", "digits"), [(MOST_LAYERS, [2, 0]), (MOST_LAYERS + 0.01, [5])])
def test_many_strokes_over_each_other_are_no_number(monkeypatch, eight, layers, digits):
    monkeypatch.setattr(reading, "layers", lambda _: layers)
    assert read_with(monkeypatch, eight, Way(0.0, [digit(2), digit(0)], 1.0)) == digits


def boxes(*sizes):
    """Boxes of (left, top, width, height) as digits that are believed in full."""
    return [digit(index, Box(*each)) for index, each in enumerate(sizes)]


@pytest.fixture
def drawn():
    """A drawing of two strokes beside each other."""
    return Drawing.from_strokes([[(x, y) for y in range(0, 101, 10)] for x in (0, 150)], 10)


def believed(one, *shares):
    """A digit for each share, with empty space between them."""
    return [
        Prediction(np.eye(10, dtype=np.float32)[3] * share, 0.0, Box(200.0 * index, 0, 100, 100))
        for index, share in enumerate((one, *shares))
    ]


def test_each_digit_and_all_of_them_must_be_believable(drawn):
    assert is_clear(drawn, believed(1, LEAST_CLEAR + 1e-6, *[1] * 6))
    assert not is_clear(drawn, believed(1, LEAST_CLEAR - 1e-6, *[1] * 6))
    assert is_clear(drawn, believed(LEAST_MEAN + 1e-6, LEAST_MEAN + 1e-6))
    assert not is_clear(drawn, believed(LEAST_MEAN - 1e-6, LEAST_MEAN - 1e-6))


def test_novelty_counts_against_a_digit(drawn):
    strange = [replace(each, novelty=1 - LEAST_MEAN + 1e-6) for each in believed(1, 1)]
    assert not is_clear(drawn, strange)
    assert is_clear(drawn, [replace(each, novelty=1 - LEAST_MEAN - 1e-6) for each in strange])


@pytest.mark.parametrize(
    ("first", "height", "uneven"),
    [((0, 0, 100, 100), LEAST_HEIGHT, MOST_UNEVEN), ((60, 0, 100, 100), LEAST_HEIGHT_CLOSE, MOST_UNEVEN_CLOSE)],
)
def test_neighbours_are_about_as_high_and_on_one_level(drawn, first, height, uneven):
    # As far above as below, so that the height alone decides.
    low = 100 * height
    assert is_clear(drawn, boxes(first, (150, 50 - low / 2, 100, low)))
    assert not is_clear(drawn, boxes(first, (150, 50 - low / 2 + 0.01, 100, low - 0.02)))
    for sign in (1, -1):
        assert is_clear(drawn, boxes(first, (150, sign * 100 * uneven, 100, 100)))
        assert not is_clear(drawn, boxes(first, (150, sign * (100 * uneven + 0.01), 100, 100)))


def test_a_line_may_rise_as_long_as_neighbours_are_on_one_level(drawn):
    assert is_clear(drawn, boxes(*((150 * index, -30 * index, 100, 100) for index in range(6))))


@pytest.mark.parametrize(("left", "least"), [(49, LEAST_SHARED), (9, LEAST_UPON)])
def test_two_that_share_their_width_must_each_be_believable(drawn, left, least):
    def upon(share):
        one, other = believed(1, share)
        return [one, replace(other, box=Box(left, 0, 100, 100)), *(digit(1, Box(300 * n, 0, 100, 100)) for n in (1, 2))]

    assert is_clear(drawn, upon(least + 1e-6))
    assert not is_clear(drawn, upon(least - 1e-6))


def test_no_number_has_a_dot_above_it(drawn):
    two, dot = believed(1, 1), np.array([(75, 20), (77, 24)], np.float32)
    assert not is_clear(replace(drawn, strokes=(*drawn.strokes, dot)), two)
    below, beside, long = dot + np.float32([0, 60]), dot + np.float32([-68, 0]), dot * np.float32(3)
    for fine in (below, beside, long - np.float32([150, 0])):
        assert is_clear(replace(drawn, strokes=(*drawn.strokes, fine)), two)


def test_one_that_cannot_be_beaten_is_not_taken_apart(monkeypatch, eight):
    monkeypatch.setattr(reading, "ONE_BONUS", -np.log(WHOLE) + 1e-5)
    monkeypatch.setattr(reading, "_best_way", lambda *_: pytest.fail("it was taken apart"))
    assert [each.digit for each in read(look, eight)] == [5]
