"""Ink out of a photo: even light, no ruling, no specks, a pen that is not too thin."""

import cv2
import numpy as np

from mnist_core.ink.pictures import at_most
from mnist_core.types import Float32Array, UInt8Array

# A photo is first made this small (pixels): grain averages out, and a digit needs no more.
PHOTO_SIDE = 512
# The paper's shade is looked for in windows of this share of the picture's side: wider than any stroke.
WINDOW = 0.6
# ... in a picture reduced to this side (pixels), which makes the median quick.
REDUCED_SIDE = 160
# Blur (pixels) against the grain of paper and camera.
SMOOTHING = 0.8
# Shades that are added before shades are divided, so that noise in the dark does not count.
DARK = 16.0
# Ink must differ from the paper by this many standard deviations of the picture's noise.
NOISE_FACTOR = 4.0
# ... unless that would take away more than this share of the strongest ink.
NOISE_CEILING = 0.4
# Of the strongest ink's distance from the paper: fainter is paper, stronger is ink.
PAPER_SHARE, INK_SHARE = 0.25, 0.6
# A ruled line is straight over this share of the picture's side ...
LINE_SHARE = 0.75
# ... and at most this many pixels wide in a picture of 256 pixels.
LINE_WIDTH = 3.0
# A spot smaller than this share of the largest piece of ink is dirt.
SPECK_SHARE = 0.015
# A pen thinner than this share of the digit's longer side is made as wide as that.
THINNEST_PEN = 0.085


def evened(shades: UInt8Array) -> Float32Array:
    """How much darker or lighter than the paper around it each pixel is.

    Returns
    -------
    float32 (h, w), 0 for paper, above 0 for ink, whichever way round the picture was.
    """
    small = at_most(shades, REDUCED_SIDE)
    window = round(max(small.shape) * WINDOW) | 1
    pad = window // 2
    paper = cv2.medianBlur(cv2.copyMakeBorder(small, pad, pad, pad, pad, cv2.BORDER_REFLECT), window)
    difference: Float32Array = _logarithm(small) - _logarithm(paper[pad:-pad, pad:-pad])
    # A second look leaves out what the first took for ink, so that it need not look as far and follows a shadow's edge.
    blank = (np.abs(difference) < PAPER_SHARE * np.abs(difference).max()).astype(np.float32)
    reach = (0, 0), window / 10
    weight = np.maximum(cv2.GaussianBlur(blank, *reach), 1e-3)
    level = cv2.GaussianBlur(blank * _logarithm(small), *reach) / weight
    level = cv2.resize(level.astype(np.float32), shades.shape[::-1], interpolation=cv2.INTER_LINEAR)
    difference = _logarithm(cv2.GaussianBlur(shades, (0, 0), SMOOTHING)) - level
    # Ink is far from the paper, noise and shadow lie on both sides of it.
    lighter, darker = (float((np.maximum(side, 0) ** 3).sum()) for side in (difference, -difference))
    return np.maximum(difference if lighter > darker else -difference, 0)


def without_lines(ink: Float32Array) -> Float32Array:
    """Ink without the ruling of the paper: long, straight, thin lines that are not part of a stroke."""
    side = max(ink.shape)
    present = (ink > _floor(ink)).astype(np.uint8)
    found = cv2.HoughLinesP(
        present, 1, np.pi / 360, round(side * LINE_SHARE * 0.6), minLineLength=side * LINE_SHARE, maxLineGap=side / 8
    )
    if found is None:
        return ink
    width = max(2, round(LINE_WIDTH * side / 256))
    ruling = np.zeros_like(present)
    for x1, y1, x2, y2 in found.reshape(-1, 4).astype(int).tolist():
        cv2.line(ruling, (x1, y1), (x2, y2), 1, width + 2)
    faint = float(np.median(ink[(ruling & present) > 0])) * 1.5
    strong = ((ink > faint) & (present > 0)).astype(np.uint8)
    thick = cv2.morphologyEx(present, cv2.MORPH_OPEN, _disc(width + 2))
    strokes = cv2.dilate(cv2.bitwise_or(strong, thick), _disc(3))
    return np.where((ruling > 0) & (strokes == 0), np.float32(0), ink)


def as_ink(difference: Float32Array) -> UInt8Array:
    """Distances from the paper as ink, uint8 (h, w): 0 where they are noise, 255 where they are surely ink."""
    top = _strong(difference)
    low = max(PAPER_SHARE * top, _floor(difference))
    high = max(INK_SHARE * top, low + 1)
    return np.rint(np.clip((difference - low) / (high - low), 0, 1) * 255).astype(np.uint8)


def without_specks(ink: UInt8Array) -> UInt8Array:
    """Ink without spots that are too small, or lie at the rim and are not the digit."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((ink > 127).astype(np.uint8), connectivity=8)
    if count <= 1:
        return ink
    height, width = ink.shape
    areas = stats[1:, cv2.CC_STAT_AREA]
    left, top = stats[1:, cv2.CC_STAT_LEFT], stats[1:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[1:, cv2.CC_STAT_WIDTH], top + stats[1:, cv2.CC_STAT_HEIGHT]
    at_rim = (left <= 1) | (top <= 1) | (right >= width - 1) | (bottom >= height - 1)
    inside = areas[~at_rim]
    largest = inside.max() if len(inside) and inside.max() > 0.1 * areas.max() else areas.max()
    kept = (areas >= SPECK_SHARE * largest) & (~at_rim | (areas >= largest))
    mask = np.concatenate([[False], kept])[pieces].astype(np.uint8)
    return np.where(cv2.dilate(mask, _disc(3)) > 0, ink, np.uint8(0))


def pen_width(ink: UInt8Array) -> float:
    """Mean width of the strokes in pixels: four times the mean distance of ink from the paper."""
    inside = cv2.distanceTransform(
        (cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT) > 127).astype(np.uint8), cv2.DIST_L2, 5
    )
    distances = inside[inside > 0]
    return 4 * float(distances.mean()) - 1 if len(distances) else 0.0


def thickened(ink: UInt8Array) -> UInt8Array:
    """Cropped ink with a pen of at least `THINNEST_PEN` of the longer side, so that it does not fade when shrunk."""
    missing = round(THINNEST_PEN * max(ink.shape) - pen_width(ink))
    if missing < 1:
        return ink
    margin = missing // 2 + 1
    wider = cv2.copyMakeBorder(ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT)
    return cv2.dilate(wider, _disc(missing + 1))  # type: ignore[return-value]


def _logarithm(shades: cv2.typing.MatLike) -> Float32Array:
    """Light multiplies: the ratio of ink to paper is the same in shadow, and its logarithm treats chalk like ink."""
    return np.float32(100) * np.log(shades.astype(np.float32) + np.float32(DARK))


def _disc(diameter: int) -> UInt8Array:
    """A round structuring element."""
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (diameter, diameter))  # type: ignore[return-value]


def _strong(ink: Float32Array) -> float:
    """How far strong ink is from the paper."""
    present = ink[ink > max(_floor(ink), 0.3 * float(ink.max()))]
    return float(np.median(present)) * 1.2 if len(present) else float(ink.max())


def _floor(ink: Float32Array) -> float:
    """What noise does not exceed. Half of it was cut off at 0, so its median absolute value is that of the rest."""
    rest = ink[ink > 0]
    if not len(rest):
        return 0.0
    return min(NOISE_FACTOR * 1.48 * float(np.median(rest)), NOISE_CEILING * float(rest.max()))
