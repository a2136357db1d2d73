"""Reading a number of several digits: the best way to make digits of its parts."""

from collections.abc import Callable
from contextlib import suppress

import numpy as np

from mnist_core.errors import EmptyDrawingError
from mnist_core.ink.splitting import Split, orders, split_ink, split_strokes
from mnist_core.types import Drawing, Float32Array, Prediction, UInt8Array, frozen

# Probabilities and novelty of images (n, 28, 28).
Reader = Callable[[UInt8Array], tuple[Float32Array, Float32Array]]

# A digit lower than this share of the highest one is less believable, by so much for each part of it.
LOWEST, LOW_COST = 0.5, 8.0
# No digit is less believable than this.
LEAST = 1e-6
# More strokes than this are looked at as a picture.
MOST_STROKES = 60
# Strokes whose reading is worse than this, in mean log-probability, are looked at as a picture too.
DOUBTFUL = -1.0


def read_number(read: Reader, drawing: Drawing) -> list[Prediction]:
    """The digits of a drawing from left to right, each with its box.

    Every group of neighbouring parts that may be a digit is read; of all ways to divide the parts into groups the one
    with the highest sum of log-probabilities wins, each counted once for each of its parts.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    """
    if drawing.pixels is not None or len(drawing.strokes) > MOST_STROKES:
        return _best(read, split_ink(drawing))[1]
    ways = [_best(read, split_strokes(drawing, order)) for order in orders(drawing)]
    if max(score for score, _ in ways) < DOUBTFUL:
        with suppress(EmptyDrawingError):  # strokes beside the canvas
            ways.append(_best(read, split_ink(drawing)))
    return max(ways, key=lambda way: way[0])[1]


def _best(read: Reader, split: Split) -> tuple[float, list[Prediction]]:
    """Mean log-probability of the best way, and its digits from left to right."""
    candidates = split.candidates
    probabilities, novelty = read(np.stack([candidate.pixels for candidate in candidates]))
    believed = np.log(np.maximum(probabilities.max(axis=1) * (1 - novelty), LEAST))
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
    digits, at = [], end
    while at:
        index = int(chosen[at])
        box = candidates[index].box
        digits.append(
            (box.x + box.width / 2, Prediction(frozen(probabilities[index].copy()), float(novelty[index]), box))
        )
        at = candidates[index].first
    digits.sort(key=lambda digit: digit[0])
    return float(best[end]) / end, [digit for _, digit in digits]
