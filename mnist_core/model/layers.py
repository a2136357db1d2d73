"""What networks are made of: every kind of layer in words and counted. Keras, which builds them, is not needed here."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.types import CLASSES, IMAGE_SIDE

Shape = tuple[int, ...]
Padding = Literal["same", "valid"]


class Counts(NamedTuple):
    """What a layer comes to for one image: the shape that it gives, its weights, its multiplications."""

    output: Shape
    parameters: int = 0
    operations: int = 0


@dataclass(frozen=True, eq=False)
class LayerKind:
    """One kind of layer. What Keras calls it stands in `networks`.

    Attributes
    ----------
    title
        Its name for people, with places for a layer's `side`, `units`, `percent` and `activation`.
    counts
        What a layer of this kind comes to, by the shape of what it is given.
    deed
        What it does to the maps before it, for people; empty where it gives none.
    """

    title: str
    counts: Callable[["Layer", Shape], Counts]
    deed: str = ""


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

    kind: LayerKind
    size: int = 0
    kernel: int = 0
    strides: int = 1
    padding: Padding = "same"
    activation: str | None = None
    bias: bool = True
    rate: float = 0.0
    inner: tuple["Layer", ...] = ()


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
    output: Shape
    parameters: int
    operations: int


def summary(layers: Iterable[Layer]) -> list[LayerSummary]:
    """Each layer in words, with the shape that it gives, its weights and its work; the ten outputs come last.

    Raises
    ------
    ConfigError
        If a window is larger than the map that it should move over.
    """
    shape: Shape = (IMAGE_SIDE, IMAGE_SIDE, 1)
    rows = []
    for layer in (*layers, Layer(DENSE, CLASSES)):
        counts = layer.kind.counts(layer, shape)
        rows.append(LayerSummary(_name(layer), *counts))
        shape = counts.output
    return rows


def values(layers: Iterable[Layer]) -> list[int]:
    """How many numbers each layer of a network gives for one image, those within residual blocks and the outputs too.

    Raises
    ------
    ConfigError
        As `summary`.
    """
    return list(_values((*layers, Layer(DENSE, CLASSES)), (IMAGE_SIDE, IMAGE_SIDE, 1)))


def shortcut(block: Layer) -> Layer:
    """What brings the input of a residual block to the shape of its output."""
    return Layer(CONVOLUTION, block.size, 1, block.strides, bias=False)


def _values(layers: Iterable[Layer], shape: Shape) -> Iterator[int]:
    """How many numbers each of the layers gives."""
    for layer in layers:
        if layer.inner:
            yield math.prod(_of_convolution(shortcut(layer), shape).output)
            yield from _values(layer.inner, shape)
        shape = layer.kind.counts(layer, shape).output
        yield math.prod(shape)


def _name(layer: Layer) -> str:
    """What a layer is, in words."""
    return _(layer.kind.title).format(
        side=layer.kernel, units=layer.size, percent=f"{100 * layer.rate:.0f}", activation=layer.activation
    )


def _of_convolution(layer: Layer, shape: Shape) -> Counts:
    """A window for each filter over all maps at once."""
    return _of_windows(layer, shape, layer.size, layer.kernel**2 * shape[-1] * layer.size)


def _of_depthwise(layer: Layer, shape: Shape) -> Counts:
    """A window for each map."""
    return _of_windows(layer, shape, shape[-1], layer.kernel**2 * shape[-1])


def _of_windows(layer: Layer, shape: Shape, maps: int, weights: int) -> Counts:
    """Windows with so many weights that give so many maps."""
    height, width = _sides(layer, shape)
    return Counts((height, width, maps), weights + layer.bias * maps, weights * height * width)


def _of_pooling(layer: Layer, shape: Shape) -> Counts:
    """Maps of half the side."""
    return Counts((*_sides(replace(layer, kernel=2, strides=2, padding="valid"), shape), shape[-1]))


def _of_dense(layer: Layer, shape: Shape) -> Counts:
    """A weight for each input of each unit."""
    weights = shape[-1] * layer.size
    return Counts((layer.size,), weights + layer.bias * layer.size, weights)


def _of_residual(block: Layer, shape: Shape) -> Counts:
    """A block's layers, and the 1x1 convolution that brings what came in to the new shape."""
    parts, inside = [_of_convolution(shortcut(block), shape)], shape
    for each in block.inner:
        parts.append(each.kind.counts(each, inside))
        inside = parts[-1].output
    return Counts(inside, sum(part.parameters for part in parts), sum(part.operations for part in parts))


def _unchanged(_layer: Layer, shape: Shape) -> Counts:
    """The same shape, without weights."""
    return Counts(shape)


def _sides(layer: Layer, shape: Shape) -> tuple[int, int]:
    """Height and width of the map that a window gives."""
    height, width, _channels = shape
    if layer.padding == "same":
        return -(-height // layer.strides), -(-width // layer.strides)
    if layer.kernel > min(height, width):
        text = _(
            "These layers do not fit: a window of {side}x{side} has to move over a map of only {height}x{width}. "
            "Take fewer blocks or a smaller kernel."
        )
        raise ConfigError(text, side=layer.kernel, height=height, width=width)
    return (height - layer.kernel) // layer.strides + 1, (width - layer.kernel) // layer.strides + 1


CONVOLUTION = LayerKind(
    N_("convolution {side}x{side}"),
    _of_convolution,
    N_("Filters slide over all the maps before it and answer to combinations of what these found."),
)
DEPTHWISE = LayerKind(
    N_("depthwise convolution {side}x{side}"),
    _of_depthwise,
    N_("One filter for each map weighs each of its places."),
)
MAX_POOLING = LayerKind(
    N_("max pooling"),
    _of_pooling,
    N_("Of each 2×2 square only the strongest answer stays: smaller, and the exact place matters less."),
)
AVERAGE_POOLING = LayerKind(
    N_("average pooling"),
    _of_pooling,
    N_("Each 2×2 square becomes its mean: smaller, and the exact place matters less."),
)
RESIDUAL = LayerKind(
    N_("residual block"),
    _of_residual,
    deed=N_("What the two layers before it found is added to what came into them, so that nothing is lost."),
)
GLOBAL_POOLING = LayerKind(N_("mean of each map"), lambda _layer, shape: Counts(shape[-1:]))
FLATTEN = LayerKind(N_("flatten"), lambda _layer, shape: Counts((math.prod(shape),)))
DENSE = LayerKind(N_("dense {units}"), _of_dense)
NORMALIZATION = LayerKind(N_("batch normalisation"), lambda _layer, shape: Counts(shape, 4 * shape[-1]))
ACTIVATION = LayerKind("{activation}", _unchanged)
DROPOUT = LayerKind(N_("dropout {percent}%"), _unchanged)

KINDS = (
    CONVOLUTION, DEPTHWISE, MAX_POOLING, AVERAGE_POOLING, RESIDUAL, GLOBAL_POOLING, FLATTEN, DENSE, NORMALIZATION,
    ACTIVATION, DROPOUT,
)  # fmt: skip
