"""From ink to a 28x28 digit, the way MNIST's own images were made."""

import cv2

from mnist_core.ink.coverage import draw_strokes
from mnist_core.ink.picture_files import read_picture
from mnist_core.ink.recipe import Recipe
from mnist_core.ink.stages import (
    as_digit,
    cleaning_stages,
    digit_image,
    digit_pixels,
    empty_stages,
    lifting_stages,
    stages,
    strokes_in_form,
)
from mnist_core.ink.strokes import PEN_SHARE, fitted_strokes

# Raise the number when the same drawing gives another image than before: what was made of drawings and kept, by the old
# code or another OpenCV, is then made again. `tests/ink/test_versions.py` notices.
VERSION = f"2-{cv2.__version__}"

__all__ = [
    "PEN_SHARE",
    "VERSION",
    "Recipe",
    "as_digit",
    "cleaning_stages",
    "digit_image",
    "digit_pixels",
    "draw_strokes",
    "empty_stages",
    "fitted_strokes",
    "lifting_stages",
    "read_picture",
    "stages",
    "strokes_in_form",
]
