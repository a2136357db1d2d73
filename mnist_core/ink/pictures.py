"""Pictures, and the ink found in them, whichever way round it is."""

import cv2
import numpy as np

from mnist_core.errors import EmptyDrawingError
from mnist_core.language import gettext as _
from mnist_core.types import ArrayT, UInt8Array

# A picture is first made this small (pixels): more detail cannot reach 28x28.
WORKING_SIDE = 1024
# A picture whose greys (0 to 255) differ by less than this shows nothing.
MIN_CONTRAST = 16
# Ink (0 to 255) fainter than this is the paper's own grain.
FAINT = 25
# Paper is flat if at least this share of the rim is of one and the same shade: no camera sees that.
FLAT_SHARE = 0.5


def grey(pixels: UInt8Array) -> UInt8Array:
    """A picture in shades of grey, at most `WORKING_SIDE` pixels a side.

    Parameters
    ----------
    pixels
        uint8 (h, w), (h, w, 3) RGB or (h, w, 4) RGBA. What is transparent becomes paper of the shade farther from the
        ink's, so that white ink on nothing is seen as well as black ink on nothing.

    Returns
    -------
    uint8 (h, w).
    """
    pixels = at_most(pixels, WORKING_SIDE)
    if pixels.ndim == 2:
        return pixels
    if pixels.shape[2] == 3:
        return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)  # type: ignore[return-value]
    shade = cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY).astype(np.float32)
    alpha = pixels[..., 3].astype(np.float32) / 255
    opaque = float(alpha.sum())
    paper = 255.0 if opaque == 0 or float((shade * alpha).sum()) / opaque < 128 else 0.0
    if alpha.min() == 1:
        return shade.astype(np.uint8)
    return np.rint(shade * alpha + paper * (1 - alpha)).astype(np.uint8)


def at_most(pixels: ArrayT, side: int) -> ArrayT:
    """A picture made so small that no side is longer than so many pixels."""
    longer = max(pixels.shape[:2])
    if longer <= side:
        return pixels
    height, width = (max(1, round(each * side / longer)) for each in pixels.shape[:2])
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def is_flat_paper(shades: UInt8Array) -> bool:
    """Whether the rim of a grey picture is nearly all of one shade, as on a screen, and not a photo of paper."""
    rim = rim_of(shades)
    return float(np.mean(rim == np.median(rim))) >= FLAT_SHARE


def isolated_ink(shades: UInt8Array) -> UInt8Array:
    """The ink of a grey picture, bright on black, whether it was dark on light or light on dark.

    The paper is the commonest shade along the border; ink lies on the side of it that the picture reaches farther to.

    Returns
    -------
    uint8 (h, w), 0 where there is paper, 255 where the ink is strongest.

    Raises
    ------
    EmptyDrawingError
        If the picture is one flat tone.
    """
    darkest, lightest = int(shades.min()), int(shades.max())
    if lightest - darkest < MIN_CONTRAST:
        height, width = shades.shape
        text = _(
            "The picture is one flat tone, so there is no digit on it. Received: {width} x {height} pixels with greys "
            "from {darkest} to {lightest} of 255. Use a picture with ink that stands out from the paper."
        )
        raise EmptyDrawingError(text, width=width, height=height, darkest=darkest, lightest=lightest)
    paper = float(np.median(rim_of(shades)))
    dark_on_light = paper - darkest > lightest - paper
    ink = paper - shades.astype(np.float32) if dark_on_light else shades.astype(np.float32) - paper
    ink = np.clip(ink * (255 / float(ink.max())), 0, 255)
    ink[ink < FAINT] = 0
    return np.rint(ink).astype(np.uint8)


def rim_of(image: np.ndarray) -> np.ndarray:
    """The pixels along the border of an image (h, w), in a row."""
    return np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])


def cropped(ink: UInt8Array) -> UInt8Array:
    """The smallest part of the picture (h, w) that holds all ink."""
    x, y, width, height = cv2.boundingRect(ink)
    return ink[y : y + height, x : x + width]
