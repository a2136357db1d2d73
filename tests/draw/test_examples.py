"""The drawings to try keep what they promise."""

import cv2
import numpy as np
import pytest

from mnist_core import DigitImage
from mnist_core.ink import draw_strokes
from mnist_core.model.doubt import verdict_of_number
from mnist_ui.draw.examples import SIDE, load_examples

EXAMPLES = load_examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_is_read_as_it_promises(recognizer, example):
    assert verdict_of_number(recognizer.read(example.drawing), 60_000).sign == example.shows


def test_there_is_something_to_try_of_each_kind():
    assert [example.shows for example in EXAMPLES] == ["3", "7", "1", "0", "?", "?", "2026"]
    assert len({example.name for example in EXAMPLES}) == len(EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_can_be_drawn_again_like_a_hand_does_it(example):
    half = example.drawing.pen_width / 2
    for stroke in example.drawing.strokes:
        assert np.hypot(*np.diff(stroke, axis=0).T).max() < 16
        assert stroke.min() > half
        assert stroke.max() < SIDE - half


def test_the_corner_7_needs_more_than_a_smaller_canvas(recognizer):
    drawing = next(example.drawing for example in EXAMPLES if example.shows == "7")
    canvas = draw_strokes(drawing.strokes, drawing.pen_width, drawing.size)
    shrunk = cv2.resize(canvas, (28, 28), interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255)
    read = recognizer.predict(DigitImage(shrunk))
    assert read.digit != 7
    assert recognizer.predict(drawing).digit == 7
