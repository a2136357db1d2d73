"""The networks, as Keras models from (28, 28) images in [0, 1] to logits.

Every network has a layer `features` (what it has seen, a vector) and a layer `digit_logits` after it. One that also
learns what is no digit has a layer `other_logit` beside that, and eleven logits in all.
"""

from collections.abc import Callable

import keras
from keras import layers

from mnist_core.errors import ConfigError
from mnist_core.types import CLASSES, IMAGE_SIDE

FEATURES = "features"
DIGIT_LOGITS = "digit_logits"
OTHER_LOGIT = "other_logit"

# Keras's 0.99 needs over a thousand steps to forget its start: a short run would be judged with wrong statistics.
BATCH_STATISTICS_MOMENTUM = 0.9


def build_network(name: str, *, non_digits: bool = False) -> keras.Model:
    """A new network with random weights.

    Parameters
    ----------
    name
        "handwriting": six convolutions with batch normalisation, most of them on maps of 12x12 to 5x5, and one weight
        for each place of the last maps in place of a dense layer. "classic": three convolutions with max pooling, a
        dense layer and dropout, the network of most MNIST tutorials.
    non_digits
        Whether it has an eleventh logit for what is no digit.

    Raises
    ------
    ConfigError
        If there is no such network.
    """
    if name not in NETWORKS:
        raise ConfigError(f"The networks are {', '.join(NETWORKS)}. Received: {name!r}.")
    image = layers.Input((IMAGE_SIDE, IMAGE_SIDE), name="image")
    features = NETWORKS[name](layers.Reshape((IMAGE_SIDE, IMAGE_SIDE, 1))(image))
    logits = layers.Dense(CLASSES, name=DIGIT_LOGITS)(features)
    if non_digits:
        logits = layers.Concatenate(name="logits")([logits, layers.Dense(1, name=OTHER_LOGIT)(features)])
    return keras.Model(image, logits, name=name)


def has_layer(network: keras.Model, name: str) -> bool:
    """Whether a network has a layer of that name."""
    return any(layer.name == name for layer in network.layers)


def _handwriting(x: keras.KerasTensor) -> keras.KerasTensor:
    """Six convolutions and a depthwise one over all that is left: about 141,000 weights."""
    x = _convolution(x, 16, 3, padding="valid")
    x = _convolution(x, 32, 4, strides=2, padding="valid")
    x = _convolution(x, 48, 3)
    x = _convolution(x, 48, 3, padding="valid")
    x = layers.MaxPooling2D()(x)
    x = _convolution(x, 72, 3)
    x = _convolution(x, 96, 3)
    x = layers.DepthwiseConv2D(5, use_bias=False)(x)
    x = layers.Flatten()(layers.BatchNormalization(momentum=BATCH_STATISTICS_MOMENTUM)(x))
    return layers.Dropout(0.3, name=FEATURES)(x)


def _convolution(
    x: keras.KerasTensor, filters: int, kernel: int, *, strides: int = 1, padding: str = "same"
) -> keras.KerasTensor:
    """A convolution with batch normalisation and ReLU."""
    x = layers.Conv2D(filters, kernel, strides=strides, padding=padding, use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=BATCH_STATISTICS_MOMENTUM)(x))


def _classic(x: keras.KerasTensor) -> keras.KerasTensor:
    """Three convolutions with max pooling, a dense layer, dropout: about 93,000 weights."""
    for filters in (32, 64):
        x = layers.Conv2D(filters, 3, activation="relu")(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(64, 3, activation="relu")(x)
    x = layers.Dense(64, activation="relu")(layers.Flatten()(x))
    return layers.Dropout(0.5, name=FEATURES)(x)


NETWORKS: dict[str, Callable[[keras.KerasTensor], keras.KerasTensor]] = {
    "handwriting": _handwriting,
    "classic": _classic,
}
