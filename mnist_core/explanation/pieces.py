"""Ink in pieces that can be erased: parts of strokes, or squares of a picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from mnist_core.explanation.masking import End, Masking
from mnist_core.ink import strokes_in_form
from mnist_core.ink.cleaning import thickened
from mnist_core.ink.pictures import at_most, cropped
from mnist_core.ink.stages import centred, clean_ink, into_box
from mnist_core.types import Box, Drawing, Float32Array, UInt8Array, frozen

# A piece is narrowed down by pieces of these shares of its size, at so many places (of a square: in each direction).
PARTS = (0.5, 0.65, 0.8, 0.9)
PLACES, SQUARE_PLACES = 4, 3
# Squares are sides of a square, so their shares of the longer side are larger than those of the ink.
SQUARE_FACTOR = 1.7
# Strokes of more points or number than this are looked at as a picture, of at most this many pixels a side.
MOST_POINTS, MOST_STROKES = 3_000, 60
PICTURE_SIDE = 112


@dataclass(frozen=True)
class Piece:
    """A piece of ink.

    Attributes
    ----------
    place
        A stroke's number, and from where to where along it in canvas pixels; or a square's x, y and side.
    share
        Its share of all ink, 0 to 1.
    """

    place: tuple[float, ...]
    share: float


class Ink(Protocol):
    """A drawing that pieces can be erased from.

    Attributes
    ----------
    whole
        It, with nothing erased.
    """

    whole: Drawing

    def pieces(self, size: float) -> Iterable[Piece]:
        """All pieces of a size (share of the ink), overlapping by half."""

    def within(self, piece: Piece) -> Iterable[Piece]:
        """Smaller pieces of a piece."""

    def image(self, piece: Piece) -> UInt8Array | None:
        """What the model gets without a piece, uint8 (28, 28); None if nothing is left."""

    def without(self, piece: Piece) -> Drawing:
        """The drawing without a piece."""

    def marked(self, piece: Piece) -> tuple[Float32Array | None, Box | None]:
        """A piece for people: points (n, 2) along a stroke in canvas pixels, or a square of a picture in its own."""


def ink_of(drawing: Drawing) -> Ink:
    """A drawing in the form that pieces can be erased from."""
    points = sum(map(len, drawing.strokes))
    if drawing.pixels is None and points <= MOST_POINTS and len(drawing.strokes) <= MOST_STROKES:
        return Strokes(drawing)
    return Picture(drawing)


class Strokes:
    """Strokes, measured along their length. A dot is as long as the pen is wide."""

    def __init__(self, drawing: Drawing) -> None:
        self.whole = drawing
        steps = [np.linalg.norm(np.diff(stroke, axis=0), axis=1) for stroke in drawing.strokes]
        self._ways = [np.concatenate([[0.0], np.cumsum(step)]) for step in steps]
        self._lengths = [float(way[-1]) or drawing.pen_width for way in self._ways]
        self._total = sum(self._lengths)
        self._masking = Masking(drawing.strokes, drawing.pen_width)

    def pieces(self, size: float) -> Iterable[Piece]:
        piece = size * self._total
        for number, length in enumerate(self._lengths):
            starts = np.linspace(0, max(length - piece, 0), 1 + max(0, int(np.ceil((length - piece) / (piece / 2)))))
            yield from (self._piece(number, start, min(start + piece, length)) for start in starts.tolist())

    def within(self, piece: Piece) -> Iterable[Piece]:
        number, start, end = piece.place
        for part in PARTS:
            length = part * (end - start)
            for first in np.linspace(start, end - length, PLACES).tolist():
                yield self._piece(int(number), first, first + length)

    def image(self, piece: Piece) -> UInt8Array | None:
        strokes = self._left(piece)
        if not strokes:
            return None
        number, start, end = piece.place
        masked = self._masking.image(strokes, int(number), *self._ends(int(number), start, end))
        return strokes_in_form(strokes, self.whole.pen_width) if masked is None else masked

    def without(self, piece: Piece) -> Drawing:
        return Drawing.from_strokes(self._left(piece), self.whole.pen_width, self.whole.size)

    def marked(self, piece: Piece) -> tuple[Float32Array, None]:
        number, start, end = piece.place
        return frozen(self._cut(int(number), start, end)), None

    def _piece(self, number: int, start: float, end: float) -> Piece:
        """A part of a stroke."""
        return Piece((number, round(start, 2), round(end, 2)), (end - start) / self._total)

    def _left(self, piece: Piece) -> Sequence[Float32Array]:
        """All strokes without a part of one."""
        number, start, end = piece.place
        left: list[Float32Array] = []
        for each, stroke in enumerate(self.whole.strokes):
            if each != number:
                left.append(stroke)
                continue
            head, tail = self._ends(each, start, end)
            if head:
                left.append(self._cut(each, 0, start))
            if tail:
                left.append(self._cut(each, end, self._lengths[each]))
        return left

    def _ends(self, number: int, start: float, end: float) -> tuple[End | None, End | None]:
        """Where what is left of a stroke before a piece and after it ends; None where nothing is."""
        way = self._ways[number]
        head = tail = None
        if start > 0:
            head = End(int(np.searchsorted(way, start)) - 1, self._cut(number, start, start)[0])
        if end < self._lengths[number] - 0.01:
            tail = End(int(np.searchsorted(way, end, "right")), self._cut(number, end, end)[0])
        return head, tail

    def _cut(self, number: int, start: float, end: float) -> Float32Array:
        """The points of a stroke from one place to another, both ends included."""
        stroke, way = self.whole.strokes[number], self._ways[number]
        inside = stroke[(way > start) & (way < end)]
        x, y = (np.interp((start, end), way, stroke[:, axis]) for axis in (0, 1))
        return np.concatenate([[(x[0], y[0])], inside, [(x[1], y[1])]]).astype(np.float32)


class Picture:
    """The ink of a picture, made small: 28 x 28 pixels come of it.

    Attributes
    ----------
    is_thin
        Whether its pen is thinner than MNIST's, and is made thicker for the model.
    """

    def __init__(self, drawing: Drawing) -> None:
        ink = clean_ink(drawing)
        self._ink = at_most(ink, PICTURE_SIDE)
        self._factor = max(drawing.size) / max(self._ink.shape)
        self.whole = Drawing.from_pixels(self._ink)
        self._sums = cv2.integral(self._ink).astype(np.float64)
        self._bounds = cv2.boundingRect(self._ink)
        cut = cropped(self._ink)
        self.is_thin = thickened(cut) is not cut

    def pieces(self, size: float) -> Iterable[Piece]:
        left, top, width, height = self._bounds
        side = max(2, round(SQUARE_FACTOR * size * max(width, height)))
        for y in _starts(top, height, side):
            yield from (self._piece(x, y, side) for x in _starts(left, width, side))

    def within(self, piece: Piece) -> Iterable[Piece]:
        left, top, side = map(int, piece.place)
        for part in PARTS:
            small = max(1, round(side * part))
            for y in np.linspace(top, top + side - small, SQUARE_PLACES).round().tolist():
                for x in np.linspace(left, left + side - small, SQUARE_PLACES).round().tolist():
                    yield self._piece(int(x), int(y), small)

    def image(self, piece: Piece) -> UInt8Array | None:
        ink = cropped(self._erased(piece))
        if not ink.size:
            return None
        # As in the stages, but a pen that is wide enough stays so.
        return centred(into_box(thickened(ink) if self.is_thin else ink))

    def without(self, piece: Piece) -> Drawing:
        return Drawing.from_pixels(self._erased(piece))

    def marked(self, piece: Piece) -> tuple[None, Box]:
        x, y, side = piece.place
        return None, Box(x, y, side, side).scaled(self._factor)

    def _piece(self, x: int, y: int, side: int) -> Piece:
        """A square."""
        height, width = self._ink.shape
        right, bottom = min(x + side, width), min(y + side, height)
        ink = self._sums[bottom, right] - self._sums[y, right] - self._sums[bottom, x] + self._sums[y, x]
        return Piece((x, y, side), float(ink / self._sums[-1, -1]))

    def _erased(self, piece: Piece) -> UInt8Array:
        """The ink without a square."""
        x, y, side = map(int, piece.place)
        ink = self._ink.copy()
        ink[y : y + side, x : x + side] = 0
        return ink


def _starts(first: int, length: int, side: int) -> list[int]:
    """Where squares begin that cover a length and overlap by half."""
    count = 1 + max(0, int(np.ceil((length - side) / max(1, side // 2))))
    return [int(start) for start in np.linspace(first, first + max(0, length - side), count).round()]
