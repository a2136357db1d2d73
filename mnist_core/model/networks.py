"""The networks, as Keras models from (28, 28) images in [0, 1] to logits.

Every network has a layer `features` (what it has seen, a vector) and a layer `digit_logits` after it. One that also
learns what is no digit has a layer `other_logit` beside that, and eleven logits in all.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import keras

from mnist_core.errors import BundleError, in_words
from mnist_core.model import layers
from mnist_core.model.architecture import Architecture, design
from mnist_core.model.bundle import WEIGHTS, read_card, read_file
from mnist_core.model.last_layer import DIGIT_LOGITS, FEATURES, OTHER_LOGIT
from mnist_core.model.layers import Layer, LayerKind, shortcut
from mnist_core.types import CLASSES, IMAGE_SIDE

# Keras's 0.99 needs over a thousand steps to forget its start: a short run would be judged with wrong statistics.
BATCH_STATISTICS_MOMENTUM = 0.9


def build_network(name: str, chosen: Architecture | None = None, *, non_digits: bool = False) -> keras.Model:
    """A new network with random weights.

    Parameters
    ----------
    name
        One of `architecture.NETWORKS`.
    chosen
        Its layers, where they can be chosen; by default its standard ones.
    non_digits
        Whether it has an eleventh logit for what is no digit.

    Raises
    ------
    ConfigError
        As `architecture.design`.
    """
    image = keras.layers.Input((IMAGE_SIDE, IMAGE_SIDE), name="image")
    x = _applied(design(name, chosen), keras.layers.Reshape((IMAGE_SIDE, IMAGE_SIDE, 1))(image))
    features = keras.layers.Identity(name=FEATURES)(x)
    logits = keras.layers.Dense(CLASSES, name=DIGIT_LOGITS)(features)
    if non_digits:
        logits = _with_other(logits, keras.layers.Dense(1, name=OTHER_LOGIT)(features))
    return keras.Model(image, logits, name=name)


def load_network(folder: Path, *, frozen: bool = False) -> keras.Model:
    """The network of a model with all that it has learned, to go on training.

    Parameters
    ----------
    frozen
        Whether only the last layer, from features to logits, may change.

    Raises
    ------
    BundleError
        If there is no model, it is damaged, or it is not one of this program's.
    """
    read_file(folder, read_card(folder), WEIGHTS)
    text = "The model in {folder} cannot be trained further: {error}"
    with in_words(BundleError, text, (OSError, ValueError, TypeError), folder=folder):
        saved = keras.models.load_model(folder / WEIGHTS, compile=False)
        logits = saved.get_layer(DIGIT_LOGITS).output
    if has_layer(saved, OTHER_LOGIT):
        logits = _with_other(logits, saved.get_layer(OTHER_LOGIT).output)
    network = keras.Model(saved.input, logits, name=saved.name)
    for layer in network.layers:
        layer.trainable = not frozen or layer.name in (DIGIT_LOGITS, OTHER_LOGIT)
    return network


def has_layer(network: keras.Model, name: str) -> bool:
    """Whether a network has a layer of that name."""
    return any(layer.name == name for layer in network.layers)


def _with_other(logits: keras.KerasTensor, other: keras.KerasTensor) -> keras.KerasTensor:
    """Ten logits and the one for what is no digit."""
    return keras.layers.Concatenate(name="logits")([logits, other])


def _applied(design: Iterable[Layer], x: keras.KerasTensor) -> keras.KerasTensor:
    """Layers one after another."""
    for layer in design:
        x = _KERAS[layer.kind](layer)(x)
    return x


def _residual(block: Layer) -> Callable[[keras.KerasTensor], keras.KerasTensor]:
    """A residual block: what its layers give, added to what came in."""
    return lambda x: keras.layers.Add()([_applied([shortcut(block)], x), _applied(block.inner, x)])


def _convolution(layer: Layer) -> keras.Layer:
    """A convolution."""
    shape = layer.size, layer.kernel, layer.strides, layer.padding
    return keras.layers.Conv2D(*shape, activation=layer.activation, use_bias=layer.bias)


def _depthwise(layer: Layer) -> keras.Layer:
    """A convolution of each map alone."""
    return keras.layers.DepthwiseConv2D(layer.kernel, strides=layer.strides, padding=layer.padding, use_bias=layer.bias)


# How Keras builds each kind of layer.
_KERAS: Mapping[LayerKind, Callable[[Layer], Callable[[keras.KerasTensor], keras.KerasTensor]]] = {
    layers.CONVOLUTION: _convolution,
    layers.DEPTHWISE: _depthwise,
    layers.RESIDUAL: _residual,
    layers.NORMALIZATION: lambda _layer: keras.layers.BatchNormalization(momentum=BATCH_STATISTICS_MOMENTUM),
    layers.ACTIVATION: lambda layer: keras.layers.Activation(layer.activation),
    layers.MAX_POOLING: lambda _layer: keras.layers.MaxPooling2D(2),
    layers.AVERAGE_POOLING: lambda _layer: keras.layers.AveragePooling2D(2),
    layers.GLOBAL_POOLING: lambda _layer: keras.layers.GlobalAveragePooling2D(),
    layers.FLATTEN: lambda _layer: keras.layers.Flatten(),
    layers.DENSE: lambda layer: keras.layers.Dense(layer.size, activation=layer.activation, use_bias=layer.bias),
    layers.DROPOUT: lambda layer: keras.layers.Dropout(layer.rate),
}
