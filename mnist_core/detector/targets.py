"""What the network is to say of a picture, and how wrong it is."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf  # type: ignore[import-untyped]

from mnist_core.numbers.finding import BOX_UNIT, NAMES, SORTS, STRIDE, sort_of
from mnist_core.types import Float32Array

# The bump around the middle of a thing is so wide as a share of the thing, and at least so wide in steps.
SPREAD, LEAST_SPREAD = 0.1, 0.55
# A name and a box are learned where a bump is at least so high.
NEAR = 0.4
# How much a wrong name and a wrong box count beside a thing that is missed. With 0.5 for names, hardly any were learned
# in 36,000 pictures in which most digits were already found.
NAME_WEIGHT, BOX_WEIGHT = 2.0, 2.0


@dataclass(frozen=True, eq=False)
class Targets:
    """What a network is to say of a picture of h x w steps.

    Attributes
    ----------
    sorts
        float32 (h, w, 3): bumps around the middles of things, 1 in the middle.
    counted
        float32 (h, w, 1): 0 where a thing is cut off, so that neither answer would be wrong, else 1.
    names
        int32 (h, w): the name of the thing that is nearest.
    boxes
        float32 (h, w, 4): its box, as the network says it.
    near
        float32 (h, w): how much name and box count.
    """

    sorts: Float32Array
    counted: Float32Array
    names: np.ndarray
    boxes: Float32Array
    near: Float32Array


def targets_of(names: np.ndarray, boxes: Float32Array, whole: np.ndarray, size: tuple[int, int]) -> Targets:
    """The targets for things on a picture.

    Parameters
    ----------
    names
        int (n,): places in `NAMES`.
    boxes
        float32 (n, 4): left, top, right, bottom in pixels.
    whole
        bool (n,): whether a thing is whole. What is not does not count.
    size
        Height and width of the picture in pixels, multiples of `STRIDE`.
    """
    height, width = (side // STRIDE for side in size)
    across, down = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    sorts = np.zeros((height, width, len(SORTS)), np.float32)
    counted = np.ones((height, width, 1), np.float32)
    near = np.zeros((height, width), np.float32)
    named = np.zeros((height, width), np.int32)
    said = np.zeros((height, width, 4), np.float32)
    for name, (left, top, right, bottom), is_whole in zip(names.tolist(), boxes.tolist(), whole.tolist(), strict=True):
        x, y, wide, high = (left + right) / 2, (top + bottom) / 2, max(right - left, 1.0), max(bottom - top, 1.0)
        if not is_whole:
            counted[_steps(top, bottom), _steps(left, right)] = 0
            continue
        middle = min(int(x / STRIDE), width - 1), min(int(y / STRIDE), height - 1)
        spreads = [max(SPREAD * side / STRIDE, LEAST_SPREAD) for side in (wide, high)]
        beside = np.exp(-((across - middle[0]) ** 2) / (2 * spreads[0] ** 2))
        above = np.exp(-((down - middle[1]) ** 2) / (2 * spreads[1] ** 2))
        bump = above[:, None] * beside[None]
        layer = sorts[..., SORTS.index(sort_of(name))]
        np.maximum(layer, bump, out=layer)
        rows, columns = np.nonzero((bump >= NEAR) & (bump > near))
        near[rows, columns] = bump[rows, columns]
        named[rows, columns] = name
        places = (x - STRIDE * (columns + 0.5)) / BOX_UNIT, (y - STRIDE * (rows + 0.5)) / BOX_UNIT
        sizes = np.full(len(rows), np.log(wide / BOX_UNIT)), np.full(len(rows), np.log(high / BOX_UNIT))
        said[rows, columns] = np.stack([*places, *sizes], axis=1)
    return Targets(sorts, counted, named, said, near)


def _steps(low: float, high: float) -> slice:
    """The steps that pixels from low to high are in."""
    return slice(max(0, int(low / STRIDE)), int(high / STRIDE) + 1)


def loss_of(
    given: tf.Tensor, sorts: tf.Tensor, counted: tf.Tensor, names: tf.Tensor, boxes: tf.Tensor, near: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """How wrong a batch is: of what there is, of names, and of boxes, each ready to be added.

    Places are judged by the focal loss of "Objects as Points": what is easily told from paper hardly counts.
    """
    said, named, boxed = tf.split(given, [len(SORTS), len(NAMES), 4], axis=-1)
    likely = tf.clip_by_value(tf.sigmoid(said), 1e-4, 1 - 1e-4)
    is_middle = tf.cast(sorts >= 0.9999, tf.float32)
    there = is_middle * (1 - likely) ** 2 * tf.math.log(likely)
    elsewhere = (1 - is_middle) * (1 - sorts) ** 4 * likely**2 * tf.math.log(1 - likely)
    things = tf.maximum(tf.reduce_sum(is_middle), 1.0)
    missed = -tf.reduce_sum((there + elsewhere) * counted) / things
    total = tf.maximum(tf.reduce_sum(near), 1.0)
    wrong = tf.nn.sparse_softmax_cross_entropy_with_logits(names, named)
    apart = tf.abs(boxed - boxes)
    apart = tf.reduce_sum(tf.where(apart < 0.1, 5 * apart**2, apart - 0.05), axis=-1)
    return (
        missed,
        NAME_WEIGHT * tf.reduce_sum(wrong * near) / total,
        BOX_WEIGHT * tf.reduce_sum(apart * near) / total,
    )
