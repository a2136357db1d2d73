"""The same digit by another hand, and as a picture of its own."""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from mnist_core.errors import EmptyDrawingError
from mnist_core.ink import PEN_SHARE, digit_pixels, strokes_in_form
from mnist_core.synthesis.canvas import painted
from mnist_core.synthesis.photos import photographed
from mnist_core.synthesis.styles import HABITS, KINDS, Strokes, Style, in_unit_box
from mnist_core.types import Drawing, Float32Array, UInt8Array

# Share of digits that are written as another kind, and that get a habit of a hand or a tablet on top; of these, the
# share that gets another one. More than a third stay plain handwriting.
STYLED, WITH_HABIT, WITH_ANOTHER = 0.4, 0.4, 0.2
# Shares of digits that are seen as pixels of a canvas, and on a photo; the others as strokes.
AS_PIXELS, AS_PHOTO = 0.15, 0.15

# Pixels of a canvas, and of a photo: a smaller one would lose thin pens, a larger one takes longer and shows no more.
CANVAS, PHOTO_SIDE = 200, 160


def rewritten(strokes: Sequence[Float32Array], label: int, rng: np.random.Generator) -> tuple[UInt8Array, int]:
    """A digit in another style by another hand with another pen, in MNIST form.

    Returns
    -------
    uint8 (28, 28), and what it now shows: a style can make an eight of zeros.
    """
    changed, label = restyled(strokes, label, rng)
    return seen(varied(changed, rng), rng), label


def restyled(strokes: Sequence[Float32Array], label: int, rng: np.random.Generator) -> tuple[Strokes, int]:
    """Strokes in the unit box, at times as another kind of the digit or with habits on top, and what they show."""
    written = in_unit_box(strokes)
    kind = _drawn(KINDS, label, rng) if rng.random() < STYLED else None
    if kind:
        written, label = in_unit_box(kind.restroke(written, rng)), label if kind.label is None else kind.label
    if rng.random() < WITH_HABIT:
        for _ in range(1 + (rng.random() < WITH_ANOTHER)):
            habit = _drawn(HABITS, label, rng)
            written = in_unit_box(habit.restroke(written, rng)) if habit else written
    return written, label


def varied(strokes: Sequence[Float32Array], rng: np.random.Generator) -> Strokes:
    """Strokes with another slant, turn and proportion, bent as by another hand."""
    unit = in_unit_box(strokes)
    moved = [stroke + rng.normal(0, 0.015, 2).astype(np.float32) for stroke in unit]
    bent = _bent(moved, rng)
    angle = np.deg2rad(rng.uniform(-22, 22) if rng.random() < 0.35 else rng.normal(0, 6))
    shear, stretch = rng.normal(0, 0.2), np.exp(rng.normal(0, 0.17))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = (turn @ np.array([[stretch, shear], [0, 1 / stretch]])).astype(np.float32)
    return [(stroke @ matrix.T).astype(np.float32) for stroke in bent]


def seen(strokes: Sequence[Float32Array], rng: np.random.Generator) -> UInt8Array:
    """Strokes in MNIST form: drawn with any pen, or first drawn on a canvas or photographed.

    Returns
    -------
    uint8 (28, 28).
    """
    way = rng.random()
    if way < AS_PIXELS:
        return digit_pixels(Drawing.from_pixels(on_canvas(strokes, rng)))
    if way < AS_PIXELS + AS_PHOTO:
        with suppress(EmptyDrawingError):
            return digit_pixels(Drawing.from_pixels(photographed(strokes, rng, PHOTO_SIDE)))
    share = PEN_SHARE * float(np.exp(rng.uniform(np.log(0.5), np.log(2.2))))
    return strokes_in_form(strokes, 0.01, share)


def on_canvas(strokes: Sequence[Float32Array], rng: np.random.Generator) -> UInt8Array:
    """Strokes drawn once on a canvas with a pen from a hundredth to a quarter of the digit, as pixels.

    Returns
    -------
    uint8 (h, w), ink bright on black.
    """
    size = float(rng.uniform(0.3, 0.95)) * CANVAS
    pen = size * float(np.exp(rng.uniform(np.log(0.01), np.log(0.27))))
    place = (CANVAS - size) / 2 + pen / 2
    placed = [stroke * np.float32(size - pen) + np.float32(place) for stroke in in_unit_box(strokes)]
    return painted(placed, pen, (CANVAS, CANVAS))


def _drawn(styles: Sequence[Style], label: int, rng: np.random.Generator) -> Style | None:
    """One of the styles that a digit has, by how often they are taken."""
    own = [style for style in styles if label in style.digits]
    if not own:
        return None
    upto = np.cumsum([style.weight for style in own])
    return own[int(np.searchsorted(upto, rng.random() * upto[-1], side="right"))]


def _bent(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Strokes through a smooth random field: two waves in any direction."""
    bent = strokes
    for waves in (0.6, 1.3):
        direction = rng.normal(0, waves, 2)
        push = rng.normal(0, 0.02 / waves, 2)
        phase = rng.uniform(0, 2 * np.pi)
        waves_of = [np.sin(2 * np.pi * stroke @ direction + phase)[:, None] * push for stroke in bent]
        bent = [(stroke + wave).astype(np.float32) for stroke, wave in zip(bent, waves_of, strict=True)]
    return bent
