"""Why a digit was read: which ink spoke for it, which training digits it is like, and what would change the answer.

Three answers of three kinds. Where they do not agree, a sentence says so: an explanation is no proof.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.explanation.erasure import Erasure, smallest_erasure
from mnist_core.explanation.occlusion import OcclusionMap, occlusion
from mnist_core.ink import digit_image
from mnist_core.ink.stages import clean_ink
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, percent
from mnist_core.model.recognizer import Recognizer
from mnist_core.readings.neighbours import Neighbours, nearest
from mnist_core.readings.readings import DatasetReadings
from mnist_core.types import Box, Drawing, Float32Array, Prediction, Tell, frozen, untold

# An answer that hangs by a piece of a stroke, or by a square of a picture, of this share of the ink or less is worth a
# sentence: the smallest tenth of those of the pen-digits' training writers.
SMALL_PIECE, SMALL_SQUARE = 0.08, 0.035
# The piece that changes the answer speaks for it at least with this share of what its part of the ink would on average.
LEAST_SUPPORT = 0.5
# Width of an erased stroke in the 28 x 28 image, in pixels.
PEN = 3


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why a digit was read.

    Attributes
    ----------
    prediction
        What was read.
    occlusion
        Which ink speaks for and against each digit.
    neighbours
        The nearest training digits; None without readings.
    erasure
        The smallest piece whose erasing changes the answer; None if there is none.
    disagreement
        Sentences for a visitor where these do not agree; empty where they do.
    """

    prediction: Prediction
    occlusion: OcclusionMap
    neighbours: Neighbours | None
    erasure: Erasure | None
    disagreement: tuple[str, ...]


def explain(
    recognizer: Recognizer, drawing: Drawing, readings: DatasetReadings | None = None, tell: Tell = untold
) -> Explanation:
    """Why the network reads a drawing of one digit as it does.

    Parameters
    ----------
    readings
        What the same model makes of the images that it learned from; without them there are no neighbours.
    tell
        Called between the parts of the work. If it raises, the work ends.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    BundleError
        If the readings are of another model.
    """
    digit = digit_image(drawing)
    image = np.rint(digit.pixels * 255).astype(np.uint8)
    prediction = recognizer.predict(digit)
    heat = occlusion(lambda images: recognizer.predict_many(images)[0], digit)
    neighbours = nearest(readings, recognizer.features(image[np.newaxis])) if readings else None
    tell()
    erasure = smallest_erasure(recognizer, drawing, tell)
    sentences = disagreement(drawing, prediction, heat, neighbours, erasure)
    return Explanation(prediction, heat, neighbours, erasure, sentences)


def disagreement(
    drawing: Drawing,
    prediction: Prediction,
    heat: OcclusionMap,
    neighbours: Neighbours | None,
    erasure: Erasure | None,
) -> tuple[str, ...]:
    """Sentences for a visitor where the explanations of one answer do not agree; none where they do."""
    answer = prediction.digit
    sentences = [
        _of_neighbours(answer, neighbours) if neighbours else None,
        _of_balance(answer, heat.values[answer]),
        _of_size(answer, erasure) if erasure else None,
        _of_support(answer, heat, erased_pixels(drawing, heat.pixels, erasure)) if erasure else None,
    ]
    return tuple(sentence for sentence in sentences if sentence)


def erased_pixels(drawing: Drawing, pixels: Float32Array, erasure: Erasure) -> Float32Array:
    """Where the erased piece lies in the 28 x 28 image.

    Parameters
    ----------
    drawing
        What the piece was erased from.
    pixels
        float32 (28, 28), the digit image of the drawing.

    Returns
    -------
    float32 (28, 28): the ink of the piece, 0 elsewhere.
    """
    mask = np.zeros(pixels.shape, np.uint8)
    if erasure.piece is not None:
        corners = _on_image(erasure.piece, drawing, pixels)
        cv2.polylines(mask, [np.rint(corners * 16).astype(np.int32)], False, 1, PEN, cv2.LINE_8, 4)
    elif erasure.box is not None:
        box = erasure.box
        corners = _on_image(np.array([[box.x, box.y], [box.x + box.width, box.y + box.height]]), drawing, pixels)
        (left, top), (right, bottom) = np.rint(corners).astype(int).clip(0).tolist()
        mask[top : bottom + 1, left : right + 1] = 1
    return frozen(pixels * mask)


def _on_image(points: np.ndarray, drawing: Drawing, pixels: Float32Array) -> np.ndarray:
    """Points of a drawing (n, 2) in the pixels of its digit image: the ink of both fills the same rectangle."""
    source = _ink_box(drawing)
    x, y, width, height = cv2.boundingRect((pixels > 0).astype(np.uint8))
    scale = np.array([width / source.width, height / source.height])
    return (points - [source.x, source.y]) * scale + [x, y] - 0.5


def _ink_box(drawing: Drawing) -> Box:
    """The rectangle around the ink of a drawing, in its pixels."""
    if drawing.pixels is None:
        points, half = np.concatenate(drawing.strokes), drawing.pen_width / 2
        (left, top), (right, bottom) = (points.min(axis=0) - half).tolist(), (points.max(axis=0) + half).tolist()
        return Box(left, top, right - left, bottom - top)
    ink = clean_ink(drawing)
    return Box(*map(float, cv2.boundingRect(ink))).scaled(max(drawing.size) / max(ink.shape))


def _of_neighbours(answer: int, neighbours: Neighbours) -> str | None:
    """Whether most of the nearest training digits are another digit."""
    counts = np.bincount(neighbours.labels, minlength=answer + 1)
    if not counts.sum() or counts[answer] * 2 >= counts.sum():
        return None
    other = int(counts.argmax())
    text = _("It is read as {answer}, but of the {count} training digits most like it {others} and {same}.")
    others, same = _show(int(counts[other]), other), _show(int(counts[answer]), answer)
    return text.format(answer=answer, count=counts.sum(), others=others, same=same)


def _show(count: int, digit: int) -> str:
    """How many show a digit, as a part of a sentence."""
    if not count:
        return _("none shows {digit}").format(digit=digit)
    return ngettext("{count} shows {digit}", "{count} show {digit}", count).format(count=count, digit=digit)


def _of_balance(answer: int, values: Float32Array) -> str | None:
    """Whether more ink speaks against the answer than for it."""
    if values.sum() >= 0:
        return None
    text = _("It is read as {answer}, but all in all its ink speaks more against {answer} than for it.")
    return text.format(answer=answer)


def _of_size(answer: int, erasure: Erasure) -> str | None:
    """Whether the answer hangs by a small piece of ink."""
    if erasure.share > (SMALL_SQUARE if erasure.piece is None else SMALL_PIECE):
        return None
    text = _("The answer hangs by a small piece: without {share} of the ink it would be read as {other}, not {answer}.")
    share = percent(max(0.01, erasure.share), 0)
    return text.format(share=share, other=erasure.prediction.digit, answer=answer)


def _of_support(answer: int, heat: OcclusionMap, piece: Float32Array) -> str | None:
    """Whether the piece that changes the answer is not what speaks for it."""
    support = np.maximum(heat.values[answer], 0)
    total, ink = float(support.sum()), float(heat.pixels.sum())
    if not total or not ink or not piece.any():
        return None
    if float(support[piece > 0].sum()) / total >= LEAST_SUPPORT * float(piece.sum()) / ink:
        return None
    text = _(
        "Erasing the marked piece changes the answer, though its ink hardly speaks for {answer}: what is left "
        "simply looks more like another digit."
    )
    return text.format(answer=answer)
