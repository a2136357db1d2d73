"""What there is on a page or a photo besides the writing: frames, rings, lines, holes, dirt, thumbs and edges."""

from collections.abc import Callable

import cv2
import numpy as np

from mnist_core.synthesis.pages.patterns import any_colour, clouds
from mnist_core.synthesis.pages.sheet import Sheet
from mnist_core.types import Float32Array

Surrounding = Callable[[Sheet, np.random.Generator], None]


def _blank(sheet: Sheet) -> np.ndarray:
    """A layer to draw on, uint8 (h, w)."""
    return np.zeros(sheet.picture.shape[:2], np.uint8)


def _contrast(sheet: Sheet, rng: np.random.Generator) -> Float32Array:
    """A colour for lines: darker than pale paper, paler than dark one."""
    is_dark = float(sheet.paper.mean()) < 110
    return any_colour(rng, 170, 255, 25) if is_dark else any_colour(rng, 0, 110, 40)


def _wobbling(points: np.ndarray, size: float, rng: np.random.Generator) -> np.ndarray:
    """Points (n, 2) of a line as a hand would draw it."""
    at = np.linspace(0, 2 * np.pi, len(points))[:, None]
    waves = [rng.normal(0, 1, 2) * np.sin(at * wave + rng.uniform(0, 6, 2)) / wave for wave in (1, 2, 3, 5)]
    return points + np.sum(waves, axis=0) * size


def _drawn(layer: np.ndarray, points: np.ndarray, width: int) -> None:
    """A line through points (n, 2)."""
    cv2.polylines(layer, [np.rint(points * 16).astype(np.int32)], False, 255, width, cv2.LINE_AA, 4)


def nothing(_sheet: Sheet, _rng: np.random.Generator) -> None:
    """Nothing besides the writing."""


def frame_at_rim(sheet: Sheet, rng: np.random.Generator) -> None:
    """A frame along the rim of the picture."""
    thick = max(2, round(min(*sheet.free, 0.06 * min(sheet.size)) * float(rng.uniform(0.3, 0.7))))
    layer = _blank(sheet)
    layer[:thick] = layer[-thick:] = 255
    layer[:, :thick] = layer[:, -thick:] = 255
    sheet.ink(layer, _contrast(sheet, rng))


def frame_inset(sheet: Sheet, rng: np.random.Generator) -> None:
    """A frame a little inside of the rim, as printed cards and certificates have it."""
    width, height = sheet.size
    room = max(min(*sheet.free), 4.0)
    away = round(room * float(rng.uniform(0.2, 0.6)))
    thick = max(1, min(round(0.012 * min(sheet.size) * float(rng.uniform(0.4, 1.6))), round(room * 0.25)))
    layer = _blank(sheet)
    cv2.rectangle(layer, (away, away), (width - 1 - away, height - 1 - away), 255, thick)
    sheet.ink(layer, _contrast(sheet, rng))


def one_pixel_border(sheet: Sheet, rng: np.random.Generator) -> None:
    """A border of one pixel, as programs leave it around an export."""
    layer = _blank(sheet)
    layer[0] = layer[-1] = 255
    layer[:, 0] = layer[:, -1] = 255
    sheet.ink(layer, _contrast(sheet, rng))


def drawn_box(sheet: Sheet, rng: np.random.Generator) -> None:
    """A box that was drawn by hand around what is written."""
    box, free = sheet.box, sheet.free
    pads = [min(each * 0.7, float(rng.uniform(0.08, 0.35)) * box.height) for each in free]
    left, top = box.x - pads[0], box.y - pads[1]
    right, bottom = box.x + box.width + pads[2], box.y + box.height + pads[3]
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom], [left, top]])
    at = np.linspace(0, 4, 41)
    points = np.stack([np.interp(at, np.arange(5), each) for each in corners.T], axis=1)
    layer = _blank(sheet)
    _drawn(layer, _wobbling(points, min(pads) * 0.15, rng), _line_width(sheet, rng))
    sheet.ink(layer, _contrast(sheet, rng))


def ring(sheet: Sheet, rng: np.random.Generator) -> None:
    """A ring that was drawn by hand around what is written."""
    box = sheet.box
    centre = np.array([box.x + box.width / 2, box.y + box.height / 2])
    # An oval through the corners of the box is the square root of two times as wide.
    reach = np.array([box.width, box.height]) * 0.5 * float(rng.uniform(1.4, 1.75)) + 5
    turns = float(rng.uniform(0.93, 1.12))
    at = np.linspace(0, 2 * np.pi * turns, 60) + rng.uniform(0, 6)
    points = centre + np.stack([np.cos(at), np.sin(at)], axis=1) * reach
    layer = _blank(sheet)
    _drawn(layer, _wobbling(points, float(reach.min()) * 0.035, rng), _line_width(sheet, rng))
    sheet.ink(layer, _contrast(sheet, rng))


def _line_width(sheet: Sheet, rng: np.random.Generator) -> int:
    """How wide a pen is that draws boxes and rings, in pixels."""
    return max(1, round(0.012 * min(sheet.size) * float(rng.uniform(0.5, 1.6))))


def underline(sheet: Sheet, rng: np.random.Generator) -> None:
    """One or two lines below each line of writing, drawn by hand."""
    layer = _blank(sheet)
    for marks in sheet.lines[-1:] if len(sheet.lines) > 2 else sheet.lines:
        points = np.concatenate([mark.hull for mark in marks])
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        tall = bottom - top
        beyond = 0.08 * (right - left) + 3
        for number in range(int(rng.choice([1, 1, 1, 2]))):
            y = bottom + tall * rng.uniform(0.04, 0.14) + number * max(0.07 * tall, 4) + 2
            x = np.linspace(left - beyond * rng.random(), right + beyond * rng.random(), 12)
            line = np.stack([x, y + (x - left) * rng.normal(0, 0.015)], axis=1)
            _drawn(layer, _wobbling(line, 0.01 * tall, rng), _line_width(sheet, rng))
    sheet.ink(layer, _contrast(sheet, rng))


def punch_holes(sheet: Sheet, rng: np.random.Generator) -> None:
    """Two or four holes along a side, through which one sees what is below."""
    left, top, right, bottom = sheet.free
    width, height = sheet.size
    layer = _blank(sheet)
    is_upright = max(left, right) >= max(top, bottom)
    side = (left if left >= right else -right) if is_upright else (top if top >= bottom else -bottom)
    radius = max(2, round(min(0.045 * min(width, height), 0.4 * abs(side)) * float(rng.uniform(0.7, 1.0))))
    away = abs(side) * float(rng.uniform(0.45, 0.55))
    along = (height, width)[not is_upright]
    for share in one_or_two(rng):
        at = round(along * share)
        across = round(away if side > 0 else (width if is_upright else height) - away)
        cv2.circle(layer, (across, at) if is_upright else (at, across), radius, 255, cv2.FILLED, cv2.LINE_AA)
    shade = any_colour(rng, 5, 120, 20)
    sheet.ink(layer, shade)
    if rng.random() < 0.4:
        sheet.ink(cv2.subtract(layer, _shifted(layer, 1)), np.clip(shade + 60, 0, 255))


def one_or_two(rng: np.random.Generator) -> tuple[float, ...]:
    """Where along a side holes are."""
    return (0.3, 0.7) if rng.random() < 0.7 else (0.14, 0.38, 0.62, 0.86)


def _shifted(layer: np.ndarray, by: int) -> np.ndarray:
    """A layer moved down and to the right."""
    return cv2.warpAffine(layer, np.array([[1.0, 0, by], [0, 1.0, by]]), layer.shape[::-1])


def specks(sheet: Sheet, rng: np.random.Generator) -> None:
    """Specks of dust, far from what is written."""
    layer, (width, height) = _blank(sheet), sheet.size
    box = sheet.box
    clear = 0.12 * min(width, height)
    for _ in range(int(rng.integers(2, 16))):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        is_near = box.x - clear < x < box.x + box.width + clear and box.y - clear < y < box.y + box.height + clear
        if is_near:
            continue
        axes = np.maximum(rng.uniform(0.5, 3.2, 2) * min(width, height) / 300, 0.6)
        middle, size = (round(x * 16), round(y * 16)), (round(axes[0] * 16), round(axes[1] * 16))
        shade = int(rng.integers(110, 256))
        cv2.ellipse(layer, middle, size, float(rng.uniform(0, 180)), 0, 360, shade, cv2.FILLED, cv2.LINE_AA, 4)
    sheet.ink(layer, any_colour(rng, 0, 90, 10))


def remnants(sheet: Sheet, rng: np.random.Generator) -> None:
    """What is left at the rim of something next to it: ends of lines, and pieces of other signs."""
    layer, (width, height) = _blank(sheet), sheet.size
    left, top, right, bottom = (max(each * 0.5, 2.0) for each in sheet.free)
    wide = _line_width(sheet, rng) + 1
    for _ in range(int(rng.integers(1, 5))):
        side, reach = int(rng.integers(4)), float(rng.uniform(0.4, 1.0))
        at = np.linspace(0, np.pi * rng.uniform(0.45, 1.0), 20)
        depth = (reach * (left, top, right, bottom)[side] + 2) * np.sin(at) ** rng.uniform(0.5, 1.5) - 2
        start = rng.uniform(0.05, 0.95) * (height if side % 2 == 0 else width)
        along = start + at * rng.uniform(-20, 20) + rng.normal(0, 5) * np.sin(2 * at)
        across = depth if side < 2 else (width if side == 2 else height) - 1 - depth
        _drawn(layer, np.stack([across, along] if side % 2 == 0 else [along, across], axis=1), wide)
    sheet.ink(layer, _contrast(sheet, rng))


def stamp(sheet: Sheet, rng: np.random.Generator) -> None:
    """A round or square stamp over what is written, worn and pale, in red, blue or violet."""
    layer, box = _blank(sheet), sheet.box
    colours = np.array([[190, 40, 60], [50, 70, 180], [120, 50, 150], [40, 130, 90]])
    middle = (round(box.x + box.width * rng.uniform(0, 1)), round(box.y + box.height * rng.uniform(0, 1)))
    radius = max(round(min(sheet.size) * rng.uniform(0.2, 0.42)), 8)
    thick = max(1, round(radius * 0.05))
    if rng.random() < 0.6:
        cv2.circle(layer, middle, radius, 255, thick, cv2.LINE_AA)
        cv2.circle(layer, middle, round(radius * 0.72), 255, max(1, thick // 2), cv2.LINE_AA)
    else:
        corner, other = (middle[0] - radius, middle[1] - radius // 2), (middle[0] + radius, middle[1] + radius // 2)
        cv2.rectangle(layer, corner, other, 255, thick)
    word = str(rng.choice(["PAID", "COPY", "BANK", "POST", "VOID", "SCHOOL"]))
    place = (middle[0] - round(radius * 0.6), middle[1] + round(radius * 0.12))
    cv2.putText(layer, word, place, cv2.FONT_HERSHEY_DUPLEX, radius / 55, 255, max(1, thick // 2), cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D(middle, float(rng.normal(0, 15)), 1)
    layer = cv2.warpAffine(layer, turn, sheet.size)
    worn = np.clip((clouds(rng, layer.shape, 40) - 0.25) * 3, 0, 1) * rng.uniform(0.25, 0.6)
    sheet.ink((layer.astype(np.float32) / 255 * worn).astype(np.float32), colours[int(rng.integers(4))])


def dark_object(sheet: Sheet, rng: np.random.Generator) -> None:
    """Something dark that reaches into the picture: a pen, a phone, a cup, a shadow's core."""
    side, room = _roomiest(sheet)
    layer = _blank(sheet)
    width, height = sheet.size
    along, reach = (height if side % 2 == 0 else width), max(room * float(rng.uniform(0.4, 0.85)), 5.0)
    first, second = sorted(rng.uniform(-0.2, 1.2, 2) * along)
    second = max(second, first + 0.15 * along)
    depth = reach * rng.uniform(0.5, 1.0, 2)
    if rng.random() < 0.3:
        middle = _at_side(np.array([[0.0, (first + second) / 2]]), side, sheet)[0]
        cv2.circle(layer, np.rint(middle).astype(int).tolist(), round(reach), 255, cv2.FILLED, cv2.LINE_AA)
    else:
        points = np.array([[-3, first], [depth[0], first], [depth[1], second], [-3, second]])
        cv2.fillConvexPoly(layer, np.rint(_at_side(points, side, sheet)).astype(np.int32), 255, cv2.LINE_AA)
    _put(sheet, layer, any_colour(rng, 5, 60, 15), rng)


def laptop_edge(sheet: Sheet, rng: np.random.Generator) -> None:
    """The edge of a laptop or of a tablet along a side: dark or silvery, with a lighter line."""
    side, room = _roomiest(sheet)
    width, height = sheet.size
    along, reach = (height if side % 2 == 0 else width), max(room * float(rng.uniform(0.35, 0.8)), 6.0)
    ends = reach * rng.uniform(0.75, 1.0, 2)
    layer, line = _blank(sheet), _blank(sheet)
    edge = np.array([[ends[0], -3.0], [ends[1], along + 3.0]])
    body = np.array([[-3.0, -3.0], *edge, [-3.0, along + 3.0]])
    cv2.fillConvexPoly(layer, np.rint(_at_side(body, side, sheet)).astype(np.int32), 255, cv2.LINE_AA)
    _drawn(line, _at_side(edge - [2.0, 0], side, sheet), max(1, round(reach * 0.05)))
    shade = any_colour(rng, 15, 60, 4) if rng.random() < 0.6 else any_colour(rng, 130, 175, 4)
    _put(sheet, layer, shade, rng)
    sheet.ink(line, np.clip(shade + 60, 0, 255))


def thumb(sheet: Sheet, rng: np.random.Generator) -> None:
    """A thumb that holds the sheet, or lies over the edge of the lens."""
    side, room = _roomiest(sheet)
    width, height = sheet.size
    along = height if side % 2 == 0 else width
    reach = max(min(room * float(rng.uniform(0.5, 0.9)), 0.3 * max(width, height)), 8.0)
    middle = along * float(rng.uniform(0.2, 0.8))
    broad = float(np.clip(reach * rng.uniform(0.45, 0.9), 0.06 * along, 0.22 * along))
    lean = rng.normal(0, 0.3)
    at = np.linspace(-np.pi / 2, np.pi / 2, 24)
    tip = np.stack([reach - broad + broad * np.cos(at), broad * np.sin(at)], axis=1)
    outline = np.array([[-4.0, -broad * 1.1], *tip, [-4.0, broad * 1.1]])
    outline[:, 1] += middle + lean * (outline[:, 0] - reach)
    layer = _blank(sheet)
    cv2.fillPoly(layer, [np.rint(_at_side(outline, side, sheet) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    tone = rng.uniform(0, 1)
    skin = np.array([235, 190, 165]) * (1 - tone) + np.array([95, 60, 45]) * tone + rng.uniform(-10, 10, 3)
    _put(sheet, layer, skin.astype(np.float32), rng)
    inner = cv2.GaussianBlur(cv2.erode(layer, np.ones((3, 3), np.uint8), iterations=3), (0, 0), broad * 0.3 + 1)
    sheet.ink(inner.astype(np.float32) / 255 * np.float32(0.35), np.clip(skin + 25, 0, 255).astype(np.float32))


def _roomiest(sheet: Sheet) -> tuple[int, float]:
    """The side with most room beside the writing (0 left, 1 top, 2 right, 3 bottom), and how much there is."""
    free = sheet.free
    side = int(np.argmax(free))
    return side, free[side]


def _at_side(points: np.ndarray, side: int, sheet: Sheet) -> np.ndarray:
    """Points (n, 2), each as its depth from a side and its place along it, as columns and rows."""
    width, height = sheet.size
    depth, along = points.T
    if side >= 2:
        depth = (width if side == 2 else height) - 1 - depth
    return np.stack([depth, along] if side % 2 == 0 else [along, depth], axis=1)


def _put(sheet: Sheet, layer: np.ndarray, colour: Float32Array, rng: np.random.Generator) -> None:
    """An object with a soft shadow around it, and more light here than there."""
    shadow = cv2.blur(layer, (int(rng.integers(7, 21)),) * 2).astype(np.float32)
    sheet.shade(1 - np.float32(rng.uniform(0.1, 0.35) / 255) * shadow)
    soft = cv2.blur(layer, (3, 3))
    lit = 1 + 0.25 * (clouds(rng, layer.shape, 2) - 0.5)
    sheet.ink(soft, colour)
    sheet.picture += (sheet.picture * (lit[..., None] - 1)) * (soft[..., None] / np.float32(255))
    np.clip(sheet.picture, 0, 255, out=sheet.picture)
