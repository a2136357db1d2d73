"""Which ink speaks for a digit and which against: what changes when it is covered."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mnist_core.types import CLASSES, DigitImage, Float32Array, UInt8Array, frozen

# From images uint8 (n, 28, 28) to probabilities (n, 10).
Reader = Callable[[UInt8Array], Float32Array]

# Side of a patch and way from one to the next, in pixels. Of the sizes that take some hundredths of a second, this one
# finds best what matters: erasing the fifth of the ink that speaks most for the answer changes it in 76 % of 200
# pen-digits of training writers (patches of 4: 73 %, of 3: 63 %; of 5 at every place: 84 % in five times the time).
PATCH, STRIDE = 5, 2
LEAST_PROBABILITY = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, eq=False)
class OcclusionMap:
    """How much each pixel's ink speaks for each digit.

    Attributes
    ----------
    pixels
        float32 (28, 28), the digit image itself.
    values
        float32 (10, 28, 28): above 0 where the ink speaks for the digit, below 0 where it speaks against; in nats of
        log-probability. 0 where there is no ink.
    """

    pixels: Float32Array
    values: Float32Array


def occlusion(read: Reader, digit: DigitImage) -> OcclusionMap:
    """What speaks for and against each of the ten digits.

    The image is read again with each patch of it erased (Zeiler, Fergus, "Visualizing and Understanding Convolutional
    Networks", 2014). A pixel gets the drop of the log-probability over the patches that cover it, divided by the ink
    that these erase, times its own ink. For a network whose log-probability is a weighted sum of the pixels, that is
    each pixel's ink times the mean weight of the ink around it.

    Parameters
    ----------
    read
        From images uint8 (n, 28, 28) to probabilities (n, 10); called once, and not at all for a blank image.
    digit
        The image that the model got.
    """
    image = np.rint(digit.pixels * 255).astype(np.uint8)
    patches = [patch for patch in _patches(image.shape) if image[patch].any()]
    if not patches:
        return OcclusionMap(digit.pixels, frozen(np.zeros((CLASSES, *image.shape), np.float32)))
    covered = np.repeat(image[np.newaxis], len(patches) + 1, axis=0)
    for number, patch in enumerate(patches):
        covered[number][patch] = 0
    logarithms = np.log(np.maximum(read(covered), LEAST_PROBABILITY))
    drops = logarithms[-1] - logarithms[:-1]
    change = np.zeros((CLASSES, *image.shape), np.float32)
    erased = np.zeros(image.shape, np.float32)
    for patch, drop in zip(patches, drops, strict=True):
        change[:, *patch] += drop[:, np.newaxis, np.newaxis]
        erased[patch] += digit.pixels[patch].sum()
    share = np.divide(digit.pixels, erased, out=np.zeros_like(erased), where=erased > 0)
    return OcclusionMap(digit.pixels, frozen(change * share))


def _patches(shape: tuple[int, ...]) -> list[tuple[slice, slice]]:
    """Rows and columns of each patch."""
    rows, columns = ([*range(0, side - PATCH, STRIDE), side - PATCH] for side in shape)
    return [(slice(row, row + PATCH), slice(column, column + PATCH)) for row in rows for column in columns]
