"""Strokes as pixels, and pictures made smaller, held to the mathematics in docs/build/rendering.md."""

import math

import numpy as np
import pytest

from mnist_core.ink import draw_strokes, strokes_in_form
from mnist_core.ink.stages import into_box
from mnist_core.ink.strokes import fitted_strokes
from tests.strokes import DIGITS

RNG = np.random.default_rng(21)


def distance(x, y, start, end):
    """How far a place is from a segment, from the definition, number by number."""
    (ax, ay), (bx, by) = start, end
    length = (bx - ax) ** 2 + (by - ay) ** 2
    share = min(max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length, 0), 1) if length else 0
    return math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay))


def drawn_slowly(strokes, pen, size):
    """The picture pixel by pixel."""
    segments = [(a, b) for stroke in strokes for a, b in zip(stroke, [*stroke[1:], stroke[-1]], strict=True)]
    image = np.zeros((size[1], size[0]), np.uint8)
    for y in range(size[1]):
        for x in range(size[0]):
            nearest = min(distance(x, y, *segment) for segment in segments)
            image[y, x] = math.floor(255 * min(max((pen + 1) / 2 - nearest, 0), 1, pen) + 0.5)
    return image


@pytest.mark.parametrize("pen", [0.3, 1.0, 2.7, 9.0])
def test_each_pixel_is_covered_as_its_distance_says(pen):
    strokes = [RNG.uniform(-6, 36, (n, 2)) for n in (1, 2, 7, 60)]
    strokes.append(np.cumsum(RNG.normal(0, 0.4, (300, 2)), axis=0) + 15)
    np.testing.assert_array_equal(draw_strokes(strokes, pen, (31, 24)), drawn_slowly(strokes, pen, (31, 24)))


@pytest.mark.parametrize("pen", [0.25, 0.6, 1.0, 3.5])
def test_a_level_line_has_the_ink_of_its_area(pen):
    line = np.array([[-10, 8.3], [40, 8.3]], np.float32)
    assert draw_strokes([line], pen, (30, 18)).sum() / 255 == pytest.approx(30 * pen, rel=0.01)


def test_a_point_is_a_disc():
    assert draw_strokes([np.array([[20, 20]])], 17, (41, 41)).sum() / 255 == pytest.approx(math.pi * 8.5**2, rel=0.01)


def test_nothing_is_drawn_by_strokes_beyond_the_rim_or_by_none():
    beyond = np.array([[-50.0, -50.0], [-20.0, -20.0]])
    assert not draw_strokes([beyond], 9, (20, 20)).any()
    assert not draw_strokes([], 9, (20, 20)).any()


@pytest.mark.parametrize("label", DIGITS)
def test_a_drawing_is_the_same_wherever_and_however_large_it_was_drawn(label):
    strokes = [np.array(stroke, np.float64) for stroke in DIGITS[label]]
    usual = strokes_in_form(strokes, 20)
    for size, place in ((0.25, (300, 10)), (8.0, (-70, 900))):
        moved = [stroke * size + place for stroke in strokes]
        np.testing.assert_allclose(strokes_in_form(moved, 20 * size).astype(int), usual, atol=1)


@pytest.mark.parametrize("cell", [1, 3])
def test_ink_fills_whole_cells_and_lies_in_the_middle_of_them(cell):
    ink = fitted_strokes([np.array([[0, 0], [0, 100]], np.float32)], 1, 60, 0.124, cell)
    assert ink.shape == (60, -(-60 * 0.124 // cell) * cell)
    np.testing.assert_array_equal(ink, ink[:, ::-1])
    np.testing.assert_array_equal(ink, ink[::-1])


def overlaps(large, small):
    """How much of each large pixel lies in each small one, (small, large), in shares of the small one."""
    edges = np.arange(small + 1) * large / small
    ends = np.minimum(edges[1:, None], np.arange(large) + 1)
    return np.maximum(ends - np.maximum(edges[:-1, None], np.arange(large)), 0) * small / large


@pytest.mark.parametrize("size", [(60, 33), (97, 61), (400, 301), (29, 20)])
def test_made_smaller_each_pixel_is_the_mean_of_its_area(size):
    picture = RNG.integers(0, 256, size, np.uint8)
    small = into_box(picture)
    assert max(small.shape) == 20
    mean = overlaps(size[0], small.shape[0]) @ picture @ overlaps(size[1], small.shape[1]).T
    assert np.abs(small - mean).max() <= 1


def test_made_smaller_by_a_whole_number_each_pixel_is_the_mean_of_a_square():
    picture = RNG.integers(0, 256, (60, 39), np.uint8)
    mean = picture.reshape(20, 3, 13, 3).mean(axis=(1, 3))
    assert np.abs(into_box(picture, 1 / 3) - mean).max() <= 0.5
