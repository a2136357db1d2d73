"""What people draw that is no digit: scribbles, letters, signs, little pictures, words, print, and parts of digits.

A model learns from these to say that something is not a digit. Kinds that would now and then be a digit after all (a
six upside down, the right half of an eight) are left out.
"""

from collections.abc import Callable, Mapping, Sequence

import cv2
import numpy as np

from mnist_core.ink import PEN_SHARE, digit_pixels, strokes_in_form
from mnist_core.synthesis.letters import strokes_of
from mnist_core.synthesis.signs import LETTERS, PICTURES, SIGNS
from mnist_core.synthesis.styles import Strokes, in_unit_box
from mnist_core.synthesis.typefaces import printed_letter
from mnist_core.synthesis.variation import on_canvas, seen, varied
from mnist_core.synthesis.words import WORDS, written
from mnist_core.types import Drawing, Float32Array, UInt8Array

# Digits that are none when they are mirrored, upside down, or on one side or the other; and the matrix that does it.
ON_ITS_SIDE = (2, 3, 4, 5, 7, 8)
WRONG_WAYS = (
    ((3, 4, 7, 9), ((-1, 0), (0, 1))),
    ((3, 4, 7), ((-1, 0), (0, -1))),
    (ON_ITS_SIDE, ((0, 1), (-1, 0))),
    (ON_ITS_SIDE, ((0, -1), (1, 0))),
)
# Digit, axis (0 x, 1 y) and half (0 the first, 1 the second) that no digit looks like.
HALVES = ((0, 1, 0), (0, 1, 1), (2, 0, 0), (2, 1, 1), (3, 1, 0), (4, 1, 1), (5, 0, 0), (8, 0, 0))
# Pairs that are neither of the two, nor a third one, when written over each other.
MIXTURES = ((2, 4), (2, 5), (2, 6), (3, 4), (3, 6), (4, 5), (4, 6), (4, 8), (5, 7), (6, 9), (2, 9), (0, 4), (2, 7))

# Pens for signs, little pictures and words, as shares of the usual one.
FINE_PENS = 0.4, 1.1


class NonDigits:
    """Makes images of what is no digit, out of digits and out of nothing.

    Parameters
    ----------
    strokes
        By label, digits' strokes to make some of them from. Where a label has none, none is made from digits.
    """

    def __init__(self, strokes: Sequence[Sequence[Sequence[Float32Array]]]) -> None:
        self._strokes = strokes if all(strokes) else ()

    def image(self, rng: np.random.Generator) -> UInt8Array:
        """One of them in MNIST form, uint8 (28, 28)."""
        kinds = KINDS + KINDS_OF_DIGITS if self._strokes else KINDS
        return kinds[rng.integers(len(kinds))](self, rng)

    def _digit(self, rng: np.random.Generator, *labels: int) -> Strokes:
        """A digit's strokes in the unit box, one of the labels (none: any)."""
        choice = self._strokes[int(rng.choice(labels)) if labels else int(rng.integers(10))]
        return in_unit_box(choice[int(rng.integers(len(choice)))])

    def _scribble(self, rng: np.random.Generator) -> UInt8Array:
        return seen(scribble(rng), rng)

    def _letter(self, rng: np.random.Generator) -> UInt8Array:
        return seen(varied(_any_form(LETTERS, rng), rng), rng)

    def _sign(self, rng: np.random.Generator) -> UInt8Array:
        return _finely(varied(_any_form(SIGNS, rng), rng), rng)

    def _picture(self, rng: np.random.Generator) -> UInt8Array:
        return _finely(varied(_any_form(PICTURES, rng), rng), rng)

    def _print(self, rng: np.random.Generator) -> UInt8Array:
        return printed_letter(rng)

    def _word(self, rng: np.random.Generator) -> UInt8Array:
        return _finely(written(WORDS[int(rng.integers(len(WORDS)))], rng), rng)

    def _half(self, rng: np.random.Generator) -> UInt8Array:
        label, axis, half = HALVES[rng.integers(len(HALVES))]
        unit = in_unit_box(varied(self._digit(rng, label), rng))
        middle = np.ptp(np.concatenate(unit)[:, axis]) * rng.uniform(0.42, 0.58)
        parts = [part for stroke in unit for part in _side(_dense(stroke), axis, half, float(middle))]
        return seen(parts, rng) if parts else self._dots(rng)

    def _two(self, rng: np.random.Generator) -> UInt8Array:
        gap, level, size = rng.uniform(-0.08, 0.25), rng.normal(0, 0.08), np.exp(rng.normal(0, 0.12))
        first, second = varied(self._digit(rng), rng), varied(self._digit(rng), rng)
        first, second = in_unit_box(first), [stroke * np.float32(size) for stroke in in_unit_box(second)]
        right = np.concatenate(first)[:, 0].max() + gap
        place = np.array([right, level], np.float32)
        return seen([*first, *(stroke + place for stroke in second)], rng)

    def _mixture(self, rng: np.random.Generator) -> UInt8Array:
        first, second = (
            in_unit_box(varied(self._digit(rng, label), rng)) for label in MIXTURES[rng.integers(len(MIXTURES))]
        )
        offset = rng.normal(0, 0.1, 2).astype(np.float32)
        return seen([*first, *(stroke + offset for stroke in second)], rng)

    def _wrong_way(self, rng: np.random.Generator) -> UInt8Array:
        digits, turns = WRONG_WAYS[rng.integers(len(WRONG_WAYS))]
        turn = np.array(turns, np.float32)
        return seen(varied([stroke @ turn for stroke in self._digit(rng, *digits)], rng), rng)

    def _dots(self, rng: np.random.Generator) -> UInt8Array:
        spots = [rng.random((1, 2)).astype(np.float32) for _ in range(rng.integers(1, 5))]
        if len(spots) == 1:
            image = np.zeros((100, 100), np.uint8)
            axes = rng.integers(8, 20, 2)
            cv2.ellipse(image, (50, 50), axes.tolist(), float(rng.uniform(0, 180)), 0, 360, 255, -1, cv2.LINE_AA)
            return digit_pixels(Drawing.from_pixels(image))
        return digit_pixels(Drawing.from_pixels(on_canvas(spots, rng)))


Kind = Callable[[NonDigits, np.random.Generator], UInt8Array]

KINDS: tuple[Kind, ...] = (
    NonDigits._scribble,
    NonDigits._scribble,
    NonDigits._letter,
    NonDigits._letter,
    NonDigits._letter,
    NonDigits._sign,
    NonDigits._picture,
    NonDigits._picture,
    NonDigits._print,
    NonDigits._print,
    NonDigits._word,
    NonDigits._dots,
)
KINDS_OF_DIGITS: tuple[Kind, ...] = (
    NonDigits._half,
    NonDigits._two,
    NonDigits._two,
    NonDigits._mixture,
    NonDigits._wrong_way,
    NonDigits._wrong_way,
)


def scribble(rng: np.random.Generator) -> Strokes:
    """One to four strokes of a pen that wanders about: too restless for a digit's few bends."""
    strokes = []
    for _ in range(rng.choice([1, 1, 2, 3, 4])):
        n = int(rng.integers(40, 250))
        heading = np.cumsum(rng.normal(0, rng.uniform(0.3, 0.9), n)) + np.linspace(0, rng.normal(0, 4), n)
        steps = np.stack([np.cos(heading), np.sin(heading)], axis=1) * rng.uniform(0.02, 0.06)
        strokes.append((np.cumsum(steps, axis=0) + rng.uniform(0, 1, 2)).astype(np.float32))
    return strokes


def _finely(strokes: Strokes, rng: np.random.Generator) -> UInt8Array:
    """Small things in MNIST form, by a pen so fine that it makes no blot of them, which could be a digit's."""
    share = PEN_SHARE * float(np.exp(rng.uniform(*np.log(FINE_PENS))))
    return strokes_in_form(strokes, 0.01, share)


def _any_form(forms: Mapping[str, tuple[str, ...]], rng: np.random.Generator) -> Strokes:
    """The strokes of one of the forms of one of them."""
    ways = list(forms.values())[int(rng.integers(len(forms)))]
    return list(strokes_of(ways[int(rng.integers(len(ways)))]))


def _dense(points: Float32Array) -> Float32Array:
    """Points with others between them, so that they can be cut."""
    at = np.linspace(0, len(points) - 1, 6 * len(points))
    return np.stack([np.interp(at, np.arange(len(points)), each) for each in points.T], axis=1).astype(np.float32)


def _side(stroke: Float32Array, axis: int, half: int, middle: float) -> list[Float32Array]:
    """The parts of a stroke on one side of a line."""
    kept = (stroke[:, axis] > middle) == bool(half)
    cuts = np.flatnonzero(np.diff(kept)) + 1
    return [part for part, keep in zip(np.split(stroke, cuts), kept[[0, *cuts]], strict=True) if keep]
