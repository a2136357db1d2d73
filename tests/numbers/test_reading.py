"""Reading a number of several digits."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mnist_core import Drawing, ink
from mnist_core.errors import EmptyDrawingError
from mnist_core.ink.pictures import cropped
from mnist_core.ink.stages import clean_ink
from mnist_core.numbers.reading import best_of
from mnist_core.numbers.splitting import Candidate, Split, split_ink
from mnist_core.synthesis.canvas import painted
from mnist_core.types import Box
from tests.strokes import DIGITS


def number(*digits, gap=40.0, pen=12.0):
    """Digits side by side, their strokes as written."""
    strokes, right = [], 30.0
    for digit in digits:
        points = np.concatenate([np.array(stroke) for stroke in DIGITS[digit]])
        move = np.array([right - points[:, 0].min(), 0])
        strokes += [np.array(stroke) + move for stroke in DIGITS[digit]]
        right += np.ptp(points[:, 0]) + gap
    return Drawing.from_strokes(strokes, pen, (int(right) + 30, 400))


def as_picture(drawing):
    return Drawing.from_pixels(painted(drawing.strokes, drawing.pen_width, drawing.size))


def digits_of(predictions):
    return [prediction.digit for prediction in predictions]


@pytest.mark.parametrize("digits", [(2, 0), (7, 4, 1), (2, 0, 3, 4), (8, 0, 0, 7, 2, 4)])
def test_a_number_is_read_from_strokes_and_from_its_picture(recognizer, digits):
    drawing = number(*digits)
    assert digits_of(recognizer.read_number(drawing)) == list(digits)
    assert digits_of(recognizer.read_number(as_picture(drawing))) == list(digits)


@pytest.mark.parametrize("digit", DIGITS)
def test_one_digit_is_a_number_of_one(recognizer, digit):
    drawing = number(digit)
    (read,) = recognizer.read_number(drawing)
    np.testing.assert_allclose(read.probabilities, recognizer.predict(drawing).probabilities, atol=1e-4)


def test_the_box_of_each_digit_is_where_it_was_drawn(recognizer):
    drawing = number(7, 4, 2)
    for each in (drawing, as_picture(drawing)):
        boxes = [digit.box for digit in recognizer.read_number(each)]
        assert [box.x for box in boxes] == pytest.approx([24, 204, 394], abs=3)
        assert boxes[0].width == pytest.approx(152, abs=4)
        assert boxes[1].y == pytest.approx(84, abs=4)


def test_a_large_picture_gives_boxes_in_its_own_pixels(recognizer):
    small = as_picture(number(7, 2)).pixels
    large = np.kron(small, np.ones((4, 4), np.uint8))
    one, other = (recognizer.read_number(Drawing.from_pixels(each)) for each in (small, large))
    for left, right in zip(one, other, strict=True):
        assert left.digit == right.digit
        assert right.box.x == pytest.approx(4 * left.box.x, abs=12)
        assert right.box.height == pytest.approx(4 * left.box.height, abs=24)


def test_a_bar_added_at_the_end_still_belongs_to_its_digit(recognizer):
    drawing = number(4, 0)
    stem, bowl, zero = drawing.strokes[1], drawing.strokes[0], drawing.strokes[2]
    late = Drawing.from_strokes([bowl, zero, stem], drawing.pen_width, drawing.size)
    assert digits_of(recognizer.read_number(late)) == [4, 0]


@pytest.mark.parametrize("gap", [0.0, 12.0, 90.0])
def test_neighbours_may_touch_or_stand_apart(recognizer, gap):
    assert digits_of(recognizer.read_number(number(2, 7, 3, gap=gap))) == [2, 7, 3]


def test_touching_digits_are_cut_in_a_picture(recognizer):
    touching = as_picture(number(3, 2, gap=10.0))
    assert len(split_ink(touching).borders) > 1
    assert digits_of(recognizer.read_number(touching)) == [3, 2]


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("form", [lambda drawing: drawing, as_picture])
def test_one_digit_is_read_as_predict_reads_it(recognizer, digit, form):
    drawing = form(number(digit))
    (one,) = recognizer.read(drawing)
    alone = recognizer.predict(drawing)
    np.testing.assert_array_equal(one.probabilities, alone.probabilities)
    assert (one.novelty, one.digit, one.drawing) == (alone.novelty, digit, drawing)


@pytest.mark.parametrize("digits", [(2, 0), (7, 4, 1), (2, 0, 3, 4), (8, 0, 0, 7, 2, 4)])
@pytest.mark.parametrize("form", [lambda drawing: drawing, as_picture])
def test_a_number_is_found_without_being_told(recognizer, digits, form):
    assert digits_of(recognizer.read(form(number(*digits)))) == list(digits)


BAR = [(150, 210), (270, 205)]
SLASH = [(260, 95), (140, 305)]
WRITTEN_IN_PARTS = {
    "crossed 7": (7, [*DIGITS[7], BAR]),
    "4 in two strokes": (4, DIGITS[4]),
    "5 with a late bar": (5, [DIGITS[5][0][1:], DIGITS[5][0][:2]]),
    "slashed 0": (0, [*DIGITS[0], SLASH]),
    "dotted 0": (0, [*DIGITS[0], [(200, 200)]]),
    "1 with flag and foot": (1, [[(165, 150), (210, 90), (210, 310)], [(160, 312), (262, 310)]]),
}


@pytest.mark.parametrize("name", WRITTEN_IN_PARTS)
def test_a_digit_of_several_strokes_stays_one(recognizer, name):
    digit, strokes = WRITTEN_IN_PARTS[name]
    drawing = Drawing.from_strokes(strokes, 16.0)
    assert digits_of(recognizer.read(drawing)) == [digit]
    assert digits_of(recognizer.read(as_picture(drawing))) == [digit]


def circle(x, y, radius, start=-90):
    angles = np.deg2rad(np.linspace(start, start + 360, 24))
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1)


EYES = [[(160, 150)], [(240, 150), (242, 165)]]
MOUTH = [(140, 240), (170, 265), (200, 272), (230, 265), (260, 240)]
STEM, ARCH = [(0, 100), (0, 250)], [(0, 150), (20, 110), (45, 100), (65, 115), (70, 160), (70, 250)]
NO_NUMBERS = {
    "face": [circle(200, 200, 130), *EYES, MOUTH],
    "face, its eyes first": [*EYES, circle(200, 200, 130), MOUTH],
    "button": [circle(200, 200, 130), circle(160, 200, 12), circle(240, 200, 12)],
    "ok": [circle(120, 240, 55), [(220, 90), (220, 300)], [(300, 180), (222, 240)], [(240, 228), (310, 300)]],
    "y": [[(130, 130), (200, 230)], [(280, 125), (160, 340)]],
    "m": [np.add(each, (100, 0)) for each in (STEM, ARCH)] + [np.add(ARCH, (170, 0))],
    "H": [[(120, 90), (120, 310)], [(280, 90), (280, 310)], [(120, 200), (280, 200)]],
    "hi": [
        *([(x + 80, y) for x, y in each] for each in ([(0, 20), (0, 250)], ARCH)),
        [(250, 120), (250, 250)],
        [(250, 60), (252, 64)],
    ],
}


@pytest.mark.parametrize("form", [lambda drawing: drawing, as_picture])
@pytest.mark.parametrize("name", NO_NUMBERS)
def test_faces_letters_and_words_are_neither_digits_nor_numbers(recognizer, name, form):
    read = recognizer.read(form(Drawing.from_strokes(NO_NUMBERS[name], 16.0)))
    assert not any(each.is_digit and each.is_sure for each in read)
    assert len(read) == 1 or form is as_picture


@pytest.mark.parametrize("parts", [[[(200, 200)]], [SLASH], [[(200, 200)], [(203, 204)]]])
def test_a_zero_with_a_slash_or_with_a_dot_made_twice_is_no_face(recognizer, parts):
    assert digits_of(recognizer.read(Drawing.from_strokes([*DIGITS[0], *parts], 16.0))) == [0]


NO_DIGITS = {
    "A": [[(120, 320), (200, 80), (280, 320)], [(150, 235), (252, 235)]],
    "X": [[(120, 90), (280, 310)], [(280, 90), (120, 310)]],
    "E": [[(260, 90), (140, 90), (140, 310), (260, 310)], [(140, 200), (240, 200)]],
    "scribble": [np.cumsum(np.random.default_rng(5).normal(0, 45, (40, 2)), axis=0) % 300 + 50],
}


@pytest.mark.parametrize("name", NO_DIGITS)
def test_what_is_no_digit_stays_one_thing(recognizer, name):
    (read,) = recognizer.read(Drawing.from_strokes(NO_DIGITS[name], 16.0))
    assert not read.is_digit


def test_many_strokes_over_each_other_are_one_thing(recognizer):
    rng = np.random.default_rng(3)
    hatched = [
        [(rng.uniform(90, 130), y), (rng.uniform(270, 310), y + rng.uniform(-30, 30))] for y in range(90, 310, 9)
    ]
    (read,) = recognizer.read(Drawing.from_strokes(hatched, 12.0))
    assert not read.is_digit


@pytest.mark.parametrize("form", [lambda drawing: drawing, as_picture])
def test_each_digit_has_a_drawing_of_its_own(recognizer, form):
    read = recognizer.read(form(number(7, 4, 2)))
    assert digits_of(read) == [7, 4, 2]
    for digit in read:
        alone = recognizer.predict(digit.drawing)
        assert alone.digit == digit.digit
        np.testing.assert_allclose(alone.probabilities, digit.probabilities, atol=0.02)


def test_the_drawings_of_a_number_hold_all_strokes_once(recognizer):
    drawing = number(7, 4, 2)
    alone = [digit.drawing for digit in recognizer.read(drawing)]
    assert [len(each.strokes) for each in alone] == [1, 2, 1]
    assert {(each.size, each.pen_width) for each in alone} == {(drawing.size, drawing.pen_width)}
    for one, other in zip((stroke for each in alone for stroke in each.strokes), drawing.strokes, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_was_read_before_is_read_the_same_again(recognizer):
    drawing = number(2, 0, 4)
    first, again = recognizer.read(drawing), recognizer.read(number(2, 0, 4))
    assert digits_of(first) == [2, 0, 4]
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.probabilities, other.probabilities)
        assert one.box == other.box


def test_threads_read_the_same(recognizer):
    drawings = [number(*digits) for digits in ((2, 0), (7,), (1, 4, 3), (8, 8))] * 3
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(lambda drawing: digits_of(recognizer.read(drawing)), drawings))
    assert read == [[2, 0], [7], [1, 4, 3], [8, 8]] * 3


def test_nothing_is_no_number(recognizer):
    for read in (recognizer.read, recognizer.read_number):
        with pytest.raises(EmptyDrawingError):
            read(Drawing.from_pixels(np.zeros((40, 80), np.uint8)))


def test_parts_hold_all_ink_once():
    picture = as_picture(number(8, 0, 3, gap=6.0))
    split = split_ink(picture)
    assert {candidate.first for candidate in split.candidates} == set(range(len(split.borders)))
    parts = [candidate for candidate in split.candidates if candidate.last == candidate.first + 1]
    assert len(parts) == len(split.borders)
    clean = clean_ink(picture)
    found = np.zeros(clean.shape, int)
    for part in parts:
        found[part.box.rows, part.box.columns] += cropped(part.draw().pixels)
    np.testing.assert_array_equal(found, clean)


def brute_force(probabilities, novelty, split):
    """The best way by trying every way to divide the parts into groups."""
    n = len(split.borders)
    by_place = {(each.first, each.last): index for index, each in enumerate(split.candidates)}
    best = (-np.inf, None)
    for cuts in itertools.product([False, True], repeat=n - 1):
        ends = [i + 1 for i, cut in enumerate(cuts) if cut] + [n]
        groups = list(zip([0, *ends], ends, strict=False))
        if not all(group in by_place for group in groups):
            continue
        score = 0.0
        for group in groups:
            index = by_place[group]
            believed = np.log(probabilities[index].max() * (1 - novelty[index]))
            score += believed * (group[1] - group[0]) - split.candidates[index].cost - split.borders[group[1] - 1]
        best = max(best, (score, [int(probabilities[by_place[group]].argmax()) for group in groups]))
    return best[0] / n, best[1]


@pytest.mark.parametrize("seed", range(20))
def test_the_best_way_is_found(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 8))
    pixels = np.zeros((28, 28), np.uint8)
    candidates = [
        Candidate(
            first, last, pixels, Box(10.0 * first, 0, 10.0 * (last - first), 20), float(rng.uniform(0, 1)), lambda: None
        )
        for first in range(n)
        for last in range(first + 1, min(first + 3, n) + 1)
    ]
    split = Split(candidates, [*rng.uniform(0, 1, n - 1).tolist(), 0.0])
    probabilities = rng.dirichlet(np.full(10, 0.2), len(candidates)).astype(np.float32)
    novelty = rng.uniform(0, 0.99, len(candidates)).astype(np.float32)
    way = best_of(lambda _: (probabilities, novelty), split)
    assert (pytest.approx(way.score, rel=1e-4), digits_of(way.digits)) == brute_force(probabilities, novelty, split)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        hnp.arrays(np.float32, st.tuples(st.integers(1, 12), st.just(2)), elements=st.floats(-500, 900, width=32)),
        min_size=1,
        max_size=12,
    ),
    st.floats(1, 80),
)
def test_any_strokes_give_digits_in_their_order(recognizer, strokes, pen):
    drawing = Drawing.from_strokes(strokes, pen, (400, 400))
    for digits in (recognizer.read(drawing), recognizer.read_number(drawing)):
        middles = [digit.box.x + digit.box.width / 2 for digit in digits]
        assert digits
        assert middles == sorted(middles)


@settings(max_examples=30, deadline=None)
@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=80)))
def test_any_picture_gives_digits_or_is_empty(recognizer, pixels):
    drawing = Drawing.from_pixels(pixels)
    try:
        ink.digit_image(drawing)
    except EmptyDrawingError:
        for read in (recognizer.read, recognizer.read_number):
            with pytest.raises(EmptyDrawingError):
                read(drawing)
    else:
        assert all(1 <= len(read(drawing)) <= 200 for read in (recognizer.read, recognizer.read_number))


def slow(stroke, points):
    """A stroke with so many points, as a slow finger makes it."""
    at = np.linspace(0, len(stroke) - 1, points)
    return np.stack([np.interp(at, np.arange(len(stroke)), np.array(stroke)[:, axis]) for axis in (0, 1)], axis=1)


def test_a_number_that_a_slow_finger_drew_is_read_with_fewer_of_its_points(recognizer):
    strokes = [slow(DIGITS[digit][0], 900) * 0.4 + [left, 100] for digit, left in ((3, 0), (7, 160))]
    read = recognizer.read(Drawing.from_strokes(strokes))
    assert digits_of(read) == [3, 7]
    for digit, stroke in zip(read, strokes, strict=True):
        (drawn,) = digit.drawing.strokes
        assert 300 < len(drawn) < 501
        np.testing.assert_allclose(drawn[[0, -1]], stroke[[0, -1]], rtol=1e-6)
        np.testing.assert_allclose(np.ptp(drawn, axis=0), np.ptp(stroke, axis=0), atol=1)
