"""Saliency and Grad-CAM against closed forms, and when they are said to disagree with covering."""

import numpy as np
import pytest

from mnist_core import Drawing, ink, paths
from mnist_core.explanation.gradients import open_gradients
from mnist_core.explanation.inside import (
    InsideMaps,
    attention_agreement,
    inside_disagreement,
    look_inside,
    saliency_agreement,
)
from mnist_core.explanation.occlusion import OcclusionMap, occlusion
from mnist_ui.figures.inside import attention_map, attention_words, saliency_map, saliency_words
from tests.strokes import SEVEN

DIGIT = ink.digit_image(Drawing.from_strokes(SEVEN))
UPPER = (np.arange(28) < 14)[:, np.newaxis] * np.ones((28, 28), np.float32)


@pytest.fixture(scope="module")
def network():
    return open_gradients(paths.SHIPPED_MODELS / "default")


@pytest.fixture(scope="module")
def inside(network):
    return look_inside(network, DIGIT)


def maps_of(saliency, attention):
    """Maps of which only the seven's say something."""
    both = [np.zeros((10, 28, 28), np.float32) for _ in range(2)]
    both[0][7], both[1][7] = saliency, attention
    return InsideMaps(DIGIT.pixels, *both, (5, 5))


def heat_of(weights):
    values = np.zeros((10, 28, 28), np.float32)
    values[7] = weights * DIGIT.pixels
    return OcclusionMap(DIGIT.pixels, values)


def test_saliency_is_the_gradient_of_a_score_against_the_mean_of_all(network, inside):
    jacobian = network.jacobian(DIGIT.pixels)
    np.testing.assert_allclose(inside.saliency, jacobian - jacobian.mean(axis=0), atol=1e-4)


def test_attention_is_the_maps_weighted_by_their_mean_gradients_on_the_pixels_they_look_at(network, inside):
    way = network.follow(DIGIT.pixels[np.newaxis])
    weights = np.full((1, 10), -0.1, np.float32)
    weights[0, 7] += 1
    gradient = way.gradients(weights)[1][0]
    coarse = np.maximum((way.maps[0] * gradient.mean(axis=(0, 1))).sum(axis=2), 0)
    # The places look at pixels 5.5, 9.5, ...: the pixels half-way between two have the mean of both.
    between = (coarse[0, 0] * 0.875 + coarse[0, 1] * 0.125) * 0.875 + 0.125 * (
        coarse[1, 0] * 0.875 + coarse[1, 1] * 0.125
    )
    assert inside.attention[7, 6, 6] == pytest.approx(between, abs=0.02 * float(coarse.max()))
    assert inside.attention[7, 0, 0] == pytest.approx(coarse[0, 0], abs=1e-4)
    assert inside.places == (5, 5)


def test_what_agrees_correlates_and_is_not_said():
    # The gradient is blurred like patches of covering, so only a wide map is quite the same.
    same, heat = maps_of(UPPER - 0.5, UPPER), heat_of(UPPER - 0.5)
    assert saliency_agreement(same, heat, 7) > 0.8
    assert attention_agreement(same, heat, 7) == pytest.approx(1, abs=1e-6)
    assert inside_disagreement(same, heat, 7) == ()


def test_what_does_not_agree_is_said_by_each():
    against = maps_of(0.5 - UPPER, 1 - UPPER)
    gradient, layer = inside_disagreement(against, heat_of(UPPER - 0.5), 7)
    assert "the gradient do not agree" in gradient
    assert "the last layer do not agree" in layer
    alone = inside_disagreement(maps_of(UPPER - 0.5, 1 - UPPER), heat_of(UPPER - 0.5), 7)
    assert [("last layer" in sentence) for sentence in alone] == [True]


def test_of_what_says_the_same_everywhere_nothing_is_said():
    nothing = maps_of(np.zeros((28, 28)), np.zeros((28, 28)))
    assert saliency_agreement(nothing, heat_of(UPPER), 7) is None
    assert inside_disagreement(nothing, heat_of(UPPER), 7) == ()


def test_pictures_say_the_same_in_words_for_every_digit(recognizer, inside):
    heat = occlusion(lambda images: recognizer.predict_many(images)[0], DIGIT)
    for digit in range(10):
        for picture, words in ((saliency_map, saliency_words), (attention_map, attention_words)):
            shown = picture(inside, digit)
            assert shown.count("<figure") == 1
            assert words(inside, digit) in shown
            assert str(digit) in words(inside, digit)
        assert len(inside_disagreement(inside, heat, digit)) <= 2


def test_words_name_the_place():
    upper = maps_of(UPPER, UPPER)
    assert "in the upper half would speak for 7" in saliency_words(upper, 7)
    assert "in the upper half speaks most for 7" in attention_words(upper, 7)
    assert saliency_words(upper, 3) == "No little change of the ink would move 3."
    assert attention_words(upper, 3) == "Nothing that the last layer finds speaks for 3."
    both = saliency_words(maps_of(2 * UPPER - 1, UPPER), 7)
    assert both == "A little more ink in the upper half would speak for 7, and in the lower half against it."
