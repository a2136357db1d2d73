import base64
import re

import cv2
import numpy as np
import pytest

from mnist_core import Drawing, ink
from mnist_core.types import Prediction
from mnist_ui.figures.answer import HINT, UNLIKE, answer, percent
from mnist_ui.figures.curves import training_curve
from mnist_ui.figures.strip import data_url, strip
from tests.strokes import SEVEN


def prediction(novelty=0.1):
    return Prediction(np.array([0, 0.02, 0, 0, 0, 0, 0, 0.9, 0, 0.08], np.float32), novelty)


def bars(html):
    return re.findall(r'bar-name">(\d)</span>.*?width:([\d.]+)%.*?bar-value">(.*?)</span>', html)


def test_the_answer_says_what_was_read_and_how_surely():
    html = answer(prediction())
    assert 'data-answer="7"' in html
    assert "90.0 % sure" in html
    assert UNLIKE not in html
    assert html.count("is-answer") == 1


def test_the_bars_are_in_fixed_order_and_as_long_as_the_probabilities():
    assert [(name, float(width)) for name, width, _ in bars(answer(prediction()))] == [
        (str(digit), pytest.approx(100 * share, abs=0.06))
        for digit, share in enumerate([0, 0.02, 0, 0, 0, 0, 0, 0.9, 0, 0.08])
    ]


def test_an_empty_canvas_gets_a_hint_and_no_digit():
    html = answer(None)
    assert 'data-answer=""' in html
    assert HINT in html
    assert "is-answer" not in html
    assert len(bars(html)) == 10


def test_what_is_unlike_any_digit_is_said_to_be():
    assert UNLIKE in answer(prediction(novelty=0.9))


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0.0 %"), (1e-6, "< 0.1 %"), (0.5, "50.0 %"), (0.9994, "99.9 %"), (0.99999, "> 99.9 %"), (1, "> 99.9 %")],
)
def test_percent_never_rounds_to_certainty(share, text):
    assert percent(share) == text


def test_the_strip_shows_each_stage_pixel_for_pixel():
    stages = ink.stages(Drawing.from_strokes(SEVEN))
    html = strip(stages)
    images = re.findall(r"base64,([^\"]+)", html)
    assert len(images) == len(stages)
    shown = cv2.imdecode(np.frombuffer(base64.b64decode(images[-1]), np.uint8), cv2.IMREAD_GRAYSCALE)
    np.testing.assert_array_equal(shown[::6, ::6], stages[-1].image)
    assert all(stage.name in html and stage.sentence in html for stage in stages)


def test_a_png_gives_back_its_pixels():
    image = np.random.default_rng(0).integers(0, 255, (5, 7), np.uint8)
    png = base64.b64decode(data_url(image).split(",")[1])
    np.testing.assert_array_equal(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE), image)


@pytest.mark.parametrize("measure", ["loss", "accuracy"])
def test_a_curve_shows_the_history_it_is_given(measure):
    history = {"loss": [1.0, 0.5], "val_loss": [0.9, 0.6], "accuracy": [0.7, 0.8], "val_accuracy": [0.75, 0.7]}
    figure = training_curve(history, measure)
    assert [list(trace.y) for trace in figure.data] == [history[measure], history[f"val_{measure}"]]
    assert [list(trace.x) for trace in figure.data] == [[1, 2]] * 2
