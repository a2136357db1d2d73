"""A text on a sheet: where each sign is put, and how near its neighbours come."""

from collections.abc import Sequence

import cv2
import numpy as np

from mnist_core.numbers.finding import NO_DIGIT
from mnist_core.synthesis.pages.hands import Glyph, Hand, Hands
from mnist_core.synthesis.pages.sheet import Mark, Sheet
from mnist_core.synthesis.pages.texts import Lines, Text
from mnist_core.types import Box, Float32Array

# A digit is about so many times as wide as it is high; a word takes so many digits' room.
DIGIT_WIDTH, WORD_WIDTH = 0.72, 3.0
# From line to line, in heights of a digit.
LEADING = 1.25, 1.8
# The least height of a digit, in pixels.
LEAST_HEIGHT = 13.0
# The greatest gap that counts as touching, and how much of its own width a digit may lie upon those before.
TOUCHING, UPON = 0.02, 0.42


def write(
    sheet: Sheet, text: Text, lines: Lines, hands: Hands, rng: np.random.Generator, pens: tuple[float, float]
) -> None:
    """Write lines on a sheet: `sheet.lines` then has their marks, and nothing is inked yet."""
    if not lines:
        return
    if sheet.cells:
        _into_cells(sheet, lines, hands, rng, pens)
        return
    leading = float(rng.uniform(*LEADING))
    widest = max(columns(line) for line in lines) * (DIGIT_WIDTH + sum(text.gap) / 2)
    rows = 1 + leading * (len(lines) - 1)
    most = min(sheet.area.height / (rows + 0.2), sheet.area.width / widest)
    height = max(most * float(rng.uniform(*text.fill)), LEAST_HEIGHT)
    hand = Hand(hands, height, rng, pens)
    set_lines = [set_line([hand.glyph(name) for name in line], text.gap, height, hand.pen, rng) for line in lines]
    _fit(sheet, set_lines, leading * height, rng)


def columns(line: Sequence[str]) -> float:
    """How many digits' room a line takes."""
    return sum(WORD_WIDTH if name == NO_DIGIT else 1.0 for name in line)


def set_line(
    glyphs: Sequence[Glyph], gap: tuple[float, float], height: float, pen: float, rng: np.random.Generator
) -> list[tuple[Glyph, int, int]]:
    """Glyphs side by side.

    Returns
    -------
    Each glyph with the column and the row where its ink begins; the line that digits stand on is row 0.
    """
    band = round(4 * height)
    reach = np.full(2 * band, -np.inf)
    placed: list[tuple[Glyph, int, int]] = []
    for glyph in glyphs:
        top = round(glyph.depth) - glyph.ink.shape[0]
        has_ink = glyph.ink > 127
        rows = np.flatnonzero(has_ink.any(axis=1))
        first, last = has_ink.argmax(axis=1)[rows], has_ink.shape[1] - 1 - has_ink[:, ::-1].argmax(axis=1)[rows]
        at = np.clip(rows + top + band, 0, len(reach) - 1)
        space = float(rng.uniform(*gap))
        left = 0
        if placed:
            left = _beside(reach, at, first, space * height, pen, is_tight=gap[1] <= TOUCHING)
            left = max(left, round(reach.max() - first.min() - UPON * (last.max() - first.min())))
        reach[at] = np.maximum(reach[at], last + left)
        placed.append((glyph, left, top))
    return placed


def _beside(reach: np.ndarray, at: np.ndarray, first: np.ndarray, space: float, pen: float, *, is_tight: bool) -> int:
    """The column where a glyph begins whose ink begins at columns in rows."""
    farthest, begins = float(reach.max()), float(first.min())
    if not is_tight:
        return round(farthest - begins + 1 + space)
    meets = float((reach[at] - first).max())
    # What is nowhere beside the other's ink, as a full stop is to a seven's, goes to its right.
    meets = meets if np.isfinite(meets) else farthest - begins - pen
    return round(meets + 1 + space)


def _fit(sheet: Sheet, lines: list[list[tuple[Glyph, int, int]]], leading: float, rng: np.random.Generator) -> None:
    """Put lines into the area of a sheet, each a little uphill or downhill; what does not fit is left out."""
    area = sheet.area
    spans = [max((left + glyph.ink.shape[1] for glyph, left, _top in line), default=0) for line in lines]
    slope = float(rng.normal(0, 0.02))
    above = max(-top for glyph, _left, top in lines[0])
    below = max(top + glyph.ink.shape[0] for glyph, _left, top in lines[-1])
    tall = above + leading * (len(lines) - 1) + max(below, 0)
    y = area.y + above + float(rng.uniform(0, 1)) * max(area.height - tall, 0)
    indent = float(rng.uniform(0, 1)) * max(area.width - max(spans), 0)
    for number, (line, span) in enumerate(zip(lines, spans, strict=True)):
        x = area.x + indent + float(rng.uniform(0, 0.15)) * max(max(spans) - span, 0)
        marks = []
        for glyph, left, top in line:
            place = round(x + left), round(y + number * leading + top + slope * left)
            if _is_on(sheet, glyph, place):
                marks.append(_mark(glyph, place))
        if marks:
            sheet.lines.append(marks)


def _into_cells(sheet: Sheet, lines: Lines, hands: Hands, rng: np.random.Generator, pens: tuple[float, float]) -> None:
    """One sign into each cell of a form."""
    for line, cells in zip(lines, sheet.cells, strict=False):
        height = min(cells[0].height, cells[0].width / DIGIT_WIDTH) * float(rng.uniform(0.6, 0.92))
        hand = Hand(hands, height, rng, pens)
        marks = [_in_cell(hand.glyph(name), cell, height, rng) for name, cell in zip(line, cells, strict=False)]
        sheet.lines.append(marks)


def _in_cell(glyph: Glyph, cell: Box, height: float, rng: np.random.Generator) -> Mark:
    """A glyph in the middle of a cell, more or less."""
    tall, wide = glyph.ink.shape
    x = cell.x + (cell.width - wide) * float(rng.normal(0.5, 0.12))
    y = cell.y + (cell.height + height) / 2 + glyph.depth - tall + float(rng.normal(0, 0.05)) * cell.height
    return _mark(glyph, (max(round(x), 0), max(round(y), 0)))


def _is_on(sheet: Sheet, glyph: Glyph, place: tuple[int, int]) -> bool:
    """Whether a glyph at a place lies wholly on a sheet."""
    (x, y), (width, height) = place, sheet.size
    return x >= 0 and y >= 0 and x + glyph.ink.shape[1] <= width and y + glyph.ink.shape[0] <= height


def _mark(glyph: Glyph, place: tuple[int, int]) -> Mark:
    """A glyph at its place."""
    corner = np.array(place, np.float32)
    points = cv2.findNonZero((glyph.ink > 64).astype(np.uint8))
    hull: Float32Array = cv2.convexHull(points).reshape(-1, 2).astype(np.float32)
    return Mark(glyph.name, glyph.ink, place, glyph.ends + corner, hull + corner)
