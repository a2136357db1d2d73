import base64
import itertools
import re

import cv2
import numpy as np
import pytest

from mnist_core import Drawing, ink
from mnist_core.foreign import in_html
from mnist_core.synthesis.canvas import painted
from mnist_core.types import Stage
from mnist_ui.figures.strip import data_url, strip
from tests.strokes import SEVEN


def decoded(base64_png):
    return cv2.imdecode(np.frombuffer(base64.b64decode(base64_png), np.uint8), cv2.IMREAD_GRAYSCALE)


def test_the_strip_shows_each_stage_pixel_for_pixel():
    stages = ink.stages(Drawing.from_strokes(SEVEN))
    html = strip(stages)
    images = re.findall(r"base64,([^\"]+)", html)
    assert len(images) == len(stages)
    np.testing.assert_array_equal(decoded(images[-1])[::6, ::6], stages[-1].image)
    assert all(stage.name in html and stage.sentence in html for stage in stages)


@pytest.mark.parametrize("pixels", [None, 255 - painted([np.array(SEVEN[0], np.float32)], 20, (400, 400))])
def test_the_strip_of_any_recipe_says_what_happens(pixels):
    drawing = Drawing.from_strokes(SEVEN) if pixels is None else Drawing.from_pixels(pixels)
    for switches in itertools.product([True, False], repeat=5):
        stages = ink.stages(drawing, ink.Recipe(*switches))
        html = strip(stages)
        assert html.count("<li>") == html.count("<img") == len(stages)
        assert all(in_html(stage.sentence) in html for stage in stages)


def test_words_are_escaped():
    html = strip([Stage("a<b", "1 & 2.", np.zeros((28, 28), np.uint8))])
    assert "a&lt;b" in html
    assert "1 &amp; 2." in html


def test_a_png_gives_back_its_pixels():
    image = np.random.default_rng(0).integers(0, 255, (5, 7), np.uint8)
    np.testing.assert_array_equal(decoded(data_url(image).split(",")[1]), image)
