"""The smallest piece of ink whose erasing changes what is read: a piece of a stroke, or a square of a picture."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from mnist_core.explanation.pieces import Ink, Piece, ink_of
from mnist_core.model.recognizer import Recognizer
from mnist_core.types import Box, Drawing, Float32Array, Prediction, Tell, untold

# Pieces of these shares of a drawing's ink are tried one size after another, and none larger than the last.
SIZES = (0.07, 0.12, 0.18, 0.26, 0.4, 0.6)
MOST = SIZES[-1]
# A piece that changes the answer is narrowed down so many times: the smallest in it that changes it too is the next.
ROUNDS = 2
# Pieces of one size that are tried at most.
MOST_PIECES = 80


@dataclass(frozen=True, eq=False)
class Erasure:
    """What is left of a drawing when a small piece of its ink is erased, and is then read as another digit.

    Attributes
    ----------
    left
        The drawing without the piece; of a picture, its ink in white on black.
    share
        Share of the ink that was erased, 0 to `MOST`.
    prediction
        What is read in what is left.
    piece
        float32 (n, 2): the points of the erased part of a stroke, in canvas pixels; None for a picture.
    box
        The erased square of a picture, in its pixels; None for strokes.
    """

    left: Drawing
    share: float
    prediction: Prediction
    piece: Float32Array | None = None
    box: Box | None = None


def smallest_erasure(recognizer: Recognizer, drawing: Drawing, tell: Tell = untold) -> Erasure | None:
    """The smallest piece of ink without which another digit is read, as if a visitor had erased it.

    All pieces of a size are tried at places that overlap by half, the smallest size first; the first that changes the
    answer are then narrowed down. So there may be a smaller piece between those that were tried.

    Parameters
    ----------
    tell
        Called after the pieces of each size. If it raises, the work ends.

    Returns
    -------
    None if no piece of up to 60 % of the ink changes the answer.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    """
    ink = ink_of(drawing)
    digit = recognizer.predict(drawing).digit
    # A picture may be read differently once it is made small.
    if ink.whole is not drawing and recognizer.predict(ink.whole).digit != digit:
        return None
    search = _Search(recognizer, ink, digit)
    for size in SIZES:
        search.tries(ink.pieces(size))
        if search.found:
            break
        tell()
    for _ in range(ROUNDS):
        search.tries(piece for found in search.best(1) for piece in ink.within(found))
    for piece in search.best(len(search.found)):
        left = ink.without(piece)
        # What was found is read once more, in the way in which the visitor's own erasing will be.
        prediction = recognizer.predict(left)
        if prediction.digit != digit:
            return Erasure(left, piece.share, prediction, *ink.marked(piece))
    return None


@dataclass
class _Search:
    """Pieces that were tried, and those that change the answer."""

    recognizer: Recognizer
    ink: Ink
    digit: int
    found: list[Piece] = field(default_factory=list)
    tried: set[Piece] = field(default_factory=set)

    def tries(self, pieces: Iterable[Piece]) -> None:
        """Read what is left without each of these pieces, all in one go."""
        new = [piece for piece in dict.fromkeys(pieces) if piece not in self.tried and 0 < piece.share <= MOST]
        new = sorted(new, key=lambda piece: -piece.share)[:MOST_PIECES]
        self.tried.update(new)
        images = [(piece, image) for piece in new if (image := self.ink.image(piece)) is not None]
        if images:
            changes = self.recognizer.readings(np.stack([image for _, image in images])).digits != self.digit
            self.found += [piece for (piece, _), change in zip(images, changes, strict=True) if change]

    def best(self, count: int) -> list[Piece]:
        """The smallest pieces that change the answer."""
        return sorted(self.found, key=lambda piece: piece.share)[:count]
