"""When something is said of an answer, at the very edge; and where an erased piece lies."""

import numpy as np
import pytest

from mnist_core import Drawing, ink
from mnist_core.explanation.erasure import Erasure
from mnist_core.explanation.explanation import SMALL_PIECE, SMALL_SQUARE, disagreement, erased_pixels
from mnist_core.explanation.occlusion import OcclusionMap
from mnist_core.readings.neighbours import Neighbours
from mnist_core.synthesis.canvas import painted
from mnist_core.types import Box, Prediction

# A cross of 200 x 100 pixels with its pen: its digit image is 20 pixels wide and 10 high.
CROSS = Drawing.from_strokes([[(110, 200), (290, 200)], [(200, 160), (200, 240)]], 20)
PIXELS = ink.digit_image(CROSS).pixels
SEVEN, ONE = (Prediction(np.eye(10, dtype=np.float32)[digit], 0.0) for digit in (7, 1))
RIGHT_ARM = np.array([[230, 200], [290, 200]], np.float32)


def heat_of(values):
    found = np.zeros((10, 28, 28), np.float32)
    found[7] = values
    return OcclusionMap(PIXELS, found)


def said(erasure=None, values=PIXELS, labels=None):
    """The sentences about a seven."""
    known = None if labels is None else Neighbours(np.arange(len(labels)), np.array(labels, np.uint8), np.ones(8))
    return disagreement(CROSS, SEVEN, heat_of(values), known, erasure)


@pytest.mark.parametrize(
    ("share", "percent"), [(0.004, "1"), (0.0126, "1"), (SMALL_PIECE, "8"), (np.nextafter(SMALL_PIECE, 1), None)]
)
def test_a_piece_of_a_stroke_is_small_up_to_its_limit(share, percent):
    sentences = said(Erasure(CROSS, share, ONE, piece=RIGHT_ARM))
    assert [f"without {percent} % of the ink it would be read as 1, not 7" in each for each in sentences] == (
        [True] if percent else []
    )


@pytest.mark.parametrize(("share", "is_small"), [(SMALL_SQUARE, True), (np.nextafter(SMALL_SQUARE, 1), False)])
def test_a_square_of_a_picture_is_small_up_to_a_limit_of_its_own(share, is_small):
    found = said(Erasure(CROSS, share, ONE, box=Box(250, 190, 40, 20)))
    assert bool(found) == is_small


def test_the_limits_are_those_of_the_training_writers():
    assert (SMALL_PIECE, SMALL_SQUARE) == (0.08, 0.035)


@pytest.mark.parametrize(("factor", "is_said"), [(1.02, False), (0.98, True)])
def test_a_piece_must_speak_for_the_answer_half_as_much_as_its_ink_would(factor, is_said):
    erasure = Erasure(CROSS, 0.3, ONE, piece=RIGHT_ARM)
    piece = erased_pixels(CROSS, PIXELS, erasure)
    part, whole = float(piece.sum()), float(PIXELS.sum())
    # What the piece's ink must weigh where the other ink weighs 1.
    weight = factor * 0.5 * (whole - part) / (whole - 0.5 * part)
    found = said(erasure, PIXELS * np.where(piece > 0, weight, 1))
    assert [("hardly speaks for 7" in each) for each in found] == ([True] if is_said else [])


@pytest.mark.parametrize(("more_against", "is_said"), [(-1e-3, False), (0.0, False), (1e-3, True)])
def test_ink_that_speaks_as_much_against_as_for_is_not_said(more_against, is_said):
    values = np.zeros((28, 28))
    values[9, 9], values[9, 10] = 1, -1 - more_against
    assert bool(said(values=values)) == is_said


@pytest.mark.parametrize(("labels", "is_said"), [([7, 7, 1, 1], False), ([7, 1, 1], True), ([7], False), ([], False)])
def test_most_of_the_nearest_must_be_another_digit(labels, is_said):
    assert bool(said(labels=labels)) == is_said


def places(piece):
    """First and last row and column of a piece."""
    rows, columns = np.nonzero(piece)
    return rows.min(), rows.max(), columns.min(), columns.max()


def test_a_piece_lies_on_the_digit_image_where_it_was_drawn():
    top, bottom, left, right = places(PIXELS)
    assert (right - left, bottom - top) == pytest.approx((19, 9), abs=2)
    arm = erased_pixels(CROSS, PIXELS, Erasure(CROSS, 0.3, ONE, piece=RIGHT_ARM))
    first, last, begin, end = places(arm)
    assert (first + last) / 2 == pytest.approx((top + bottom) / 2, abs=0.5)
    assert end == right
    assert begin == pytest.approx(left + 12, abs=2)
    foot = erased_pixels(CROSS, PIXELS, Erasure(CROSS, 0.1, ONE, piece=np.array([[200, 230], [200, 240]], np.float32)))
    first, last, begin, end = places(foot)
    assert last == bottom
    assert first >= bottom - 4
    assert (begin + end) / 2 == pytest.approx((left + right) / 2, abs=0.5)
    assert (foot[foot > 0] == PIXELS[foot > 0]).all()


def test_a_square_lies_on_the_digit_image_where_it_was_on_the_picture():
    picture = Drawing.from_pixels(painted(CROSS.strokes, 20, (400, 400)))
    pixels = ink.digit_image(picture).pixels
    top, bottom, left, right = places(pixels)
    whole = erased_pixels(picture, pixels, Erasure(picture, 1.0, ONE, box=Box(90, 140, 220, 120)))
    np.testing.assert_array_equal(whole, pixels)
    half = erased_pixels(picture, pixels, Erasure(picture, 0.5, ONE, box=Box(200, 140, 110, 120)))
    first, last, begin, end = places(half)
    assert (first, last, end) == (top, bottom, right)
    assert begin == pytest.approx((left + right) / 2, abs=1)
    lower = erased_pixels(picture, pixels, Erasure(picture, 0.5, ONE, box=Box(90, 220, 220, 40)))
    first, last, begin, end = places(lower)
    assert last == bottom
    assert first == pytest.approx(top + 0.7 * (bottom - top), abs=1.5)
