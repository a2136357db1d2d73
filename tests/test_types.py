import numpy as np
import pytest

from mnist_core.errors import BundleError, ConfigError, DatasetError, DrawingError, EmptyDrawingError, MnistError
from mnist_core.types import (
    MAX_COORDINATE,
    MAX_POINTS,
    MAX_STROKES,
    NOVEL,
    SUM_TOLERANCE,
    SURE,
    Dataset,
    DigitImage,
    Drawing,
    Prediction,
    Readings,
    check_number,
)

LINE = [(10, 10), (20, 30)]


@pytest.mark.parametrize("strokes", [[], [[]], [[], []]])
def test_a_drawing_without_points_is_empty(strokes):
    with pytest.raises(EmptyDrawingError, match="empty"):
        Drawing.from_strokes(strokes)


@pytest.mark.parametrize(
    ("strokes", "received"),
    [
        ([[(1, 2, 3)]], r"shape \(1, 3\)"),
        ([[1, 2, 3]], r"shape \(3,\)"),
        ([[(1, float("nan"))]], "nan"),
        ([[(float("inf"), 1)]], "inf"),
        ([[(1e9, 1)]], "1000000000"),
        ([["ab"]], "ab"),
        ([[(1, 2), (3,)]], "list"),
        ([[(0, 0)] * (MAX_POINTS + 1)], "5001 points"),
        ([LINE] * 1001, "1001 strokes"),
    ],
)
def test_strokes_that_are_none_are_refused_by_what_they_are(strokes, received):
    with pytest.raises(DrawingError, match=received):
        Drawing.from_strokes(strokes)


@pytest.mark.parametrize("width", [0, -1, float("nan"), float("inf"), "20", None, True])
def test_pen_width_must_be_a_positive_number(width):
    with pytest.raises(DrawingError, match="pen width"):
        Drawing.from_strokes([LINE], pen_width=width)


@pytest.mark.parametrize("size", [(0, 400), (400, -1), (100_000, 100_000), (400,), None, "ab"])
def test_canvas_size_must_be_possible(size):
    with pytest.raises(DrawingError, match="canvas"):
        Drawing.from_strokes([LINE], size=size)


@pytest.mark.parametrize(
    ("pixels", "received"),
    [
        (np.full((28, 28), 200.0), r"float64.*np.clip\(array, 0, 255\)"),
        (np.zeros((28, 28), np.int64), r"int64.*array.astype\(np.uint8\)"),
        (np.zeros((28, 28), bool), r"bool.*\* 255"),
        (np.zeros((2, 28, 28), np.uint8), r"array\[0\].*\(2, 28, 28\)"),
        (np.full((28, 28), np.nan, np.float32), "float32"),
        (np.zeros((28,), np.uint8), r"\(28,\)"),
        (np.zeros((28, 28, 2), np.uint8), r"\(28, 28, 2\)"),
        (np.zeros((28, 28, 3, 1), np.uint8), r"\(28, 28, 3, 1\)"),
        (np.broadcast_to(np.uint8(0), (20_000, 20_000)), "20000 x 20000"),
        ([[0, 255]], "list"),
        ("seven.png", "seven.png"),
        (None, "None"),
    ],
)
def test_pixels_that_are_none_are_refused_by_what_they_are(pixels, received):
    with pytest.raises(DrawingError, match=received):
        Drawing.from_pixels(pixels)


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 1), (1, 28, 28), (1, 28, 28, 1), (784,), (1, 784)])
@pytest.mark.parametrize("shades", [np.uint8, np.float32, np.float64])
def test_a_digit_as_keras_has_it_is_the_picture_that_it_is(shape, shades):
    picture = np.arange(784).reshape(28, 28) % 256
    given = picture.astype(np.uint8) if shades is np.uint8 else (picture / 255).astype(shades)
    np.testing.assert_array_equal(Drawing.from_pixels(given.reshape(shape)).pixels, picture)


def test_one_picture_in_colour_among_pictures_is_taken():
    assert Drawing.from_pixels(np.zeros((1, 20, 30, 3), np.uint8)).size == (30, 20)
    assert Drawing.from_pixels(np.zeros((1, 30, 3), np.uint8)).size == (30, 1)


def test_a_drawing_keeps_its_own_read_only_copy():
    pixels = np.zeros((4, 4), np.uint8)
    drawing = Drawing.from_pixels(pixels)
    pixels[0, 0] = 255
    assert drawing.pixels is not None
    assert drawing.pixels.max() == 0
    with pytest.raises(ValueError, match="read-only"):
        drawing.pixels[0, 0] = 1


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((28, 28), np.float64),
        np.zeros((28, 27), np.float32),
        np.full((28, 28), 1.5, np.float32),
        np.full((28, 28), -0.1, np.float32),
        np.full((28, 28), np.nan, np.float32),
    ],
)
def test_digit_image_is_28_by_28_in_0_to_1(pixels):
    with pytest.raises(DrawingError, match="digit image"):
        DigitImage(pixels)


def test_errors_are_also_the_fitting_builtin():
    assert issubclass(EmptyDrawingError, ValueError)
    assert issubclass(DatasetError, OSError)
    assert issubclass(EmptyDrawingError, MnistError)


def test_prediction_names_its_best_digit():
    probabilities = np.full(10, 0.02, np.float32)
    probabilities[7] = 0.82
    prediction = Prediction(probabilities, novelty=0.1)
    assert (prediction.digit, round(prediction.probability, 2), prediction.is_digit) == (7, 0.82, True)
    assert not Prediction(probabilities, novelty=0.5).is_digit


def just_below(limit):
    """The largest float32 below a limit."""
    return np.nextafter(np.float32(limit), np.float32(0))


def answer(probability):
    """Probabilities of which the 4's is this one."""
    probabilities = np.full(10, (1 - float(probability)) / 9, np.float32)
    probabilities[4] = probability
    return probabilities


def test_an_answer_is_sure_from_its_limit_on_and_a_guess_just_below():
    assert (SURE, NOVEL) == (0.8, 0.5)
    exactly = answer(SURE).astype(np.float64)
    exactly[4] = SURE
    assert Prediction(exactly, 0.0).is_sure
    assert not Prediction(answer(just_below(SURE)), 0.0).is_sure


def test_an_image_is_a_digit_just_below_the_limit_of_novelty():
    novelty = np.array([NOVEL, just_below(NOVEL)], np.float32)
    assert Readings(np.tile(answer(0.9), (2, 1)), novelty).is_digit.tolist() == [False, True]
    assert [Prediction(answer(0.9), float(each)).is_digit for each in novelty] == [False, True]


def readings(labels=None, features=None):
    """Readings of four images as 4, 4, 7 and 0."""
    probabilities = np.stack([answer(0.75), answer(0.5), np.eye(10)[7], np.eye(10)[0]]).astype(np.float32)
    labels = None if labels is None else np.array(labels, np.uint8)
    return Readings(probabilities, np.array([0, 0.25, 0.5, 1], np.float32), features, labels)


def test_readings_say_what_each_images_prediction_says():
    known = readings()
    assert len(known) == len(known.predictions) == 4
    assert known.digits.tolist() == [each.digit for each in known.predictions] == [4, 4, 7, 0]
    assert known.probability.tolist() == [each.probability for each in known.predictions] == [0.75, 0.5, 1, 1]
    assert known.is_digit.tolist() == [each.is_digit for each in known.predictions] == [True, True, False, False]
    assert known.novelty.tolist() == [each.novelty for each in known.predictions]


def test_right_or_wrong_and_the_loss_follow_from_the_labels():
    known = readings([4, 9, 7, 1])
    assert known.is_right.tolist() == [True, False, True, False]
    impossible = -np.log(np.finfo(np.float32).tiny)
    assert known.losses == pytest.approx([-np.log(0.75), -np.log(0.5 / 9), 0, impossible], abs=1e-6)
    assert known.known_labels is known.labels


def test_without_labels_nothing_is_right_or_wrong():
    for figure in ("is_right", "losses", "known_labels"):
        with pytest.raises(DatasetError, match="no labels"):
            getattr(readings(), figure)


@pytest.mark.parametrize("rows", [slice(1, 3), np.array([2, 1])], ids=str)
def test_a_part_of_readings_is_of_those_images_alone(rows):
    features = np.arange(8, dtype=np.float32).reshape(4, 2)
    part = readings([4, 9, 7, 1], features).part(rows)
    chosen = np.arange(4)[rows]
    assert part.labels.tolist() == [[4, 9, 7, 1][row] for row in chosen]
    assert part.digits.tolist() == [[4, 4, 7, 0][row] for row in chosen]
    assert part.features.tolist() == features[chosen].tolist()
    assert part.novelty.tolist() == [[0, 0.25, 0.5, 1][row] for row in chosen]
    bare = readings().part(rows)
    assert (bare.features, bare.labels) == (None, None)


def test_nobody_changes_readings():
    known = readings([4, 9, 7, 1], np.zeros((4, 2), np.float32))
    for name in ("probabilities", "novelty", "features", "labels", "digits", "probability", "is_right", "losses"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(known, name)[0] = 0


def test_probabilities_may_add_up_to_a_little_more_or_less_than_1():
    novelty = np.zeros(1, np.float32)
    for sum_of_all in (1 - 0.9 * SUM_TOLERANCE, 1 + 0.9 * SUM_TOLERANCE):
        assert len(Readings(np.full((1, 10), sum_of_all / 10, np.float32), novelty)) == 1
    for sum_of_all in (1 - 1.1 * SUM_TOLERANCE, 1 + 1.1 * SUM_TOLERANCE):
        with pytest.raises(BundleError, match="add up to 1"):
            Readings(np.full((1, 10), sum_of_all / 10, np.float32), novelty)


def test_readings_of_no_image_are_readings():
    known = Readings(np.empty((0, 10), np.float32), np.empty(0, np.float32), labels=np.empty(0, np.uint8))
    assert (len(known), known.digits.tolist(), known.is_right.tolist(), known.predictions) == (0, [], [], ())


@pytest.mark.parametrize("labels", [np.zeros(3, np.uint8), np.zeros(4, np.int64), np.full(4, 10, np.uint8)], ids=str)
def test_readings_refuse_labels_of_other_images_and_what_is_no_label(labels):
    known = readings()
    with pytest.raises((DatasetError, BundleError), match="Received"):
        Readings(known.probabilities, known.novelty, labels=labels)
    assert Readings(known.probabilities, known.novelty, labels=np.full(4, 9, np.uint8)).labels.max() == 9


def test_limits_of_drawings_can_be_reached():
    edge = Drawing.from_strokes([[(MAX_COORDINATE, -MAX_COORDINATE)]] * MAX_STROKES, pen_width=MAX_COORDINATE)
    assert len(edge.strokes) == MAX_STROKES
    assert len(Drawing.from_strokes([[(0, 0)] * MAX_POINTS]).strokes[0]) == MAX_POINTS
    with pytest.raises(DrawingError, match="pixels"):
        Drawing.from_strokes([[(MAX_COORDINATE + 0.1, 0)]])
    with pytest.raises(DrawingError, match="pen width"):
        Drawing.from_strokes([LINE], pen_width=MAX_COORDINATE + 0.1)
    assert Drawing.from_strokes([LINE], size=(1, 40_000_000)).size == (1, 40_000_000)
    with pytest.raises(DrawingError, match="40 million"):
        Drawing.from_strokes([LINE], size=(1, 40_000_001))
    assert Drawing.from_pixels(np.zeros((1, 40_000_000), np.uint8)).size == (40_000_000, 1)
    with pytest.raises(DrawingError, match="40 million"):
        Drawing.from_pixels(np.zeros((1, 40_000_001), np.uint8))


def test_a_number_may_be_each_of_its_limits_and_nothing_beyond():
    for value in (1, 5, 2.5):
        check_number("The figure", value, 1, 5)
    for value in (0.999, 5.001, True, "3", None, float("nan")):
        with pytest.raises(ConfigError, match="The figure must be a number from 1 to 5"):
            check_number("The figure", value, 1, 5)
    with pytest.raises(ConfigError, match="whole number"):
        check_number("The figure", 2.5, 1, 5, whole=True)


def test_labels_of_a_dataset_go_up_to_9():
    nines = Dataset("nines", np.zeros((1, 28, 28), np.uint8), np.array([9], np.uint8), {}, "", "")
    assert nines.labels.tolist() == [9]


def test_dataset_splits_are_views():
    images, labels = np.zeros((5, 28, 28), np.uint8), np.arange(5, dtype=np.uint8)
    dataset = Dataset("five", images, labels, {"train": slice(0, 3), "test": slice(3, 5)}, "", "")
    test = dataset.split("test")
    assert test.labels.tolist() == [3, 4]
    assert np.shares_memory(test.images, images)
    with pytest.raises(DatasetError, match="'dev'"):
        dataset.split("dev")


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        (np.zeros((2, 28, 28), np.float32), np.zeros(2, np.uint8)),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(3, np.uint8)),
        (np.zeros((2, 28, 28), np.uint8), np.array([1, 10], np.uint8)),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.int64)),
    ],
)
def test_dataset_refuses_other_arrays(images, labels):
    with pytest.raises(DatasetError, match="must be uint8"):
        Dataset("bad", images, labels, {}, "", "")
