"""Reading one digit or several: the best way to make digits of the parts of a drawing."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter

import numpy as np

from mnist_core.errors import EmptyDrawingError
from mnist_core.ink.stages import clean_ink
from mnist_core.ink.strokes import thinned
from mnist_core.numbers.splitting import (
    Candidate,
    Split,
    has_dot_above,
    layers,
    orders,
    pieces_within,
    split_ink,
    split_strokes,
    strokes_within,
    whole_ink,
    whole_strokes,
)
from mnist_core.types import Box, Drawing, Float32Array, Prediction, UInt8Array, frozen

# Probabilities and novelty of images (n, 28, 28).
Reader = Callable[[UInt8Array], tuple[Float32Array, Float32Array]]

# A digit lower than this share of the highest one is less believable, by so much for each part of it.
LOWEST, LOW_COST = 0.5, 8.0
# No digit is less believable than this.
LEAST = 1e-6
# More strokes than this are looked at as a picture.
MOST_STROKES = 60
# Strokes are drawn again for every group of them that may be a digit: of more points than this, only some are.
MOST_POINTS = 600
# So many strokes lie over each other, on average, in no number (of 2,000 of writers who train, with slashed zeros and
# crossed sevens among them, 2.3 at most), but in a scribble.
MOST_LAYERS = 2.5
# Strokes whose reading is worse than this, in mean log-probability, are looked at as a picture too.
DOUBTFUL = -1.0
# A drawing is several digits only if they are so much more believable, in mean log-probability, than one ...
ONE_BONUS = 0.7
# ... and, where there is no empty space between them, if each is at least so believable: of strokes, of a picture that
# must be cut, and of strokes that lie over each other by more than this share of the narrower digit's width.
LEAST_TOUCHING, LEAST_CUT, LEAST_UPON, UPON = 0.3, 0.5, 0.9, 0.9
# Several digits are a number only if that is clear: by how believable they are in the (geometric) mean, by how high the
# lower of two neighbours is as a share of the higher one, and by how far, as a share of that too, their upper or lower
# ends are from one level; where there is empty space between two, and where there is none. Of 500 words (by
# `synthesis.words`) 0.2 % are then taken for numbers; of 200 numbers with clear gaps by writers who train 98 % are
# right, and 92.5 % of as many whose neighbours touch.
LEAST_MEAN, LEAST_HEIGHT, MOST_UNEVEN = 0.85, 0.5, 0.4
LEAST_MEAN_CLOSE, LEAST_HEIGHT_CLOSE, MOST_UNEVEN_CLOSE = 0.88, 0.55, 0.35
# So believable must each be, and each of two that share more than half of the narrower one's width.
LEAST_CLEAR, LEAST_SHARED, SHARED = 0.3, 0.65, 0.5
# So many parts within another make a face, or a button, of what may look like a dotted zero.
FACE_PARTS = 2
# What is more than so many times as wide as high is hardly one digit, so that this is enough.
WIDE, LEAST_WIDE = 1.6, 0.15


@dataclass(frozen=True, eq=False)
class Way:
    """One way to make digits of a drawing.

    Attributes
    ----------
    score
        How believable it is: mean log-probability of its parts.
    digits
        From left to right.
    least
        How believable the least believable of the digits is, 0 to 1.
    """

    score: float
    digits: list[Prediction]
    least: float


def read(look: Reader, drawing: Drawing) -> list[Prediction]:
    """The digit or the digits of a drawing, from left to right, each with its box and its own drawing.

    A drawing is one digit, or one thing that is no digit, unless several digits are clearly more believable, and
    clearly a number. What has several parts within another, such as a face, is no digit: its novelty is 1, whatever the
    network makes of it.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    """
    ink = None if drawing.pixels is None else clean_ink(drawing)
    whole = whole_strokes(drawing) if ink is None else whole_ink(drawing, ink)
    probabilities, novelty = look(whole.pixels[np.newaxis])
    one = _prediction(whole, probabilities[0], float(novelty[0]))
    if (strokes_within(drawing) if ink is None else pieces_within(ink)) >= FACE_PARTS:
        return [replace(one, novelty=1.0)]
    to_beat = _belief(probabilities, novelty)[0] - whole.cost + ONE_BONUS
    if to_beat >= 0 or (ink is None and layers(drawing) > MOST_LAYERS):
        return [one]
    way = _best_way(look, drawing, ink)
    is_apart = whole.cost > 0
    is_number = way.score > to_beat and (is_apart or way.least >= _least(drawing, whole.box, way.digits))
    return way.digits if is_number and len(way.digits) > 1 and is_clear(drawing, way.digits) else [one]


def is_clear(drawing: Drawing, digits: Sequence[Prediction]) -> bool:
    """Whether the digits of a drawing, two or more from left to right, are clearly a number, and no word.

    A word's letters are mostly less like digits, some of them are half as high as their neighbours or end below the
    line, and what is taken for two digits may be one letter.
    """
    believed = [digit.probability * (1 - digit.novelty) for digit in digits]
    pairs = [(one.box, other.box) for one, other in pairwise(digits) if one.box and other.box]
    is_close = any(_overlap(*pair) > 0 for pair in pairs)
    least_mean = LEAST_MEAN_CLOSE if is_close else LEAST_MEAN
    if min(believed) < LEAST_CLEAR or np.log(believed).mean() < np.log(least_mean):
        return False
    for index, pair in enumerate(pairs):
        if not _are_even(*pair) or min(believed[index : index + 2]) < _least_of(_overlap(*pair)):
            return False
    return drawing.pixels is not None or not has_dot_above(drawing)


def _least_of(overlap: float) -> float:
    """How believable two neighbours must be that lie over each other by a share of the narrower one's width."""
    if overlap > UPON:
        return LEAST_UPON
    return LEAST_SHARED if overlap > SHARED else LEAST_CLEAR


def _are_even(one: Box, other: Box) -> bool:
    """Whether two neighbours are about as high as each other and on about one level."""
    is_close = _overlap(one, other) > 0
    least, most = (LEAST_HEIGHT_CLOSE, MOST_UNEVEN_CLOSE) if is_close else (LEAST_HEIGHT, MOST_UNEVEN)
    low, high = sorted([one.height, other.height])
    above, below = abs(one.y - other.y), abs(one.y + one.height - other.y - other.height)
    return low >= least * high and max(above, below) <= most * high


def read_number(look: Reader, drawing: Drawing) -> list[Prediction]:
    """The digits of a drawing from left to right, each with its box.

    Every group of neighbouring parts that may be a digit is read; of all ways to divide the parts into groups the one
    with the highest sum of log-probabilities wins, each counted once for each of its parts.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    """
    way = _best_way(look, drawing, None)
    if drawing.pixels is None and way.score < DOUBTFUL:
        with suppress(EmptyDrawingError):  # strokes beside the canvas
            way = max(way, best_of(look, split_ink(drawing)), key=attrgetter("score"))
    return way.digits


def _best_way(look: Reader, drawing: Drawing, ink: UInt8Array | None) -> Way:
    """The best way for all orders that strokes may be neighbours in, or for a picture, whose ink may be known."""
    if drawing.pixels is not None or len(drawing.strokes) > MOST_STROKES:
        return best_of(look, split_ink(drawing, ink))
    drawing = replace(drawing, strokes=thinned(drawing.strokes, MOST_POINTS))
    return max((best_of(look, split_strokes(drawing, order)) for order in orders(drawing)), key=attrgetter("score"))


def _least(drawing: Drawing, whole: Box, digits: list[Prediction]) -> float:
    """How believable each of several digits without empty space between them must be."""
    if whole.width > WIDE * whole.height:
        return LEAST_WIDE
    if drawing.pixels is not None:
        return LEAST_CUT
    boxes = [digit.box for digit in digits if digit.box]
    return LEAST_UPON if any(_overlap(*pair) > UPON for pair in pairwise(boxes)) else LEAST_TOUCHING


def _overlap(one: Box, other: Box) -> float:
    """Share of the narrower box's width that lies over or under the other."""
    shared = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    return shared / min(one.width, other.width)


def best_of(look: Reader, split: Split) -> Way:
    """The best of all ways to divide the parts of a drawing among digits."""
    candidates = split.candidates
    probabilities, novelty = look(np.stack([candidate.pixels for candidate in candidates]))
    believed = _belief(probabilities, novelty)
    highest = max(candidate.box.height for candidate in candidates)
    end = len(split.borders)
    best = np.full(end + 1, -np.inf)
    best[0] = 0
    chosen = np.zeros(end + 1, int)
    for index, candidate in sorted(enumerate(candidates), key=lambda each: each[1].last):
        low = max(0.0, LOWEST - candidate.box.height / highest) * LOW_COST
        of_parts = (believed[index] - low) * (candidate.last - candidate.first)
        score = best[candidate.first] + of_parts - candidate.cost - split.borders[candidate.last - 1]
        if score > best[candidate.last]:
            best[candidate.last], chosen[candidate.last] = score, index
    groups, at = [], end
    while at:
        groups.append(int(chosen[at]))
        at = candidates[groups[-1]].first
    digits = [_prediction(candidates[each], probabilities[each], float(novelty[each])) for each in groups]
    digits.sort(key=_middle)
    return Way(float(best[end]) / end, digits, float(np.exp(believed[groups].min())))


def _belief(probabilities: Float32Array, novelty: Float32Array) -> Float32Array:
    """How believable readings (n, 10) are: logarithms of the probability that it is a digit, and this one."""
    return np.log(np.maximum(probabilities.max(axis=1) * (1 - novelty), LEAST))


def _prediction(candidate: Candidate, probabilities: Float32Array, novelty: float) -> Prediction:
    """A candidate that was chosen, with its ink."""
    return Prediction(frozen(probabilities.copy()), novelty, candidate.box, candidate.draw())


def _middle(digit: Prediction) -> float:
    """Where a digit is from left to right."""
    return digit.box.x + digit.box.width / 2 if digit.box else 0.0
