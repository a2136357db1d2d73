"""The fifteen ways to spoil a digit."""

import numpy as np
import pytest

from mnist_core import ink
from mnist_core.errors import ConfigError
from mnist_core.robustness.corruption import CORRUPTIONS, corrupted
from mnist_core.robustness.edges import edges
from mnist_core.robustness.fog import fog_maps
from mnist_core.robustness.pixels import as_bytes, blurred, rotation, shifted, warped
from tests.strokes import DIGITS, somewhere_on_the_canvas

KINDS = list(CORRUPTIONS)


@pytest.fixture(scope="module")
def digits():
    """Forty digits."""
    rng = np.random.default_rng(0)
    strokes = [[np.array(stroke) for stroke in DIGITS[index % 10]] for index in range(40)]
    images = np.stack([ink.digit_pixels(somewhere_on_the_canvas(each, rng)) for each in strokes])
    images.setflags(write=False)
    return images


def spoilt(kind, images, seed=0):
    return corrupted(kind, images, np.random.default_rng(seed))


def test_there_are_the_fifteen_kinds_of_mnist_c():
    assert KINDS == [
        "shot noise", "impulse noise", "glass blur", "motion blur", "shear", "scale", "rotate", "brightness",
        "translate", "stripe", "fog", "spatter", "dotted line", "zigzag", "canny edges",
    ]  # fmt: skip
    assert all(each.sentence.endswith(".") for each in CORRUPTIONS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_changes_every_digit_and_is_the_same_for_the_same_seed(kind, digits):
    changed = spoilt(kind, digits)
    assert (changed.dtype, changed.shape) == (np.uint8, digits.shape)
    assert (changed != digits).any(axis=(1, 2)).all()
    np.testing.assert_array_equal(changed, spoilt(kind, digits))


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"scale", "brightness", "stripe", "canny edges"}))
def test_another_seed_gives_another_damage(kind, digits):
    assert (spoilt(kind, digits) != spoilt(kind, digits, seed=1)).any()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [0, 1])
def test_few_images_and_no_ink_are_no_trouble(kind, n):
    changed = spoilt(kind, np.zeros((n, 28, 28), np.uint8))
    assert (changed.dtype, changed.shape) == (np.uint8, (n, 28, 28))


def test_a_kind_that_is_not_there_is_refused(digits):
    with pytest.raises(ConfigError, match=r"shot noise.*Received: 'snow'"):
        spoilt("snow", digits)


# What each kind is


def test_shot_noise_counts_thirds_of_full_ink_and_keeps_the_mean():
    grey = np.full((20, 28, 28), 85, np.uint8)
    changed = spoilt("shot noise", grey)
    assert set(np.unique(changed)) == {0, 85, 170, 255}
    # Poisson counts of mean 1, cut off at 3.
    counts = np.exp(-1) * np.array([1, 1, 1 / 2])
    expected = 85 * (counts @ [0, 1, 2] + 3 * (1 - counts.sum()))
    assert changed.mean() == pytest.approx(expected, abs=1.5)


def test_impulses_hit_one_pixel_in_six_half_of_them_white():
    changed = spoilt("impulse noise", np.full((100, 28, 28), 100, np.uint8))
    assert np.mean(changed == 255) == pytest.approx(0.085, abs=0.005)
    assert np.mean(changed == 0) == pytest.approx(0.085, abs=0.005)
    assert set(np.unique(changed)) == {0, 100, 255}


def test_glass_only_moves_ink_about(digits):
    changed = spoilt("glass blur", digits).astype(float)
    np.testing.assert_allclose(changed.sum(axis=(1, 2)), digits.sum(axis=(1, 2), dtype=float), rtol=0.03)


def test_a_moving_camera_draws_a_point_out_to_one_side():
    point = np.zeros((50, 28, 28), np.uint8)
    point[:, 14, 14] = 255
    for each in spoilt("motion blur", point):
        rows, columns = np.nonzero(each)
        assert columns.max() == 14
        assert len(rows) >= 7
        assert np.abs(rows - 14).max() <= 14 - columns.min() + 1
        assert int(each.sum()) == pytest.approx(255, abs=10)


def test_turned_both_ways_by_an_angle_of_two_fifths(digits):
    changed = spoilt("rotate", digits)
    ways = [as_bytes(warped(digits / 255, [rotation(angle)] * 40)) for angle in (-0.4, 0.4)]
    is_way = [(changed == way).all(axis=(1, 2)) for way in ways]
    assert (is_way[0] ^ is_way[1]).all()
    assert 5 < is_way[0].sum() < 35


def test_smaller_is_seven_tenths_around_the_centre():
    square = np.zeros((1, 28, 28), np.uint8)
    square[0, 4:24, 4:24] = 255
    changed = spoilt("scale", square)[0]
    assert changed.sum() / 255 == pytest.approx(14**2, rel=0.02)
    np.testing.assert_array_equal(changed, changed[::-1, ::-1])


def test_slanted_with_the_centre_where_it_was():
    column = np.zeros((4, 28, 28), np.uint8)
    column[:, :, 13:15] = 255
    for each in spoilt("shear", column):
        where = (each * np.arange(28)).sum(axis=1) / each.sum(axis=1)
        slope = np.polyfit(np.arange(6, 22), where[6:22], 1)
        assert abs(slope[0]) == pytest.approx(np.sin(0.4), abs=0.02)
        assert np.polyval(slope, 13.5) == pytest.approx(13.5, abs=0.05)


def test_brighter_by_half_up_to_full_ink():
    shades = np.arange(256, dtype=np.uint8).repeat(28 * 28).reshape(256, 28, 28)
    expected = np.minimum(np.arange(256) + 127.5, 255)
    assert np.abs(spoilt("brightness", shades)[:, 0, 0] - expected).max() <= 0.5


def test_moved_three_pixels_along_every_diagonal(digits):
    changed = spoilt("translate", digits)
    places = [(down, right) for down in (-3, 3) for right in (-3, 3)]
    found = [(changed == shifted(digits, *place)).all(axis=(1, 2)) for place in places]
    assert (np.sum(found, axis=0) == 1).all()
    assert np.sum(found, axis=1).min() > 0


def test_stripes_are_inverted_outside_of_the_middle(digits):
    changed = spoilt("stripe", digits)
    np.testing.assert_array_equal(changed[..., 7:21], digits[..., 7:21])
    np.testing.assert_array_equal(changed[..., :7], 255 - digits[..., :7])
    np.testing.assert_array_equal(changed[..., 21:], 255 - digits[..., 21:])


def test_fog_is_a_map_from_0_to_1_that_goes_on_at_its_borders():
    maps = fog_maps(3, np.random.default_rng(0))
    assert maps.shape == (3, 256, 256)
    assert (maps.min(axis=(1, 2)).tolist(), maps.max(axis=(1, 2)).tolist()) == ([0] * 3, [1] * 3)
    steps = np.abs(np.diff(maps, axis=2))
    across = np.abs(maps[:, :, 0] - maps[:, :, -1])
    assert across.mean() < 3 * steps.mean()


def test_fog_leaves_a_quarter_of_the_contrast(digits):
    changed = spoilt("fog", digits).astype(float)
    full, none = digits == 255, digits == 0
    assert changed[full].mean() - changed[none].mean() == pytest.approx(255 / 4, rel=0.35)


def test_mud_is_dark_and_covers_what_is_below_it():
    changed = spoilt("spatter", np.full((50, 28, 28), 255, np.uint8))
    share = np.mean(changed < 255)
    assert 0.1 < share < 0.6
    assert changed.min() == 63


def test_a_dotted_line_only_adds_ink_in_every_second_pair_of_columns(digits):
    changed = spoilt("dotted line", digits)
    assert (changed >= digits).all()
    gaps = np.arange(28) // 2 % 2 == 0
    np.testing.assert_array_equal(changed[..., gaps], digits[..., gaps])


def test_a_level_line_fades_with_the_distance():
    lines = spoilt("dotted line", np.zeros((500, 28, 28), np.uint8))
    drawn = [column for column in range(27) if column // 2 % 2]
    level = [line for line in lines if (line[:, drawn] == line[:, 2:3]).all()]
    assert len(level) > 5
    faded = round(255 * (1 + np.log(1 - 1 / 2.3)))
    for line in level:
        assert line[:, 2][line[:, 2] > 0].tolist() in ([faded, 255, faded], [255, faded], [faded, 255])
    assert not lines[:, :, 27].any()


def test_a_zigzag_swings_two_pixels_to_both_sides():
    zigzags = spoilt("zigzag", np.zeros((500, 28, 28), np.uint8))
    peaks, starts = zigzags[:, :, 3:24].argmax(axis=1), zigzags[:, :, 2].argmax(axis=1)
    is_level = (peaks[:, 8:] == peaks[:, :-8]).all(axis=1) & (starts > 2) & (starts < 25)
    assert is_level.sum() > 5
    assert {*(starts - peaks.min(axis=1))[is_level].tolist()} == {2}
    assert {*(peaks.max(axis=1) - starts)[is_level].tolist()} == {2}
    assert not zigzags[:, :, [0, 1, 26, 27]].any()


def test_edges_are_lines_around_an_empty_middle():
    square = np.zeros((1, 28, 28), np.uint8)
    square[0, 8:20, 8:20] = 255
    found = spoilt("canny edges", square)[0]
    assert set(np.unique(found)) == {0, 255}
    assert found[11:17, 11:17].sum() == 0
    # A step between two pixels is as steep on both: which of them counts is decided by the last bit, at times both.
    assert 35 < np.count_nonzero(found) < 110


# What the kinds are made of


@pytest.mark.parametrize(("down", "right"), [(0, 0), (3, -5), (-28, 0), (0, 40)])
def test_shifted_is_a_roll_with_nothing_coming_in(down, right, digits):
    wide = np.pad(digits, ((0, 0), (40, 40), (40, 40)))
    expected = np.roll(wide, (down, right), axis=(1, 2))[:, 40:68, 40:68]
    np.testing.assert_array_equal(shifted(digits, down, right), expected)


@pytest.mark.parametrize(("axes", "sigmas"), [((1, 2), (1.5, 1.5)), ((1,), (1.5, 0)), ((2,), (0, 1.5))])
@pytest.mark.parametrize(("is_empty_beyond", "mode"), [(False, "nearest"), (True, "constant")])
def test_a_blur_is_scipys_gaussian_along_its_axes(axes, sigmas, is_empty_beyond, mode):
    from scipy.ndimage import gaussian_filter

    shades = np.random.default_rng(0).random((2, 28, 28))
    smooth = blurred(shades, 1.5, axes=axes, is_empty_beyond=is_empty_beyond)
    np.testing.assert_allclose(smooth[1], gaussian_filter(shades[1], sigmas, mode=mode), atol=1e-12)
    assert blurred(shades.astype(np.float32), 1.5).dtype == np.float32


@pytest.mark.parametrize("matrix", [rotation(0.3), np.eye(2) / 0.4, np.array([[1, -0.7], [0.2, 1.5]])])
def test_warped_is_scipys_affine_transformation(matrix):
    from scipy.ndimage import affine_transform

    shades = np.random.default_rng(0).random((1, 28, 28))
    # SciPy has rows before columns; it needs a border of its own to fade out at the edge as well.
    swapped, centre = matrix[::-1, ::-1], np.full(2, 13.5)
    wide = np.pad(shades[0], 20)
    expected = affine_transform(wide, swapped, centre + 20 - swapped @ centre, (28, 28), order=1)
    np.testing.assert_allclose(warped(shades, [matrix])[0], expected, atol=1e-9)


def test_an_edge_that_is_steep_nowhere_is_none_and_one_that_is_somewhere_goes_on():
    step = np.repeat(np.where(np.arange(28) < 14, 0.0, 1.0)[None, None], 28, axis=1)
    # A Gaussian makes the steepness of a step 2.5 of 4: it needs 0.04 to be followed and 0.08 to be certain.
    assert not edges(0.035 * step, 1, 0.1, 0.2).any()
    fading = np.linspace(0.15, 0.05, 28)[None, :, None] * step
    assert edges(fading, 1, 0.1, 0.2)[0, 1:27].any(axis=1).all()
    assert not edges(np.minimum(fading, 0.07), 1, 0.1, 0.2).any()
