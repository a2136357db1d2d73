"""What networks are made of, as data: built with Keras elsewhere, described and counted without it here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _
from mnist_core.types import CLASSES, IMAGE_SIDE, check_number

Kind = Literal[
    "convolution", "depthwise", "normalization", "activation", "max pooling", "average pooling", "global pooling",
    "flatten", "dense", "dropout", "residual",
]  # fmt: skip

# The name of the network that a run takes over from a model.
SAVED = "saved"


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes
    ----------
    size
        Filters of a convolution, units of a dense layer.
    kernel, strides
        Side of the window in pixels, and how far it moves.
    padding
        "same" keeps the map's size, "valid" loses the rim.
    activation
        "relu" or "tanh"; of an activation layer, or at once after a convolution or dense layer.
    bias
        Whether a weight is added to each output.
    rate
        Share of the inputs that dropout leaves out.
    inner
        Layers of a residual block, whose result is added to what came in.
    """

    kind: Kind
    size: int = 0
    kernel: int = 0
    strides: int = 1
    padding: Literal["same", "valid"] = "same"
    activation: str | None = None
    bias: bool = True
    rate: float = 0.0
    inner: tuple["Layer", ...] = ()


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
            raise ConfigError(
                _("architecture.batch_normalization must be true or false. Received: {received}.").format(
                    received=repr(self.batch_normalization)
                )
            )


@dataclass(frozen=True)
class LayerSummary:
    """One line of a network's description.

    Attributes
    ----------
    name
        What the layer is, in words.
    output
        Shape of what it gives for one image.
    parameters
        Number of its weights.
    operations
        Multiplications for one image.
    """

    name: str
    output: tuple[int, ...]
    parameters: int
    operations: int


def _classic(chosen: Architecture) -> Iterable[Layer]:
    """A convolution a block with max pooling between, a dense layer, dropout."""
    for block in range(chosen.blocks):
        if block:
            yield Layer("max pooling")
        yield from _convolution(chosen.filters * min(2**block, 2), chosen, padding="valid")
    yield Layer("flatten")
    yield from _dense(chosen)


def _vgg(chosen: Architecture) -> Iterable[Layer]:
    """Pairs of small convolutions with max pooling between (Simonyan, Zisserman, 2014), made narrow for 28x28."""
    for block in range(chosen.blocks):
        if block:
            yield Layer("max pooling")
        for _each in range(2):
            yield from _convolution(chosen.filters * min(2**block, 4), chosen)
    yield Layer("max pooling")
    yield Layer("flatten")
    yield from _dense(chosen)


def _resnet(chosen: Architecture) -> Iterable[Layer]:
    """Blocks that only learn what to add to their input (He, Zhang, Ren, Sun, 2015), made narrow for 28x28."""
    yield from _convolution(chosen.filters, chosen)
    for block in range(chosen.blocks):
        filters = chosen.filters * min(2**block, 4)
        first = list(_convolution(filters, chosen, strides=2))
        second = list(_convolution(filters, chosen))[:-1]
        yield Layer("residual", size=filters, strides=2, inner=(*first, *second))
        yield Layer("activation", activation="relu")
    yield Layer("global pooling")
    yield from _dense(chosen)


def _convolution(
    filters: int, chosen: Architecture, *, strides: int = 1, padding: Literal["same", "valid"] = "same"
) -> Iterable[Layer]:
    """A convolution, normalised or not, and ReLU."""
    normalised = chosen.batch_normalization
    yield Layer("convolution", filters, chosen.kernel, strides, padding, bias=not normalised)
    if normalised:
        yield Layer("normalization")
    yield Layer("activation", activation="relu")


def _dense(chosen: Architecture) -> Iterable[Layer]:
    """The dense layer and dropout, where there are any."""
    if chosen.dense:
        yield Layer("dense", chosen.dense, activation="relu")
    if chosen.dropout:
        yield Layer("dropout", rate=chosen.dropout)


def _normalised(
    filters: int, kernel: int, strides: int = 1, padding: Literal["same", "valid"] = "valid"
) -> list[Layer]:
    """A convolution with batch normalisation and ReLU."""
    convolution = Layer("convolution", filters, kernel, strides, padding, bias=False)
    return [convolution, Layer("normalization"), Layer("activation", activation="relu")]


_HANDWRITING = (
    *_normalised(16, 3),
    *_normalised(32, 4, strides=2),
    *_normalised(48, 3, padding="same"),
    *_normalised(48, 3),
    Layer("max pooling"),
    *_normalised(72, 3, padding="same"),
    *_normalised(96, 3, padding="same"),
    # One weight for each place of the last maps, in place of a dense layer.
    Layer("depthwise", kernel=5, padding="valid", bias=False),
    Layer("normalization"),
    Layer("flatten"),
    Layer("dropout", rate=0.3),
)

# LeCun, Bottou, Bengio, Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998.
_LENET_5 = (
    Layer("convolution", 6, 5, activation="tanh"),
    Layer("average pooling"),
    Layer("convolution", 16, 5, padding="valid", activation="tanh"),
    Layer("average pooling"),
    Layer("flatten"),
    Layer("dense", 120, activation="tanh"),
    Layer("dense", 84, activation="tanh"),
)

_QUICK = (
    # Normalising the largest maps would cost a fifth of the time and gain nothing (50 of 6,000 wrong with and without).
    Layer("convolution", 16, 5, strides=2, padding="valid", activation="relu"),
    *_normalised(48, 4, strides=2),
    *_normalised(64, 3),
    Layer("flatten"),
    Layer("dropout", rate=0.2),
    Layer("dense", 64, activation="relu"),
    Layer("dropout", rate=0.2),
)

_FIXED: dict[str, tuple[Layer, ...]] = {"quick": _QUICK, "lenet-5": _LENET_5, "handwriting": _HANDWRITING}
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
            raise ConfigError(
                _("{network} is of one fixed design. To choose its layers, take one of {networks}.").format(
                    network=network, networks=", ".join(_ADAPTABLE)
                )
            )
        return _FIXED[network]
    if network not in _ADAPTABLE:
        raise ConfigError(
            _("The networks are {networks}. Received: {received}.").format(
                networks=", ".join(NETWORKS), received=f"{network!r:.80}"
            )
        )
    build, standard = _ADAPTABLE[network]
    layers = tuple(build(chosen or standard))
    summary(layers)
    return layers


def summary(layers: Iterable[Layer]) -> list[LayerSummary]:
    """Each layer in words, with the shape that it gives, its weights and its work; the ten outputs come last.

    Raises
    ------
    ConfigError
        If a window is larger than the map that it should move over.
    """
    shape: tuple[int, ...] = (IMAGE_SIDE, IMAGE_SIDE, 1)
    rows = []
    for layer in (*layers, Layer("dense", CLASSES)):
        rows.append(_described(layer, shape))
        shape = rows[-1].output
    return rows


def _described(layer: Layer, shape: tuple[int, ...]) -> LayerSummary:
    """One layer on what the one before it gives."""
    channels = shape[-1]
    match layer.kind:
        case "convolution":
            weights = layer.kernel**2 * channels * layer.size
            output = (*_sides(layer, shape), layer.size)
            name = _("convolution {side}x{side}").format(side=layer.kernel)
            return LayerSummary(name, output, weights + layer.bias * layer.size, weights * output[0] * output[1])
        case "depthwise":
            weights = layer.kernel**2 * channels
            output = (*_sides(layer, shape), channels)
            name = _("depthwise convolution {side}x{side}").format(side=layer.kernel)
            return LayerSummary(name, output, weights + layer.bias * channels, weights * output[0] * output[1])
        case "max pooling" | "average pooling":
            halved = replace(layer, kernel=2, strides=2, padding="valid")
            name = _("max pooling") if layer.kind == "max pooling" else _("average pooling")
            return LayerSummary(name, (*_sides(halved, shape), channels), 0, 0)
        case "normalization":
            return LayerSummary(_("batch normalisation"), shape, 4 * channels, 0)
        case "global pooling":
            return LayerSummary(_("mean of each map"), (channels,), 0, 0)
        case "flatten":
            return LayerSummary(_("flatten"), (shape[0] * shape[1] * channels,), 0, 0)
        case "dense":
            weights = channels * layer.size
            return LayerSummary(
                _("dense {units}").format(units=layer.size),
                (layer.size,),
                weights + layer.bias * layer.size,
                weights,
            )
        case "residual":
            return _described_residual(layer, shape)
        case _:
            name = layer.activation or _("dropout {percent}%").format(percent=f"{100 * layer.rate:.0f}")
            return LayerSummary(name, shape, 0, 0)


def _described_residual(layer: Layer, shape: tuple[int, ...]) -> LayerSummary:
    """A residual block, with the 1x1 convolution that brings what came in to the new shape."""
    rows = [_described(shortcut(layer), shape)]
    inside = shape
    for each in layer.inner:
        rows.append(_described(each, inside))
        inside = rows[-1].output
    parameters, operations = sum(row.parameters for row in rows), sum(row.operations for row in rows)
    return LayerSummary(_("residual block"), inside, parameters, operations)


def shortcut(block: Layer) -> Layer:
    """What brings the input of a residual block to the shape of its output."""
    return Layer("convolution", block.size, 1, block.strides, bias=False)


def _sides(layer: Layer, shape: tuple[int, ...]) -> tuple[int, int]:
    """Height and width of the map that a window gives."""
    height, width, _channels = shape
    if layer.padding == "same":
        return -(-height // layer.strides), -(-width // layer.strides)
    if layer.kernel > min(height, width):
        raise ConfigError(
            _(
                "These layers do not fit: a window of {side}x{side} has to move over a map of only {height}x{width}. "
                "Take fewer blocks or a smaller kernel."
            ).format(side=layer.kernel, height=height, width=width)
        )
    return (height - layer.kernel) // layer.strides + 1, (width - layer.kernel) // layer.strides + 1
