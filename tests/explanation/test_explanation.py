"""Why a digit was read: occlusion against closed forms, erasures that really change the answer, disagreement."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from mnist_core import Dataset, DigitImage, Drawing, Prediction, ink
from mnist_core.errors import BundleError, EmptyDrawingError
from mnist_core.explanation import erasure as module
from mnist_core.explanation import pieces
from mnist_core.explanation.erasure import MOST, Erasure, smallest_erasure
from mnist_core.explanation.explanation import disagreement, erased_pixels, explain
from mnist_core.explanation.occlusion import PATCH, STRIDE, OcclusionMap, occlusion
from mnist_core.explanation.pieces import Strokes
from mnist_core.readings.neighbours import Neighbours
from mnist_core.readings.readings import DatasetReadings
from mnist_core.synthesis.canvas import painted
from mnist_core.types import Readings
from tests.strokes import DIGITS, EIGHT, FOUR, SEVEN, SIX, ZERO


def digit_of(pixels):
    return DigitImage(np.asarray(pixels, np.float32) / np.float32(255))


@pytest.fixture(scope="module")
def image():
    return ink.digit_pixels(Drawing.from_strokes(FOUR))


def linear(weights):
    """A network whose log-probability of each digit is a weighted sum of the pixels."""
    return lambda images: np.exp((images / 255.0).reshape(len(images), -1) @ weights.reshape(10, -1).T)


# Occlusion


def covering(row, column):
    """The patches over a pixel, as rows and columns."""
    starts = [*range(0, 28 - PATCH, STRIDE), 28 - PATCH]
    return [
        (slice(y, y + PATCH), slice(x, x + PATCH))
        for y, x in itertools.product(starts, starts)
        if y <= row < y + PATCH and x <= column < x + PATCH
    ]


def test_the_map_of_a_linear_network_is_its_weights_around_each_pixel(image):
    weights = np.random.default_rng(0).normal(0, 0.01, (10, 28, 28))
    pixels = image / 255.0
    expected = np.zeros((10, 28, 28))
    for row, column in np.argwhere(image).tolist():
        effect, erased = np.zeros(10), 0.0
        for patch in covering(row, column):
            effect += (weights[:, *patch] * pixels[patch]).sum(axis=(1, 2))
            erased += pixels[patch].sum()
        expected[:, row, column] = pixels[row, column] * effect / erased
    np.testing.assert_allclose(occlusion(linear(weights), digit_of(image)).values, expected, atol=1e-5)


def test_with_the_same_weight_everywhere_the_map_is_weight_times_ink(image):
    weights = np.arange(-5, 5)[:, np.newaxis, np.newaxis] * np.full((10, 28, 28), 0.01)
    np.testing.assert_allclose(occlusion(linear(weights), digit_of(image)).values, weights * (image / 255.0), atol=1e-6)


def test_ink_that_speaks_for_is_above_0_and_against_below(image):
    weights = np.zeros((10, 28, 28))
    weights[4, :10], weights[4, 18:] = 0.1, -0.1
    values = occlusion(linear(weights), digit_of(image)).values
    assert (values[4, :10][image[:10] > 0] > 0).all()
    assert (values[4, 18:][image[18:] > 0] < 0).all()
    np.testing.assert_array_equal(values[[0, 1, 2, 3, 5, 6, 7, 8, 9]], 0)


def test_the_map_is_that_of_reading_every_patch_by_itself(recognizer, image):
    pixels = image / 255.0
    whole = np.log(recognizer.readings(image[np.newaxis]).probabilities[0])
    row, column = np.argwhere(image == image.max())[20].tolist()
    effect, erased = np.zeros(10), 0.0
    for patch in covering(row, column):
        without = image.copy()
        without[patch] = 0
        effect += whole - np.log(recognizer.readings(without[np.newaxis]).probabilities[0])
        erased += pixels[patch].sum()
    heat = occlusion(lambda images: recognizer.predict_many(images)[0], digit_of(image))
    np.testing.assert_allclose(heat.values[:, row, column], pixels[row, column] * effect / erased, atol=1e-3)


def test_only_patches_with_ink_are_read_in_one_go():
    calls = []

    def read(images):
        calls.append(images)
        return np.full((len(images), 10), 0.1)

    corner = np.zeros((28, 28), np.uint8)
    corner[27, 27] = 200
    heat = occlusion(read, digit_of(corner))
    assert [len(images) for images in calls] == [len(covering(27, 27)) + 1]
    np.testing.assert_array_equal(heat.values, 0)


def test_a_blank_image_has_a_blank_map_and_is_not_read():
    heat = occlusion(lambda _: pytest.fail("it was read"), digit_of(np.zeros((28, 28))))
    assert (heat.values.shape, heat.values.any()) == ((10, 28, 28), False)


def test_a_probability_of_nothing_gives_no_infinity(image):
    def read(images):
        return np.eye(10)[np.arange(len(images)) % 10]

    assert np.isfinite(occlusion(read, digit_of(image)).values).all()


# The smallest erasure


class Watched(Strokes):
    """Strokes that note the pieces without which they are to be read."""

    def __init__(self, drawing):
        super().__init__(drawing)
        self.tried = []

    def image(self, piece):
        self.tried.append(piece)
        return super().image(piece)


def as_pixels(drawing):
    return Drawing.from_pixels(painted(drawing.strokes, drawing.pen_width, drawing.size))


@pytest.mark.parametrize("digit", [0, 2, 4, 6, 7, 9])
def test_what_is_left_is_read_as_another_digit(recognizer, digit):
    drawing = Drawing.from_strokes(DIGITS[digit])
    found = smallest_erasure(recognizer, drawing)
    again = recognizer.predict(Drawing.from_strokes(found.left.strokes, 20, (400, 400)))
    assert again.digit == found.prediction.digit != digit
    assert 0 < found.share <= MOST
    assert (found.left.pen_width, found.left.size) == (drawing.pen_width, drawing.size)


@pytest.mark.parametrize("strokes", [ZERO, FOUR, EIGHT])
def test_nothing_smaller_that_was_tried_changes_the_answer(recognizer, monkeypatch, strokes):
    drawing = Drawing.from_strokes(strokes)
    ink = Watched(drawing)
    monkeypatch.setattr(module, "ink_of", {drawing: ink}.__getitem__)
    digit = recognizer.predict(drawing).digit
    found = smallest_erasure(recognizer, drawing)
    smaller = [piece for piece in ink.tried if piece.share < found.share - 1e-9]
    assert len(smaller) > 5
    assert {recognizer.predict(ink.without(piece)).digit for piece in smaller} == {digit}


def length(stroke):
    return float(np.linalg.norm(np.diff(stroke, axis=0), axis=1).sum())


def test_piece_and_rest_make_up_the_stroke(recognizer):
    drawing = Drawing.from_strokes(SIX)
    found = smallest_erasure(recognizer, drawing)
    total = length(drawing.strokes[0])
    assert length(found.piece) == pytest.approx(found.share * total, abs=0.1)
    assert sum(map(length, found.left.strokes)) + length(found.piece) == pytest.approx(total, abs=0.1)
    assert found.box is None


def test_pieces_are_drawn_as_the_stages_draw_what_is_left():
    strokes = Strokes(Drawing.from_strokes(EIGHT))
    for piece in list(strokes.pieces(0.2))[::3]:
        np.testing.assert_array_equal(strokes.image(piece), ink.digit_pixels(strokes.without(piece)))


def spiral(turns=2.5, points=90):
    """A line whose ends lie within."""
    angles = np.linspace(0, 2 * np.pi * turns, points)
    radius = 100 + 60 * np.sin(angles / 3)
    return np.stack([200 + radius * np.cos(angles), 200 + radius * np.sin(angles)], axis=1)


@pytest.mark.parametrize(
    "drawn",
    [
        EIGHT,
        SIX,
        FOUR,
        [spiral()],
        [spiral(), spiral()[10:40] * 0.5 + 100],
        [spiral(), [(200, 190)]],
        [np.repeat(spiral(), 2, 0)],
    ],
    ids=["eight", "six", "four", "spiral", "two", "dot", "points twice"],
)
def test_masked_pieces_are_what_is_drawn_again(drawn, monkeypatch):
    strokes = Strokes(Drawing.from_strokes(drawn))
    again = [*strokes.pieces(0.12), *strokes.pieces(0.6)]
    again += [part for piece in again[::4] for part in strokes.within(piece)]
    redrawn = []
    monkeypatch.setattr(pieces, "strokes_in_form", lambda *of: redrawn.append(of) or ink.strokes_in_form(*of))
    for piece in again[::3]:
        image = strokes.image(piece)
        left = strokes.without(piece)
        np.testing.assert_array_equal(image, ink.digit_pixels(left))
    assert len(redrawn) < 0.7 * len(again[::3])


def test_a_drawing_of_many_points_is_drawn_again_with_fewer():
    strokes = Strokes(Drawing.from_strokes([spiral(points=1_200)]))
    piece = list(strokes.pieces(0.12))[3]
    np.testing.assert_array_equal(strokes.image(piece), ink.digit_pixels(strokes.without(piece)))


@pytest.mark.parametrize("pen", [4, 40])
def test_squares_of_a_picture_leave_what_the_stages_make_of_the_rest(pen):
    drawn = painted(Drawing.from_strokes(EIGHT).strokes, pen, (400, 400))
    picture = pieces.Picture(Drawing.from_pixels(drawn))
    assert picture.is_thin == (pen == 4)
    for piece in list(picture.pieces(0.2))[::3]:
        left = ink.digit_pixels(picture.without(piece))
        image = picture.image(piece)
        assert image.sum(dtype=int) == pytest.approx(left.sum(dtype=int), rel=0.15)
        assert np.abs(image.astype(int) - left).mean() < 12


def test_pieces_cover_every_stroke_and_overlap():
    strokes = Strokes(Drawing.from_strokes(FOUR))
    for size in module.SIZES:
        for number in range(2):
            own = [piece.place[1:] for piece in strokes.pieces(size) if piece.place[0] == number]
            assert own[0][0] == 0
            assert own[-1][1] == pytest.approx(length(strokes.whole.strokes[number]), abs=0.01)
            assert all(after[0] < before[1] for before, after in itertools.pairwise(own))


def test_a_square_of_a_picture_changes_the_answer(recognizer):
    picture = as_pixels(Drawing.from_strokes(SEVEN))
    found = smallest_erasure(recognizer, picture)
    assert recognizer.predict(found.left.pixels).digit == found.prediction.digit != 7
    assert found.piece is None
    square = picture.pixels[found.box.rows, found.box.columns]
    assert square.sum() / picture.pixels.sum() == pytest.approx(found.share, abs=0.05)


class Stubborn:
    """Reads a 3 in everything."""

    def predict(self, _drawing):
        return Prediction(np.eye(10, dtype=np.float32)[3], 0.0)

    def readings(self, images):
        threes = np.eye(10, dtype=np.float32)[[3] * len(images)]
        return Readings(threes, np.zeros(len(images), np.float32))


@pytest.mark.parametrize("drawing", [Drawing.from_strokes(SEVEN), as_pixels(Drawing.from_strokes(SEVEN))])
def test_an_answer_that_nothing_changes_has_no_erasure(drawing):
    assert smallest_erasure(Stubborn(), drawing) is None


def ink_of(drawing):
    """How much ink a drawing has: the length of its strokes, or the shades of its pixels."""
    if drawing.pixels is None:
        return sum(map(length, drawing.strokes))
    return float(drawing.pixels.sum())


class Fickle(Stubborn):
    """Reads a 3 in the whole of a drawing, and a 5 as soon as any of its ink is gone."""

    def __init__(self):
        self.whole = {}

    def predict(self, drawing):
        whole = self.whole.setdefault(drawing.size, ink_of(drawing))
        return Prediction(np.eye(10, dtype=np.float32)[3 if ink_of(drawing) > whole - 0.1 else 5], 0.0)

    def readings(self, images):
        fives = np.eye(10, dtype=np.float32)[[5] * len(images)]
        return Readings(fives, np.zeros(len(images), np.float32))


def test_pieces_of_up_to_six_tenths_of_the_ink_are_tried(monkeypatch):
    line = Drawing.from_strokes([[(50, 200), (350, 200)]])
    ink = Watched(line)
    monkeypatch.setattr(module, "ink_of", {line: ink}.__getitem__)
    assert smallest_erasure(Stubborn(), line) is None
    assert max(piece.share for piece in ink.tried) == MOST == 0.6


def test_a_piece_that_changes_the_answer_is_narrowed_down_twice_to_half():
    line = Drawing.from_strokes([[(50, 200), (350, 200)]])
    found = smallest_erasure(Fickle(), line)
    assert found.share == pytest.approx(module.SIZES[0] / 4, abs=1e-3)
    assert ink_of(found.left) == pytest.approx(300 * (1 - found.share), abs=0.1)
    assert found.prediction.digit == 5


@pytest.mark.parametrize(("strokes", "points"), [(pieces.MOST_STROKES, 2), (1, pieces.MOST_POINTS)])
def test_strokes_of_more_points_or_number_than_a_digit_has_are_looked_at_as_a_picture(strokes, points):
    rows = np.linspace(50, 350, strokes + 1)
    whole = Drawing.from_strokes([[(x, y) for x in np.linspace(50, 350, points)] for y in rows[:strokes]], 4)
    found = smallest_erasure(Fickle(), whole)
    assert found.box is None
    assert len(found.piece) >= 2
    one_more = [*whole.strokes[:-1], np.append(whole.strokes[-1], [[350, 351]], axis=0)]
    more = Drawing.from_strokes([*whole.strokes, [(50, 350), (350, 350)]] if strokes > 1 else one_more, 4)
    found = smallest_erasure(Fickle(), more)
    assert found.piece is None
    assert found.box.width == found.box.height > 0


@pytest.mark.parametrize("dot", [[(200, 200)], [(200, 200), (200, 200)], [(10, 10), (10.001, 10)]])
def test_without_a_lone_dot_nothing_is_left_to_read(recognizer, dot):
    assert smallest_erasure(recognizer, Drawing.from_strokes([dot])) is None


def test_of_two_dots_one_is_erased(recognizer):
    found = smallest_erasure(recognizer, Drawing.from_strokes([[(200, 200)], [(100, 300)]]))
    assert found.share == 0.5
    assert found.piece.tolist() == [[200, 200], [200, 200]]
    assert [stroke.tolist() for stroke in found.left.strokes] == [[[100, 300]]]


def test_nothing_to_explain_is_an_error(recognizer):
    with pytest.raises(EmptyDrawingError):
        explain(recognizer, Drawing.from_pixels(np.zeros((50, 50), np.uint8)))


# All three


def readings_of(recognizer, labels=(7, 7)):
    """Readings of a seven, again and again."""
    seven = ink.digit_pixels(Drawing.from_strokes(SEVEN))
    images = np.repeat(seven[np.newaxis], len(labels), axis=0)
    dataset = Dataset("sevens", images, np.array(labels, np.uint8), {"train": slice(0, len(labels))}, "", "")
    return DatasetReadings(**vars(recognizer.readings(images)) | {"labels": dataset.labels}, model="", dataset=dataset)


def test_an_explanation_has_all_parts(recognizer):
    drawing = Drawing.from_strokes(SEVEN)
    explanation = explain(recognizer, drawing, readings_of(recognizer))
    assert explanation.prediction.digit == 7
    assert explanation.occlusion.values.shape == (10, 28, 28)
    assert explanation.neighbours.labels.tolist() == [7, 7]
    assert explanation.neighbours.distances == pytest.approx([0, 0], abs=1e-4)
    assert explanation.erasure.prediction.digit != 7
    assert explanation.disagreement == ()


def test_without_readings_there_are_no_neighbours(recognizer):
    assert explain(recognizer, Drawing.from_strokes(SEVEN)).neighbours is None


def test_nearest_digits_of_another_label_are_said(recognizer):
    said = explain(recognizer, Drawing.from_strokes(SEVEN), readings_of(recognizer, (1, 1, 7))).disagreement
    assert said == ("It is read as 7, but of the 3 training digits most like it 2 show 1 and 1 shows 7.",)


def test_readings_of_another_model_are_refused(recognizer):
    readings = readings_of(recognizer)
    other = replace(readings, features=readings.features[:, :5])
    with pytest.raises(BundleError):
        explain(recognizer, Drawing.from_strokes(SEVEN), other)


@pytest.mark.parametrize("as_picture", [False, True])
def test_the_erased_piece_is_found_on_the_digit_image(recognizer, as_picture):
    drawing = Drawing.from_strokes(ZERO)
    drawing = as_pixels(drawing) if as_picture else drawing
    found = smallest_erasure(recognizer, drawing)
    pixels = ink.digit_image(drawing).pixels
    piece = erased_pixels(drawing, pixels, found)
    assert piece.sum() / pixels.sum() == pytest.approx(found.share, abs=0.15)
    kept = ink.digit_image(found.left).pixels
    # The rest may be moved and scaled by what was erased, but most of the piece's ink is gone.
    assert kept[piece > 0.5].mean() < 0.6


DRAWING = Drawing.from_strokes(SEVEN)
PIXELS = ink.digit_image(DRAWING).pixels
PREDICTION = Prediction(np.eye(10, dtype=np.float32)[7], 0.0)
ANOTHER = Prediction(np.eye(10, dtype=np.float32)[1], 0.0)


def heat_of(weights):
    values = np.zeros((10, 28, 28), np.float32)
    values[7] = weights * PIXELS
    return OcclusionMap(PIXELS, values)


UPPER = (np.arange(28) < 9)[:, np.newaxis] * np.ones(28, np.float32)
# The bar of the seven, and the end of its stem.
BAR = Erasure(DRAWING, 0.3, ANOTHER, piece=np.array([[130, 100], [270, 100]], np.float32))
STEM = Erasure(DRAWING, 0.3, ANOTHER, piece=np.array([[210, 240], [180, 310]], np.float32))
CASES = {
    "all agree": (heat_of(UPPER), None, BAR, []),
    "the piece does not speak for it": (heat_of(UPPER), None, STEM, ["hardly speaks for 7"]),
    "a small piece": (heat_of(UPPER), None, Erasure(DRAWING, 0.03, ANOTHER, piece=BAR.piece), ["3 % of the ink"]),
    "more against than for": (heat_of(-UPPER), None, None, ["more against 7"]),
    "other neighbours": (heat_of(UPPER), [1] * 5 + [7] * 3, BAR, ["5 show 1 and 3 show 7"]),
    "none like it": (heat_of(UPPER), [1] * 8, BAR, ["8 show 1 and none shows 7"]),
    "as many": (heat_of(UPPER), [1] * 4 + [7] * 4, BAR, []),
    "nothing matters": (heat_of(np.zeros((28, 28))), None, STEM, []),
}


@pytest.mark.parametrize("case", CASES)
def test_a_sentence_for_each_disagreement_and_none_without(case):
    heat, labels, erasure, expected = CASES[case]
    known = labels and Neighbours(np.arange(8), np.array(labels, np.uint8), np.ones(8, np.float32))
    said = disagreement(DRAWING, PREDICTION, heat, known, erasure)
    assert len(said) == len(expected)
    assert all(words in sentence for words, sentence in zip(expected, said, strict=True))
