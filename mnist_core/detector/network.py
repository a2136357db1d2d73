"""The network that finds digits: convolutions down to a 32nd of the picture's side, and up again to a fourth.

It says for each place whether the middle of a digit, a sign or something else is there ("Objects as Points", Zhou,
Wang, Krähenbühl, 2019), which sign it may be, and where the middle and the sides of its box are.
"""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np
import tensorflow as tf  # type: ignore[import-untyped]
from keras import layers

from mnist_core.numbers.finding import NAMES, SIDE, SORTS

# Filters at a half, a fourth, an eighth, a 16th and a 32nd of the picture's side, and in the head.
FILTERS = 12, 24, 48, 80, 112
HEAD = 32
# Residual blocks at an eighth, a 16th and a 32nd.
BLOCKS = 1, 2, 1
# How likely an untrained network says that something is at a place: rare, or the first steps would only unlearn it.
PRIOR = 0.01
MOMENTUM = 0.97


def build_detector() -> keras.Model:
    """A new detector, from shades (n, h, w, 3), 0 to 255, to logits (n, h / 4, w / 4, 3 + 18 + 4).

    Of each place there is the logit of each of `SORTS`, that of each of `NAMES`, and four numbers for the box.
    """
    picture = layers.Input((None, None, 3), name="picture")
    x = layers.Rescaling(1 / 64, -2.0)(picture)
    half = _convolved(x, FILTERS[0], stride=2)
    fourth = _convolved(half, FILTERS[1], stride=2)
    levels, x = [fourth], fourth
    for filters, blocks in zip(FILTERS[2:], BLOCKS, strict=True):
        x = _convolved(x, filters, stride=2)
        for _ in range(blocks):
            x = _residual(x)
        levels.append(x)
    for level in reversed(levels[1:-1]):
        x = _convolved(_onto(x, level, level.shape[-1]), level.shape[-1])
    side = _convolved(fourth, HEAD, kernel=1)
    x = _convolved(_convolved(_onto(x, side, HEAD), HEAD), HEAD)
    rare = keras.initializers.Constant(float(np.log(PRIOR / (1 - PRIOR))))
    sorts = layers.Conv2D(len(SORTS), 1, bias_initializer=rare, name="sort_logits")(x)
    names = layers.Conv2D(len(NAMES), 1, name="name_logits")(x)
    boxes = layers.Conv2D(4, 1, name="box_numbers")(x)
    return keras.Model(picture, layers.Concatenate(dtype="float32")([sorts, names, boxes]), name="detector")


def as_graph(network: keras.Model, side: int = SIDE) -> bytes:
    """The network for LiteRT, with weights of 8 bits, for square pictures.

    It takes `picture` (1, side, side, 3) and gives `sorts` and `names` as probabilities, and `boxes`.
    """
    picture = layers.Input((side, side, 3), batch_size=1, name="picture")
    given = network(picture)
    ends = np.cumsum([0, len(SORTS), len(NAMES), 4]).tolist()
    sorts, names, boxes = (given[..., low:high] for low, high in pairwise(ends))
    said = {"sorts": layers.Activation("sigmoid")(sorts), "names": layers.Softmax()(names), "boxes": boxes}
    served = keras.Model(picture, said, name=network.name)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "detector.tflite"
        served.export(path, format="litert", verbose=False, optimizations=[tf.lite.Optimize.DEFAULT])
        return path.read_bytes()


def _convolved(x: keras.KerasTensor, filters: int, kernel: int = 3, stride: int = 1) -> keras.KerasTensor:
    """A convolution without what is in the way of the next."""
    x = layers.Conv2D(filters, kernel, stride, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=MOMENTUM)(x))


def _residual(x: keras.KerasTensor) -> keras.KerasTensor:
    """Two convolutions that add to what there was."""
    filters = x.shape[-1]
    changed = layers.Conv2D(filters, 3, padding="same", use_bias=False)(_convolved(x, filters))
    changed = layers.BatchNormalization(momentum=MOMENTUM, gamma_initializer="zeros")(changed)
    return layers.ReLU()(layers.Add()([x, changed]))


def _onto(x: keras.KerasTensor, finer: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    """What was seen from farther away, added to what was seen twice as near."""
    return layers.Add()([layers.UpSampling2D(2)(_convolved(x, filters, kernel=1)), finer])
