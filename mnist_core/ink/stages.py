"""The steps from a drawing to the 28x28 image that a model accepts, each as a picture.

MNIST's own recipe (LeCun, Cortes, Burges, "The MNIST database of handwritten digits"): the digit fits a 20x20 box,
keeps its proportions, and lies in a 28x28 field with its centre of mass in the middle.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from mnist_core.errors import EmptyDrawingError
from mnist_core.ink import cleaning
from mnist_core.ink.pictures import cropped, grey, is_flat_paper, isolated_ink
from mnist_core.ink.strokes import PEN_SHARE, draw_strokes, fitted_strokes
from mnist_core.types import IMAGE_SIDE, DigitImage, Drawing, Stage, UInt8Array

BOX_SIDE = 20
# Strokes are drawn this many times larger than the box and then shrunk, which gives MNIST's soft edges.
OVERSAMPLING = 8
# Pixel index that MNIST's images have their centre of mass at (measured: 14.01 in x, 14.00 in y).
CENTRE = 14

MAX_SHOWN_SIDE = 400

# Name of each step, and what happens in it.
DRAWN = ("Your drawing", "What you drew, in white on black.")
REDRAWN = (
    "Same pen for all",
    "Cut out, and drawn again with a pen that suits its size: a thin or thick pen no longer matters.",
)
PICTURE = ("Your picture", "The picture in shades of grey.")
INK = ("Ink", "The paper turns black and the ink white, whichever way round it was.")
EVEN_LIGHT = ("Even light", "Light and shadow are evened out, and what stands out from the paper turns white.")
CLEANED = ("Cleaned", "Ruled lines, specks and what lies at the rim are taken away.")
CUT_OUT = ("Cut out", "Everything outside of the ink is cut away, and a very thin pen is made wider.")
BOXED = ("20-pixel box", "Shrunk until its longer side is 20 pixels, like every digit that the network learned from.")
CENTRED = (
    "Centred",
    "Its centre of mass is put in the middle of 28 x 28 pixels. This is exactly what the network gets.",
)


def stages(drawing: Drawing) -> tuple[Stage, ...]:
    """What happens to a drawing on its way to the model, step by step.

    Parameters
    ----------
    drawing
        Strokes or a picture.

    Returns
    -------
    The stages in order; the image of the last one, uint8 (28, 28), is exactly what `digit_image` gives.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    """
    steps = _stroke_stages(drawing) if drawing.pixels is None else _picture_stages(drawing.pixels)
    return (*steps, Stage(*CENTRED, centred(steps[-1].image)))


def empty_stages() -> tuple[Stage, ...]:
    """The stages of strokes before there is any: the same steps, nothing in the pictures."""
    blank = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    return tuple(Stage(*step, blank) for step in (DRAWN, REDRAWN, BOXED, CENTRED))


def as_digit(steps: Sequence[Stage]) -> DigitImage:
    """The image that a model gets: the last of a drawing's `stages`."""
    return DigitImage(steps[-1].image.astype(np.float32) / np.float32(255))


def digit_image(drawing: Drawing) -> DigitImage:
    """The image that a model gets of a drawing.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    """
    return as_digit(stages(drawing))


def digit_pixels(drawing: Drawing) -> UInt8Array:
    """The same as shades, uint8 (28, 28): a drawing in the form of MNIST's images.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    """
    return stages(drawing)[-1].image


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
    height, width = ink.shape
    moments = cv2.moments(ink)
    mass = moments["m00"] or 1.0
    left = round(CENTRE - moments["m10"] / mass)
    top = round(CENTRE - moments["m01"] / mass)
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
    return _drawn(drawing) if drawing.pixels is None else _cleaning_stages(drawing.pixels)[-1].image


def _stroke_stages(drawing: Drawing) -> tuple[Stage, ...]:
    """The stages of strokes up to the box."""
    again = fitted_strokes(drawing.strokes, drawing.pen_width, BOX_SIDE * OVERSAMPLING, PEN_SHARE)
    return Stage(*DRAWN, _drawn(drawing)), Stage(*REDRAWN, again), Stage(*BOXED, into_box(again, 1 / OVERSAMPLING))


def _drawn(drawing: Drawing) -> UInt8Array:
    """Strokes as they were drawn, at most `MAX_SHOWN_SIDE` pixels a side."""
    scale = min(1.0, MAX_SHOWN_SIDE / max(drawing.size))
    width, height = (max(1, round(side * scale)) for side in drawing.size)
    strokes = [stroke * np.float32(scale) for stroke in drawing.strokes]
    return draw_strokes(strokes, drawing.pen_width * scale, (width, height))


def _picture_stages(pixels: UInt8Array) -> tuple[Stage, ...]:
    """The stages of a picture up to the box."""
    steps = _cleaning_stages(pixels)
    cut = cleaning.thickened(cropped(steps[-1].image))
    return *steps, Stage(*CUT_OUT, cut), Stage(*BOXED, into_box(cut))


def _cleaning_stages(pixels: UInt8Array) -> tuple[Stage, ...]:
    """The stages of a picture up to its ink: of a photo more than of what was drawn on a screen."""
    shades = grey(pixels)
    if is_flat_paper(shades):
        return Stage(*PICTURE, shades), Stage(*INK, isolated_ink(shades))
    light, ink = cleaning.cleaned(shades)
    if not ink.any():
        raise EmptyDrawingError(
            "Nothing on the picture stands out from the paper. Use a darker pen or more light, and go closer. "
            f"Received: {shades.shape[1]} x {shades.shape[0]} pixels."
        )
    return Stage(*PICTURE, shades), Stage(*EVEN_LIGHT, light), Stage(*CLEANED, ink)
