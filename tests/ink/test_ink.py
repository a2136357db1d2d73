import itertools

import cv2
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mnist_core import Drawing, ink
from mnist_core.errors import EmptyDrawingError
from mnist_core.ink.pictures import MIN_CONTRAST, grey, is_flat_paper, isolated_ink
from mnist_core.ink.stages import centred, into_box
from mnist_core.synthesis.canvas import painted
from tests.strokes import DIGITS, SEVEN

digits = st.sampled_from(sorted(DIGITS))


def moved(strokes, scale=1.0, dx=0.0, dy=0.0):
    return [np.array(stroke, np.float32) * scale + np.array([dx, dy], np.float32) for stroke in strokes]


def picture(strokes, pen=20, size=400):
    """Black on white, as a scanned page."""
    return 255 - painted([np.array(stroke, np.float32) for stroke in strokes], pen, (size, size))


def pixels(drawing):
    return ink.digit_image(drawing).pixels


# What the image is


@pytest.mark.parametrize("digit", DIGITS)
def test_the_digit_fits_mnists_box_and_centre(digit):
    image = pixels(Drawing.from_strokes(DIGITS[digit]))
    rows, columns = np.nonzero(image)
    longer = max(np.ptp(rows), np.ptp(columns)) + 1
    moments = cv2.moments(image)
    assert longer == 20
    assert moments["m10"] / moments["m00"] == pytest.approx(14, abs=0.51)
    assert moments["m01"] / moments["m00"] == pytest.approx(14, abs=0.51)


def test_the_last_stage_is_what_the_model_gets():
    drawing = Drawing.from_strokes(SEVEN)
    last = ink.stages(drawing)[-1].image
    np.testing.assert_array_equal(pixels(drawing), last / np.float32(255))


def test_every_stage_has_a_name_a_sentence_and_a_picture():
    for drawing, count in ((Drawing.from_strokes(SEVEN), 4), (Drawing.from_pixels(picture(SEVEN)), 5)):
        stages = ink.stages(drawing)
        assert len(stages) == count
        for stage in stages:
            assert stage.name
            assert stage.sentence.endswith(".")
            assert stage.image.dtype == np.uint8
            assert stage.image.ndim == 2


def test_an_empty_canvas_shows_the_same_steps_as_a_drawing():
    names = [stage.name for stage in ink.stages(Drawing.from_strokes(SEVEN))]
    assert [stage.name for stage in ink.empty_stages()] == names


def test_mnists_own_images_pass_almost_unchanged(mnist):
    images = mnist.split("test").images[:200]
    changed = np.stack([pixels(Drawing.from_pixels(np.array(image))) for image in images])
    assert np.abs(changed - images / 255).mean() < 0.005


def test_area_resampling_is_the_mean_of_the_pixels_it_covers():
    big = np.kron(np.arange(400, dtype=np.float32).reshape(20, 20) * 255 / 399, np.ones((4, 4))).astype(np.uint8)
    np.testing.assert_array_equal(into_box(big), big[::4, ::4])


def test_centring_puts_the_mass_in_the_middle_and_keeps_the_ink_inside():
    block = np.zeros((20, 20), np.uint8)
    block[:, :2] = 255
    field = centred(block)
    assert field.sum() == block.sum()
    assert field[:, 8:10].all(axis=0).sum() == 0  # the box may not leave the field: its left edge is at 8, the limit
    assert np.nonzero(field.any(axis=0))[0].tolist() == [8, 9]


def test_a_dot_stays_a_dot():
    image = pixels(Drawing.from_strokes([[(200, 200)]]))
    assert 0 < np.count_nonzero(image > 0.5) < 16


# Steps left out

RECIPES = [ink.Recipe(*switches) for switches in itertools.product([True, False], repeat=5)]
NONE = RECIPES[-1]


def without(*names):
    return ink.Recipe(**dict.fromkeys(names, False))


def corner_seven(pen, side=400):
    """A 7 of 80 x 100 pixels in the upper left corner."""
    return Drawing.from_strokes(moved(SEVEN, 0.5, -50, -35), pen, (side, side))


SHOWN = {
    "strokes": corner_seven(10),
    "wide canvas": Drawing.from_strokes(moved(SEVEN, 0.5, 300, -30), 10, (600, 300)),
    "picture": Drawing.from_pixels(picture(moved(SEVEN, 0.5, 100, 50), pen=6)),
    "photo": Drawing.from_pixels(
        np.random.default_rng(0).integers(-9, 9, (400, 400)).astype(np.uint8) // 9 + picture(SEVEN) // 2 + 20
    ),
}


@pytest.mark.parametrize("drawing", SHOWN.values(), ids=SHOWN)
def test_any_steps_may_be_left_out(drawing):
    for recipe in RECIPES:
        steps = ink.stages(drawing, recipe)
        last = steps[-1].image
        assert (last.shape, last.dtype) == ((28, 28), np.uint8), recipe
        assert last.any(), recipe
        assert all(step.name and step.sentence.endswith(".") for step in steps)
        assert max(steps[-2].image.shape) == (20 if recipe.box else 28)


def test_the_image_for_the_model_is_the_last_stage_of_any_recipe():
    for recipe in RECIPES:
        last = ink.stages(SHOWN["strokes"], recipe)[-1].image
        np.testing.assert_array_equal(ink.digit_pixels(SHOWN["strokes"], recipe), last)
        np.testing.assert_array_equal(ink.digit_image(SHOWN["strokes"], recipe).pixels, last / np.float32(255))


def test_all_steps_are_the_default():
    for drawing in SHOWN.values():
        for one, other in zip(ink.stages(drawing), ink.stages(drawing, ink.Recipe()), strict=True):
            assert (one.name, one.sentence) == (other.name, other.sentence)
            np.testing.assert_array_equal(one.image, other.image)


def test_an_empty_canvas_shows_the_steps_of_each_recipe():
    for recipe in RECIPES:
        words = [(stage.name, stage.sentence) for stage in ink.stages(SHOWN["strokes"], recipe)]
        assert len(words) >= 2
        assert [(stage.name, stage.sentence) for stage in ink.empty_stages(recipe)] == words


def test_without_any_step_the_whole_canvas_is_shrunk_as_in_most_demos():
    drawing = corner_seven(20)
    canvas = ink.draw_strokes(drawing.strokes, drawing.pen_width, drawing.size)
    shrunk = cv2.resize(canvas, (28, 28), interpolation=cv2.INTER_AREA)
    np.testing.assert_array_equal(ink.digit_pixels(drawing, NONE), shrunk)
    # The faintest edge of the ink counts as the paper's grain in a picture.
    from_picture = ink.digit_pixels(Drawing.from_pixels(255 - canvas), NONE)
    np.testing.assert_allclose(from_picture.astype(int), shrunk, atol=1)


@pytest.mark.parametrize("drawing", [corner_seven(20), Drawing.from_pixels(picture(moved(SEVEN, 0.5, -50, -35)))])
def test_what_is_not_centred_stays_in_its_corner(drawing):
    steps = ink.stages(drawing, without("centring"))
    height, width = steps[-2].image.shape
    np.testing.assert_array_equal(steps[-1].image[:height, :width], steps[-2].image)
    assert steps[-1].image.sum() == steps[-2].image.sum()
    assert steps[-1].name == "Not centred"


def test_what_was_in_the_middle_stays_in_the_middle_without_centring():
    low, high = np.concatenate(SEVEN).min(axis=0), np.concatenate(SEVEN).max(axis=0)
    middle = Drawing.from_strokes(moved(SEVEN, 1, *(200 - (low + high) / 2)))
    rows, columns = np.nonzero(ink.digit_pixels(middle, without("centring")))
    assert (rows.min(), 27 - rows.max()) == (4, 4)
    assert columns.min() == pytest.approx(27 - columns.max(), abs=1)


def test_the_canvas_is_not_kept_from_the_middle_by_its_empty_paper():
    moments = cv2.moments(ink.digit_pixels(corner_seven(20), without("cropping")))
    assert moments["m10"] / moments["m00"] == pytest.approx(14, abs=0.51)
    assert moments["m01"] / moments["m00"] == pytest.approx(14, abs=0.51)


def test_a_pen_that_is_not_made_the_same_stays_thin_or_thick():
    def mass(pen, *names):
        return ink.digit_pixels(Drawing.from_strokes(SEVEN, pen), without(*names)).sum()

    for others in ([], ["cropping"]):
        assert mass(40, "same_pen", *others) > 2 * mass(10, "same_pen", *others)
        assert mass(40, *others) == pytest.approx(mass(10, *others), rel=0.02)


def test_without_cleaning_specks_and_shadow_stay_in_the_picture():
    photo = on_paper(picture(SEVEN, pen=14), gradient=0.2)
    photo[350:356, 350:356] = 60
    clean, plain = (
        ink.stages(Drawing.from_pixels(photo), recipe)[-4].image for recipe in (ink.Recipe(), without("cleaning"))
    )
    assert not clean[-60:, -60:].any()
    assert plain[350:356, 350:356].min() > 200


def test_a_switch_that_does_nothing_for_a_drawing_changes_nothing():
    for drawing, name in ((SHOWN["strokes"], "cleaning"), (SHOWN["photo"], "same_pen")):
        np.testing.assert_array_equal(ink.digit_pixels(drawing, without(name)), ink.digit_pixels(drawing))


@pytest.mark.parametrize("pen", [10, 20])
def test_a_corner_seven_is_read_and_is_not_without_centring(recognizer, pen):
    def read(recipe):
        return recognizer.predict(ink.as_digit(ink.stages(corner_seven(pen), recipe))).digit

    assert read(ink.Recipe()) == 7
    assert read(without("centring")) != 7
    assert read(NONE) != 7


def test_ink_that_fades_away_or_lies_beyond_the_canvas_leaves_an_empty_image():
    beyond = Drawing.from_strokes([[(900, 900), (950, 950)]])
    for recipe in RECIPES:
        assert ink.digit_pixels(beyond, recipe).any() == recipe.cropping
    speck = np.zeros((1024, 1024), np.uint8)
    speck[0, 0] = 16
    assert ink.digit_pixels(Drawing.from_pixels(speck), NONE).max() <= 1


def test_the_thickest_pen_fills_the_canvas():
    for recipe in RECIPES:
        assert ink.digit_pixels(Drawing.from_strokes(SEVEN, 100_000), recipe).any()


# Nothing of a drawing's place, size and pen reaches the image


@given(digits, st.floats(0.2, 2.0), st.floats(-300, 300), st.floats(-300, 300), st.floats(3, 60))
def test_moving_scaling_and_thickening_strokes_change_no_pixel_much(digit, scale, dx, dy, pen):
    before = pixels(Drawing.from_strokes(DIGITS[digit]))
    after = pixels(Drawing.from_strokes(moved(DIGITS[digit], scale, dx, dy), pen_width=pen))
    assert np.abs(before - after).mean() < 0.01


@given(digits, st.floats(0.25, 1.0), st.floats(0, 80), st.floats(0, 80), st.integers(8, 40))
@settings(max_examples=60, deadline=None)
def test_moving_scaling_and_thickening_do_not_change_the_answer(recognizer, digit, scale, dx, dy, pen):
    drawing = Drawing.from_strokes(moved(DIGITS[digit], scale, dx, dy), pen_width=pen)
    assert recognizer.predict(drawing).digit == digit


@given(digits, st.integers(10, 30), st.sampled_from(["grey", "rgb", "rgba", "transparent"]))
@settings(max_examples=60, deadline=None)
def test_inverting_a_picture_changes_nothing_at_all(recognizer, digit, pen, form):
    shades = picture(DIGITS[digit], pen)
    images = []
    for each in (shades, 255 - shades):
        coloured = {
            "grey": each,
            "rgb": np.dstack([each] * 3),
            "rgba": np.dstack([each] * 3 + [np.full_like(each, 255)]),
            "transparent": np.dstack([np.full_like(each, each[200, 0] ^ 255)] * 3 + [255 - shades]),
        }[form]
        images.append(Drawing.from_pixels(coloured))
    np.testing.assert_allclose(pixels(images[0]), pixels(images[1]), atol=1.5 / 255)
    assert [recognizer.predict(image).digit for image in images] == [digit, digit]


@given(digits, st.integers(40, 1500), st.integers(0, 300), st.integers(0, 300))
@settings(max_examples=40, deadline=None)
def test_the_size_of_a_picture_and_the_place_on_it_do_not_change_the_answer(recognizer, digit, side, left, top):
    page = np.pad(picture(DIGITS[digit], 20), ((top, 300 - top), (left, 300 - left)), constant_values=255)
    resized = cv2.resize(page, (side, side), interpolation=cv2.INTER_AREA)
    assert recognizer.predict(np.asarray(resized)).digit == digit


# Whatever comes in: an image in [0, 1] or an error that says why

coordinates = st.floats(-1e5, 1e5, width=32)


@given(st.lists(st.lists(st.tuples(coordinates, coordinates), max_size=20), max_size=6), st.floats(0.1, 1000))
def test_any_strokes_give_an_image_or_a_clear_error(strokes, pen):
    try:
        image = pixels(Drawing.from_strokes(strokes, pen_width=pen))
    except EmptyDrawingError:
        assert not any(strokes)
    else:
        assert image.shape == (28, 28)
        assert 0 <= image.min() <= image.max() <= 1
        assert image.max() > 0


@example(np.array([[16, 0]], np.uint8))
@given(
    hnp.arrays(
        np.uint8,
        st.one_of(
            hnp.array_shapes(min_dims=2, max_dims=2, max_side=40),
            hnp.array_shapes(min_dims=2, max_dims=2, max_side=20).flatmap(
                lambda shape: st.sampled_from([(*shape, 3), (*shape, 4)])
            ),
        ),
    )
)
def test_any_pixels_give_an_image_or_a_clear_error(array):
    drawing = Drawing.from_pixels(array)
    try:
        image = pixels(drawing)
    except EmptyDrawingError:
        shades = grey(array)
        # Of what was drawn on a screen nothing is lost; what looks like a photo may be all grain and no ink.
        assert int(shades.max()) - int(shades.min()) < MIN_CONTRAST or not is_flat_paper(shades)
    else:
        assert image.shape == (28, 28)
        assert 0 < image.max() <= 1


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((1, 1), np.uint8),
        np.full((50, 50), 255, np.uint8),
        np.zeros((50, 50), np.uint8),
        np.full((50, 50, 3), 128, np.uint8),
        np.zeros((50, 50, 4), np.uint8),
        np.zeros((0, 5), np.uint8),
    ],
    ids=["1x1", "white", "black", "grey", "transparent", "no pixels"],
)
def test_a_flat_picture_is_empty(array):
    with pytest.raises(EmptyDrawingError, match="Received"):
        ink.digit_image(Drawing.from_pixels(array))


@given(st.integers(0, 235), st.integers(20, 255))
def test_the_paper_is_found_at_any_two_shades(paper, difference):
    assume(paper + difference <= 255)
    for low, high in ((paper, paper + difference), (paper + difference, paper)):
        shades = np.full((40, 40), low, np.uint8)
        shades[10:30, 15:20] = high
        found = isolated_ink(shades)
        assert found[10:30, 15:20].min() == 255
        assert np.count_nonzero(found) == 100


# Photos


def on_paper(black_on_white, noise=5.0, gradient=0.4, paper=215.0, pen=60.0):
    """A picture as a scan or photo of paper: grain, and light that falls off to one side."""
    shades = 1 - black_on_white.astype(float) / 255
    light = 1 - gradient * np.linspace(0, 1, shades.shape[1])
    noisy = (paper - (paper - pen) * shades) * light + np.random.default_rng(0).normal(0, noise, shades.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("colours", [(215.0, 60.0), (40.0, 220.0)], ids=["pen on paper", "chalk on a board"])
def test_a_noisy_photo_in_uneven_light_is_read(recognizer, digit, colours):
    photo = on_paper(picture(DIGITS[digit], pen=14), paper=colours[0], pen=colours[1])
    assert recognizer.predict(photo).digit == digit


@pytest.mark.parametrize("digit", [digit for digit in DIGITS if digit != 1])
@pytest.mark.parametrize("side", [40, 150, 400])
@pytest.mark.parametrize("pen", [0.08, 0.16])
def test_a_picture_cut_out_closely_around_a_digit_is_read(recognizer, digit, side, pen):
    points = np.concatenate([np.array(stroke) for stroke in DIGITS[digit]])
    scale = side / np.ptp(points, axis=0).max()
    strokes = [(np.array(stroke) - points.min(axis=0)) * scale + pen * side / 2 for stroke in DIGITS[digit]]
    size = tuple(int(each) for each in np.ptp(points, axis=0) * scale + pen * side + 1)
    drawn = 255 - painted([stroke.astype(np.float32) for stroke in strokes], pen * side, size)
    assert recognizer.predict(on_paper(drawn)).digit == digit


def ruled(photo, spacing, shade, squared):
    """The same photo on ruled paper."""
    lines = photo.copy()
    lines[spacing // 2 :: spacing] = np.minimum(lines[spacing // 2 :: spacing], shade)
    if squared:
        lines[:, spacing // 2 :: spacing] = np.minimum(lines[:, spacing // 2 :: spacing], shade)
    return lines


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("squared", [False, True])
def test_ruling_is_taken_away_and_strokes_along_it_stay(recognizer, digit, squared):
    photo = on_paper(picture(DIGITS[digit], pen=14), gradient=0.2)
    assert recognizer.predict(ruled(photo, 37, 120, squared)).digit == digit


def test_the_edge_of_a_shadow_is_no_ink():
    photo = on_paper(picture(DIGITS[2], pen=14), gradient=0)
    photo[:, 300:] = (photo[:, 300:] * 0.6).astype(np.uint8)
    clean = ink.stages(Drawing.from_pixels(photo))[2].image
    assert not clean[:, 285:].any()
    assert clean[:, :285].any()


def test_paper_without_ink_is_empty():
    grain = np.random.default_rng(0).normal(200, 1.0, (300, 300))
    shaded = np.clip(grain * np.linspace(1, 0.8, 300), 0, 255).astype(np.uint8)
    with pytest.raises(EmptyDrawingError, match="Nothing on the picture stands out"):
        ink.stages(Drawing.from_pixels(shaded))


def test_a_thin_pen_in_a_large_picture_does_not_fade():
    thin, usual = (pixels(Drawing.from_pixels(picture(SEVEN, pen=pen))) for pen in (2, 24))
    assert thin.max() > 0.7
    assert thin.sum() > 0.4 * usual.sum()


def test_the_largest_photo_is_read(recognizer):
    large = np.kron(on_paper(picture(DIGITS[4], pen=14)), np.ones((15, 15), np.uint8))
    assert recognizer.predict(large).digit == 4
