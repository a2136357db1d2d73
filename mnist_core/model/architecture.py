"""The networks as data: built with Keras elsewhere, described and counted without it here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _
from mnist_core.model import layers
from mnist_core.model.layers import Layer, Padding, summary
from mnist_core.types import check_number

# The name of the network that a run takes over from a model.
SAVED = "saved"


@dataclass(frozen=True)
class Architecture:
    """The part of a network that can be chosen.

    Attributes
    ----------
    filters
        Of the first block; the next one has twice as many, and from the third on four times, but "classic" stays at
        twice.
    kernel
        Side of each convolution's window.
    blocks
        Convolutions of "classic", pairs of them of "vgg" and "resnet"; each but the first halves the map.
    dense
        Units of the layer before the ten outputs; 0 for none.
    dropout
        Share of what that layer gives that is left out while training.
    batch_normalization
        Whether each convolution's results are brought to the same scale.
    """

    filters: int = 32
    kernel: int = 3
    blocks: int = 3
    dense: int = 64
    dropout: float = 0.5
    batch_normalization: bool = False

    def __post_init__(self) -> None:
        for name, low, high in (("filters", 1, 256), ("kernel", 2, 9), ("blocks", 1, 6), ("dense", 0, 2048)):
            check_number(f"architecture.{name}", getattr(self, name), low, high, whole=True)
        check_number("architecture.dropout", self.dropout, 0, 0.9)
        if not isinstance(self.batch_normalization, bool):
            text = _("architecture.batch_normalization must be true or false. Received: {received}.")
            raise ConfigError(text, received=repr(self.batch_normalization))


def _classic(chosen: Architecture) -> Iterable[Layer]:
    """A convolution a block with max pooling between, a dense layer, dropout."""
    for block in range(chosen.blocks):
        if block:
            yield Layer(layers.MAX_POOLING)
        yield from _convolution(chosen.filters * min(2**block, 2), chosen, padding="valid")
    yield Layer(layers.FLATTEN)
    yield from _dense(chosen)


def _vgg(chosen: Architecture) -> Iterable[Layer]:
    """Pairs of small convolutions with max pooling between (Simonyan, Zisserman, 2014), made narrow for 28x28."""
    for block in range(chosen.blocks):
        if block:
            yield Layer(layers.MAX_POOLING)
        for _each in range(2):
            yield from _convolution(chosen.filters * min(2**block, 4), chosen)
    yield Layer(layers.MAX_POOLING)
    yield Layer(layers.FLATTEN)
    yield from _dense(chosen)


def _resnet(chosen: Architecture) -> Iterable[Layer]:
    """Blocks that only learn what to add to their input (He, Zhang, Ren, Sun, 2015), made narrow for 28x28."""
    yield from _convolution(chosen.filters, chosen)
    for block in range(chosen.blocks):
        filters = chosen.filters * min(2**block, 4)
        inner = (*_convolution(filters, chosen, strides=2), *_convolution(filters, chosen)[:-1])
        yield Layer(layers.RESIDUAL, size=filters, strides=2, inner=inner)
        yield Layer(layers.ACTIVATION, activation="relu")
    yield Layer(layers.GLOBAL_POOLING)
    yield from _dense(chosen)


def _convolution(filters: int, chosen: Architecture, *, strides: int = 1, padding: Padding = "same") -> list[Layer]:
    """A convolution, normalised or not, and ReLU."""
    normalised = chosen.batch_normalization
    convolution = Layer(layers.CONVOLUTION, filters, chosen.kernel, strides, padding, bias=not normalised)
    between = [Layer(layers.NORMALIZATION)] if normalised else []
    return [convolution, *between, Layer(layers.ACTIVATION, activation="relu")]


def _dense(chosen: Architecture) -> Iterable[Layer]:
    """The dense layer and dropout, where there are any."""
    if chosen.dense:
        yield Layer(layers.DENSE, chosen.dense, activation="relu")
    if chosen.dropout:
        yield Layer(layers.DROPOUT, rate=chosen.dropout)


def _normalised(filters: int, kernel: int, strides: int = 1, padding: Padding = "valid") -> list[Layer]:
    """A convolution with batch normalisation and ReLU."""
    return _convolution(
        filters, Architecture(kernel=kernel, batch_normalization=True), strides=strides, padding=padding
    )


def _handwriting(few: int, some: int, more: int, many: int, most: int) -> tuple[Layer, ...]:
    """A network for many hands and pens, with so many filters."""
    return (
        *_normalised(few, 3),
        *_normalised(some, 4, strides=2),
        *_normalised(more, 3, padding="same"),
        *_normalised(more, 3),
        Layer(layers.MAX_POOLING),
        *_normalised(many, 3, padding="same"),
        *_normalised(most, 3, padding="same"),
        # One weight for each place of the last maps, in place of a dense layer.
        Layer(layers.DEPTHWISE, kernel=5, padding="valid", bias=False),
        Layer(layers.NORMALIZATION),
        Layer(layers.FLATTEN),
        Layer(layers.DROPOUT, rate=0.3),
    )


# LeCun, Bottou, Bengio, Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998.
_LENET_5 = (
    Layer(layers.CONVOLUTION, 6, 5, activation="tanh"),
    Layer(layers.AVERAGE_POOLING),
    Layer(layers.CONVOLUTION, 16, 5, padding="valid", activation="tanh"),
    Layer(layers.AVERAGE_POOLING),
    Layer(layers.FLATTEN),
    Layer(layers.DENSE, 120, activation="tanh"),
    Layer(layers.DENSE, 84, activation="tanh"),
)

_QUICK = (
    # Normalising the largest maps would cost a fifth of the time and gain nothing (50 of 6,000 wrong with and without).
    Layer(layers.CONVOLUTION, 16, 5, strides=2, padding="valid", activation="relu"),
    *_normalised(48, 4, strides=2),
    *_normalised(64, 3),
    Layer(layers.FLATTEN),
    Layer(layers.DROPOUT, rate=0.2),
    Layer(layers.DENSE, 64, activation="relu"),
    Layer(layers.DROPOUT, rate=0.2),
)

_FIXED: dict[str, tuple[Layer, ...]] = {
    "quick": _QUICK,
    "lenet-5": _LENET_5,
    "handwriting": _handwriting(16, 32, 48, 76, 104),
    # A teacher of the one above: too large to be sent to a browser.
    "wide": _handwriting(24, 48, 72, 108, 144),
}
_ADAPTABLE: dict[str, tuple[Callable[[Architecture], Iterable[Layer]], Architecture]] = {
    "classic": (_classic, Architecture()),
    "vgg": (_vgg, Architecture(filters=16, dense=128, batch_normalization=True)),
    "resnet": (_resnet, Architecture(filters=16, dense=0, dropout=0.2, batch_normalization=True)),
}
NETWORKS = (*_FIXED, *_ADAPTABLE)


def standard_architecture(network: str) -> Architecture | None:
    """What a network has where nothing else was chosen; None for one of a fixed design."""
    return _ADAPTABLE[network][1] if network in _ADAPTABLE else None


def design(network: str, chosen: Architecture | None = None) -> tuple[Layer, ...]:
    """The layers of a network from the image to its features.

    Raises
    ------
    ConfigError
        If there is no such network, nothing can be chosen of it, or its layers do not fit into the image.
    """
    if network in _FIXED:
        if chosen:
            text = _("{network} is of one fixed design. To choose its layers, take one of {networks}.")
            raise ConfigError(text, network=network, networks=", ".join(_ADAPTABLE))
        return _FIXED[network]
    if network not in _ADAPTABLE:
        text = _("The networks are {networks}. Received: {received}.")
        raise ConfigError(text, networks=", ".join(NETWORKS), received=f"{network!r:.80}")
    build, standard = _ADAPTABLE[network]
    built = tuple(build(chosen or standard))
    summary(built)
    return built
