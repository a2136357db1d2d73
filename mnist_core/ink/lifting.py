"""Lifting the ink of one digit off a picture: out of a box, without the paper, and without what else is there."""

from collections.abc import Sequence

import cv2
import numpy as np

from mnist_core.ink.cleaning import FAINTEST, INK_SHARE, PAPER_SHARE
from mnist_core.ink.pictures import cropped
from mnist_core.types import BoolArray, Box, Float32Array, UInt8Array

# The longer side of a box is brought to so many pixels, and so much is seen around it, as a share of that.
BOX_PIXELS, AROUND = 72, 0.35
# Ink lies within a box that is larger by so much on each side, as a share of its longer side.
SPARE = 0.06
# A piece of ink of which less than this share lies in the box is something else.
WITHIN = 0.68
# A piece smaller than this share of all the ink is dirt.
DIRT = 0.02
# Colours are blurred by so many pixels against grain.
SMOOTHING = 0.9
# Ink may be so pale as a share of the strongest.
PALE = 0.15
# Shades above this (0 to 255) are pieces of ink. A piece of which more than these shares are in a neighbour's box may
# be, and is, the neighbour's.
INKED, SOME_THEIRS, ALL_THEIRS = 100, 0.35, 0.9
# A piece goes through a box if it goes beyond both sides by more than this share of the box.
BEYOND = 0.15


def lifted(colours: UInt8Array, box: Box, others: Sequence[Box] = ()) -> UInt8Array | None:
    """The ink of a digit on a picture.

    Parameters
    ----------
    colours
        uint8 (h, w, 3), RGB.
    box
        Where the digit is, in pixels of the picture.
    others
        Where its neighbours are: ink that is nearer to their middles is theirs.

    Returns
    -------
    uint8 (h, w), cut out, ink bright on black; None where there is none.
    """
    if not _is_within(colours, box):
        return None
    seen, inner, scale, corner = _cut_out(colours, box)
    contrast = _contrast(seen, inner)
    noise = _noise(contrast)
    top = _strong(contrast[inner.rows, inner.columns], noise)
    if top < FAINTEST / 2:
        return None
    low = max(PAPER_SHARE * top, min(3.5 * noise, 0.5 * top))
    high = max(INK_SHARE * top, low + 1)
    ink = np.rint(np.clip((contrast - low) / (high - low), 0, 1) * 255).astype(np.uint8)
    ink = _own(ink, inner, [_moved(other, scale, corner) for other in others])
    return cropped(ink) if (ink > 127).any() else None


def _is_within(colours: UInt8Array, box: Box) -> bool:
    """Whether some of a box is in a picture."""
    height, width = colours.shape[:2]
    return box.x + box.width >= 1 and box.y + box.height >= 1 and box.x <= width - 1 and box.y <= height - 1


def _cut_out(colours: UInt8Array, box: Box) -> tuple[Float32Array, Box, float, tuple[float, float]]:
    """What is seen of a picture around a box, of one size, in Lab; where the box is in it, and how that came about."""
    longer = max(box.width, box.height, 4.0)
    scale, spare = BOX_PIXELS / longer, AROUND * longer
    left, top = max(0, int(box.x - spare)), max(0, int(box.y - spare))
    right, bottom = int(np.ceil(box.x + box.width + spare)), int(np.ceil(box.y + box.height + spare))
    part = colours[top:bottom, left:right]
    size = max(8, round(part.shape[1] * scale)), max(8, round(part.shape[0] * scale))
    resized = cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    resized = cv2.GaussianBlur(resized, (0, 0), SMOOTHING)
    lab = cv2.cvtColor(resized.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    inner = _moved(box, scale, (left, top))
    x, y = max(0, round(inner.x)), max(0, round(inner.y))
    width, height = min(round(inner.width), size[0] - x), min(round(inner.height), size[1] - y)
    return lab, Box(x, y, max(width, 1), max(height, 1)), scale, (left, top)  # type: ignore[return-value]


def _moved(box: Box, scale: float, corner: tuple[float, float]) -> Box:
    """A box of the picture in what is seen of it."""
    return Box((box.x - corner[0]) * scale, (box.y - corner[1]) * scale, box.width * scale, box.height * scale)


def _contrast(lab: Float32Array, inner: Box) -> Float32Array:
    """How much each pixel differs from the paper as the ink does, in units of Lab: 0 on paper."""
    window = round(0.85 * BOX_PIXELS) | 1
    shades = np.clip(lab * np.array([2.55, 1, 1], np.float32) + np.array([0, 128, 128], np.float32), 0, 255)
    small = cv2.resize(shades.astype(np.uint8), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    reach = window // 4 * 2 + 1
    paper = cv2.medianBlur(cv2.copyMakeBorder(small, reach, reach, reach, reach, cv2.BORDER_REFLECT), reach)
    paper = cv2.GaussianBlur(paper[reach:-reach, reach:-reach], (0, 0), 3)
    paper = cv2.resize(paper, lab.shape[1::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32)
    apart = lab - (paper - np.array([0, 128, 128], np.float32)) / np.array([2.55, 1, 1], np.float32)
    distance = np.linalg.norm(apart, axis=2)
    # Ink lies on one side of the paper, its glare and its grain on both.
    within = distance[inner.rows, inner.columns]
    strong = within >= np.quantile(within, 0.9)
    way = apart[inner.rows, inner.columns][strong].mean(axis=0)
    way /= max(float(np.linalg.norm(way)), 1e-6)
    along = apart @ way
    return np.where(along > 0.3 * distance, distance, np.float32(0)).astype(np.float32)


def _strong(contrast: Float32Array, noise: float) -> float:
    """How far ink is from the paper, where it is not the paler edge of a stroke."""
    present = contrast[contrast > max(PALE * float(contrast.max(initial=0)), 4 * noise)]
    return float(np.quantile(present, 0.6)) if len(present) else float(contrast.max(initial=0))


def _noise(contrast: Float32Array) -> float:
    """How far paper is from itself."""
    return 1.48 * float(np.median(contrast))


def _own(ink: UInt8Array, inner: Box, others: Sequence[Box]) -> UInt8Array:
    """The ink of a box without what is its neighbours' and what only passes through."""
    mask = _mask(ink, inner, SPARE * max(inner.width, inner.height))
    count, pieces, stats, _middles = cv2.connectedComponentsWithStats((ink > INKED).astype(np.uint8), connectivity=8)
    areas = np.maximum(stats[:, cv2.CC_STAT_AREA], 1)
    inside = np.bincount(pieces[mask], minlength=count) / areas
    theirs = np.zeros(count)
    for other in others:
        np.maximum(theirs, np.bincount(pieces[_mask(ink, other, 0.0)], minlength=count) / areas, out=theirs)
    within = inside * areas
    within[0] = 0
    keep = ~_goes_through(stats, inner) & (inside >= WITHIN) & (theirs < SOME_THEIRS)
    # It goes on beyond the box: a neighbour touches it, or a line goes through.
    is_shared = ~keep & (within > 0) & (theirs < ALL_THEIRS)
    keep[0] = is_shared[0] = False
    if within[is_shared].max(initial=0) > within[keep].sum() / 2:
        keep |= is_shared
        ink = _parted(ink, _widened(is_shared[pieces]), inner, others)
    keep &= within >= DIRT * within[keep].sum()
    return np.where(_widened(keep[pieces]) & mask, ink, np.uint8(0))


def _widened(mask: BoolArray) -> BoolArray:
    """A mask with the soft edge of what is in it."""
    return cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0


def _mask(ink: UInt8Array, box: Box, spare: float) -> BoolArray:
    """Whether pixels lie in a box that is larger by so much on each side."""
    mask = np.zeros(ink.shape, bool)
    rows = slice(max(0, round(box.y - spare)), max(0, round(box.y + box.height + spare)))
    columns = slice(max(0, round(box.x - spare)), max(0, round(box.x + box.width + spare)))
    mask[rows, columns] = True
    return mask


def _parted(ink: UInt8Array, shared: BoolArray, inner: Box, others: Sequence[Box]) -> UInt8Array:
    """Ink without what is nearer to the middle of a neighbour, in terms of its size, of what is shared with it."""
    down, across = np.mgrid[: ink.shape[0], : ink.shape[1]].astype(np.float32)
    own = _nearness(inner, across, down)
    for other in others:
        ink = np.where((_nearness(other, across, down) < own) & shared, np.uint8(0), ink)
    return ink


def _nearness(box: Box, across: Float32Array, down: Float32Array) -> Float32Array:
    """How far pixels are from the middle of a box, 1 at its sides."""
    x, y = box.x + box.width / 2, box.y + box.height / 2
    return np.maximum(np.abs(across - x) / (box.width / 2), np.abs(down - y) / (box.height / 2))


def _goes_through(stats: np.ndarray, inner: Box) -> BoolArray:
    """Which pieces go on beyond two sides of the box that face each other, as no part of a digit does."""
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    beyond = BEYOND * max(inner.width, inner.height)
    across = (left < inner.x - beyond) & (right > inner.x + inner.width + beyond)
    along = (top < inner.y - beyond) & (bottom > inner.y + inner.height + beyond)
    return across | along
