"""Reading what was found on paper, line by line."""

import numpy as np
import pytest

from mnist_core import Drawing
from mnist_core.numbers.finding import NAMES, Found
from mnist_core.numbers.paper import lines_of, page_reading, read_paper
from mnist_core.synthesis.canvas import painted
from mnist_core.types import Box
from tests.strokes import DIGITS


def sheet(*rows):
    """Rows of digits on paper, and where each digit is: picture uint8 (h, w, 3), and what is to be found."""
    strokes, found = [], []
    for row, digits in enumerate(rows):
        left = 40.0
        for digit in digits:
            points = np.concatenate([np.array(stroke) for stroke in DIGITS[digit]])
            low, high = points.min(axis=0), points.max(axis=0)
            scale = 100 / (high - low)[1]
            move = np.array([left, 40.0 + 160 * row]) - low * scale
            strokes += [(np.array(stroke) * scale + move).astype(np.float32) for stroke in DIGITS[digit]]
            x, y, width, height = *(low * scale + move - 6), *((high - low) * scale + 12)
            names = np.eye(len(NAMES), dtype=np.float32)[digit]
            found.append(Found(Box(x, y, width, height), "digit", 0.9, names))
            left += width + 30
    ink = painted(strokes, 12, (600, 40 + 160 * len(rows)))
    return 255 - np.repeat(ink[..., None], 3, axis=2), found


@pytest.mark.parametrize("rows", [[[7, 4, 2]], [[8, 0], [3, 1, 5]], [[2], [6], [9]]])
def test_digits_are_read_line_by_line(recognizer, rows):
    picture, found = sheet(*rows)
    read = read_paper(recognizer.predict_many, found[::-1], picture)
    lines = [[each.digit for each in read if each.line == line] for line in range(len(rows))]
    assert lines == rows
    assert [each.line for each in read] == sorted(each.line for each in read)
    assert all(each.is_digit for each in read)


def test_what_is_shown_is_what_was_read(recognizer):
    picture, found = sheet([7, 4, 2])
    for each in read_paper(recognizer.predict_many, found, picture):
        again = recognizer.predict(each.drawing)
        np.testing.assert_allclose(again.probabilities, each.probabilities, atol=1e-5)


def test_a_name_that_was_not_found_is_not_believed(recognizer):
    picture, found = sheet([7])
    other = Found(found[0].box, "digit", 0.9, np.eye(len(NAMES), dtype=np.float32)[4])
    (read,) = read_paper(recognizer.predict_many, [other], picture)
    assert not read.is_digit


def test_a_line_that_is_hardly_believed_is_passed_over_beside_another(recognizer):
    picture, found = sheet([7, 4, 1], [2, 0])
    doubted = [Found(each.box, "digit", 0.31, each.names) for each in found[1:3]]
    read = read_paper(recognizer.predict_many, [found[0], doubted[0], *found[2:]], picture)
    assert [each.is_digit for each in read] == [True, False, True, True, True]
    read = read_paper(recognizer.predict_many, [found[0], *doubted, *found[3:]], picture)
    assert [(each.digit, each.line, each.is_digit) for each in read] == [(2, 0, True), (0, 0, True)]
    read = read_paper(recognizer.predict_many, [found[0], *doubted], picture)
    assert [each.is_digit for each in read] == [False, False, False]


def test_signs_are_passed_over(recognizer):
    picture, found = sheet([7, 4, 2])
    sign = Found(found[1].box, "sign", 0.9, np.eye(len(NAMES), dtype=np.float32)[NAMES.index("slash")])
    read = read_paper(recognizer.predict_many, [found[0], sign, found[2]], picture)
    assert [each.digit for each in read] == [7, 2]


def test_boxes_of_a_large_picture_are_in_its_own_pixels(recognizer):
    picture, found = sheet([7, 4, 2])
    read = read_paper(recognizer.predict_many, found, picture, 3.0)
    assert [each.box.x for each in read] == pytest.approx([each.box.x * 3 for each in found], rel=1e-4)


def test_lines_that_rise_stay_lines():
    rising = [Box(60 * index, 100 - 15 * index, 40, 60) for index in range(6)]
    below = [Box(60 * index, 220 - 15 * index, 40, 60) for index in range(6)]
    assert lines_of([*below, *rising]) == [[6, 7, 8, 9, 10, 11], [0, 1, 2, 3, 4, 5]]
    assert lines_of([]) == []


def test_strokes_are_read_without_the_detector(recognizer):
    (read,) = recognizer.read(Drawing.from_strokes(DIGITS[3]))
    assert (read.digit, read.line) == (3, 0)


def test_a_number_that_is_surely_read_stays_where_a_digit_was_not_found(recognizer):
    picture, found = sheet([7, 4, 2])
    for there in (found, found[:2], found[::2]):
        read = page_reading(
            recognizer.predict_many, lambda _colours, there=there: there, Drawing.from_pixels(picture)
        ).digits
        assert [each.digit for each in read] == [7, 4, 2]
        assert all(each.is_sure for each in read)


def test_what_was_found_is_in_doubt_where_the_whole_is_sure_of_something_else(recognizer):
    picture, found = sheet([7, 1, 2])
    slash = Found(found[1].box, "sign", 0.9, np.eye(len(NAMES), dtype=np.float32)[NAMES.index("slash")])
    there = [found[0], slash, found[2]]
    read = page_reading(recognizer.predict_many, lambda _colours: there, Drawing.from_pixels(picture)).digits
    assert [each.digit for each in read] == [7, 2]
    assert not any(each.is_sure for each in read)


def test_a_page_on_which_no_digit_is_found_says_so(recognizer):
    picture, _found = sheet([7, 1], [2, 0])
    read = page_reading(recognizer.predict_many, lambda _colours: [], Drawing.from_pixels(picture))
    assert [each.is_digit for each in read.digits] == [False]
    assert read.signs == []


def test_what_is_certainly_a_sign_is_said(recognizer):
    picture, found = sheet([7, 1, 2])
    names = np.eye(len(NAMES), dtype=np.float32)
    slash = Found(found[1].box, "sign", 0.9, names[NAMES.index("slash")])
    perhaps = [
        Found(found[1].box, "sign", 0.4, slash.names),
        Found(found[1].box, "sign", 0.9, 0.4 * slash.names),
        Found(found[0].box, "sign", 0.9, slash.names),
    ]
    drawing = Drawing.from_pixels(picture)
    for sign, said in ((slash, ["slash"]), *((each, []) for each in perhaps)):
        there = [found[0], sign, found[2]]
        read = page_reading(recognizer.predict_many, lambda _colours, there=there: there, drawing)
        assert [each.name for each in read.signs] == said
        assert all(each.box == sign.box for each in read.signs)
