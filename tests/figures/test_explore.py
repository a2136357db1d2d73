"""The figures of the Explore page's parts, of known arrays."""

import re
from dataclasses import replace

import cv2
import numpy as np
import pytest

from mnist_core.catalogue.overview import INK_BINS, Overview
from mnist_ui.figures.components import as_shown, component_row, rebuilt_row, rebuilt_trio, signed, variance_curve
from mnist_ui.figures.heatmap import AGAINST, FOR
from mnist_ui.figures.oddness import oddness_histogram
from mnist_ui.figures.overview import (
    as_images,
    digit_counts,
    ink_histogram,
    most_ink,
    pairs_of_each,
    shade_histogram,
)
from mnist_ui.figures.palette import DIGIT_COLOURS
from mnist_ui.figures.quiz import verdicts
from mnist_ui.figures.strip import data_url

COUNTS = np.array([np.arange(10, 20), np.arange(10)])


@pytest.fixture
def overview():
    """Train and test; the digit 3 has all its ink in bin 4, the 7 in bin 10; shades 0 and 255, and one pixel of 7."""
    ink = np.zeros((10, INK_BINS), int)
    ink[3, 4], ink[7, 10] = 6, 2
    shades = np.zeros(256, int)
    shades[[0, 7, 255]] = 900, 1, 99
    empty = np.zeros((10, 28, 28), np.float32)
    of_digit = np.zeros((10, 7), np.float32)
    return Overview("made", ("train", "test"), COUNTS, empty, empty, np.arange(10), ink, of_digit, of_digit, shades)


def bytes_of(html):
    """The pictures in some HTML, in order."""
    import base64

    found = re.findall(r"data:image/png;base64,([^\"]+)", html)
    return [cv2.imdecode(np.frombuffer(base64.b64decode(each), np.uint8), cv2.IMREAD_UNCHANGED) for each in found]


# Overview


def test_each_split_has_a_bar_for_each_digit_in_its_colour(overview):
    train, test = digit_counts(overview).data
    assert list(train.y) == COUNTS[0].tolist()
    assert list(test.y) == COUNTS[1].tolist()
    assert list(train.marker.color) == list(test.marker.color) == list(DIGIT_COLOURS)
    assert [each.text for each in digit_counts(overview).layout.annotations] == ["For training", "For testing"]


def test_a_dataset_without_splits_has_an_empty_chart(overview):
    assert not digit_counts(replace(overview, splits=(), counts=np.zeros((1, 10), int))).data


def test_ink_is_counted_at_the_middle_of_its_bin(overview):
    bars = ink_histogram(overview).data
    assert [bar.name for bar in bars] == [str(digit) for digit in range(10)]
    assert {digit: (bar.x[np.argmax(bar.y)], max(bar.y)) for digit, bar in enumerate(bars) if any(bar.y)} == {
        3: (pytest.approx(0.045), 6),
        7: (pytest.approx(0.105), 2),
    }


def test_the_ink_axis_ends_just_beyond_the_images_or_where_it_is_told(overview):
    assert most_ink(overview) == pytest.approx(0.12)
    assert ink_histogram(overview).layout.xaxis.range == (0, pytest.approx(0.12))
    assert ink_histogram(overview, 0.3).layout.xaxis.range == (0, 0.3)


def test_shades_say_which_share_of_the_pixels_they_are_and_leave_out_what_is_not_there(overview):
    (bars,) = shade_histogram(overview).data
    assert {shade: count for shade, count in enumerate(bars.y) if count} == {0: 900, 7: 1, 255: 99}
    assert bars.y[1] is None
    assert bars.customdata[255] == pytest.approx(0.099)


def test_shares_become_shades_and_are_cut_off_at_full_ink():
    assert as_images(np.array([0, 0.25, 0.5, 0.6], np.float32), 0.5).tolist() == [0, 128, 255, 255]


def test_images_of_the_same_digit_stand_below_each_other():
    upper = [np.full((28, 28), digit, np.uint8) for digit in range(10)]
    lower = [np.full((28, 28), 100 + digit, np.uint8) for digit in range(10)]
    html = pairs_of_each([upper, lower], ["the one", "the other"])
    assert [picture[0, 0] for picture in bytes_of(html)] == [v for digit in range(10) for v in (digit, 100 + digit)]
    assert html.index('alt="the one 7"') < html.index('alt="the other 7"') < html.index('alt="the one 8"')


def test_a_digit_without_images_has_a_place_that_says_so():
    images = [None if digit == 4 else np.zeros((28, 28), np.uint8) for digit in range(10)]
    html = pairs_of_each([images], ["<the> average"])
    assert len(bytes_of(html)) == 10
    assert 'alt="no image: &lt;the&gt; average 4"' in html
    assert "<the>" not in html


# Odd ones out


def test_the_bars_above_the_threshold_have_another_colour_and_count_what_is_above():
    values = np.concatenate([np.zeros(90), np.linspace(2, 3, 10)]).astype(np.float32)
    (bars,) = oddness_histogram(values, 1.0, "odd").data
    below, above = sorted(set(bars.marker.color), key=list(bars.marker.color).index)
    counted = [
        sum(y or 0 for y, c in zip(bars.y, bars.marker.color, strict=True) if c == colour) for colour in (below, above)
    ]
    assert counted == [90, 10]


def test_values_that_are_all_the_same_have_one_bar():
    (bars,) = oddness_histogram(np.ones(5, np.float32), 2.0, "odd").data
    assert [y for y in bars.y if y] == [5]


# Components


def test_the_curve_marks_how_many_components_a_share_takes():
    shares = np.array([0, 0.5, 0.8, 0.95, 1], np.float32)
    line, marks = variance_curve(shares, {0.9: 3, 0.5: 1}).data
    assert list(line.x) == [0, 1, 2, 3, 4]
    assert list(marks.x) == [3, 1]
    assert list(marks.y) == pytest.approx([0.95, 0.5])
    assert list(marks.text) == ["90%: 3", "50%: 1"]


def test_signs_have_colours_that_grow_with_the_value_and_nothing_is_black():
    picture = signed(np.array([[1, 0.5], [0, -1]], np.float32), 2)
    assert picture.shape == (4, 4, 3)
    blue, half, nothing, orange = picture[0, 0], picture[0, 2], picture[2, 0], picture[2, 2]
    assert blue[0] > blue[2]
    assert orange[2] > orange[0]
    assert half.tolist() == pytest.approx(blue / 2, abs=1)
    assert not nothing.any()


def test_values_beyond_one_are_as_bright_as_can_be():
    assert np.array_equal(signed(np.array([[3.0, -3.0]]), 1), signed(np.array([[1.0, -1.0]]), 1))


def test_components_are_shown_in_their_order_with_what_they_explain():
    axes = np.zeros((2, 784), np.float32)
    axes[0, 0], axes[1, 1] = 0.5, -0.25  # each is shown as bright as can be
    html = component_row(axes, [0.097, 0.071])
    first, second = bytes_of(html)
    assert first[0, 0, 0] > first[0, 0, 2]
    assert second[0, 3, 2] > second[0, 3, 0]
    assert first[0, 0].tolist() == list(FOR[::-1])
    assert second[0, 3].tolist() == list(AGAINST[::-1])
    assert re.findall(r"<small>(.*?)</small>", html) == ["9.7 %", "7.1 %"]


def test_an_image_its_copy_and_the_difference_stand_side_by_side():
    image = np.full((28, 28), 255, np.uint8)
    rebuilt = np.ones((28, 28), np.float32)
    rebuilt[0, 0], rebuilt[0, 1] = 0.0, 1.4
    original, copy, difference = bytes_of(rebuilt_trio(image, rebuilt, "from <5>"))
    assert (original == 255).all()
    assert copy[0, 0] == 0
    assert copy[0, 8] == 255
    assert difference[0, 0, 2] > difference[0, 0, 0]  # too little ink is orange
    assert difference[0, 8, 0] > difference[0, 8, 2] > 0
    assert not difference[8:].any()
    assert "from &lt;5&gt;" in rebuilt_trio(image, rebuilt, "from <5>")


def test_a_row_of_copies_says_from_how_many_components_each_is():
    html = rebuilt_row([np.zeros((28, 28)), np.ones((28, 28))], [0, 200])
    assert [picture[0, 0] for picture in bytes_of(html)] == [0, 255]
    assert re.findall(r"<span>(.*?)</span>", html) == ["0", "200"]


def test_what_is_beyond_black_and_white_is_cut_off():
    assert as_shown(np.array([-0.2, 0.5, 1.2])).tolist() == [0, 128, 255]


# The quiz


def test_who_agrees_with_the_visitor_is_framed():
    html = verdicts([("The dataset", "5", "its label"), ("The model", "3", "98 %"), ("You", "3", "")], "3")
    assert re.findall(r'<li( class="agrees")?><span>(.*?)</span><strong>(.*?)</strong>', html) == [
        ("", "The dataset", "5"),
        (' class="agrees"', "The model", "3"),
        (' class="agrees"', "You", "3"),
    ]


def test_a_picture_can_be_found_again():
    assert (bytes_of(data_url(np.arange(4, dtype=np.uint8).reshape(2, 2)) + '"')[0] == [[0, 1], [2, 3]]).all()
