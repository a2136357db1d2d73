"""Strokes in MNIST form without a piece of one: what is far from the piece is remembered and not drawn again."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from mnist_core.ink.coverage import Doubles, far, lower, shades
from mnist_core.ink.stages import fit_of_form, in_form
from mnist_core.ink.strokes import MOST_DRAWN
from mnist_core.types import Float32Array, UInt8Array

# A stroke is remembered in parts of so many segments.
SEGMENTS = 12


class End(NamedTuple):
    """Where what is left of a stroke ends.

    Attributes
    ----------
    point
        The number of the stroke's last point there.
    cut
        float32 (2,): the end, between that point and the piece.
    """

    point: int
    cut: Float32Array


class Masking:
    """The squared distance of each pixel from parts of a drawing's strokes.

    Parameters
    ----------
    strokes
        float32 (n, 2) each.
    pen_width
        Of the pen they were written with, in their own units.
    """

    def __init__(self, strokes: Sequence[Float32Array], pen_width: float) -> None:
        self._pen_width = pen_width
        self._fit = fit_of_form(strokes, pen_width)
        self._strokes = [self._fit.placed(stroke) for stroke in strokes]
        self._is_thinned = sum(map(len, strokes)) > MOST_DRAWN
        # Of this drawing alone: with it goes what it remembers.
        self._others, self._parts = cache(self._drawn_others), cache(self._drawn_parts)

    def image(self, left: Sequence[Float32Array], number: int, head: End | None, tail: End | None) -> UInt8Array | None:
        """What is left of all strokes in MNIST form, uint8 (28, 28), as `strokes_in_form` gives it.

        Parameters
        ----------
        left
            The strokes without the piece.
        number
            Of the stroke that it is taken from.
        head, tail
            The last of that stroke's points before the piece, and where the piece begins; the first point after it, and
            where the piece ends. None where nothing is left on that side.

        Returns
        -------
        None where all has to be drawn again: the ink has another extent without the piece, or too many points.
        """
        if self._is_thinned or fit_of_form(left, self._pen_width) != self._fit:
            return None
        stroke, (before, behind) = self._strokes[number], self._parts(number)
        known = head.point // SEGMENTS if head else 0
        unknown = -(-tail.point // SEGMENTS) if tail else -1
        squares = np.minimum(before[known], behind[unknown])
        np.minimum(squares, self._others(number), out=squares)
        if head:
            self._lower(squares, [*stroke[known * SEGMENTS : head.point + 1], self._fit.placed(head.cut)])
        if tail:
            self._lower(squares, [self._fit.placed(tail.cut), *stroke[tail.point : unknown * SEGMENTS + 1]])
        return in_form(shades(squares, self._fit.pen))

    def _lower(self, squares: Doubles, points: Sequence[Doubles]) -> None:
        """Draw a line."""
        lower(squares, np.asarray(points), self._fit.pen)

    def _drawn_others(self, number: int) -> Doubles:
        """The squared distances from all other strokes."""
        squares = far(self._fit.size)
        for each, stroke in enumerate(self._strokes):
            if each != number:
                lower(squares, stroke, self._fit.pen)
        return squares

    def _drawn_parts(self, number: int) -> tuple[list[Doubles], list[Doubles]]:
        """The squared distances from the first k parts of a stroke, and from all but these, for each k."""
        stroke = self._strokes[number]
        starts = range(0, max(len(stroke) - 1, 1), SEGMENTS)
        parts = [lower(far(self._fit.size), stroke[start : start + SEGMENTS + 1], self._fit.pen) for start in starts]
        none = far(self._fit.size)
        before = np.minimum.accumulate([none, *parts])
        behind = np.minimum.accumulate([none, *reversed(parts)])[::-1]
        return list(before), list(behind)
