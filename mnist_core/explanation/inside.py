"""Why a digit was read, from the inside: which pixels and which places of the last maps move its score.

Occlusion covers ink and reads again, from the outside. These two look at the weights instead, and say something else:
what the least change of a pixel would do, and where the last maps speak for a digit.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.explanation.gradients import GradientNetwork, Grid
from mnist_core.explanation.occlusion import PATCH, OcclusionMap
from mnist_core.language import gettext as _
from mnist_core.types import CLASSES, IMAGE_SIDE, DigitImage, Float32Array, frozen

# Below this correlation with occlusion on the ink they disagree: where one says more, the other says less.
LEAST_AGREEMENT = 0.0
# So many pixels with ink are needed for that.
LEAST_INK = 20


@dataclass(frozen=True, eq=False)
class InsideMaps:
    """What the weights say of each pixel, for each of the ten digits.

    A digit's score is taken against the mean of all ten, as only that decides probabilities.

    Attributes
    ----------
    pixels
        float32 (28, 28), the digit image itself.
    saliency
        float32 (10, 28, 28): how fast the score rises with ink at each pixel, on ink and on empty paper alike; in nats
        for a whole pixel's ink.
    attention
        float32 (10, 28, 28): where the last maps speak for the digit, 0 and more, on the pixels that their places
        look at (Grad-CAM).
    places
        Rows and columns of the last maps: attention shows nothing finer than these.
    """

    pixels: Float32Array
    saliency: Float32Array
    attention: Float32Array
    places: tuple[int, int]


def look_inside(network: GradientNetwork, digit: DigitImage) -> InsideMaps:
    """Saliency and Grad-CAM of one image for all ten digits.

    The gradient at each pixel: Simonyan, Vedaldi, Zisserman, "Deep Inside Convolutional Networks", 2014. Each of the
    last maps times the mean gradient at it, added up, without what is below 0: Selvaraju and others, "Grad-CAM", 2017.
    """
    way = network.follow(digit.pixels[np.newaxis])
    against_mean = np.eye(CLASSES, dtype=np.float32) - np.float32(1 / CLASSES)
    saliency, at_maps = way.gradients(against_mean)
    importance = at_maps.mean(axis=(1, 2))
    coarse = np.maximum(np.einsum("hwc,dc->dhw", way.maps[0], importance), 0)
    attention = np.stack([_over_image(each, network.grid) for each in coarse.astype(np.float32)])
    places = (coarse.shape[1], coarse.shape[2])
    return InsideMaps(digit.pixels, frozen(saliency), frozen(attention), places)


def inside_disagreement(inside: InsideMaps, heat: OcclusionMap, digit: int) -> tuple[str, ...]:
    """Sentences for a visitor where what is seen inside does not agree with occlusion; none where it does."""
    sentences = (
        _(
            "Covering and the gradient do not agree here: what {digit} suffers from when it is covered is not what the "
            "least change moves it most by. The gradient knows only the next small step, covering takes a whole patch."
        ),
        _(
            "Covering and the last layer do not agree here: the layer speaks for {digit} mostly in other places than "
            "those whose covering hurts it."
        ),
    )
    measured = saliency_agreement(inside, heat, digit), attention_agreement(inside, heat, digit)
    return tuple(
        sentence.format(digit=digit)
        for sentence, agreement in zip(sentences, measured, strict=True)
        if agreement is not None and agreement < LEAST_AGREEMENT
    )


def saliency_agreement(inside: InsideMaps, heat: OcclusionMap, digit: int) -> float | None:
    """How alike gradient and occlusion are on the ink, -1 to 1.

    The correlation of what erasing each pixel's ink does by the gradient, averaged over a patch as large as those of
    occlusion, with what occlusion says.

    Returns
    -------
    None where there is too little ink, or one of them says the same of all of it.
    """
    return _correlation(_of_patches(inside.saliency[digit] * inside.pixels), heat.values[digit], heat.pixels)


def attention_agreement(inside: InsideMaps, heat: OcclusionMap, digit: int) -> float | None:
    """How alike the places that the last maps look at are to the ink that occlusion finds to speak for a digit.

    Returns
    -------
    The correlation on the ink, -1 to 1; None as with `saliency_agreement`.
    """
    return _correlation(inside.attention[digit] * inside.pixels, np.maximum(heat.values[digit], 0), heat.pixels)


def _over_image(values: Float32Array, grid: Grid) -> Float32Array:
    """The places of maps (h, w) spread over the image that they look at, straight between them."""
    rows, columns = (
        (np.arange(IMAGE_SIDE, dtype=np.float32) - start) / step
        for start, step in zip(grid.start, grid.step, strict=True)
    )
    across, down = np.meshgrid(columns.clip(0, values.shape[1] - 1), rows.clip(0, values.shape[0] - 1))
    return np.asarray(cv2.remap(values, across, down, cv2.INTER_LINEAR), np.float32)


def _of_patches(values: Float32Array) -> Float32Array:
    """The mean of the patch around each pixel."""
    return np.asarray(cv2.blur(values, (PATCH, PATCH), borderType=cv2.BORDER_CONSTANT), np.float32)


def _correlation(one: Float32Array, other: Float32Array, ink: Float32Array) -> float | None:
    """Pearson's correlation of two maps on the ink, each divided by that ink."""
    is_ink = ink > 0.25
    if is_ink.sum() < LEAST_INK:
        return None
    pair = np.stack([one[is_ink], other[is_ink]]) / ink[is_ink]
    if not (pair.std(axis=1) > 1e-9 * np.maximum(np.abs(pair).max(axis=1), 1e-12)).all():
        return None
    return float(np.corrcoef(pair)[0, 1])
