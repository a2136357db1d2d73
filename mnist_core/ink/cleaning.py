"""Ink out of a photo: even light, no ruling, no specks, a pen that is not too thin."""

import cv2
import numpy as np
import numpy.typing as npt

from mnist_core.ink.pictures import at_most, rim_of
from mnist_core.types import Float32Array, UInt8Array

# A photo is first made this small (pixels): grain averages out, and a digit needs no more.
PHOTO_SIDE = 512
# The paper's shade is looked for in windows of this share of the picture's side: wider than any stroke.
WINDOW = 0.6
# ... and, once the strokes are known, of this share ...
NEAR_WINDOW = 0.15
# ... in a picture reduced to this side (pixels), which makes the median quick.
REDUCED_SIDE = 160
# Blur against the grain of paper and camera, in pixels of a picture of 256 pixels, and at most.
SMOOTHING = 0.8
# Shades that are added before shades are divided, so that noise in the dark does not count.
DARK = 16.0
# Ink must differ from the paper by this many standard deviations of the picture's noise.
NOISE_FACTOR = 4.0
# ... unless that would take away more than this share of the strongest ink.
NOISE_CEILING = 0.4
# Ink that differs from the paper by less than this many hundredths is the paper's grain.
FAINTEST = 10.0
# Of the strongest ink's distance from the paper: fainter is paper, stronger is ink.
PAPER_SHARE, INK_SHARE = 0.25, 0.6
# A ruled line is straight over this share of the picture's side ...
LINE_SHARE = 0.75
# ... and at most this many pixels wide in a picture of 256 pixels.
LINE_WIDTH = 3.0
# In a picture smaller than this (pixels), lines cannot be told from strokes.
SMALLEST_RULED = 96
# A spot smaller than this share of the largest piece of ink is dirt ...
SPECK_SHARE = 0.015
# ... one at the rim already if it is smaller than this: part of a neighbour ...
RIM_SHARE = 0.35
# ... and one along more than this share of the rim is the edge of the paper or a shadow, however large.
LONG_RIM = 0.15
# Paper that is put around a picture that was cut out too closely, as a share of its longer side.
MARGIN = 0.35
# ... and so much of the ink must then lie inside of it.
INSIDE = 0.98
# A stroke is wider and less wide than these shares of a picture that was cut out around a digit; rules are less wide, a
# shadow is wider.
STROKE_WIDTH = 0.03, 0.3
# Nor does a digit fill more than this share of the rectangle around it, as the edge of a table does.
FULL = 0.8
# Around a stroke the paper begins at once: so much of the whole step from ink to paper is made within three pixels.
STROKE_STEP = 0.8
# A pen thinner than this share of the digit's longer side is made as wide as that.
THINNEST_PEN = 0.085


def cleaned(shades: UInt8Array) -> tuple[UInt8Array, UInt8Array]:
    """The ink of a photo, and what it was before lines and specks were taken away.

    Parameters
    ----------
    shades
        uint8 (h, w), ink on paper or chalk on a board.

    Returns
    -------
    uint8 (h, w) twice, ink bright on black, in the picture's proportions but maybe smaller.
    """
    shades = at_most(shades, PHOTO_SIDE)
    if is_cut_out(shades):
        margin = round(MARGIN * max(shades.shape))
        inside = slice(margin, -margin)
        found = as_ink(evened(with_margin(shades, margin)))
        ink = without_specks(found)
        # Paper that was put around shows no ink, or it was not paper.
        if ink[inside, inside].sum(dtype=float) >= INSIDE * ink.sum(dtype=float) > 0:
            return found[inside, inside], ink[inside, inside]
    light = evened(shades)
    return as_ink(light), without_specks(as_ink(without_lines(light)))


def evened(shades: UInt8Array) -> Float32Array:
    """How much darker or lighter than the paper around it each pixel is.

    Returns
    -------
    float32 (h, w), 0 for paper, above 0 for ink, whichever way round the picture was.
    """
    small = at_most(shades, REDUCED_SIDE)
    window = round(max(small.shape) * WINDOW) | 1
    pad = max(1, window // 2)
    paper = cv2.medianBlur(cv2.copyMakeBorder(small, pad, pad, pad, pad, cv2.BORDER_REFLECT), window)
    difference: Float32Array = _logarithm(small) - _logarithm(paper[pad:-pad, pad:-pad])
    # A second look without what the first took for ink need not look as far, and follows the edge of a shadow.
    blank = np.abs(difference) < PAPER_SHARE * np.abs(difference).max()
    filled = np.where(blank, small, paper[pad:-pad, pad:-pad])
    level = cv2.medianBlur(filled, round(max(small.shape) * NEAR_WINDOW) | 1)
    level = _logarithm(cv2.resize(level, shades.shape[::-1], interpolation=cv2.INTER_LINEAR))
    difference = _logarithm(cv2.GaussianBlur(shades, (0, 0), SMOOTHING * min(1.0, max(shades.shape) / 256))) - level
    # Ink is far from the paper, noise and shadow lie on both sides of it.
    lighter, darker = (float((np.maximum(side, 0) ** 3).sum()) for side in (difference, -difference))
    return np.maximum(difference if lighter > darker else -difference, 0)


def without_lines(ink: Float32Array) -> Float32Array:
    """Ink without the ruling of the paper: long, straight, thin lines that are not part of a stroke."""
    side = max(ink.shape)
    if side < SMALLEST_RULED:
        return ink
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
    if top < FAINTEST:
        return np.zeros(difference.shape, np.uint8)
    low = max(PAPER_SHARE * top, _floor(difference))
    high = max(INK_SHARE * top, low + 1)
    return np.rint(np.clip((difference - low) / (high - low), 0, 1) * 255).astype(np.uint8)


def without_specks(ink: UInt8Array) -> UInt8Array:
    """Ink without spots that are too small, and without what lies at the rim and is not the digit."""
    _, pieces, stats, _ = cv2.connectedComponentsWithStats((ink > 127).astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].astype(float)
    areas[0] = 0
    rim = rim_of(pieces)
    at_rim = np.bincount(rim, minlength=len(areas))
    areas[at_rim > LONG_RIM * len(rim)] = 0
    wanted = np.where(at_rim > 0, RIM_SHARE, SPECK_SHARE) * areas.max()
    mask = ((areas > 0) & (areas >= wanted))[pieces].astype(np.uint8)
    return np.where(cv2.dilate(mask, _disc(3)) > 0, ink, np.uint8(0))


def is_cut_out(shades: UInt8Array) -> bool:
    """Whether a picture was cut out around the digit: one piece, as wide as a stroke, reaches three sides or more."""
    paper = _is_paper(shades)
    _, pieces, stats, _ = cv2.connectedComponentsWithStats((~paper).astype(np.uint8))
    sides = [np.unique(side[side > 0]) for side in (pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1])]
    reached = np.bincount(np.concatenate(sides), minlength=1)
    if reached.max(initial=0) < 3:
        return False
    largest = int(np.where(reached >= 3, stats[: len(reached), cv2.CC_STAT_AREA], 0).argmax())
    piece = np.where(pieces == largest, 255, 0).astype(np.uint8)
    width = pen_width(piece) / max(shades.shape)
    near = (cv2.dilate(piece, _disc(7)) > 0) & (cv2.dilate(piece, _disc(3)) == 0)
    _, _, across, down, area = stats[largest].tolist()
    is_full = area > FULL * across * down
    if is_full or not STROKE_WIDTH[0] < width < STROKE_WIDTH[1] or not near.any():
        return False
    step = abs(float(shades[piece > 0].mean()) - float(shades[near].mean()))
    return step > STROKE_STEP * abs(float(shades[paper].mean()) - float(shades[~paper].mean()))


def with_margin(shades: UInt8Array, margin: int) -> UInt8Array:
    """A picture that was cut out around the digit with paper around it, of the shade that the paper has at the rim."""
    is_paper = _is_paper(shades)
    blank = is_paper.astype(np.float32)
    reach = (max(shades.shape) // 4 * 2 + 3,) * 2
    around = cv2.GaussianBlur(blank * shades, reach, 0) / np.maximum(cv2.GaussianBlur(blank, reach, 0), 1e-6)
    paper = np.where(is_paper, shades, np.rint(around)).astype(np.uint8)
    wide = cv2.copyMakeBorder(paper, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    wide[margin:-margin, margin:-margin] = shades
    return wide  # type: ignore[return-value]


def _is_paper(shades: UInt8Array) -> npt.NDArray[np.bool_]:
    """Of the two kinds of pixels in a picture, the one that more of the rim is of."""
    threshold, _ = cv2.threshold(shades, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    is_light = shades > threshold
    return is_light if rim_of(is_light).mean() >= 0.5 else ~is_light


def pen_width(ink: UInt8Array) -> float:
    """Mean width of the strokes in pixels: four times the mean distance of ink from the paper."""
    inside = cv2.distanceTransform(
        (cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT) > 127).astype(np.uint8), cv2.DIST_L2, 5
    )
    distances = inside[inside > 0]
    return 4 * float(distances.mean()) - 1 if len(distances) else 0.0


def missing_pen(ink: UInt8Array) -> int:
    """By how many pixels the pen of cropped ink is too thin: it would fade when shrunk."""
    return max(0, round(THINNEST_PEN * max(ink.shape) - pen_width(ink)))


def widened(ink: UInt8Array, missing: int) -> UInt8Array:
    """Ink (h, w) with a pen so many pixels wider."""
    return cv2.dilate(ink, _disc(missing + 1)) if missing else ink  # type: ignore[return-value]


def thickened(ink: UInt8Array) -> UInt8Array:
    """Cropped ink with a pen of at least `THINNEST_PEN` of the longer side, so that it does not fade when shrunk."""
    missing = missing_pen(ink)
    if not missing:
        return ink
    margin = missing // 2 + 1
    roomy = cv2.copyMakeBorder(ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT)
    return widened(roomy, missing)  # type: ignore[arg-type]


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
