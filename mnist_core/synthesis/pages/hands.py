"""Whose digits are written on pages, and how one hand writes a sign after the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.ink.pictures import cropped
from mnist_core.numbers.finding import NO_DIGIT, SIGNS
from mnist_core.synthesis.canvas import painted
from mnist_core.synthesis.letters import strokes_of
from mnist_core.synthesis.non_digits import scribble
from mnist_core.synthesis.pages.page import one_of
from mnist_core.synthesis.signs import LETTERS, PICTURES
from mnist_core.synthesis.styles import Strokes, in_unit_box
from mnist_core.synthesis.variation import restyled, varied
from mnist_core.synthesis.words import WORDS, written
from mnist_core.types import DIGITS, Float32Array, UInt8Array

# Share of pages whose digits are scans and not strokes, where there are both.
SCANNED = 0.3
# Widths of pens as shares of a digit's height; a scan's strokes are about as wide as SCAN_PEN.
PENS, SCAN_PEN = (0.035, 0.15), 0.12
# Thinner lines (pixels) would be broken.
THINNEST = 1.6
# Strokes are painted so many times as large and made smaller: soft edges at any width.
OVERSAMPLING = 2
# A digit is at most so many times as wide as the line is high.
WIDEST = 1.2
# What is no digit: a word, a letter, a little picture, a scribble, and how often.
OTHERS = {"word": 0.55, "letter": 0.15, "picture": 0.15, "scribble": 0.15}


@dataclass(frozen=True, eq=False)
class Hands:
    """Digits by people of one part.

    Attributes
    ----------
    strokes
        By label, the strokes of digits that were written with a pen, each float32 (n, 2).
    scans
        By label, digits as images in MNIST form, uint8 (n, 28, 28).
    are_rewritten
        Whether strokes are written again in other styles: to learn from, not to be tested with.
    """

    strokes: Sequence[Sequence[Sequence[Float32Array]]]
    scans: Sequence[UInt8Array]
    are_rewritten: bool = False


@dataclass(frozen=True, eq=False)
class Glyph:
    """A sign as a hand writes it.

    Attributes
    ----------
    name
        What it is.
    ink
        uint8 (h, w), with an empty rim.
    depth
        How far its lower end is below the line that the digits stand on, in pixels; above it where it is less than 0.
    ends
        float32 (k, 2): where strokes begin and end, in pixels of the ink.
    """

    name: str
    ink: UInt8Array
    depth: float
    ends: Float32Array


class Hand:
    """One hand with one pen.

    Parameters
    ----------
    hands
        Whose digits it writes.
    height
        Of a digit, in pixels.
    pens
        The least and the greatest width of the pen, as shares of the height.
    """

    def __init__(self, hands: Hands, height: float, rng: np.random.Generator, pens: tuple[float, float] = PENS) -> None:
        self._hands, self.height, self._rng = hands, height, rng
        has_scans, has_strokes = (all(len(each) for each in source) for source in (hands.scans, hands.strokes))
        is_broad = pens[0] <= SCAN_PEN <= pens[1]
        self._scans = has_scans and (not has_strokes or (is_broad and rng.random() < SCANNED))
        share = SCAN_PEN if self._scans else float(np.exp(rng.uniform(*np.log(pens))))
        self.pen = max(share * height, THINNEST)
        self._slant = rng.normal(0, 0.08)
        self._wavering = rng.uniform(0.02, 0.08)

    def glyph(self, name: str) -> Glyph:
        """A digit, a sign, or something that is no digit."""
        if name in DIGITS:
            return self._scanned(name) if self._scans else self._digit(name)
        return self._sign(name) if name in SIGNS else self._other()

    def _digit(self, name: str) -> Glyph:
        """A digit by its strokes."""
        strokes: Sequence[Float32Array] = one_of(self._hands.strokes[int(name)], self._rng)
        if self._hands.are_rewritten:
            written_anew, label = restyled(strokes, int(name), self._rng)
            # An eight of zeros stays out: the line says what is to be written.
            strokes = varied(written_anew, self._rng) if label == int(name) else strokes
        unit = in_unit_box([stroke @ np.array([[1, 0], [-self._slant, 1]], np.float32) for stroke in strokes])
        width, height = np.ptp(np.concatenate(unit), axis=0).tolist()
        size = self._size() - self.pen
        scale = size / max(height, width / WIDEST)
        return self._painted(name, [stroke * np.float32(scale) for stroke in unit], self._level())

    def _scanned(self, name: str) -> Glyph:
        """A digit of MNIST, made larger with clear edges."""
        scans = self._hands.scans[int(name)]
        scan = cropped(scans[int(self._rng.integers(len(scans)))])
        scale = self._size() / max(scan.shape[0], scan.shape[1] / WIDEST)
        padded = cv2.copyMakeBorder(scan, 2, 2, 2, 2, cv2.BORDER_CONSTANT)
        lean = -self._slant * scale
        height, width = padded.shape
        size = int(width * scale + abs(lean) * height) + 2, int(height * scale) + 2
        matrix = np.array([[scale, lean, max(0.0, -lean * height)], [0, scale, 0]])
        wide = cv2.warpAffine(padded, matrix, size, flags=cv2.INTER_CUBIC).astype(np.float32)
        if scale > 1.5:
            # Enlarged greys would be a blur: the ink's edge is where they are half as dark.
            wide = (wide - 110) * min(scale, 4.0) / 1.5 + 110
        ink = _with_rim(cropped(np.clip(wide, 0, 255).astype(np.uint8)))
        return Glyph(name, ink, self._level(), _tips(ink))

    def _sign(self, name: str) -> Glyph:
        """A sign between digits."""
        strokes, pen = _SIGNS[name](self._rng), self.pen
        if name == "full stop":
            pen *= float(self._rng.uniform(1.0, 1.7))
        placed = [stroke.astype(np.float32) * np.float32(self.height) for stroke in strokes]
        low = float(np.concatenate(placed)[:, 1].max())
        return self._painted(name, placed, low + pen / 2 - self.height + self._level(), pen)

    def _other(self) -> Glyph:
        """Something that is no digit: a word, a letter, a little picture or a scribble."""
        kind = self._rng.choice(list(OTHERS), p=list(OTHERS.values()))
        if kind == "word":
            return self._fitted(written(one_of(WORDS, self._rng), self._rng), self._rng.uniform(0.6, 1.0))
        if kind == "scribble":
            return self._fitted(scribble(self._rng), self._rng.uniform(0.6, 1.4))
        forms = one_of(list((LETTERS if kind == "letter" else PICTURES).values()), self._rng)
        return self._fitted(varied(strokes_of(one_of(forms, self._rng)), self._rng), self._rng.uniform(0.7, 1.2))

    def _fitted(self, strokes: Strokes, share: float) -> Glyph:
        """What is no digit, so many times as high as the digits."""
        points = np.concatenate(strokes)
        scale = np.float32(max(share * self.height - self.pen, 4.0) / max(float(np.ptp(points[:, 1])), 1e-6))
        return self._painted(NO_DIGIT, [stroke * scale for stroke in strokes], self._level())

    def _painted(self, name: str, strokes: Strokes, depth: float, pen: float | None = None) -> Glyph:
        """A glyph of strokes in pixels, wherever they are."""
        pen = self.pen if pen is None else pen
        low = np.concatenate(strokes).min(axis=0) - (pen / 2 + 1)
        placed = [stroke - low.astype(np.float32) for stroke in strokes]
        width, height = (np.ceil(np.concatenate(placed).max(axis=0) + pen / 2) + 2).astype(int).tolist()
        large = [stroke * OVERSAMPLING + np.float32(OVERSAMPLING / 2 - 0.5) for stroke in placed]
        ink = painted(large, pen * OVERSAMPLING, (width * OVERSAMPLING, height * OVERSAMPLING))
        ink = cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        ends = np.array([stroke[at] for stroke in placed for at in (0, -1)], np.float32)
        return Glyph(name, ink, depth, ends)

    def _size(self) -> float:
        """How high the next digit is."""
        return self.height * float(np.exp(self._rng.normal(0, self._wavering)))

    def _level(self) -> float:
        """How far below the line the next sign ends."""
        return self.height * float(self._rng.normal(0, self._wavering / 2))


def _with_rim(ink: UInt8Array) -> UInt8Array:
    """Ink (h, w) with an empty pixel around it."""
    return cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT)  # type: ignore[return-value]


def _tips(ink: UInt8Array) -> Float32Array:
    """The uppermost and the lowest pixel of ink: about where a hand begins and ends a digit."""
    rows, columns = np.nonzero(ink > 127)
    return np.array([[columns[0], rows[0]], [columns[-1], rows[-1]]], np.float32)


def _bar(y: float, length: float, rng: np.random.Generator) -> Float32Array:
    """A level stroke that is not quite level, in units of a digit's height."""
    x = np.linspace(0, length, 8)
    return np.stack([x, y + rng.normal(0, 0.05) * x + rng.normal(0, 0.06) * x * (length - x)], axis=1)


def _full_stop(_rng: np.random.Generator) -> list[np.ndarray]:
    return [np.array([[0.0, 0.97]])]


def _comma(rng: np.random.Generator) -> list[np.ndarray]:
    length, lean = rng.uniform(0.12, 0.3), rng.uniform(0.03, 0.14)
    return [np.array([[lean, 0.92], [0.9 * lean, 0.92 + length / 2], [0.0, 0.92 + length]])]


def _dash(rng: np.random.Generator) -> list[np.ndarray]:
    return [_bar(rng.uniform(0.45, 0.72), rng.uniform(0.25, 0.7), rng)]


def _plus(rng: np.random.Generator) -> list[np.ndarray]:
    size, y = rng.uniform(0.35, 0.6), rng.uniform(0.5, 0.65)
    x, lean = size * rng.uniform(0.42, 0.58), rng.normal(0, 0.05)
    return [_bar(y, size, rng), np.array([[x + lean, y - size / 2], [x - lean, y + size / 2]])]


def _equals(rng: np.random.Generator) -> list[np.ndarray]:
    size, y, gap = rng.uniform(0.35, 0.6), rng.uniform(0.4, 0.55), rng.uniform(0.14, 0.26)
    return [_bar(y, size, rng), _bar(y + gap, size * rng.uniform(0.85, 1.15), rng)]


def _slash(rng: np.random.Generator) -> list[np.ndarray]:
    lean, above, below = rng.uniform(0.15, 0.5), rng.uniform(-0.12, 0.15), rng.uniform(0.95, 1.2)
    return [np.array([[lean, above], [lean / 2 + rng.normal(0, 0.02), (above + below) / 2], [0.0, below]])]


_SIGNS = {
    "full stop": _full_stop,
    "comma": _comma,
    "dash": _dash,
    "minus": _dash,
    "plus": _plus,
    "equals": _equals,
    "slash": _slash,
}
