"""The networks, as Keras models from (28, 28) images in [0, 1] to ten probabilities.

Every network has a layer `features` (what it has seen, a vector) and a layer `probabilities` after it.
"""

from collections.abc import Callable

import keras
from keras import layers

from mnist_core.errors import ConfigError
from mnist_core.types import CLASSES, IMAGE_SIDE

FEATURES = "features"
PROBABILITIES = "probabilities"

# Keras's 0.99 needs over a thousand steps to forget its start: a short run would be judged with wrong statistics.
BATCH_STATISTICS_MOMENTUM = 0.9


def build_network(name: str) -> keras.Model:
    """A new network with random weights.

    Parameters
    ----------
    name
        "handwriting": a strided 5x5 stem, then separated stages at 14x14 and 7x7, batch normalisation and global max
        pooling, so that most of its work happens on small maps. "classic": three convolutions with max pooling, a dense
        layer and dropout, the network of most MNIST tutorials.

    Raises
    ------
    ConfigError
        If there is no such network.
    """
    if name not in NETWORKS:
        raise ConfigError(f"The networks are {', '.join(NETWORKS)}. Received: {name!r}.")
    image = layers.Input((IMAGE_SIDE, IMAGE_SIDE), name="image")
    features = NETWORKS[name](layers.Reshape((IMAGE_SIDE, IMAGE_SIDE, 1))(image))
    probabilities = layers.Dense(CLASSES, activation="softmax", name=PROBABILITIES)(features)
    return keras.Model(image, probabilities, name=name)


def _handwriting(x: keras.KerasTensor) -> keras.KerasTensor:
    """5x5 stem with stride 2, two stages, global max pooling: about 121,000 weights."""
    x = _convolution(x, 32, 5, strides=2)
    x = _convolution(x, 48, 3)
    x = layers.MaxPooling2D()(x)
    x = _convolution(x, 80, 3)
    x = _convolution(x, 96, 3)
    x = layers.GlobalMaxPooling2D()(x)
    return layers.Dropout(0.3, name=FEATURES)(x)


def _convolution(x: keras.KerasTensor, filters: int, kernel: int, strides: int = 1) -> keras.KerasTensor:
    """A convolution with batch normalisation and ReLU."""
    x = layers.Conv2D(filters, kernel, strides=strides, padding="same", use_bias=False)(x)
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
