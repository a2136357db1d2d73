"""The steps from a drawing to the 28x28 image that a model accepts, each as a picture.

MNIST's own recipe (LeCun, Cortes, Burges, "The MNIST database of handwritten digits"): the digit fits a 20x20 box,
keeps its proportions, and lies in a 28x28 field with its centre of mass in the middle.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from mnist_core.errors import EmptyDrawingError
from mnist_core.ink import cleaning
from mnist_core.ink.coverage import draw_strokes
from mnist_core.ink.pictures import cropped, grey, is_flat_paper, isolated_ink
from mnist_core.ink.recipe import (
    BOX_SIDE,
    CLEANED,
    EVEN_LIGHT,
    FOUND,
    INK,
    LIFTED,
    NOT_CLEANED,
    PICTURE,
    Recipe,
    Words,
    ink_words,
    stroke_words,
)
from mnist_core.ink.strokes import MOST_DRAWN, PEN_SHARE, Fit, fit_of, fitted_strokes, thinned
from mnist_core.language import gettext as _
from mnist_core.types import IMAGE_SIDE, Box, DigitImage, Drawing, Float32Array, Stage, UInt8Array, as_shades

# Strokes are drawn this many times larger than the box and then shrunk, which gives MNIST's soft edges. Two and four
# times gave images that were read just as well, of 3,747 training digits.
OVERSAMPLING = 3
# Pixel index that MNIST's images have their centre of mass at (measured: 14.01 in x, 14.00 in y).
CENTRE = 14

MAX_SHOWN_SIDE = 400
# A digit that was found is shown with so much around it, as a share of its longer side.
SPARE = 0.25

ALL_STEPS = Recipe()


@dataclass(frozen=True, eq=False)
class _Taken:
    """What is taken of a drawing: ink (h, w), what it is then scaled by, and where on the drawing its middle was.

    The middle is in shares of the drawing's width and height.
    """

    ink: UInt8Array
    scale: float
    middle: tuple[float, float] = (0.5, 0.5)


def stages(drawing: Drawing, recipe: Recipe = ALL_STEPS) -> tuple[Stage, ...]:
    """What happens to a drawing on its way to the model, step by step.

    Parameters
    ----------
    drawing
        Strokes or a picture.
    recipe
        Which steps are taken. In the place of one that is not, the stages show and say what happens instead.

    Returns
    -------
    The stages in order; the image of the last one, uint8 (28, 28), is exactly what `digit_image` gives.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    """
    steps = _stroke_stages if drawing.pixels is None else _picture_stages
    return steps(drawing, recipe)


def empty_stages(recipe: Recipe = ALL_STEPS) -> tuple[Stage, ...]:
    """The stages of strokes before there is any: the same steps, nothing in the pictures."""
    blank = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    return tuple(_stage(words, blank) for words in stroke_words(recipe))


def as_digit(steps: Sequence[Stage]) -> DigitImage:
    """The image that a model gets: the last of a drawing's `stages`."""
    return DigitImage(as_shades(steps[-1].image))


def digit_image(drawing: Drawing, recipe: Recipe = ALL_STEPS) -> DigitImage:
    """The image that a model gets of a drawing.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    """
    return DigitImage(as_shades(digit_pixels(drawing, recipe)))


def digit_pixels(drawing: Drawing, recipe: Recipe = ALL_STEPS) -> UInt8Array:
    """The same as shades, uint8 (28, 28): a drawing in the form of MNIST's images.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    """
    if drawing.pixels is not None:
        return stages(drawing, recipe)[-1].image
    return _placed(_taken_strokes(drawing, recipe), recipe)[-1]


def strokes_in_form(strokes: Sequence[Float32Array], pen_width: float, pen_share: float = PEN_SHARE) -> UInt8Array:
    """Strokes as an image in MNIST form, uint8 (28, 28), with every step.

    Parameters
    ----------
    pen_width
        Of the pen they were written with, in their own units.
    pen_share
        Share of the digit's longer side that the pen is wide which draws them again.
    """
    return in_form(fitted_strokes(strokes, pen_width, BOX_SIDE * OVERSAMPLING, pen_share, OVERSAMPLING))


def fit_of_form(strokes: Sequence[Float32Array], pen_width: float) -> Fit:
    """Where `strokes_in_form` draws strokes, before they are made small and centred by `in_form`."""
    return fit_of(strokes, pen_width, BOX_SIDE * OVERSAMPLING, PEN_SHARE, OVERSAMPLING)


def in_form(ink: UInt8Array) -> UInt8Array:
    """Strokes that were drawn at their size, made small and centred, uint8 (28, 28)."""
    return centred(into_box(ink, 1 / OVERSAMPLING))


def into_box(ink: UInt8Array, scale: float | None = None) -> UInt8Array:
    """Ink (h, w) scaled with area resampling, by default so that its longer side is 20 pixels."""
    height, width = ink.shape
    if scale is None:
        scale = BOX_SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size == (width, height):
        return ink
    return cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)  # type: ignore[return-value]


def centred(ink: UInt8Array) -> UInt8Array:
    """Ink of at most 20x20 pixels in a field of 28x28, its centre of mass as near the middle as whole pixels allow."""
    moments = cv2.moments(ink)
    mass = moments["m00"] or 1.0
    left = round(CENTRE - moments["m10"] / mass)
    top = round(CENTRE - moments["m01"] / mass)
    return _in_field(ink, left, top)


def laid(ink: UInt8Array, middle: tuple[float, float]) -> UInt8Array:
    """Ink (h, w) in a field of 28x28, its middle at these shares of the field as far as it fits."""
    height, width = ink.shape
    left, top = (round(share * IMAGE_SIDE - side / 2) for share, side in zip(middle, (width, height), strict=True))
    return _in_field(ink, left, top)


def _in_field(ink: UInt8Array, left: int, top: int) -> UInt8Array:
    """Ink (h, w) in a field of 28x28, at a place or as near to it as it fits."""
    height, width = ink.shape
    left, top = min(max(left, 0), IMAGE_SIDE - width), min(max(top, 0), IMAGE_SIDE - height)
    field = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    field[top : top + height, left : left + width] = ink
    return field


def clean_ink(drawing: Drawing) -> UInt8Array:
    """The ink of a whole drawing, before anything is cut out.

    Returns
    -------
    uint8 (h, w), ink bright on black, in the drawing's proportions but maybe smaller.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    """
    return _drawn(drawing) if drawing.pixels is None else cleaning_stages(drawing.pixels)[-1].image


def _stage(words: Words, image: UInt8Array) -> Stage:
    """A step as it is told."""
    name, sentence = words
    return Stage(_(name), _(sentence), image)


def _stroke_stages(drawing: Drawing, recipe: Recipe) -> tuple[Stage, ...]:
    """The stages of strokes."""
    taken = _taken_strokes(drawing, recipe)
    images = _drawn(drawing), taken.ink, *_placed(taken, recipe)
    return tuple(_stage(words, image) for words, image in zip(stroke_words(recipe), images, strict=True))


def _taken_strokes(drawing: Drawing, recipe: Recipe) -> _Taken:
    """Strokes with or without the canvas around them."""
    return _cut_strokes(drawing, recipe) if recipe.cropping else _whole_canvas(drawing, recipe)


def _cut_strokes(drawing: Drawing, recipe: Recipe) -> _Taken:
    """Strokes drawn again without the canvas around them."""
    share = PEN_SHARE if recipe.same_pen else _own_pen_share(drawing)
    ink = fitted_strokes(drawing.strokes, drawing.pen_width, recipe.side * OVERSAMPLING, share, OVERSAMPLING)
    taken = _Taken(ink, 1 / OVERSAMPLING)
    return taken if recipe.centring else replace(taken, middle=_middle(drawing))


def _whole_canvas(drawing: Drawing, recipe: Recipe) -> _Taken:
    """Strokes with the canvas around them, as they were drawn or with the pen that suits their size."""
    pen = drawing.pen_width
    if recipe.same_pen:
        low, high = _corners(drawing)
        extent = max(float((high - low).max()), drawing.pen_width / 4)
        pen = extent * PEN_SHARE / (1 - PEN_SHARE)
    drawn = _drawn(replace(drawing, pen_width=pen))
    return _Taken(drawn, recipe.side / max(drawn.shape))


def _own_pen_share(drawing: Drawing) -> float:
    """Share of the ink's longer side that the pen was wide."""
    low, high = _corners(drawing)
    return drawing.pen_width / (float((high - low).max()) + drawing.pen_width)


def _middle(drawing: Drawing) -> tuple[float, float]:
    """Where the middle of the strokes is, in shares of the canvas."""
    low, high = _corners(drawing)
    across, down = ((low + high) / 2 / drawing.size).tolist()
    return across, down


def _corners(drawing: Drawing) -> tuple[Float32Array, Float32Array]:
    """The least and the greatest x and y of a drawing's strokes."""
    points = np.concatenate(drawing.strokes)
    return points.min(axis=0), points.max(axis=0)


def _drawn(drawing: Drawing) -> UInt8Array:
    """Strokes as they were drawn, at most `MAX_SHOWN_SIDE` pixels a side."""
    scale = min(1.0, MAX_SHOWN_SIDE / max(drawing.size))
    width, height = (max(1, round(side * scale)) for side in drawing.size)
    strokes = [stroke * np.float32(scale) for stroke in thinned(drawing.strokes, MOST_DRAWN)]
    return draw_strokes(strokes, drawing.pen_width * scale, (width, height))


def _picture_stages(drawing: Drawing, recipe: Recipe) -> tuple[Stage, ...]:
    """The stages of a picture."""
    pixels = drawing.pixels
    assert pixels is not None
    steps = cleaning_stages(pixels) if recipe.cleaning else _uncleaned_stages(pixels)
    taken = _taken_ink(steps[-1].image, recipe)
    images = taken.ink, *_placed(taken, recipe)
    return *steps, *(_stage(words, image) for words, image in zip(ink_words(recipe), images, strict=True))


def _taken_ink(ink: UInt8Array, recipe: Recipe) -> _Taken:
    """The ink of a picture (h, w), with or without the paper around it, and with a pen that is not too thin."""
    cut = cropped(ink)
    if not recipe.cropping:
        whole = cleaning.widened(ink, cleaning.missing_pen(cut)) if recipe.cleaning else ink
        return _Taken(whole, recipe.side / max(whole.shape))
    x, y, width, height = cv2.boundingRect(ink)
    middle = (x + width / 2) / ink.shape[1], (y + height / 2) / ink.shape[0]
    thick = cleaning.thickened(cut) if recipe.cleaning else cut
    return _Taken(thick, recipe.side / max(thick.shape), middle)


def _placed(taken: _Taken, recipe: Recipe) -> tuple[UInt8Array, UInt8Array]:
    """What was taken made small, and the same in its place in 28x28 pixels."""
    small = into_box(taken.ink, taken.scale)
    if not recipe.centring:
        return small, laid(small, taken.middle)
    # Empty paper that was not cut away may lie beyond the rim: it must not keep the ink from the middle.
    return small, centred(small if recipe.cropping or not small.any() else cropped(small))


def cleaning_stages(pixels: UInt8Array) -> tuple[Stage, ...]:
    """The stages of a picture up to its ink: of a photo more than of what was drawn on a screen.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    """
    shades = grey(pixels)
    if is_flat_paper(shades):
        return _stage(PICTURE, shades), _stage(INK, isolated_ink(shades))
    light, ink = cleaning.cleaned(shades)
    if not ink.any():
        text = _(
            "Nothing on the picture stands out from the paper. Use a darker pen or more light, and go closer. "
            "Received: {width} x {height} pixels."
        )
        raise EmptyDrawingError(text, width=shades.shape[1], height=shades.shape[0])
    return _stage(PICTURE, shades), _stage(EVEN_LIGHT, light), _stage(CLEANED, ink)


def lifting_stages(pixels: UInt8Array, box: Box, ink: UInt8Array) -> tuple[Stage, ...]:
    """The stages of a digit that was found on a picture, up to its ink.

    Parameters
    ----------
    pixels
        The whole picture.
    box
        Where the digit is on it.
    ink
        What was lifted off, uint8 (h, w), bright on black.
    """
    height, width = pixels.shape[:2]
    spare = SPARE * max(box.width, box.height)
    left, top = (min(max(int(low - spare), 0), side - 1) for low, side in ((box.x, width), (box.y, height)))
    right, bottom = int(box.x + box.width + spare) + 1, int(box.y + box.height + spare) + 1
    part = grey(pixels[top : max(bottom, top + 1), left : max(right, left + 1)])
    return _stage(FOUND, part), _stage(LIFTED, ink)


def _uncleaned_stages(pixels: UInt8Array) -> tuple[Stage, ...]:
    """The stages of a picture up to its ink when paper and ink are only told apart."""
    shades = grey(pixels)
    return _stage(PICTURE, shades), _stage(NOT_CLEANED, isolated_ink(shades))
