"""Changes that fool a network: within their bounds, read by the recognizer itself, as small as was found."""

import numpy as np
import pytest

from mnist_core import Drawing, ink, paths
from mnist_core.errors import ConfigError
from mnist_core.explanation.fooling import (
    MOST_PIXELS,
    bounded_noise,
    few_pixels,
    least_noise,
    one_stroke,
    withstood,
)
from mnist_core.explanation.gradients import open_gradients
from tests.strokes import FOUR, SEVEN

IMAGE = ink.digit_pixels(Drawing.from_strokes(SEVEN))


@pytest.fixture(scope="module")
def network():
    return open_gradients(paths.SHIPPED_MODELS / "default")


@pytest.fixture(scope="module")
def noisy(recognizer, network):
    return least_noise(recognizer, network, IMAGE, 2)


@pytest.fixture(scope="module")
def dotted(recognizer, network):
    return few_pixels(recognizer, network, IMAGE, 2)


def check(found, recognizer, digit):
    """The first image is the drawing, and the readings are the recognizer's own."""
    np.testing.assert_array_equal(found.images[0], IMAGE)
    assert found.digit == digit
    assert len(found.images) == len(found.amounts)
    np.testing.assert_allclose(found.readings.probabilities, recognizer.predict_many(found.images)[0], atol=1e-6)
    digits = found.readings.digits
    assert found.first is None or (digits[found.first] == digit and (digits[: found.first] != digit).all())


def test_noise_grows_shade_by_shade_until_the_digit_is_read(noisy, recognizer):
    check(noisy, recognizer, 2)
    assert noisy.first
    assert noisy.amounts.tolist() == list(range(len(noisy.images)))
    for number in range(len(noisy.images)):
        assert np.abs(noisy.noise(number)).max() <= number
    assert noisy.share(0) == 0 < noisy.share(noisy.first) < noisy.share(len(noisy.images) - 1)
    assert noisy.share(noisy.first) == np.abs(noisy.noise(noisy.first)).sum() / IMAGE.sum(dtype=int)


def test_as_much_noise_by_chance_is_withstood(noisy, recognizer):
    assert withstood(recognizer, noisy, noisy.first) > 15
    assert withstood(recognizer, noisy, 0) == 20


def test_bounded_noise_stays_within_its_bound_and_is_the_same_for_many_as_for_one(network):
    four = ink.digit_pixels(Drawing.from_strokes(FOUR))
    both = bounded_noise(network, np.stack([IMAGE, four]), [3, 9], 20, steps=3)
    assert np.abs(both.astype(int) - np.stack([IMAGE, four])).max() <= 20
    np.testing.assert_allclose(both[:1].astype(int), bounded_noise(network, IMAGE[np.newaxis], [3], 20, 3), atol=1)
    np.testing.assert_array_equal(bounded_noise(network, IMAGE[np.newaxis], [3], 0)[0], IMAGE)


def test_what_is_read_already_needs_no_noise(recognizer, network):
    assert least_noise(recognizer, network, IMAGE, 7).first == 0


def test_pixels_are_changed_one_after_another(recognizer, dotted):
    check(dotted, recognizer, 2)
    changed = [int(np.count_nonzero(dotted.noise(number))) for number in range(len(dotted.images))]
    assert changed == list(range(len(changed)))
    assert len(changed) <= MOST_PIXELS + 1


def test_the_first_pixel_is_the_best_of_all(recognizer, dotted):
    each = np.repeat(IMAGE[np.newaxis], 784, axis=0)
    chances = []
    for ink_there in (0, 255):
        tried = each.copy().reshape(784, 784)
        tried[np.arange(784), np.arange(784)] = ink_there
        chances.append(recognizer.predict_many(tried.reshape(each.shape))[0][:, 2].max())
    assert dotted.readings.probabilities[1, 2] == pytest.approx(max(chances), rel=1e-3)


def test_one_stroke_only_adds_ink_and_is_drawn_little_by_little(recognizer):
    found = one_stroke(recognizer, IMAGE, 2)
    check(found, recognizer, 2)
    assert found.amounts.tolist() == pytest.approx(np.arange(0, 101, 5))
    steps = np.diff(found.images.astype(int), axis=0)
    assert (found.images >= IMAGE).all()
    assert steps.sum(axis=(1, 2)).min() > -500  # an end that was rounded off gives way to the line


def test_no_digit_is_no_target(recognizer, network):
    for find in (lambda: least_noise(recognizer, network, IMAGE, 10), lambda: one_stroke(recognizer, IMAGE, -1)):
        with pytest.raises(ConfigError, match="from 0 to 9"):
            find()
