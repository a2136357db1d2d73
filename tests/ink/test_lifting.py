"""Lifting the ink of one digit off a picture."""

import cv2
import numpy as np
import pytest

from mnist_core.ink.lifting import lifted
from mnist_core.types import Box

BOX = Box(60, 50, 40, 60)


def sheet(paper=(230, 225, 220), ink=(30, 30, 120)):
    """A ring on paper, in `BOX`."""
    picture = np.full((160, 240, 3), paper, np.uint8)
    cv2.ellipse(picture, (80, 80), (17, 27), 0, 0, 360, ink, 6, cv2.LINE_AA)
    return picture


def is_ring(ink):
    """Whether ink is a ring: empty in the middle, all around it ink, and as high as it is to be."""
    height, width = ink.shape
    middle = ink[int(height * 0.4) : int(height * 0.6), int(width * 0.4) : int(width * 0.6)]
    sides = (
        ink[height // 2, :4].max(),
        ink[height // 2, -4:].max(),
        ink[:4, width // 2].max(),
        ink[-4:, width // 2].max(),
    )
    return middle.max() < 60 and min(sides) > 150 and 1.3 < height / width < 1.75


@pytest.mark.parametrize(
    ("paper", "ink"),
    [
        ((230, 225, 220), (30, 30, 120)),
        ((40, 45, 40), (240, 240, 235)),  # chalk
        ((190, 110, 110), (110, 150, 110)),  # as bright as the paper
        ((235, 235, 235), (205, 205, 207)),  # a pencil
    ],
)
def test_ink_is_lifted_off_paper_of_any_colour(paper, ink):
    assert is_ring(lifted(sheet(paper, ink), BOX))


def test_light_and_shadow_are_no_ink():
    shade = np.linspace(1.0, 0.5, 240)[None, :, None]
    assert is_ring(lifted((sheet() * shade).astype(np.uint8), BOX))


def test_a_line_that_goes_through_is_no_ink():
    picture = sheet()
    cv2.line(picture, (0, 116), (239, 116), (30, 30, 120), 3)
    assert is_ring(lifted(picture, BOX))


def test_ink_of_a_neighbour_stays_behind():
    picture = sheet()
    cv2.ellipse(picture, (118, 80), (17, 27), 0, 0, 360, (30, 30, 120), 6, cv2.LINE_AA)
    assert is_ring(lifted(picture, BOX, [Box(98, 50, 40, 60)]))


def test_dark_ends_do_not_hide_the_rest():
    picture = sheet(ink=(120, 120, 190))
    cv2.circle(picture, (80, 53), 5, (10, 10, 40), -1)
    assert is_ring(lifted(picture, BOX))


@pytest.mark.parametrize("box", [BOX, Box(-20, -20, 30, 30), Box(230, 150, 40, 40), Box(500, 500, 9, 9)])
def test_blank_paper_has_no_ink(box):
    assert lifted(np.full((160, 240, 3), 230, np.uint8), box) is None
