"""Paper to write on. Each kind has backgrounds of its own to learn from, to choose by and to test with."""

import cv2
import numpy as np

from mnist_core.synthesis.pages.patterns import any_colour, clouds, grain, grid, lined
from mnist_core.synthesis.pages.sheet import Background, Room, Sheet
from mnist_core.types import Float32Array

# Shades by which a ruling differs from its paper.
RULING = 30, 110


def _sheet(room: Room, rng: np.random.Generator, margin: float = 0.06) -> Sheet:
    """White paper, or nearly."""
    return Sheet.blank(room, any_colour(rng, 215, 252, 6), margin)


def _smooth(room: Room, rng: np.random.Generator) -> Sheet:
    """Copying paper."""
    sheet = _sheet(room, rng)
    sheet.shade(1 + np.float32(0.02) * (clouds(rng, sheet.picture.shape, 50) - np.float32(0.5)))
    return sheet


def _crumpled(room: Room, rng: np.random.Generator) -> Sheet:
    """Paper that was crumpled or folded: facets of more and less light."""
    sheet = _sheet(room, rng)
    x, y = grid(sheet.picture.shape)
    light = np.ones(sheet.picture.shape[:2], np.float32)
    for _ in range(int(rng.integers(3, 8))):
        angle, offset = rng.uniform(0, np.pi), rng.uniform(-0.5, 0.5) * max(sheet.size)
        cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        across = (x - sheet.size[0] / 2) * cos + (y - sheet.size[1] / 2) * sin - np.float32(offset)
        width = np.float32(rng.uniform(20, 90))
        light += np.float32(rng.uniform(-0.09, 0.09)) * np.sign(across) * np.exp(-np.abs(across) / width)
    sheet.shade(light)
    return sheet


def _recycled(room: Room, rng: np.random.Generator) -> Sheet:
    """Recycled or packing paper: brownish or grey, with fibres."""
    warm = rng.uniform(0, 45)
    colour = np.clip(rng.uniform(185, 230) + np.array([0.3, 0.0, -1.0]) * warm, 0, 255).astype(np.float32)
    sheet = Sheet.blank(room, colour)
    fibres = np.zeros(sheet.picture.shape[:2], np.uint8)
    for _ in range(int(sheet.picture[..., 0].size / 1200)):
        x, y = (rng.random(2) * sheet.size).tolist()
        dx, dy = rng.normal(0, 4, 2).tolist()
        cv2.line(fibres, (round(x), round(y)), (round(x + dx), round(y + dy)), int(rng.integers(40, 255)), 1)
    sheet.ink(fibres, colour - np.float32(rng.uniform(12, 40)))
    sheet.shade(1 + np.float32(0.05) * (clouds(rng, sheet.picture.shape, 60) - np.float32(0.5)))
    return sheet


def _rule_colour(sheet: Sheet, rng: np.random.Generator) -> Float32Array:
    """The colour of a ruling: bluish, greyish or reddish."""
    tint = np.array([[1.0, 0.6, 0.15], [1, 1, 1], [0.15, 0.9, 0.8], [0.7, 0.45, 0.9]])[int(rng.integers(4))]
    return np.clip(sheet.paper - rng.uniform(*RULING) * tint, 0, 255).astype(np.float32)


def _ruled(room: Room, rng: np.random.Generator) -> Sheet:
    """Evenly lined paper."""
    sheet = _sheet(room, rng)
    spacing = room.height / rng.uniform(3, 12)
    shape = sheet.picture.shape
    sheet.ink(lined(shape, spacing, rng.uniform(0, spacing), int(rng.integers(1, 3))), _rule_colour(sheet, rng))
    return sheet


def _seyes(room: Room, rng: np.random.Generator) -> Sheet:
    """Lined paper as in French school books: each strong line with three fine ones, and a red margin."""
    sheet = _sheet(room, rng)
    shape, spacing = sheet.picture.shape, room.height / rng.uniform(3, 8)
    first, colour = rng.uniform(0, spacing), _rule_colour(sheet, rng)
    sheet.ink(lined(shape, spacing / 4, first % (spacing / 4), 1), (colour + sheet.paper) / 2)
    sheet.ink(lined(shape, spacing, first, int(rng.integers(1, 3))), colour)
    sheet.ink(lined(shape, spacing, rng.uniform(0, spacing), 1, is_upright=True), colour)
    if rng.random() < 0.6:
        margin = lined(shape, 10 * room.width, rng.uniform(0.05, 0.2) * room.width, 2, is_upright=True)
        sheet.ink(margin, np.array([215, 90, 100], np.float32))
    return sheet


def _pairs(room: Room, rng: np.random.Generator) -> Sheet:
    """Paper with pairs of lines, one of each dashed, as for learning to write."""
    sheet = _sheet(room, rng)
    shape, spacing, colour = sheet.picture.shape, room.height / rng.uniform(2.5, 6), _rule_colour(sheet, rng)
    first, apart = rng.uniform(0, spacing), rng.uniform(0.3, 0.5)
    sheet.ink(lined(shape, spacing, first, int(rng.integers(1, 3))), colour)
    dashed = lined(shape, spacing, (first + apart * spacing) % spacing, 1)
    period = int(rng.integers(6, 16))
    dashed[:, np.arange(shape[1]) % period > 0.6 * period] = 0
    sheet.ink(dashed, colour)
    return sheet


def _squared(room: Room, rng: np.random.Generator) -> Sheet:
    """Squared paper."""
    sheet = _sheet(room, rng)
    shape, spacing = sheet.picture.shape, room.height / rng.uniform(5, 22)
    width, colour = 1 + int(rng.random() < 0.2), _rule_colour(sheet, rng)
    for is_upright in (False, True):
        sheet.ink(lined(shape, spacing, rng.uniform(0, spacing), width, is_upright=is_upright), colour)
    return sheet


def _dotted(room: Room, rng: np.random.Generator) -> Sheet:
    """Paper with a grid of dots."""
    sheet = _sheet(room, rng)
    shape, spacing, width = sheet.picture.shape, room.height / rng.uniform(6, 20), int(rng.integers(1, 3))
    first = rng.uniform(0, spacing, 2)
    rows, columns = (lined(shape, spacing, first[i], width, is_upright=bool(i)) for i in (0, 1))
    sheet.ink(np.minimum(rows, columns), _rule_colour(sheet, rng) - np.float32(20))
    return sheet


def _millimetres(room: Room, rng: np.random.Generator) -> Sheet:
    """Graph paper: fine squares, and each fifth or tenth line a stronger one."""
    sheet = _sheet(room, rng)
    shape, spacing, colour = sheet.picture.shape, room.height / rng.uniform(25, 50), _rule_colour(sheet, rng)
    every, first = int(rng.choice([5, 10])), rng.uniform(0, spacing)
    for is_upright in (False, True):
        sheet.ink(lined(shape, spacing, first, 1, is_upright=is_upright), (colour + sheet.paper) / 2)
        sheet.ink(lined(shape, every * spacing, first, 1, is_upright=is_upright), colour)
    return sheet


def _coloured(room: Room, rng: np.random.Generator, low: float, high: float, colourful: float) -> Sheet:
    """Paper of one colour."""
    sheet = Sheet.blank(room, any_colour(rng, low, high, colourful))
    sheet.shade(1 + np.float32(0.03) * (clouds(rng, sheet.picture.shape, 40) - np.float32(0.5)))
    return sheet


def _grey_card(room: Room, rng: np.random.Generator) -> Sheet:
    """Grey cardboard, grained."""
    sheet = _coloured(room, rng, 90, 190, 6)
    sheet.shade(1 + np.float32(rng.uniform(0.01, 0.04)) * grain(rng, sheet.picture.shape))
    return sheet


def _mottled(room: Room, rng: np.random.Generator) -> Sheet:
    """Coloured paper with pale and dark clouds."""
    sheet = _coloured(room, rng, 110, 190, 70)
    sheet.shade(1 + np.float32(0.14) * (clouds(rng, sheet.picture.shape, 5) - np.float32(0.5)))
    return sheet


def _cheque(room: Room, rng: np.random.Generator, tint: float) -> tuple[Sheet, Float32Array]:
    """The pale paper of a cheque, and the colour that it is printed in."""
    sheet = Sheet.blank(room, any_colour(rng, 215, 245, tint), 0.05)
    return sheet, np.clip(sheet.paper - rng.uniform(18, 75) * rng.uniform(0.3, 1.0, 3), 0, 255).astype(np.float32)


def _cheque_frame(sheet: Sheet, rng: np.random.Generator) -> None:
    """What is printed around an amount: a box or a line, and a sign for money or a word in print before it."""
    width, height = sheet.size
    colour = np.clip(sheet.paper - rng.uniform(90, 190), 0, 255).astype(np.float32)
    lines = np.zeros((height, width), np.uint8)
    left, top = round(width * rng.uniform(0.02, 0.2)), round(height * rng.uniform(0.03, 0.15))
    right, bottom = width - round(width * rng.uniform(0.02, 0.06)), height - round(height * rng.uniform(0.03, 0.15))
    kind = rng.random()
    thick = int(rng.integers(1, 3))
    if kind < 0.5:
        cv2.rectangle(lines, (left, top), (right, bottom), 255, thick)
    elif kind < 0.75:
        cv2.line(lines, (left, bottom), (right, bottom), 255, thick)
    if left > 0.08 * width:
        sign = str(rng.choice(["$", "EUR", "Rs.", "Fr.", "CHF", "Amount", "kr"]))
        scale = left / 30 / max(len(sign), 1)
        place = (2, round(height * rng.uniform(0.4, 0.7)))
        cv2.putText(lines, sign, place, cv2.FONT_HERSHEY_DUPLEX, scale, 255, 1, cv2.LINE_AA)
    sheet.ink(lines, colour)
    inside = 0.02 * height
    sheet.area = type(sheet.area)(left + inside, top + inside, right - left - 2 * inside, bottom - top - 2 * inside)


def _guilloche(room: Room, rng: np.random.Generator) -> Sheet:
    """A cheque with many fine waves that cross each other."""
    sheet, colour = _cheque(room, rng, 14)
    lines = np.zeros(sheet.picture.shape[:2], np.uint8)
    x = np.arange(-10, room.width + 10, 4, dtype=np.float32)
    period, reach = rng.uniform(40, 160), rng.uniform(6, 30)
    step = rng.uniform(5, 12)
    for number, y in enumerate(np.arange(-30, room.height + 30, step)):
        wave = y + reach * np.sin(x / period * 2 * np.pi + number * rng.uniform(0.2, 0.3) + (number % 2) * np.pi)
        points = np.stack([x, wave], axis=1)
        cv2.polylines(lines, [(points * 16).astype(np.int32)], False, 255, 1, cv2.LINE_AA, 4)
    sheet.ink(lines, colour)
    _cheque_frame(sheet, rng)
    return sheet


def _hatched_cheque(room: Room, rng: np.random.Generator) -> Sheet:
    """A cheque with slanted hatching whose colour runs from one to another."""
    sheet, colour = _cheque(room, rng, 20)
    x, y = grid(sheet.picture.shape)
    period, lean = rng.uniform(4, 9), rng.uniform(-1.5, 1.5)
    hatching = (np.sin((x + lean * y) * np.float32(2 * np.pi / period)) * 0.5 + 0.5) ** 2
    run = np.clip(x / room.width + rng.uniform(-0.3, 0.3), 0, 1) * 0.6 + 0.4
    sheet.ink((hatching * run).astype(np.float32), colour)
    _cheque_frame(sheet, rng)
    return sheet


def _scenic_cheque(room: Room, rng: np.random.Generator) -> Sheet:
    """A cheque with a pale picture of hills or clouds, dots, and rows of tiny print."""
    sheet, colour = _cheque(room, rng, 18)
    shape = sheet.picture.shape
    hills = (clouds(rng, shape, 4) > 0.5).astype(np.float32) * 0.5 + clouds(rng, shape, 8) * 0.5
    sheet.ink(hills.astype(np.float32), colour)
    dots = np.minimum(lined(shape, 4, 0, 2), lined(shape, 4, 0, 2, is_upright=True))
    sheet.ink(dots, (sheet.paper + colour) / 2)
    print_rows = np.zeros(shape[:2], np.uint8)
    for y in np.arange(rng.uniform(8, 25), room.height, rng.uniform(18, 40)).astype(int).tolist():
        cv2.putText(print_rows, "BANK OF PAPER " * 8, (0, y), cv2.FONT_HERSHEY_PLAIN, 0.5, 150, 1, cv2.LINE_AA)
    sheet.ink(print_rows, colour - np.float32(15))
    _cheque_frame(sheet, rng)
    return sheet


def _cells(room: Room, rng: np.random.Generator, gap: float) -> tuple[Sheet, Float32Array]:
    """A form with room for boxes, and their colour; the boxes are `gap` of their width apart."""
    sheet = _sheet(room, rng)
    rows, columns = room.rows, room.columns + int(rng.integers(0, 3))
    width = min((sheet.area.width) / (columns + gap * (columns - 1)), sheet.area.height / rows / 1.1)
    height = min(width * rng.uniform(1.0, 1.5), sheet.area.height / (rows * 1.15))
    total = width * (columns + gap * (columns - 1))
    left = sheet.area.x + (sheet.area.width - total) * rng.uniform(0, 1)
    top = sheet.area.y + (sheet.area.height - rows * height * 1.15) * rng.uniform(0, 1)
    first = int(rng.integers(0, columns - room.columns + 1))
    box = type(sheet.area)
    sheet.cells = [
        [box(left + (first + i) * width * (1 + gap), top + row * height * 1.15, width, height) for i in range(columns)]
        for row in range(rows)
    ]
    sheet.cells = [cells[: columns - first] for cells in sheet.cells]
    return sheet, _rule_colour(sheet, rng) - np.float32(rng.uniform(0, 60))


def _drawn_boxes(sheet: Sheet, colour: Float32Array, width: int, *, only_lower: bool = False) -> None:
    """Draw the boxes of a form, or only their lower halves as a comb has them."""
    lines = np.zeros(sheet.picture.shape[:2], np.uint8)
    for cell in (cell for row in sheet.cells for cell in row):
        left, top, right, bottom = (round(each) for each in (cell.x, cell.y, cell.x + cell.width, cell.y + cell.height))
        if only_lower:
            for at in (left, right):
                cv2.line(lines, (at, round(bottom - 0.3 * cell.height)), (at, bottom), 255, width)
            cv2.line(lines, (left, bottom), (right, bottom), 255, width)
        else:
            cv2.rectangle(lines, (left, top), (right, bottom), 255, width)
    sheet.ink(lines, np.clip(colour, 0, 255))


def _boxes(room: Room, rng: np.random.Generator) -> Sheet:
    """A form with a box for each sign, side by side or a little apart."""
    sheet, colour = _cells(room, rng, float(rng.choice([0.0, 0.12, 0.25])))
    _drawn_boxes(sheet, colour, int(rng.integers(1, 4)))
    return sheet


def _comb(room: Room, rng: np.random.Generator) -> Sheet:
    """A form with a comb: short lines between the signs."""
    sheet, colour = _cells(room, rng, 0.0)
    _drawn_boxes(sheet, colour, int(rng.integers(1, 3)), only_lower=True)
    return sheet


def _tinted_boxes(room: Room, rng: np.random.Generator) -> Sheet:
    """A form of one colour with white boxes in it."""
    sheet, _colour = _cells(room, rng, float(rng.choice([0.06, 0.15])))
    white = sheet.paper.copy()
    sheet.picture[:] = any_colour(rng, 150, 215, 45)
    for cell in (cell for row in sheet.cells for cell in row):
        sheet.picture[cell.rows, cell.columns] = white
    return sheet


def _note(room: Room, rng: np.random.Generator) -> Sheet:
    """A yellow or pink sticky note: a little darker along its glued edge."""
    colours = np.array([[250, 235, 120], [255, 240, 150], [250, 160, 190], [245, 225, 90]])
    sheet = Sheet.blank(room, (colours[int(rng.integers(len(colours)))] + rng.uniform(-12, 5, 3)).astype(np.float32))
    _x, y = grid(sheet.picture.shape)
    sheet.shade(np.broadcast_to(1 - np.float32(0.1) * np.exp(-y / np.float32(0.12 * room.height)), y.shape))
    return sheet


def _curled_note(room: Room, rng: np.random.Generator) -> Sheet:
    """A green or blue note whose lower edge curls up, so that it is paler there."""
    colours = np.array([[170, 225, 150], [150, 205, 235], [190, 235, 190]])
    sheet = Sheet.blank(room, (colours[int(rng.integers(len(colours)))] + rng.uniform(-12, 12, 3)).astype(np.float32))
    _x, y = grid(sheet.picture.shape)
    from_below = (room.height - y) / np.float32(rng.uniform(0.15, 0.35) * room.height)
    sheet.shade(1 + np.float32(0.14) * np.exp(-from_below) - np.float32(0.1) * np.exp(-((from_below - 1.5) ** 2)))
    return sheet


def _torn_note(room: Room, rng: np.random.Generator) -> Sheet:
    """A strip of orange or white paper with a band of adhesive tape."""
    sheet = Sheet.blank(
        room, np.array([[250, 190, 110], [245, 240, 225]])[int(rng.integers(2))].astype(np.float32), 0.1
    )
    tape = np.zeros(sheet.picture.shape[:2], np.uint8)
    middle = room.width * rng.uniform(0.3, 0.7)
    wide, tall = 0.12 * room.width, rng.uniform(0.05, 0.09) * room.height
    cv2.rectangle(tape, (round(middle - wide), 0), (round(middle + wide), round(tall)), 120, cv2.FILLED)
    sheet.ink(tape, np.array([235, 225, 190], np.float32))
    sheet.shade(1 + np.float32(0.06) * (clouds(rng, sheet.picture.shape, 6) - np.float32(0.5)))
    return sheet


def _board(room: Room, rng: np.random.Generator) -> Sheet:
    """A blackboard, wiped."""
    sheet = Sheet.blank(room, any_colour(rng, 30, 65, 14))
    sheet.shade(1 + np.float32(0.5) * clouds(rng, sheet.picture.shape, 3, 7))
    return sheet


def _black_paper(room: Room, rng: np.random.Generator) -> Sheet:
    """Black cardboard."""
    sheet = Sheet.blank(room, any_colour(rng, 15, 45, 5))
    sheet.shade(1 + np.float32(0.1) * grain(rng, sheet.picture.shape))
    return sheet


def _slate(room: Room, rng: np.random.Generator) -> Sheet:
    """A slate in a frame's shade, bluish, with fine scratches."""
    sheet = Sheet.blank(room, (np.array([45, 52, 62]) + rng.uniform(-12, 15)).astype(np.float32))
    scratches = np.zeros(sheet.picture.shape[:2], np.uint8)
    for _ in range(25):
        (x, y), (dx, dy) = (rng.random(2) * sheet.size).tolist(), rng.normal(0, 40, 2).tolist()
        cv2.line(scratches, (round(x), round(y)), (round(x + dx), round(y + dy)), int(rng.integers(20, 60)), 1)
    sheet.ink(scratches, np.full(3, 200, np.float32))
    return sheet


PLAIN = (
    Background("copying paper", "train", _smooth),
    Background("crumpled paper", "validation", _crumpled),
    Background("recycled paper", "test", _recycled),
)
RULED = (
    Background("lined paper", "train", _ruled),
    Background("French lined paper", "validation", _seyes),
    Background("pairs of lines", "test", _pairs),
)
SQUARED = (
    Background("squared paper", "train", _squared),
    Background("dotted paper", "validation", _dotted),
    Background("graph paper", "test", _millimetres),
)
COLOURED = (
    Background("coloured paper", "train", lambda room, rng: _coloured(room, rng, 90, 190, 80)),
    Background("grey cardboard", "validation", _grey_card),
    Background("mottled paper", "test", _mottled),
)
CHEQUES = (
    Background("a cheque with fine waves", "train", _guilloche),
    Background("a hatched cheque", "validation", _hatched_cheque),
    Background("a cheque with a picture", "test", _scenic_cheque),
)
FORMS = (
    Background("boxes", "train", _boxes),
    Background("a comb", "validation", _comb),
    Background("white boxes on colour", "test", _tinted_boxes),
)
NOTES = (
    Background("a sticky note", "train", _note),
    Background("a curled note", "validation", _curled_note),
    Background("a taped strip of paper", "test", _torn_note),
)
BOARDS = (
    Background("a blackboard", "train", _board),
    Background("black cardboard", "validation", _black_paper),
    Background("a slate", "test", _slate),
)
