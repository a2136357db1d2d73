"""From ink to a 28x28 digit, the way MNIST's own images were made."""

from mnist_core.ink.picture_files import read_picture
from mnist_core.ink.recipe import Recipe
from mnist_core.ink.stages import as_digit, cleaning_stages, digit_image, digit_pixels, empty_stages, stages
from mnist_core.ink.strokes import PEN_SHARE, draw_strokes, fitted_strokes

__all__ = [
    "PEN_SHARE",
    "Recipe",
    "as_digit",
    "cleaning_stages",
    "digit_image",
    "digit_pixels",
    "draw_strokes",
    "empty_stages",
    "fitted_strokes",
    "read_picture",
    "stages",
]
