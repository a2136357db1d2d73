"""Handwriting made from handwriting."""

from itertools import pairwise

import numpy as np
import pytest

from mnist_core import Drawing, ink
from mnist_core.synthesis import letters
from mnist_core.synthesis.non_digits import KINDS, KINDS_OF_DIGITS, NonDigits, scribble
from mnist_core.synthesis.numbers import CLEAR_GAP, TOUCHING_GAP, composed
from mnist_core.synthesis.photos import photographed
from mnist_core.synthesis.signs import LETTERS, PICTURES, SIGNS
from mnist_core.synthesis.styles import STYLES, in_unit_box
from mnist_core.synthesis.variation import on_canvas, rewritten, varied
from tests.strokes import DIGITS


def strokes_of(digit):
    return [np.array(stroke, np.float32) for stroke in DIGITS[digit]]


def _dense(strokes):
    """Strokes with points all along, as a pen gives them."""
    at = np.linspace(0, 1, 60)
    return [
        np.stack([np.interp(at, np.linspace(0, 1, len(s)), s[:, axis]) for axis in (0, 1)], axis=1) for s in strokes
    ]


def rng(seed=0):
    return np.random.default_rng(seed)


def extent(strokes):
    return np.ptp(np.concatenate(strokes), axis=0)


def test_the_unit_box_keeps_the_proportions():
    unit = in_unit_box(strokes_of(2))
    assert np.concatenate(unit).min(axis=0) == pytest.approx([0, 0])
    assert extent(unit).max() == pytest.approx(1)
    assert extent(unit)[0] / extent(unit)[1] == pytest.approx(extent(strokes_of(2))[0] / extent(strokes_of(2))[1])


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_every_style_gives_strokes_that_differ_and_can_be_drawn(style):
    unit = _dense(in_unit_box(strokes_of(style.digits[0])))
    again = style.restroke(unit, rng())
    assert again
    assert all(stroke.ndim == 2 and stroke.shape[1] == 2 and np.isfinite(stroke).all() for stroke in again)
    before, after = (ink.digit_pixels(Drawing.from_strokes(strokes, 0.1)) for strokes in (unit, again))
    is_so_already = style.name == "seven without a bar"
    assert np.array_equal(before, after) == is_so_already


def test_a_slash_crosses_a_zero_and_a_bar_a_seven():
    zero, seven = in_unit_box(strokes_of(0)), in_unit_box(strokes_of(7))
    styles = {style.name: style.restroke for style in STYLES}
    for seed in range(20):
        slash = styles["slashed zero"](zero, rng(seed))[-1]
        assert np.ptp(slash[:, 0]) > 0.5 * extent(zero)[0]
        assert np.ptp(slash[:, 1]) > 0.5 * extent(zero)[1]
        stem, bar = styles["crossed seven"](_dense(seven), rng(seed))
        assert 0.3 < bar[:, 1].mean() < 0.75
        after_corner = stem[stem[:, 0].argmax() :]
        crossing = np.interp(bar[:, 1].mean(), after_corner[:, 1], after_corner[:, 0])
        assert bar[0, 0] < crossing < bar[1, 0]


def test_varied_strokes_stay_connected_and_differ_by_seed():
    first, again, other = (varied(strokes_of(3), rng(seed)) for seed in (1, 1, 2))
    assert all(np.array_equal(*pair) for pair in zip(first, again, strict=True))
    assert not np.allclose(first[0], other[0])
    steps = np.hypot(*np.diff(in_unit_box(first)[0], axis=0).T)
    assert steps.max() < 4 * np.median(steps)


def test_rewritten_digits_are_in_mnist_form_with_many_pens():
    made = [rewritten(strokes_of(0), 0, rng(seed)) for seed in range(40)]
    images = np.array([image for image, _ in made])
    assert images.shape == (40, 28, 28)
    assert {label for _, label in made} == {0, 8}  # a zero over a zero is an eight
    mass = images.sum(axis=(1, 2))
    assert mass.max() > 2 * mass.min()


def test_a_canvas_is_all_black_but_for_the_ink():
    image = on_canvas(in_unit_box(strokes_of(7)), rng())
    assert image.dtype == np.uint8
    assert 0.001 < (image > 0).mean() < 0.4
    assert not image[[0, -1]].any()


def test_a_photo_is_made_by_its_seed_and_looks_like_none_before():
    first, again, other = (photographed(strokes_of(4), rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.shape == (256, 256, 3)
    assert not np.array_equal(first, other)
    assert len(np.unique(first)) > 50  # paper, light and noise, not two shades


@pytest.mark.parametrize("kind", [*KINDS, *KINDS_OF_DIGITS], ids=lambda kind: kind.__name__)
def test_every_kind_of_non_digit_can_be_made(kind):
    source = NonDigits([[strokes_of(label)] for label in range(10)])
    images = np.array([kind(source, rng(seed)) for seed in range(10)])
    assert images.shape == (10, 28, 28)
    assert len(np.unique(images, axis=0)) > 5


def test_without_digits_there_are_still_non_digits():
    assert len({NonDigits([]).image(rng(seed)).tobytes() for seed in range(20)}) > 15


def test_letters_and_signs_leave_out_what_could_be_a_digit():
    assert not set("BCDGIJLOQSTUVYZabcdghijlnoqrstuvyz0123456789|/!^<>$&") & {*LETTERS, *SIGNS, *PICTURES}


@pytest.mark.parametrize("forms", [*LETTERS.values(), *SIGNS.values(), *PICTURES.values()])
def test_every_form_is_strokes_about_as_large_as_a_letter(forms):
    for form in forms:
        strokes = letters.strokes_of(form)
        points = np.concatenate(strokes)
        assert all(stroke.dtype == np.float32 and stroke.shape[1] == 2 for stroke in strokes)
        assert points.min() > -1
        assert points[:, 0].max() < 5
        assert points[:, 1].max() <= 8.2
        assert 3 < np.ptp(points, axis=0).max() < 8.1


def test_a_scribble_is_restless():
    turns = []
    for seed in range(20):
        steps = np.diff(scribble(rng(seed))[0], axis=0)
        heading = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
        turns.append(np.abs(np.diff(heading)).sum())
    assert min(turns) > 2 * np.pi


@pytest.mark.parametrize("touching", [False, True])
def test_a_composed_number_has_its_digits_in_order_and_as_near_as_asked(touching):
    digits = [_dense(strokes_of(digit)) for digit in (7, 1, 2)]
    for seed in range(10):
        line = composed(digits, rng(seed), touching=touching)
        assert len(line) == 3
        assert 0.8 < extent(line)[1] < 1.5
        for left, right in pairwise(line):
            assert left[:, 0].mean() < right[:, 0].mean()
            nearest = np.hypot(*(left[:, None] - right[None]).transpose(2, 0, 1)).min()
            if touching:
                assert nearest <= TOUCHING_GAP[1] + 0.03
                assert right[:, 0].max() > left[:, 0].max()
            else:
                assert CLEAR_GAP[0] <= right[:, 0].min() - left[:, 0].max() <= CLEAR_GAP[1]
