import numpy as np
import pytest

from mnist_core.errors import DatasetError, DrawingError, EmptyDrawingError, MnistError
from mnist_core.types import MAX_POINTS, Dataset, DigitImage, Drawing, Prediction

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
        ([[(0, 0)] * (MAX_POINTS + 1)], "100001 points"),
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
        (np.zeros((28, 28)), "float64"),
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
