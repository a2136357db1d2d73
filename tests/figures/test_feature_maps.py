import base64
import re

import cv2
import numpy as np
import pytest

from mnist_core.model.activations import CloseUp
from mnist_core.types import Prediction
from mnist_ui.figures import feature_maps as figures
from mnist_ui.how.glossary import WORDS, glossary


def pictures(html):
    """The images of some HTML as they are decoded: blue, green, red."""
    found = re.findall(r"base64,([^\"]+)", html)
    return [cv2.imdecode(np.frombuffer(base64.b64decode(each), np.uint8), cv2.IMREAD_COLOR) for each in found]


def alts(html):
    return re.findall(r'alt="(.*?)"', html)


@pytest.fixture
def maps():
    """Twelve maps of 3x3: the higher its number, the more active a map is."""
    return np.arange(12, dtype=np.float32) * np.ones((3, 3, 1), np.float32)


def test_the_most_active_maps_come_first(maps):
    assert figures.most_active(maps, 3) == [11, 10, 9]
    assert figures.most_active(-maps, 3) == [11, 10, 9]
    assert sorted(figures.most_active(maps, None)) == list(range(12))


def test_zero_is_dark_and_signs_have_their_colours():
    dark, blue, orange, beyond = figures.coloured(np.array([[0, 2, -2, 9]], np.float32), 2)[0].astype(int)
    assert dark.max() < 60
    assert blue[0] > blue[2] + 80  # blue, green, red
    assert orange[2] > orange[0] + 80
    np.testing.assert_array_equal(beyond, blue)


def test_more_glows_more():
    row = figures.glowing(np.array([[0, 1, 2, 4]], np.float32), 4)
    lightness = cv2.cvtColor(row, cv2.COLOR_BGR2LAB)[0, :, 0].astype(int)
    assert (np.diff(lightness) > 20).all()


@pytest.mark.parametrize("values", [np.zeros((3, 3), np.float32), np.full((3, 3), 1e-20, np.float32)])
def test_nothing_at_all_is_dark_not_an_error(values):
    assert figures.glowing(values, 0).mean() < 90
    assert figures.coloured(values, 0).max() < 60


def test_a_grid_shows_few_maps_or_all_pixel_for_pixel(maps):
    few, every = figures.map_grid(maps, "Layer <2>"), figures.map_grid(maps, "Layer 2", 12)
    assert len(pictures(few)) == figures.FEW
    assert len(pictures(every)) == 12
    assert pictures(few)[0].shape == (3, 3, 3)
    assert alts(few)[0] == "Layer &lt;2&gt;, map 12"
    assert " many" in every
    assert " many" not in few


def test_a_filter_stands_beside_its_own_map(maps):
    filters = np.arange(12, dtype=np.float32)[:, np.newaxis, np.newaxis] * np.ones((1, 2, 2), np.float32) - 5
    html = figures.filter_grid(filters, maps, 2)
    assert alts(html)[:2] == ["Filter 12", "What filter 12 finds in the digit"]
    assert [picture.shape[:2] for picture in pictures(html)] == [(2, 2), (3, 3)] * 2


def test_the_frame_is_where_the_numbers_differ_most():
    image = np.zeros((28, 28), np.uint8)
    image[20:24, 3:11] = 200
    top, left = figures.busiest(image)
    assert left == 3
    assert 16 <= top <= 20
    html = figures.numbers(image)
    assert html.count("<td") == figures.CROP_SIDE**2
    assert html.count(">200</td>") == 32
    assert alts(html) == ["The digit as the network sees it"]


def test_a_close_up_adds_up():
    place = CloseUp(3, -1, 4, np.full((2, 2), 0.5, np.float32), np.array([[1, -2], [3, -1.04]], np.float32), -0.25)
    assert place.total == pytest.approx(0.23)
    html = figures.close_up(np.zeros((28, 28), np.uint8), place)
    assert re.findall(r">([−\d.]+)</td>", html) == ["0.5"] * 4 + ["1.0", "−2.0", "3.0", "−1.0"]
    assert "− 0.2 =" in html
    assert '"total">0.2<' in html
    assert "Filter 4" in html


@pytest.mark.parametrize("count", [1, 32, 33, 576])
def test_features_stand_in_rows_from_first_to_last(count):
    features = np.zeros(count, np.float32)
    features[-1] = 1
    (image,) = pictures(figures.feature_strip(features))
    assert image.shape[:2] == (-(-count // 32), 32)
    assert image[-1, (count - 1) % 32].sum() == image.sum(axis=2).max()


def test_scores_point_to_their_side_and_the_best_stands_out():
    scores = np.array([-4, 0, 1, 2, 0, 0, 0, 8, 0, 0], np.float32)
    shares = np.exp(scores) / np.exp(scores).sum()
    html = figures.score_table(scores, shares)
    assert 'class="against" style="margin-left:25.0%;width:25.0%"' in html
    assert 'class="for" style="margin-left:50.0%;width:50.0%"' in html
    assert html.count("is-answer") == 1
    assert "<td>−4.0</td>" in html
    assert "99.5 %" in html


@pytest.mark.parametrize(("novelty", "probability", "sign"), [(0.1, 0.9, "7"), (0.9, 0.9, "?"), (0.1, 0.5, "?")])
def test_the_answer_doubts_what_is_no_digit_or_a_guess(novelty, probability, sign):
    shares = np.zeros(10, np.float32)
    shares[[7, 9]] = probability, 1 - probability - 0.02
    html = figures.answer_card(Prediction(shares, novelty), 60_000)
    assert f'"verdict-digit">{sign}<' in html
    assert "Next most likely is 9" in html
    assert ("60,000" in html) == (novelty > 0.5)
    assert ("a 7 or a 9" in html) == (probability < 0.6)


def test_the_glossary_has_a_sentence_or_two_for_each_word():
    html = glossary()
    assert html.count("<dt>") == len(WORDS)
    assert all(1 <= text.count(".") <= 2 and len(text) < 140 for text in WORDS.values())
