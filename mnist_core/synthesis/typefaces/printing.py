"""Printed digits and letters in MNIST form, as they come from screenshots, small print, photos and clean pictures."""

from contextlib import suppress
from functools import cache

import cv2
import numpy as np

from mnist_core.errors import EmptyDrawingError
from mnist_core.ink import digit_pixels
from mnist_core.ink.pictures import cropped
from mnist_core.ink.recipe import BOX_SIDE
from mnist_core.ink.stages import centred, into_box
from mnist_core.synthesis.photos import on_sheet
from mnist_core.synthesis.typefaces.faces import Part, Typeface, typefaces
from mnist_core.synthesis.typefaces.looks import looked
from mnist_core.synthesis.typefaces.shapes import filled, lined, segments
from mnist_core.types import Drawing, Float32Array, UInt8Array, as_shades

# Letters and signs that nobody takes for a digit in print; `mnist_core.synthesis.signs` says what is left out, and why.
LETTERS = "AEFHKMNPRWXfhkmpwx@%#*=+"

# Shares of digits that are seven segments and a plotter's lines; the others are of typefaces.
OF_SEGMENTS, OF_LINES = 0.06, 0.04
# How far the digits of displays lean.
SEGMENT_SLANTS = 0.0, 0.1, 0.18
# Shares that are seen as small print, on a photo and without any picture between; the others as a clear picture.
SMALL, PHOTO, PLAIN = 0.4, 0.12, 0.13
# How high small print is, in pixels.
LEAST_HEIGHT, MOST_HEIGHT = 9, 22
# Ink and paper differ by at least so many shades of 255.
LEAST_CONTRAST = 90


def printed(digit: int, rng: np.random.Generator, *, part: Part = "train") -> UInt8Array:
    """A printed digit in MNIST form.

    Parameters
    ----------
    part
        "train": typefaces to learn from, seven segments and plotters. "test": typefaces that are only tested on.

    Returns
    -------
    uint8 (28, 28).
    """
    return shown(_inked(digit, rng, part), rng)


def small_print(digit: int, rng: np.random.Generator, *, part: Part = "train") -> UInt8Array:
    """A picture of a printed digit that is few pixels high, uint8 (h, w), as `small` makes it."""
    return small(_inked(digit, rng, part), rng)


def _inked(digit: int, rng: np.random.Generator, part: Part) -> UInt8Array:
    """The ink of a printed digit, uint8 (h, w), bright on black with an empty rim."""
    kind = rng.random() if part == "train" else 1.0
    matrix = turned(rng)
    if kind < OF_SEGMENTS:
        lean = np.array([[1, -float(rng.choice(SEGMENT_SLANTS))], [0, 1]])
        return looked(filled(segments(digit, rng), matrix @ lean), rng)
    if kind < OF_SEGMENTS + OF_LINES:
        return looked(lined(digit, matrix, rng), rng)
    return looked(set_in_type(str(digit), any_face(rng, part), matrix), rng)


def printed_letter(rng: np.random.Generator, *, part: Part = "train") -> UInt8Array:
    """A printed letter or sign that looks like no digit, in MNIST form: uint8 (28, 28)."""
    letter = LETTERS[rng.integers(len(LETTERS))]
    return shown(looked(set_in_type(letter, any_face(rng, part, letter), turned(rng)), rng), rng)


def any_face(rng: np.random.Generator, part: Part, sign: str = "0") -> Typeface:
    """A typeface that has a sign: each family as often as another."""
    families = _families(part, sign)
    faces = families[rng.integers(len(families))]
    return faces[rng.integers(len(faces))]


@cache
def _families(part: Part, sign: str) -> tuple[tuple[Typeface, ...], ...]:
    """The typefaces of a part that have a sign, by family."""
    families: dict[str, list[Typeface]] = {}
    for face in typefaces(part):
        if sign in face.glyphs:
            families.setdefault(face.family, []).append(face)
    return tuple(tuple(faces) for faces in families.values())


def set_in_type(sign: str, face: Typeface, matrix: np.ndarray) -> UInt8Array:
    """The ink of a digit or letter, turned and stretched by a matrix: uint8 (h, w), bright on black, with a rim."""
    return filled(face.glyphs[sign], matrix)


def turned(rng: np.random.Generator) -> np.ndarray:
    """A little turn, slant and stretch, float64 (2, 2): less than a hand's."""
    angle = np.deg2rad(rng.normal(0, 3))
    stretch, slant = np.exp(rng.normal(0, 0.1)), rng.normal(0, 0.06)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn @ np.array([[stretch, -slant], [0, 1 / stretch]])


def shown(ink: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Ink in MNIST form, by the way that a picture of it takes: small, clear, on a photo, or by none.

    Parameters
    ----------
    ink
        uint8 (h, w), bright on black.

    Returns
    -------
    uint8 (28, 28).
    """
    way = rng.random()
    if way >= PLAIN:
        take = small if way < PLAIN + SMALL else photo if way < PLAIN + SMALL + PHOTO else clear
        with suppress(EmptyDrawingError):
            return digit_pixels(Drawing.from_pixels(take(ink, rng)))
    cut_out = cropped(ink)
    return centred(into_box(cut_out, BOX_SIDE / max(cut_out.shape)))


def clear(ink: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """A picture of one shade on another, uint8 (h, w), either of them the darker one."""
    return _coloured(as_shades(_with_margins(ink, *rng.integers(4, 80, 4).tolist())), rng)


def small(ink: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """A picture in which a digit is few pixels high, as on a screen or in small print; at times made larger again.

    Returns
    -------
    uint8 (h, w).
    """
    height = float(rng.uniform(LEAST_HEIGHT, MOST_HEIGHT))
    scale = height / cropped(ink).shape[0]
    # Its edges lie anywhere between pixels.
    before = (rng.random(2) / scale).astype(int).tolist()
    after = int(np.ceil(1 / scale))
    moved = _with_margins(ink, before[0], after, before[1], after)
    size = [max(1, round(side * scale)) for side in moved.shape[::-1]]
    reduced = cv2.resize(moved, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    covered = as_shades(_with_margins(reduced, *rng.integers(1, 14, 4).tolist()))
    picture = _coloured(covered ** np.float32(np.exp(rng.normal(0, 0.25))), rng)
    if rng.random() < 0.4:
        ways = [cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC]
        times = float(rng.uniform(1.3, 8))
        way = int(rng.choice(ways))
        picture = cv2.resize(picture, None, fx=times, fy=times, interpolation=way)  # type: ignore[assignment]
    return _compressed(picture, rng) if rng.random() < 0.25 else picture


def photo(ink: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """A photo of a print, uint8 (256, 256, 3)."""

    def laid(rng: np.random.Generator, sheet_side: int) -> Float32Array:
        side = sheet_side * float(rng.uniform(0.25, 0.7))
        scale = side / max(ink.shape)
        width, height = (max(1, round(each * scale)) for each in ink.shape[::-1])
        sheet = np.zeros((sheet_side, sheet_side), np.uint8)
        left, top = (int(rng.integers(8, sheet_side - each - 7)) for each in (width, height))
        sheet[top : top + height, left : left + width] = cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA)
        return as_shades(sheet)

    return on_sheet(laid, rng)


def _with_margins(ink: UInt8Array, top: int, bottom: int, left: int, right: int) -> UInt8Array:
    """Ink with paper around it."""
    return np.pad(ink, ((top, bottom), (left, right)))


def _coloured(covered: Float32Array, rng: np.random.Generator) -> UInt8Array:
    """Shades of ink and paper where ink covers the paper from 0 to 1."""
    paper = rng.uniform(0, 255) if rng.random() < 0.4 else rng.choice([0, 255])
    reach = [ink for ink in (rng.uniform(0, 255), 0.0, 255.0) if abs(ink - paper) >= LEAST_CONTRAST]
    ink = reach[rng.integers(len(reach))]
    return np.rint(paper + (ink - paper) * np.clip(covered, 0, 1)).astype(np.uint8)


def _compressed(picture: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """A picture that was saved as a JPEG."""
    _, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(70, 96))])
    return cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE)  # type: ignore[return-value]
