"""What a sheet lies on when it does not fill the picture."""

from dataclasses import replace

import cv2
import numpy as np

from mnist_core.synthesis.pages.patterns import any_colour, clouds, grain, grid
from mnist_core.synthesis.pages.sheet import Background, Room, Sheet, moved

# How much of the picture's width or height a sheet fills on a desk, and how far it may be turned (degrees).
FILLING, TURN = (0.5, 0.88), 14.0


def _wood(room: Room, rng: np.random.Generator) -> Sheet:
    """A table of wood, with its grain along one side."""
    brown = np.array([1.0, 0.72, 0.48]) * rng.uniform(60, 200) + rng.uniform(-12, 12, 3)
    sheet = Sheet.blank(room, np.clip(brown, 0, 255).astype(np.float32))
    shape = sheet.picture.shape
    fibres = clouds(rng, shape, 90, 3) * 0.5 + clouds(rng, shape, 25, 2) * 0.5
    light = 1 + np.float32(rng.uniform(0.15, 0.5)) * (fibres - np.float32(0.5))
    if rng.random() < 0.5:
        plank = (np.arange(shape[0]) + int(rng.integers(200))) % int(rng.integers(90, 220))
        light[plank < 2] *= 0.6
    sheet.shade(light.astype(np.float32))
    return sheet


def _dark_table(room: Room, rng: np.random.Generator) -> Sheet:
    """A dark, smooth table."""
    sheet = Sheet.blank(room, any_colour(rng, 12, 75, 14))
    sheet.shade(1 + np.float32(0.5) * (clouds(rng, sheet.picture.shape, 2) - np.float32(0.5)))
    return sheet


def _cloth(room: Room, rng: np.random.Generator) -> Sheet:
    """A woven cloth of one colour."""
    sheet = Sheet.blank(room, any_colour(rng, 50, 170, 60))
    x, y = grid(sheet.picture.shape)
    period = np.float32(2 * np.pi / rng.uniform(3, 7))
    weave = np.sin(x * period) * np.sin(y * period)
    sheet.shade(1 + np.float32(0.16) * weave + np.float32(0.06) * grain(rng, sheet.picture.shape))
    return sheet


def _stone(room: Room, rng: np.random.Generator) -> Sheet:
    """A speckled slab of stone."""
    sheet = Sheet.blank(room, any_colour(rng, 55, 150, 10))
    shape = sheet.picture.shape
    speckles = clouds(rng, shape, 130) * 0.6 + clouds(rng, shape, 40) * 0.4
    sheet.shade(1 + np.float32(rng.uniform(0.5, 1.1)) * (speckles - np.float32(0.5)))
    return sheet


def _pale_table(room: Room, rng: np.random.Generator) -> Sheet:
    """A pale table, not as pale as paper."""
    sheet = Sheet.blank(room, any_colour(rng, 130, 185, 12))
    sheet.shade(1 + np.float32(0.12) * (clouds(rng, sheet.picture.shape, 3) - np.float32(0.5)))
    return sheet


def _tiles(room: Room, rng: np.random.Generator) -> Sheet:
    """Tiles with joints between them."""
    sheet = Sheet.blank(room, any_colour(rng, 70, 165, 25))
    x, y = grid(sheet.picture.shape)
    side, joint = rng.uniform(60, 140), rng.uniform(2, 5)
    first = rng.uniform(0, side, 2)
    is_joint = ((x + first[0]) % side < joint) | ((y + first[1]) % side < joint)
    each = clouds(rng, sheet.picture.shape, 60) * 0.1 + 0.95
    sheet.shade(np.where(is_joint, np.float32(rng.uniform(0.5, 1.4)), each).astype(np.float32))
    return sheet


def _checked_cloth(room: Room, rng: np.random.Generator) -> Sheet:
    """A checked table cloth in two colours."""
    sheet = Sheet.blank(room, any_colour(rng, 150, 200, 20))
    x, y = grid(sheet.picture.shape)
    side = rng.uniform(26, 70)
    bands = ((x % (2 * side) < side).astype(np.float32) + (y % (2 * side) < side)) / 2
    sheet.ink(bands.astype(np.float32) * np.float32(0.85), any_colour(rng, 40, 120, 70))
    sheet.shade(1 + np.float32(0.05) * grain(rng, sheet.picture.shape))
    return sheet


def _keyboard(room: Room, rng: np.random.Generator) -> Sheet:
    """A dark keyboard: rows of keys with light edges."""
    sheet = Sheet.blank(room, any_colour(rng, 20, 50, 4))
    keys = np.zeros(sheet.picture.shape[:2], np.uint8)
    key = rng.uniform(34, 60)
    for row, y in enumerate(np.arange(-key, room.height, key)):
        for x in np.arange(-key + (row % 3) * key / 3, room.width, key):
            cv2.rectangle(keys, (round(x + 3), round(y + 3)), (round(x + key - 3), round(y + key - 3)), 255, cv2.FILLED)
    sheet.ink(keys, sheet.paper + np.float32(rng.uniform(18, 45)))
    return sheet


def _leather(room: Room, rng: np.random.Generator) -> Sheet:
    """A leather pad: dark, with a fine pattern of cells."""
    sheet = Sheet.blank(room, (np.array([70, 45, 35]) * rng.uniform(0.5, 1.8)).astype(np.float32))
    cells = np.abs(clouds(rng, sheet.picture.shape, 70) - np.float32(0.5))
    sheet.shade(np.float32(0.8) + np.float32(1.2) * cells)
    return sheet


DESKS = (
    Background("wood", "train", _wood),
    Background("a dark table", "train", _dark_table),
    Background("cloth", "train", _cloth),
    Background("stone", "validation", _stone),
    Background("a pale table", "validation", _pale_table),
    Background("tiles", "validation", _tiles),
    Background("a checked table cloth", "test", _checked_cloth),
    Background("a keyboard", "test", _keyboard),
    Background("leather", "test", _leather),
)


def lying(sheet: Sheet, desk: Sheet, rng: np.random.Generator) -> Sheet:
    """A sheet that lies on a desk, a little turned and seen at an angle, with its shadow."""
    (width, height), (wide, tall) = sheet.size, desk.size
    share = float(rng.uniform(*FILLING))
    scale = min(share * wide / width, share * tall / height)
    angle = np.deg2rad(float(np.clip(rng.normal(0, 5), -TURN, TURN)))
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = (corners - corners.mean(axis=0)) @ turn.T
    seen += rng.uniform(-0.03, 0.03, (4, 2)) * scale * min(width, height)
    reach = np.abs(seen).max(axis=0)
    room = np.maximum(np.array([wide, tall]) / 2 - reach, 0)
    seen = (seen + np.array([wide, tall]) / 2 + rng.uniform(-1, 1, 2) * room).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    mask = np.zeros((tall, wide), np.uint8)
    cv2.fillConvexPoly(mask, np.rint(seen * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    _cast(desk, mask, rng)
    laid = cv2.warpPerspective(
        sheet.picture, matrix, (wide, tall), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    share_of = (mask.astype(np.float32) / 255)[..., None]
    desk.picture += (laid - desk.picture) * share_of
    lines = [[moved(mark, matrix) for mark in line] for line in sheet.lines]
    return replace(desk, paper=sheet.paper, lines=lines)


def _cast(desk: Sheet, mask: np.ndarray, rng: np.random.Generator) -> None:
    """The shadow of what lies on a desk."""
    dx, dy = rng.uniform(-7, 7, 2).tolist()
    shadow = cv2.warpAffine(mask, np.array([[1.0, 0, dx], [0, 1.0, dy]]), desk.size)
    shadow = cv2.blur(shadow, (int(rng.integers(3, 15)),) * 2)
    desk.shade(1 - np.float32(rng.uniform(0.15, 0.5) / 255) * shadow.astype(np.float32))
