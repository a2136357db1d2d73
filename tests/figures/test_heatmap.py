import base64
import re

import cv2
import numpy as np
import pytest

from mnist_core.explanation.occlusion import OcclusionMap
from mnist_ui.figures.heatmap import (
    AGAINST,
    ENLARGEMENT,
    FOR,
    NEUTRAL,
    coloured,
    heatmap,
    heatmap_words,
    neighbours_row,
)

INK = np.zeros((28, 28), np.float32)
INK[4:24, 8:20] = 1
UPPER, LEFT = np.zeros_like(INK), np.zeros_like(INK)
UPPER[:14], LEFT[:, :14] = 1, 1


def heat(weights, digit=3, ink=INK):
    values = np.zeros((10, 28, 28), np.float32)
    values[digit] = weights * ink
    return OcclusionMap(ink, values)


def at(image, row, column):
    """The colour in the corner of a pixel's square, where no sign is."""
    return tuple(image[row * ENLARGEMENT, column * ENLARGEMENT].tolist())


def test_each_pixel_has_the_colour_of_what_it_does():
    image = coloured(heat(UPPER - (1 - UPPER) * LEFT), 3)
    assert image.shape == (28 * ENLARGEMENT, 28 * ENLARGEMENT, 3)
    assert [at(image, *place) for place in ((6, 10), (20, 10), (20, 18), (0, 0))] == [FOR, AGAINST, NEUTRAL, (0, 0, 0)]


def test_signs_tell_for_from_against_without_colour():
    image = coloured(heat(UPPER - (1 - UPPER) * LEFT), 3)

    def dark(row, column):
        square = image[row * ENLARGEMENT :, column * ENLARGEMENT :][:ENLARGEMENT, :ENLARGEMENT].sum(axis=2) == 0
        return square.any(axis=1).sum(), square.any(axis=0).sum()

    (plus_high, plus_wide), (minus_high, minus_wide) = dark(6, 10), dark(20, 10)
    assert plus_high == plus_wide
    assert minus_high < minus_wide
    assert dark(20, 18) == (0, 0)


def test_faint_ink_stays_faint():
    faint = INK * np.float32(0.5)
    assert at(coloured(heat(UPPER, ink=faint), 3), 6, 10) == tuple(round(part / 2) for part in FOR)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (UPPER, "The ink in the upper half speaks for 3."),
        (-UPPER, "The ink in the upper half speaks against 3."),
        (1 - UPPER, "The ink in the lower half speaks for 3."),
        (LEFT, "The ink in the left half speaks for 3."),
        ((1 - UPPER) * (1 - LEFT), "The ink in the lower right speaks for 3."),
        (np.ones_like(INK), "The ink in several places speaks for 3."),
        (0.002 * UPPER, "The ink in the upper half speaks a little for 3."),
        (UPPER * 2 - 1, "The ink in the upper half speaks for 3. The ink in the lower half speaks against 3."),
        (0.00001 * UPPER, "No single piece of ink makes a difference for 3: the rest of it would be enough."),
    ],
)
def test_where_the_ink_speaks_is_said_in_words(weights, words):
    assert heatmap_words(heat(weights), 3) == words
    assert words in heatmap(heat(weights), 3).split('alt="')[1].split('"')[0]


@pytest.mark.parametrize("weights", [np.zeros_like(INK), np.full_like(INK, np.nan)])
def test_ink_that_makes_no_difference_is_grey(weights):
    image = coloured(heat(weights), 3)
    assert {at(image, *place) for place in np.argwhere(INK).tolist()} == {NEUTRAL}
    assert "No single piece" in heatmap_words(heat(weights), 3)


def test_a_blank_image_is_black_and_says_so_without_an_error():
    blank = heat(UPPER, ink=np.zeros_like(INK))
    assert not coloured(blank, 3).any()
    assert "No single piece" in heatmap(blank, 3)


def test_another_digit_has_a_map_of_its_own():
    both = heat(UPPER)
    assert "speaks for 3" in heatmap_words(both, 3)
    assert "No single piece" in heatmap_words(both, 8)


def test_the_html_holds_the_picture_and_a_legend():
    html = heatmap(heat(UPPER), 3)
    pictures = re.findall(r"base64,([^\"]+)", html)
    shown = cv2.imdecode(np.frombuffer(base64.b64decode(pictures[0]), np.uint8), cv2.IMREAD_COLOR_RGB)
    np.testing.assert_array_equal(shown, coloured(heat(UPPER), 3))
    assert len(pictures) == 4
    assert re.sub("<.*?>", "", html).startswith(" for 3  against it  no difference")
    assert "<svg" not in html
    assert "<style" not in html


def test_neighbours_of_another_label_are_marked_by_more_than_colour():
    html = neighbours_row(np.full((3, 28, 28), 200, np.uint8), [7, 1, 7], 7)
    assert re.findall(r'<li class="(.*?)">.*?<span>(.*?)</span>', html) == [
        ("is-right", "7"),
        ("is-wrong", "≠ 1"),
        ("is-right", "7"),
    ]
    assert "2 of the 3 training digits most like yours show 7" in html
    assert html.count("another digit than the answer") == 1
    assert html.count("<img") == 3
