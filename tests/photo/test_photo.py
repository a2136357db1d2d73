"""What is seen of a picture, and what the browser may ask of it."""

import numpy as np
import pytest

from mnist_core import Drawing
from mnist_ui import photo
from mnist_ui.photo.view import LEAST, View

PIXELS = np.arange(600, dtype=np.uint16).reshape(20, 30).astype(np.uint8)
DRAWING = Drawing.from_pixels(PIXELS)


@pytest.fixture
def session(monkeypatch):
    """What a session keeps."""
    kept = {}
    monkeypatch.setattr(photo.st, "session_state", kept)
    return kept


def test_the_whole_is_the_picture_as_it_came():
    assert View().of(DRAWING) is DRAWING
    assert View().turned().turned().turned().turned().is_whole


def test_a_turn_is_a_quarter_clockwise():
    np.testing.assert_array_equal(View().turned().of(DRAWING).pixels, np.rot90(PIXELS, -1))


def test_a_part_of_a_part():
    view = View().cropped(0.5, 0, 1, 1).cropped(0, 0.25, 0.2, 0.75)
    np.testing.assert_array_equal(view.of(DRAWING).pixels, PIXELS[5:15, 15:18])


def test_a_part_is_turned_with_its_picture():
    view = View().cropped(0, 0, 0.5, 0.5).turned()
    np.testing.assert_array_equal(view.of(DRAWING).pixels, np.rot90(PIXELS[:10, :15], -1))
    back = view.cropped(0.5, 0, 1, 1)
    np.testing.assert_array_equal(back.of(DRAWING).pixels, np.rot90(PIXELS[:10, :15], -1)[:, 5:])


@pytest.mark.parametrize("part", [(2, 2, -1, -1), (0.5, 0.5, 0.5, 0.5), (-3, -3, -2, -2), (0.99, 0.99, 7, 7)])
def test_any_four_numbers_are_some_part(part):
    view = View().cropped(*part)
    assert 0 <= view.left < view.right <= 1
    assert 0 <= view.top < view.bottom <= 1
    assert view.right - view.left >= LEAST * 0.99
    assert min(view.of(DRAWING).size) >= 1


def test_the_browser_asks_for_a_digit_a_part_a_turn_and_all_of_it(session):
    photo.take("one", {"which": 2}, 3)
    assert photo.chosen("one", 3) == 2
    photo.take("one", {"crop": [0, 0, 0.5, 1]}, 3)
    assert photo.seen("one") == View(right=0.5)
    assert photo.chosen("one", 3) == 0
    photo.take("one", {"turn": True}, 3)
    assert photo.seen("one").turns == 1
    assert photo.seen("another").is_whole
    photo.take("one", {"whole": True}, 3)
    assert photo.seen("one").is_whole
    assert session == {}


@pytest.mark.parametrize(
    "asked",
    [None, 3, "crop", {"which": 3}, {"which": -1}, {"which": "0"}, {"crop": [0, 1]}, {"crop": [0, 0, 1, float("nan")]},
     {"crop": [0, 0, 1, "1"]}, {"crop": "0011"}, {"turn": 1}, {"whole": 1}, {}],
)  # fmt: skip
def test_what_cannot_be_done_is_not(session, asked):
    photo.take("one", asked, 3)
    assert session == {}


def test_a_digit_that_is_gone_is_not_chosen(session):
    photo.take("one", {"which": 2}, 3)
    assert photo.chosen("one", 2) == 1
    assert photo.chosen("one", 0) == 0
