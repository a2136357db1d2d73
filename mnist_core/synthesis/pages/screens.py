"""What programs export and screens show: canvases, windows of drawing programs, plots, pages with a tile, stickers."""

import cv2
import numpy as np

from mnist_core.synthesis.pages.page import one_of
from mnist_core.synthesis.pages.patterns import any_colour
from mnist_core.synthesis.pages.sheet import Background, Room, Sheet
from mnist_core.types import Box, Float32Array

_WHITE, _BLACK = np.full(3, 255, np.float32), np.zeros(3, np.float32)
_MENU = ("File", "Edit", "View", "Image", "Tools", "Help", "Brush", "Layer", "Select", "Home", "Insert")


def _pure(room: Room, rng: np.random.Generator) -> Sheet:
    """A white canvas, at times a black one."""
    return Sheet.blank(room, _BLACK if rng.random() < 0.3 else _WHITE)


def _tinted(room: Room, rng: np.random.Generator) -> Sheet:
    """A canvas of a pale colour, at times a dark grey one."""
    return Sheet.blank(room, any_colour(rng, 20, 50, 0) if rng.random() < 0.3 else any_colour(rng, 225, 245, 10))


def _graded(room: Room, rng: np.random.Generator) -> Sheet:
    """A canvas whose shade runs from one side to the other."""
    one, other = any_colour(rng, 235, 255, 8), any_colour(rng, 205, 255, 8)
    sheet = Sheet.blank(room, (one + other) / 2)
    run = np.linspace(0, 1, room.width, dtype=np.float32)[None, :, None]
    sheet.picture[:] = one + (other - one) * run
    return sheet


def _panel(sheet: Sheet, box: tuple[int, int, int, int], colour: Float32Array) -> None:
    """A plain area of a window: left, top, right, bottom."""
    left, top, right, bottom = box
    sheet.picture[top:bottom, left:right] = colour


def _said(sheet: Sheet, words: str, place: tuple[int, int], size: float, colour: Float32Array) -> None:
    """A small word on a window."""
    letters = np.zeros(sheet.picture.shape[:2], np.uint8)
    cv2.putText(letters, words, place, cv2.FONT_HERSHEY_SIMPLEX, size, 255, 1, cv2.LINE_AA)
    sheet.ink(letters, colour)


def _icons(sheet: Sheet, places: list[tuple[int, int]], side: int, rng: np.random.Generator) -> None:
    """Small buttons: a frame each, with a line, a disc or a patch of colour in it."""
    grey = np.full(3, rng.uniform(60, 130), np.float32)
    marks = np.zeros(sheet.picture.shape[:2], np.uint8)
    for x, y in places:
        kind = int(rng.integers(4))
        low, high, middle = side // 5, side - side // 5, side // 2
        if kind == 0:
            cv2.line(marks, (x + low, y + high), (x + high, y + low), 255, 2, cv2.LINE_AA)
        elif kind == 1:
            cv2.circle(marks, (x + middle, y + middle), side // 4, 255, 1, cv2.LINE_AA)
        elif kind == 2:
            cv2.rectangle(marks, (x + low, y + low), (x + high, y + high), 255, 1)
        else:
            _panel(sheet, (x + low, y + low, x + high, y + high), rng.uniform(0, 255, 3).astype(np.float32))
    sheet.ink(marks, grey)


def _bar_above(room: Room, rng: np.random.Generator) -> Sheet:
    """A window with a menu and a bar of tools above the canvas."""
    sheet = Sheet.blank(room, _WHITE)
    menu, bar = max(14, room.height // 18), max(20, room.height // 11)
    shade = any_colour(rng, 205, 245, 4)
    _panel(sheet, (0, 0, room.width, menu + bar), shade)
    for number in range(max(2, room.width // 60)):
        _said(sheet, _MENU[number % len(_MENU)], (6 + 52 * number, menu - 4), 0.35, _BLACK + 50)
    side = bar - 4
    _icons(sheet, [(4 + (side + 5) * i, menu + 2) for i in range((room.width - 8) // (side + 5))], side, rng)
    top = menu + bar
    _panel(sheet, (0, top, room.width, top + 1), shade - 50)
    sheet.area = _inner(Box(0, top, room.width, room.height - top))
    return sheet


def _tools_beside(room: Room, rng: np.random.Generator) -> Sheet:
    """A dark window with a column of tools and a row of colours below; the canvas lies in grey."""
    sheet = Sheet.blank(room, _WHITE)
    side = max(22, room.width // 12)
    dark = any_colour(rng, 40, 75, 4)
    below = max(18, room.height // 14)
    gap = int(rng.integers(4, 12))
    sheet.picture[:] = any_colour(rng, 90, 150, 3)
    _panel(sheet, (0, 0, side, room.height), dark)
    _panel(sheet, (0, room.height - below, room.width, room.height), dark)
    _icons(sheet, [(2, 4 + side * i) for i in range((room.height - below) // side)], side - 4, rng)
    for x in range(side + 4, room.width - below, below):
        colour = rng.uniform(0, 255, 3).astype(np.float32)
        _panel(sheet, (x, room.height - below + 3, x + below - 4, room.height - 3), colour)
    box = side + gap, gap, room.width - gap, room.height - below - gap
    _panel(sheet, box, _WHITE)
    sheet.area = _inner(Box(box[0], box[1], box[2] - box[0], box[3] - box[1]))
    return sheet


def _dock_below(room: Room, rng: np.random.Generator) -> Sheet:
    """A tablet's app: a title above, a rounded dock of round colours below, and buttons with words."""
    sheet = Sheet.blank(room, any_colour(rng, 246, 255, 1))
    above, below = max(20, room.height // 13), max(26, room.height // 9)
    shade = any_colour(rng, 225, 242, 6)
    _panel(sheet, (0, 0, room.width, above), shade)
    _said(sheet, str(one_of(["Untitled", "My drawing", "Sketch", "Notes"], rng)), (8, above - 7), 0.4, _BLACK + 70)
    _said(sheet, str(one_of(["Clear", "Undo", "Done", "Predict"], rng)), (room.width - 62, above - 7), 0.4, _BLACK + 90)
    dock = np.zeros(sheet.picture.shape[:2], np.uint8)
    left, right, y = room.width // 8, room.width - room.width // 8, room.height - below // 2 - 2
    cv2.line(dock, (left, y), (right, y), 255, below - 8, cv2.LINE_AA)
    sheet.ink(dock, shade - 12)
    for x in range(left, right, below):
        spot = np.zeros_like(dock)
        cv2.circle(spot, (x, y), below // 4, 255, cv2.FILLED, cv2.LINE_AA)
        sheet.ink(spot, rng.uniform(0, 255, 3).astype(np.float32))
    sheet.area = _inner(Box(0, above, room.width, room.height - above - below))
    return sheet


def _inner(box: Box, share: float = 0.05) -> Box:
    """A box with a margin inside of it."""
    edge = share * min(box.width, box.height)
    return Box(box.x + edge, box.y + edge, box.width - 2 * edge, box.height - 2 * edge)


def _axes(room: Room, rng: np.random.Generator) -> tuple[Sheet, tuple[int, int, int, int], list[int], list[int]]:
    """A white figure; the frame of its plot; where the ticks are on both axes."""
    sheet = Sheet.blank(room, _WHITE)
    left, bottom = round(room.width * rng.uniform(0.09, 0.16)), round(room.height * rng.uniform(0.84, 0.92))
    right, top = round(room.width * rng.uniform(0.92, 0.98)), round(room.height * rng.uniform(0.03, 0.12))
    ticks = int(rng.integers(4, 8))
    sheet.area = _inner(Box(left, top, right - left, bottom - top), 0.06)
    columns, rows = (
        np.linspace(*ends, ticks, endpoint=False).astype(int).tolist() for ends in ((left, right), (top, bottom))
    )
    return sheet, (left, top, right, bottom), columns, rows


def _ticked(sheet: Sheet, frame: tuple[int, int, int, int], columns: list[int], rows: list[int], step: int) -> None:
    """Ticks below and to the left of a plot, with small printed numbers."""
    left, _top, _right, bottom = frame
    marks = np.zeros(sheet.picture.shape[:2], np.uint8)
    for number, x in enumerate(columns):
        cv2.line(marks, (x, bottom), (x, bottom + 3), 255, 1)
        place = (x - 4, min(bottom + 14, sheet.size[1] - 2))
        cv2.putText(marks, str(number * step), place, cv2.FONT_HERSHEY_SIMPLEX, 0.3, 220, 1, cv2.LINE_AA)
    for number, y in enumerate(rows):
        cv2.line(marks, (left - 3, y), (left, y), 255, 1)
        place = (max(left - 18, 0), y + 4)
        cv2.putText(marks, str(number * step), place, cv2.FONT_HERSHEY_SIMPLEX, 0.3, 220, 1, cv2.LINE_AA)
    sheet.ink(marks, _BLACK + 30)


def _boxed_plot(room: Room, rng: np.random.Generator) -> Sheet:
    """A digit shown as a picture in a plot: a box with ticks and numbers, as a notebook shows it."""
    sheet, (left, top, right, bottom), columns, rows = _axes(room, rng)
    if rng.random() < 0.5:
        sheet.paper = _BLACK + np.float32(rng.uniform(0, 40))
        _panel(sheet, (left, top, right, bottom), sheet.paper)
    _ticked(sheet, (left, top, right, bottom), columns, rows, 5)
    cv2.rectangle(sheet.picture, (left, top), (right, bottom), (20.0, 20.0, 20.0), 1)
    return sheet


def _gridded_plot(room: Room, rng: np.random.Generator) -> Sheet:
    """A plot with a grid on a greyish field."""
    sheet, (left, top, right, bottom), columns, rows = _axes(room, rng)
    sheet.paper = any_colour(rng, 228, 244, 4)
    _panel(sheet, (left, top, right, bottom), sheet.paper)
    for x in columns:
        _panel(sheet, (x, top, x + 1, bottom), _WHITE)
    for y in rows:
        _panel(sheet, (left, y, right, y + 1), _WHITE)
    _ticked(sheet, (left, top, right, bottom), columns, rows, 10)
    return sheet


def _crossed_axes(room: Room, rng: np.random.Generator) -> Sheet:
    """Two axes with arrows, and a title above."""
    sheet, (left, top, right, bottom), columns, rows = _axes(room, rng)
    lines = np.zeros(sheet.picture.shape[:2], np.uint8)
    cv2.arrowedLine(lines, (left, bottom), (right, bottom), 255, 2, cv2.LINE_AA, tipLength=0.03)
    cv2.arrowedLine(lines, (left, bottom), (left, top), 255, 2, cv2.LINE_AA, tipLength=0.03)
    sheet.ink(lines, any_colour(rng, 10, 90, 10))
    _ticked(sheet, (left, top, right, bottom), columns, rows, 2)
    return sheet


def _site(room: Room, rng: np.random.Generator, page: Float32Array, tile: Float32Array) -> tuple[Sheet, Box]:
    """A page with a tile of another colour in it, in which there is room to write."""
    sheet = Sheet.blank(room, page)
    width, height = room.width * rng.uniform(0.55, 0.85), room.height * rng.uniform(0.55, 0.85)
    left, top = rng.uniform(0.05, 0.95) * (room.width - width), rng.uniform(0.05, 0.95) * (room.height - height)
    box = Box(round(left), round(top), round(width), round(height))
    sheet.picture[box.rows, box.columns] = tile
    sheet.paper, sheet.area = tile, _inner(box, 0.1)
    return sheet, box


def _dark_tile(room: Room, rng: np.random.Generator) -> Sheet:
    """A black tile on a white page, or a white one on a black page."""
    pair = (_WHITE, _BLACK) if rng.random() < 0.5 else (_BLACK, _WHITE)
    return _site(room, rng, *pair)[0]


def _grey_tile(room: Room, rng: np.random.Generator) -> Sheet:
    """A grey tile on white, or a white one on grey, with a line around it."""
    grey = any_colour(rng, 40, 170, 5)
    pair = (_WHITE, grey) if rng.random() < 0.5 else (grey, _WHITE)
    sheet, box = _site(room, rng, *pair)
    left, top, right, bottom = (int(each) for each in (box.x, box.y, box.x + box.width, box.y + box.height))
    cv2.rectangle(sheet.picture, (left, top), (right, bottom), any_colour(rng, 60, 200, 20).tolist(), 1)
    return sheet


def _coloured_tile(room: Room, rng: np.random.Generator) -> Sheet:
    """A white or a dark tile on a coloured page, with a word above it."""
    tile = _WHITE if rng.random() < 0.6 else any_colour(rng, 10, 40, 8)
    sheet, box = _site(room, rng, any_colour(rng, 80, 220, 60), tile)
    if box.y > 14:
        _said(
            sheet,
            str(one_of(["input", "sample", "your digit", "image"], rng)),
            (int(box.x), int(box.y) - 4),
            0.35,
            _BLACK,
        )
    return sheet


def _cut_out(room: Room, rng: np.random.Generator, shape: str) -> Sheet:
    """A card that is opaque within a shape; what is transparent has any colour."""
    sheet = Sheet.blank(room, any_colour(rng, 20, 60, 20) if rng.random() < 0.4 else any_colour(rng, 190, 255, 40), 0.2)
    alpha = np.zeros((room.height, room.width), np.uint8)
    centre, edge = (room.width // 2, room.height // 2), round(0.03 * min(room.width, room.height)) + 1
    if shape == "rounded":
        radius = round(rng.uniform(0.06, 0.15) * min(room.width, room.height))
        low, high = edge + radius, (room.width - edge - radius, room.height - edge - radius)
        cv2.rectangle(alpha, (low, low), high, 255, cv2.FILLED)
        cv2.rectangle(alpha, (low, low), high, 255, 2 * radius, cv2.LINE_AA)
    elif shape == "oval":
        cv2.ellipse(alpha, centre, (centre[0] - edge, centre[1] - edge), 0, 0, 360, 255, cv2.FILLED, cv2.LINE_AA)
    else:
        angles = np.linspace(0, 2 * np.pi, 7)[:-1] + np.pi / 6
        points = np.stack([np.cos(angles) * (centre[0] - edge), np.sin(angles) * (centre[1] - edge)], axis=1) + centre
        cv2.fillConvexPoly(alpha, points.astype(np.int32), 255, cv2.LINE_AA)
    sheet.picture[alpha == 0] = float(rng.choice([0, 0, 255]))
    sheet.alpha = alpha
    return sheet


CANVASES = (
    Background("a white or black canvas", "train", _pure),
    Background("a pale or grey canvas", "validation", _tinted),
    Background("a graded canvas", "test", _graded),
)
PROGRAMS = (
    Background("tools above", "train", _bar_above),
    Background("tools beside", "validation", _tools_beside),
    Background("a dock below", "test", _dock_below),
)
PLOTS = (
    Background("a plot in a box", "train", _boxed_plot),
    Background("a plot with a grid", "validation", _gridded_plot),
    Background("axes with arrows", "test", _crossed_axes),
)
SITES = (
    Background("a black or white tile", "train", _dark_tile),
    Background("a grey tile", "validation", _grey_tile),
    Background("a tile on colour", "test", _coloured_tile),
)
STICKERS = (
    Background("a rounded card", "train", lambda room, rng: _cut_out(room, rng, "rounded")),
    Background("an oval card", "validation", lambda room, rng: _cut_out(room, rng, "oval")),
    Background("a six-sided card", "test", lambda room, rng: _cut_out(room, rng, "six-sided")),
)
