"""What `ink.VERSION` stands for. Where this fails, ink makes other images than it did: raise the version with them."""

import cv2
import numpy as np

from mnist_core import Drawing, ink
from mnist_core.synthesis.canvas import painted
from tests.fingerprints import about, fingerprints
from tests.strokes import DIGITS


def photo(strokes):
    """A drawing on grey paper that is darker to the right."""
    canvas = painted([np.array(stroke, np.float32) for stroke in strokes], 24, (400, 400))
    return (220 - 0.7 * canvas - np.linspace(0, 40, 400)).astype(np.uint8)


def test_drawings_and_pictures_give_the_images_that_the_version_stands_for():
    drawn = [ink.digit_pixels(Drawing.from_strokes(strokes, 24)) for strokes in DIGITS.values()]
    taken = [ink.digit_pixels(Drawing.from_pixels(photo(strokes))) for strokes in DIGITS.values()]
    assert f"2-{cv2.__version__}" == ink.VERSION
    assert fingerprints(drawn) == about([-3277, -2229, 197, -2055, -615, -2775, -906, -3673, -3451, -3077])
    assert fingerprints(taken) == about([-2486, -576, -52, -1986, 1009, -2542, -2178, -3983, -2164, -2708])
