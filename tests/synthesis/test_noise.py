"""Digits spoilt at random for training, and the patterns that they are spoilt with."""

import numpy as np
import pytest

from mnist_core import Drawing, ink
from mnist_core.robustness.corruption import CORRUPTIONS
from mnist_core.synthesis import noise
from mnist_core.synthesis.noise import FAMILIES, noisy
from mnist_core.synthesis.patterns import areas, clouds, grains, lines
from mnist_core.types import as_shades
from tests.strokes import DIGITS


@pytest.fixture(scope="module")
def digits():
    """Forty digits, four of each class, uint8 (40, 28, 28)."""
    return np.stack([ink.digit_pixels(Drawing.from_strokes(DIGITS[digit])) for digit in range(10)] * 4)


def by_chance(seed=0):
    return np.random.default_rng(seed)


def test_about_the_share_is_spoilt_and_the_rest_stays_as_it_was(digits):
    many = np.concatenate([digits] * 25)
    changed = noisy(many, 0.3, by_chance())
    assert (changed.dtype, changed.shape) == (np.uint8, many.shape)
    assert (changed != many).any(axis=(1, 2)).mean() == pytest.approx(0.3, abs=0.05)


def test_the_images_given_stay_as_they_are_and_the_same_seed_gives_the_same(digits):
    before = digits.copy()
    first = noisy(digits, 1.0, by_chance(1))
    np.testing.assert_array_equal(digits, before)
    np.testing.assert_array_equal(first, noisy(digits, 1.0, by_chance(1)))
    assert (first != noisy(digits, 1.0, by_chance(2))).any()


def test_nothing_is_spoilt_where_nothing_shall_be_or_nothing_is(digits):
    np.testing.assert_array_equal(noisy(digits, 0.0, by_chance()), digits)
    assert noisy(digits[:0], 1.0, by_chance()).shape == (0, 28, 28)


def test_images_are_spoilt_one_at_a_time_too(digits):
    assert all(noisy(digits[:1], 1.0, by_chance(seed)).shape == (1, 28, 28) for seed in range(60))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_each_family_spoils_its_images_each_in_another_way(digits, family):
    same = as_shades(digits[[3] * 8])
    for seed in range(4):
        spoilt = family(same, by_chance(seed))
        assert (spoilt.dtype, spoilt.shape) == (np.float32, same.shape)
        assert np.isfinite(spoilt).all()
    everything = np.concatenate([np.clip(family(same, by_chance(seed)), 0, 1) for seed in range(20)])
    assert (abs(everything - same[0]).max(axis=(1, 2)) > 0.02).mean() > 0.8
    assert len(np.unique(everything.reshape(160, -1), axis=0)) > 18


@pytest.mark.parametrize(
    "family", [each for each in FAMILIES if each is not noise.placed], ids=lambda family: family.__name__
)
def test_what_a_family_leaves_is_still_about_the_digit(digits, family):
    """Shades of the spoilt image, or where they change, go with the digit's."""
    shades = as_shades(digits)

    def kept(seed):
        spoilt = np.clip(family(shades[:8], by_chance(seed)), 0, 1)
        return [max(likeness(a, b), likeness(steps(a), steps(b))) for a, b in zip(spoilt, shades[:8], strict=True)]

    likenesses = np.array([kept(seed) for seed in range(12)])
    assert np.median(likenesses) > 0.4
    assert (likenesses > 0.12).mean() > 0.9


def steps(image):
    """How much the shades change from pixel to pixel."""
    return np.hypot(*np.gradient(image))


def likeness(first, second):
    """Correlation of two images, whichever is the darker; 0 for one without any change."""
    if not first.std() or not second.std():
        return 0.0
    return abs(float(np.corrcoef(first.ravel(), second.ravel())[0, 1]))


def test_a_placed_digit_stays_within_the_image(digits):
    ink_left = [noise.placed(as_shades(digits[:8]), by_chance(seed)) for seed in range(20)]
    shares = np.array([each.sum(axis=(1, 2)) / as_shades(digits[:8]).sum(axis=(1, 2)) for each in ink_left])
    # 0.55 of the size leaves 0.3 of the ink.
    assert shares.min() > 0.2


def test_what_is_shared_with_the_benchmark_is_said():
    assert all(name in noise.__doc__ for name in CORRUPTIONS)
    assert all(f"`{family.__name__}`" in noise.__doc__ for family in FAMILIES)


def test_clouds_and_areas_and_lines_are_shades():
    for made in (clouds(50, by_chance()), areas(50, by_chance(), 8), lines(50, by_chance())):
        assert (made.dtype, made.shape) == (np.float32, (50, 28, 28))
        assert made.min() >= 0
        assert made.max() <= 1
    assert (np.ptp(clouds(50, by_chance()), axis=(1, 2)) > 0.999).all()


def test_clouds_of_a_coarser_grid_are_smoother():
    coarse, fine = (np.abs(np.diff(clouds(50, by_chance(), (grid,)), axis=2)).mean() for grid in (3, 28))
    assert coarse < fine / 3


def test_grains_have_their_size():
    made = grains(5, by_chance(), (2, 4))
    changes = (np.diff(made, axis=2) != 0).any(axis=(0, 1))
    assert changes.sum() in (6, 7)
    assert set(np.diff(np.flatnonzero(changes))) == {4}
