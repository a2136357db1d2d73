"""What every layer of a model gives for one digit: seen from within by LiteRT, without Keras."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from mnist_core.errors import BundleError, DrawingError, in_words
from mnist_core.language import gettext as _
from mnist_core.model.bundle import GRAPH, read_card, read_file
from mnist_core.model.layers import CONVOLUTION, DEPTHWISE, KINDS, RESIDUAL, LayerKind
from mnist_core.types import IMAGE_SIDE, Float32Array, Prediction, UInt8Array, as_shades, describe, frozen

_KINDS = {kind.operator: kind for kind in KINDS if kind.operator}
# What belongs to the layer before it, where the converter has not made one operator of both.
_AFTER = frozenset({"RELU", "TANH", "ADD", "MUL", "SUB"})


@dataclass(frozen=True, eq=False)
class LayerOutput:
    """What one layer gives for one digit.

    Attributes
    ----------
    kind
        As in a network's architecture; normalisation and activation belong to the layer before them.
    window
        Side of the window of a convolution in pixels; 0 for the rest.
    values
        float32 (h, w, channels), a map a channel; float32 (n,) of a dense layer and of the mean of each map.
    """

    kind: LayerKind
    window: int
    values: Float32Array

    @property
    def name(self) -> str:
        """What the layer is, in the words of a network's description."""
        title = _("shortcut") if self.is_shortcut else _(self.kind.title)
        return title.format(side=self.window, units=len(self.values))

    @property
    def is_shortcut(self) -> bool:
        """Whether it only brings the input of a residual block to the shape of its output."""
        return self.kind is CONVOLUTION and self.window == 1

    @property
    def is_map(self) -> bool:
        """Whether it gives maps with more than one place."""
        return self.values.ndim == 3 and self.values.shape[0] * self.values.shape[1] > 1


@dataclass(frozen=True, eq=False)
class Activations:
    """One digit on its way through a network.

    Attributes
    ----------
    layers
        From the first to the last before the features.
    filters, offsets
        float32 (channels, k, k) and (channels,): weights of the first convolution and what it adds to each map,
        normalisation included.
    features
        float32 (d,): the network's last word before the ten scores.
    scores
        float32 (10,): the logits, calibrated; their softmax are the probabilities.
    prediction
        What comes of it.
    """

    layers: tuple[LayerOutput, ...]
    filters: Float32Array
    offsets: Float32Array
    features: Float32Array
    scores: Float32Array
    prediction: Prediction


@dataclass(frozen=True, eq=False)
class CloseUp:
    """One place of the first layer: where a filter answers most strongly.

    Attributes
    ----------
    number
        Which filter, from 0.
    top, left
        The window's corner in the image; below 0 where it stands over the edge.
    patch, weights
        float32 (k, k): the ink under the window, in [0, 1], and the filter.
    offset
        What is added to the sum of their products.
    """

    number: int
    top: int
    left: int
    patch: Float32Array
    weights: Float32Array
    offset: float

    @property
    def total(self) -> float:
        """The sum of their products and the offset, before the activation."""
        return float((self.patch * self.weights).sum()) + self.offset


def close_up(image: UInt8Array, seen: Activations) -> CloseUp:
    """The place where the first layer answers most strongly to an image, uint8 (28, 28)."""
    first, side = seen.layers[0].values, seen.filters.shape[1]
    row, column, number = (int(index) for index in np.unravel_index(int(first.argmax()), first.shape))
    # The map's size tells how far the window moves, and by how much "same" padding lets it stand over the edge.
    step = round(IMAGE_SIDE / len(first))
    over = max((len(first) - 1) * step + side - IMAGE_SIDE, 0)
    padded = np.pad(as_shades(image), ((over // 2, over), (over // 2, over)))
    patch = padded[row * step : row * step + side, column * step : column * step + side]
    top, left = row * step - over // 2, column * step - over // 2
    return CloseUp(number, top, left, patch, seen.filters[number], float(seen.offsets[number]))


@dataclass(frozen=True)
class _Step:
    """A layer as LiteRT knows it: numbers of the tensors that it takes and of the one that it gives."""

    kind: LayerKind
    inputs: tuple[int, ...]
    output: int

    @property
    def weights(self) -> int:
        """Its weights; image, weights and offsets come in this order."""
        return self.inputs[1]


class LayerProbe:
    """A model that shows what each of its layers gives. One serves any number of threads.

    Parameters
    ----------
    graph
        The LiteRT flatbuffer.

    Raises
    ------
    BundleError
        If the graph cannot be loaded, or has no convolution, features or probabilities.
    """

    def __init__(self, graph: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        text = "The LiteRT graph cannot be looked into: {error}. Received: {size} bytes."
        with in_words(BundleError, text, (ValueError, RuntimeError, KeyError), size=len(graph)):
            self._interpreter = Interpreter(
                model_content=graph,
                num_threads=1,
                experimental_preserve_all_tensors=True,
                # A delegate would compute several layers in one and show nothing of what is between.
                experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
            )
            self._call = self._interpreter.get_signature_runner()
            self._outputs = {name: int(each["index"]) for name, each in self._call.get_output_details().items()}
            image = int(self._call.get_input_details()["image"]["index"])
            operators = self._interpreter._get_ops_details()
            self._steps = tuple(_steps(operators, image, self._outputs["features"]))
            self._outputs["scores"] = _softmaxed(operators, self._outputs["probabilities"])
        if not self._steps or self._steps[0].kind is not CONVOLUTION:
            received = ", ".join(each["op_name"] for each in operators)
            raise BundleError(f"A model must begin with a convolution. Received: {received:.200}.")
        self._lock = Lock()

    def look(self, image: UInt8Array) -> Activations:
        """What every layer gives for one image in MNIST form.

        Parameters
        ----------
        image
            uint8 (28, 28), ink 255 on background 0.

        Raises
        ------
        DrawingError
            If the image has another type or shape.
        """
        shape = (IMAGE_SIDE, IMAGE_SIDE)
        if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.shape != shape:
            raise DrawingError(f"An image must be a uint8 array {shape}. Received: {describe(image)}.")
        with self._lock:
            self._call(image=as_shades(image[np.newaxis]))
            given = {name: self._tensor(index)[0] for name, index in self._outputs.items()}
            layers = tuple(map(self._layer, self._steps))
            filters, offsets = self._first_weights()
        prediction = Prediction(given["probabilities"], float(given["novelty"][0]))
        return Activations(layers, filters, offsets, given["features"], given["scores"], prediction)

    def _layer(self, step: _Step) -> LayerOutput:
        """What one layer gave."""
        window = self._tensor(step.weights).shape[1] if step.kind in (CONVOLUTION, DEPTHWISE) else 0
        return LayerOutput(step.kind, window, self._tensor(step.output)[0])

    def _first_weights(self) -> tuple[Float32Array, Float32Array]:
        """Filters and offsets of the first convolution."""
        weights, offsets = self._steps[0].inputs[1:]
        filters = self._tensor(weights)[..., 0]
        return filters, self._tensor(offsets) if offsets >= 0 else frozen(np.zeros(len(filters), np.float32))

    def _tensor(self, index: int) -> Float32Array:
        """A copy of a tensor."""
        values: Float32Array = self._interpreter.get_tensor(index)
        return frozen(values)


def open_probe(folder: Path) -> LayerProbe:
    """The model in a directory, opened so that each layer can be seen.

    Raises
    ------
    BundleError
        If there is no such model, it is damaged or made for a newer version, or it cannot be looked into.
    """
    return LayerProbe(read_file(folder, read_card(folder), GRAPH))


def _steps(operators: Sequence[Mapping[str, Any]], image: int, features: int) -> Iterator[_Step]:
    """The layers from the image to the features, in the order in which they are computed."""
    needed = _needed(operators, features)
    moving, found = {image}, dict[int, _Step]()
    for each in operators:
        inputs, output = [int(index) for index in each["inputs"]], int(each["outputs"][0])
        from_image = [index for index in inputs if index in moving]
        if not from_image or output not in needed:
            continue
        moving.add(output)
        if kind := _kind(each["op_name"], len(from_image)):
            found[output] = _Step(kind, tuple(inputs), output)
        elif each["op_name"] in _AFTER and (before := found.pop(from_image[0], None)):
            found[output] = _Step(before.kind, before.inputs, output)
    return iter(found.values())


def _kind(operator: str, changing: int) -> LayerKind | None:
    """What layer an operator with so many inputs that depend on the image is, if any."""
    return RESIDUAL if operator == "ADD" and changing > 1 else _KINDS.get(operator)


def _softmaxed(operators: Sequence[Mapping[str, Any]], probabilities: int) -> int:
    """Number of the tensor that the probabilities are the softmax of."""
    made = [each for each in operators if each["op_name"] == "SOFTMAX" and probabilities in each["outputs"]]
    if not made:
        raise ValueError("its probabilities are no softmax")
    return int(made[0]["inputs"][0])


def _needed(operators: Sequence[Mapping[str, Any]], wanted: int) -> set[int]:
    """Numbers of the tensors that one tensor is computed from, and its own."""
    needed = {wanted}
    for each in reversed(operators):
        if needed.intersection(each["outputs"].tolist()):
            needed.update(each["inputs"].tolist())
    return needed
