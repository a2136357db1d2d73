"""Splitting a written number: parts that digits are made of, and which of them could be one digit.

Too many parts are made on purpose: every stroke is one, and connected ink is cut wherever little is in the way. Which
neighbouring parts belong together is for whoever can read digits to say (`mnist_core.numbers.reading`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np

from mnist_core.errors import EmptyDrawingError
from mnist_core.ink.cleaning import thickened
from mnist_core.ink.pictures import cropped
from mnist_core.ink.stages import centred, clean_ink, into_box, strokes_in_form
from mnist_core.language import gettext as _
from mnist_core.types import Box, Drawing, Float32Array, UInt8Array, frozen

# A digit is made of at most so many parts.
MOST_PARTS = 5
# A digit is at most so many times as wide as the number is high.
WIDEST = 1.6
# A connected piece is not cut that is less wide than this share of its height ...
NARROW = 0.5
# ... or less high than this share of the number.
FLAT = 0.3
# Ink is cut in a picture of so many rows.
CUT_ROWS = 48
# Cuts are at least this share of the number's height apart ...
CUT_DISTANCE = 0.25
# ... and none goes through more ink than this share of it.
CUT_INK = 0.3
# Pieces of ink with a smaller share of the number's height, and of its width, are dirt.
SPECK = 0.08
MOST_PIECES = 40
# Cost, in log-probability, of a border between digits where ink goes on, or where strokes touch ...
CUT_COST, TOUCH_COST = 0.7, 0.5
# ... and of one digit for each height of empty space between its parts.
GAP_COST = 6.0
# Strokes touch that come so near, in pen widths; so many points of each are looked at.
TOUCHING = 1.0
MOST_POINTS = 100
# Groups of strokes whose pixels are remembered, and how many bytes of points each may have.
KNOWN_GROUPS, KNOWN_BYTES = 1000, 32_000


# A stroke of at most this share of the number's height is a dot.
DOT = 0.1


@dataclass(frozen=True, eq=False)
class Candidate:
    """Neighbouring parts that may be one digit.

    Attributes
    ----------
    first, last
        Numbers of the first part and of the one after the last.
    pixels
        uint8 (28, 28): what a model gets of them.
    box
        Where they are on the drawing.
    cost
        How unlikely it is, by their places alone, that they are one digit.
    draw
        Makes a drawing of them alone, which becomes the same pixels.
    """

    first: int
    last: int
    pixels: UInt8Array
    box: Box
    cost: float
    draw: Callable[[], Drawing]


@dataclass(frozen=True, eq=False)
class Split:
    """All that a number may be made of.

    Attributes
    ----------
    candidates
        Groups of parts.
    borders
        For each part how unlikely it is, by the ink alone, that a digit ends with it.
    """

    candidates: list[Candidate]
    borders: list[float]


def whole_strokes(drawing: Drawing) -> Candidate:
    """All strokes of a drawing as one digit; its pixels are those of `digit_pixels`."""
    boxes = [stroke_box(stroke, drawing.pen_width) for stroke in drawing.strokes]
    box = _joined(boxes)
    cost = GAP_COST * _widest_gap(boxes) / box.height
    return Candidate(0, 1, _stroke_pixels(drawing.strokes, drawing.pen_width), box, cost, lambda: drawing)


def layers(drawing: Drawing) -> float:
    """How many strokes of a drawing lie over each other, on average over its width."""
    boxes = [stroke_box(stroke, drawing.pen_width) for stroke in drawing.strokes]
    return sum(box.width for box in boxes) / _joined(boxes).width


def strokes_within(drawing: Drawing) -> int:
    """How many strokes of a drawing lie within the largest one and do not touch it: eyes and a mouth in a face."""
    boxes = [stroke_box(stroke, drawing.pen_width) for stroke in drawing.strokes]
    largest = max(range(len(boxes)), key=lambda index: boxes[index].width * boxes[index].height)
    around, reach = drawing.strokes[largest], TOUCHING * drawing.pen_width
    return sum(
        index != largest and _is_within(box, boxes[largest]) and _distance(stroke, around) > reach
        for index, (box, stroke) in enumerate(zip(boxes, drawing.strokes, strict=True))
    )


def pieces_within(ink: UInt8Array) -> int:
    """How many pieces of clean ink (h, w), but for dirt, lie within the largest one."""
    _count, _pieces, stats, _middles = cv2.connectedComponentsWithStats((ink > 0).astype(np.uint8), connectivity=8)
    boxes = sorted((Box(*each) for each in stats[1:, :4].tolist()), key=lambda box: -box.width * box.height)
    dirt = SPECK * max(boxes[0].width, boxes[0].height)
    return sum(_is_within(box, boxes[0]) and max(box.width, box.height) >= dirt for box in boxes[1:])


def has_dot_above(drawing: Drawing) -> bool:
    """Whether a dot stands by itself in the upper half of several strokes, as over an i and in no number."""
    boxes = [stroke_box(stroke, drawing.pen_width) for stroke in drawing.strokes]
    whole, reach = _joined(boxes), TOUCHING * drawing.pen_width
    middle, size = whole.y + whole.height / 2, DOT * whole.height + drawing.pen_width
    for box, stroke in zip(boxes, drawing.strokes, strict=True):
        others = [each for each in zip(boxes, drawing.strokes, strict=True) if each[1] is not stroke]
        is_dot = max(box.width, box.height) <= size and box.y + box.height / 2 < middle
        if is_dot and not any(_is_within(box, other) or _distance(stroke, ink) <= reach for other, ink in others):
            return True
    return False


def whole_ink(drawing: Drawing, ink: UInt8Array) -> Candidate:
    """All the clean ink (h, w) of a drawing as one digit; its pixels are those of `digit_pixels`."""
    box = Box(*cv2.boundingRect(ink))
    inked = np.flatnonzero(ink[box.rows, box.columns].any(axis=0))
    gap = float(np.diff(inked).max(initial=1)) - 1
    pixels = centred(into_box(thickened(cropped(ink))))
    return Candidate(0, 1, pixels, box.scaled(_scale(drawing, ink)), GAP_COST * gap / box.height, lambda: drawing)


def split_strokes(drawing: Drawing, order: Sequence[int]) -> Split:
    """A number in strokes that are neighbours in an order.

    Parameters
    ----------
    order
        Numbers of the strokes.
    """
    written = [drawing.strokes[index] for index in order]
    boxes = [stroke_box(stroke, drawing.pen_width) for stroke in written]

    def candidate(first: int, last: int, box: Box, cost: float) -> Candidate:
        as_written = sorted(order[first:last])
        strokes = tuple(drawing.strokes[each] for each in as_written)
        pixels = _stroke_pixels(strokes, drawing.pen_width)
        return Candidate(first, last, pixels, box, cost, lambda: Drawing(strokes, drawing.pen_width, drawing.size))

    reach = TOUCHING * drawing.pen_width
    borders = [TOUCH_COST * (_distance(*pair) <= reach) for pair in pairwise(written)]
    return Split(_candidates(boxes, candidate), [*borders, 0.0])


def split_ink(drawing: Drawing, ink: UInt8Array | None = None) -> Split:
    """A number in the ink of a picture, or in strokes seen as a picture.

    Parameters
    ----------
    ink
        uint8 (h, w): the drawing's clean ink, if it is already known.

    Raises
    ------
    EmptyDrawingError
        If there is no ink.
    """
    ink = clean_ink(drawing) if ink is None else ink
    parts, pieces = _parts(ink)
    boxes = [Box(*cv2.boundingRect(part)) for part in parts]
    scale = _scale(drawing, ink)

    def candidate(first: int, last: int, box: Box, cost: float) -> Candidate:
        together = np.bitwise_or.reduce([part[box.rows, box.columns] for part in parts[first:last]])
        pixels = centred(into_box(thickened(together)))
        return Candidate(first, last, pixels, box.scaled(scale), cost, lambda: with_paper(together))

    borders = [CUT_COST * (left == right) for left, right in pairwise(pieces)]
    return Split(_candidates(boxes, candidate), [*borders, 0.0])


def _stroke_pixels(strokes: Sequence[Float32Array], pen_width: float) -> UInt8Array:
    """Strokes as a model gets them."""
    draw = known_pixels if sum(stroke.nbytes for stroke in strokes) <= KNOWN_BYTES else known_pixels.__wrapped__
    return draw(tuple(stroke.tobytes() for stroke in strokes), pen_width)


@lru_cache(maxsize=KNOWN_GROUPS)
def known_pixels(strokes: tuple[bytes, ...], pen_width: float) -> UInt8Array:
    """The same, remembered: while a person draws, only the last stroke changes."""
    arrays = [np.frombuffer(stroke, np.float32).reshape(-1, 2) for stroke in strokes]
    return frozen(strokes_in_form(arrays, pen_width))


def _scale(drawing: Drawing, ink: UInt8Array) -> float:
    """How many times as large as its clean ink (h, w) a drawing is."""
    return drawing.size[0] / ink.shape[1]


def with_paper(ink: UInt8Array) -> Drawing:
    """Ink (h, w) as a picture with blank paper around it, in which it can be found again."""
    margin = max(2, max(ink.shape) // 8)
    return Drawing.from_pixels(cv2.copyMakeBorder(ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT))  # type: ignore[arg-type]


def _candidates(boxes: Sequence[Box], candidate: Callable[[int, int, Box, float], Candidate]) -> list[Candidate]:
    """Every group of neighbouring parts that is not too wide for one digit."""
    height = _joined(boxes).height
    found = []
    for first in range(len(boxes)):
        for last in range(first + 1, min(first + MOST_PARTS, len(boxes)) + 1):
            box = _joined(boxes[first:last])
            if last - first > 1 and box.width > WIDEST * height:
                continue
            cost = GAP_COST * _widest_gap(boxes[first:last]) / height
            found.append(candidate(first, last, box, cost))
    return found


def _widest_gap(boxes: Sequence[Box]) -> float:
    """The widest empty space between boxes from left to right."""
    gap, right = 0.0, -np.inf
    for box in sorted(boxes, key=lambda box: box.x):
        gap = max(gap, box.x - right) if np.isfinite(right) else 0.0
        right = max(right, box.x + box.width)
    return gap


def _distance(one: Float32Array, other: Float32Array) -> float:
    """How near strokes come to each other, by their points."""
    one, other = (stroke[:: -(-len(stroke) // MOST_POINTS)] for stroke in (one, other))
    return float(np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1)).min())


def orders(drawing: Drawing) -> list[list[int]]:
    """The orders in which strokes may be neighbours: as they were written, and from left to right.

    Written in another order: a bar or a dot that was added at the end. Left to right in another order: digits so close
    that their strokes overlap.
    """
    written = list(range(len(drawing.strokes)))
    middles = [(float(stroke[:, 0].min()) + float(stroke[:, 0].max())) / 2 for stroke in drawing.strokes]
    by_place = sorted(written, key=middles.__getitem__)
    return [written] if by_place == written else [by_place, written]


def stroke_box(stroke: Float32Array, pen_width: float) -> Box:
    """The box around a stroke of a pen, in canvas pixels."""
    low, high = stroke.min(axis=0) - pen_width / 2, stroke.max(axis=0) + pen_width / 2
    return Box(*low.tolist(), *(high - low).tolist())


def _is_within(box: Box, other: Box) -> bool:
    """Whether a box lies within another one."""
    is_beside = box.x >= other.x and box.x + box.width <= other.x + other.width
    return is_beside and box.y >= other.y and box.y + box.height <= other.y + other.height


def _joined(boxes: Sequence[Box]) -> Box:
    """The box around boxes."""
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return Box(x, y, right - x, bottom - y)


def _parts(ink: UInt8Array) -> tuple[list[UInt8Array], list[int]]:
    """Ink (h, w) in parts of the same shape, from left to right, and the connected piece that each is of.

    Pieces that are not narrow are cut.
    """
    count, pieces, stats, _middles = cv2.connectedComponentsWithStats((ink > 0).astype(np.uint8), connectivity=8)
    if count == 1:
        raise EmptyDrawingError(
            _("There is no ink on the canvas itself, so there is nothing to read. Draw a digit first.")
        )
    y, width, height = (stats[1:, column] for column in range(1, 4))
    number_height = int((y + height).max() - y.min())
    sizes = np.maximum(width, height)
    found: list[tuple[UInt8Array, int]] = []
    for piece in np.argsort(-sizes)[:MOST_PIECES].tolist():
        if sizes[piece] < min(SPECK * number_height, sizes.max()):
            break
        alone = np.where(pieces == piece + 1, ink, np.uint8(0))
        box = Box(*stats[piece + 1, :4].tolist())
        is_whole = box.width < NARROW * box.height or box.height < FLAT * number_height
        cut = [alone] if is_whole else _cut(alone, box)
        found += [(part, piece) for part in cut]
    found.sort(key=lambda each: float(np.flatnonzero(each[0].any(axis=0)).mean()))
    return [part for part, _piece in found], [piece for _part, piece in found]


def _cut(ink: UInt8Array, box: Box) -> list[UInt8Array]:
    """A connected piece of ink in parts of the same shape, cut from top to bottom wherever little ink is in the way."""
    columns = max(2, round(box.width * CUT_ROWS / box.height))
    small = cv2.resize(ink[box.rows, box.columns], (columns, CUT_ROWS), interpolation=cv2.INTER_AREA)
    down, came_from = _least_ink(small)
    up, goes_to = _least_ink(small[::-1])
    middle = CUT_ROWS // 2
    through = down[middle] + up[CUT_ROWS - 1 - middle] - _cost(small)[middle]
    parts, left = [], ink
    for column in _minima(through):
        path = np.empty(CUT_ROWS, int)
        path[middle] = column
        for row in range(middle, 0, -1):
            path[row - 1] = came_from[row, path[row]]
        for row in range(middle, CUT_ROWS - 1):
            path[row + 1] = goes_to[CUT_ROWS - 1 - row, path[row]]
        heights = box.y + (np.arange(CUT_ROWS) + 0.5) * box.height / CUT_ROWS
        edges = np.interp(np.arange(ink.shape[0]), heights, box.x + (path + 0.5) * box.width / columns)
        is_left = np.arange(ink.shape[1])[None] < edges[:, None]
        part = np.where(is_left, left, np.uint8(0))
        left = np.where(is_left, np.uint8(0), left)
        if part.any():
            parts.append(part)
    return [*parts, left] if left.any() else parts


def _cost(ink: cv2.typing.MatLike) -> Float32Array:
    """What a cut pays for each pixel: its ink, as a share of the height."""
    return ink.astype(np.float32) / np.float32(255 * CUT_ROWS)


def _least_ink(ink: cv2.typing.MatLike) -> tuple[Float32Array, np.ndarray]:
    """Of the paths from the top to each pixel that move at most a column a row, the least ink and the column before."""
    cost = _cost(ink)
    rows, columns = cost.shape
    least, before = cost.copy(), np.zeros((rows, columns), int)
    aside = np.float32(0.15 / CUT_ROWS)
    for row in range(1, rows):
        above = np.pad(least[row - 1], 1, constant_values=np.inf)
        choices = np.stack([above[1:-1], above[:-2] + aside, above[2:] + aside])
        best = choices.argmin(axis=0)
        least[row] += choices[best, np.arange(columns)]
        before[row] = np.arange(columns) + np.array([0, -1, 1])[best]
    return least, before


def _minima(through: Float32Array) -> list[int]:
    """Columns where a cut goes through least ink, apart from each other and from the ends."""
    apart = max(1, round(CUT_DISTANCE * CUT_ROWS))
    chosen: list[int] = []
    for column in np.argsort(through, kind="stable").tolist():
        if through[column] > CUT_INK or len(chosen) >= MOST_PIECES:
            break
        if apart <= column < len(through) - apart and all(abs(column - other) >= apart for other in chosen):
            chosen.append(column)
    return sorted(chosen)
