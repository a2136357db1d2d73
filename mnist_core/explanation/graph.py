"""The way from an image to the ten scores through a LiteRT graph: operators and weights, read without LiteRT."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mnist_core.errors import BundleError, in_words
from mnist_core.records import FAULTS
from mnist_core.types import CLASSES, Float32Array, frozen

IMAGE, PROBABILITIES = "image", "probabilities"
_ACTIVATIONS = {0: "", 1: "relu", 4: "tanh"}


@dataclass(frozen=True, eq=False)
class Operation:
    """One operator of a graph.

    Attributes
    ----------
    kind
        What LiteRT calls it.
    inputs
        Numbers of the tensors that it takes; -1 for one that is left out.
    output, shape
        Number of the tensor that it gives, and its shape for one image.
    options
        How it does it, by LiteRT's names.
    activation
        What is done at once to what it gives: "relu", "tanh" or nothing.
    """

    kind: str
    inputs: tuple[int, ...]
    output: int
    shape: tuple[int, ...]
    options: Mapping[str, Any]
    activation: str = ""


@dataclass(frozen=True, eq=False)
class ScoreGraph:
    """The part of a graph that makes ten scores of an image.

    Attributes
    ----------
    image, scores
        Numbers of the tensors that it takes, (n, 28, 28), and gives, (n, 10): the softmax of these are the
        probabilities, temperature included.
    operations
        In the order in which they are computed.
    constants
        float32 or int32: the weights and whatever else does not depend on the image, by the number of the tensor.
    """

    image: int
    scores: int
    operations: tuple[Operation, ...]
    constants: Mapping[int, np.ndarray]


def read_graph(content: bytes) -> ScoreGraph:
    """Read a LiteRT flatbuffer.

    Raises
    ------
    BundleError
        If it is damaged, or gives no ten probabilities that are the softmax of something.
    """
    from ai_edge_litert import schema_py_generated as schema

    text = "The LiteRT graph cannot be looked into: {error}. Received: {size} bytes."
    with in_words(BundleError, text, (*FAULTS, AttributeError, IndexError, StopIteration), size=len(content)):
        model = schema.ModelT.InitFromPackedBuf(content, 0)
        part, signature = model.subgraphs[0], model.signatureDefs[0]
        codes = [max(code.builtinCode, code.deprecatedBuiltinCode) for code in model.operatorCodes]
        names = {code: name for name, code in vars(schema.BuiltinOperator).items() if isinstance(code, int)}
        operations = [_operation(each, names[codes[each.opcodeIndex]], part.tensors) for each in part.operators]
        constants = _constants(model, part.tensors, operations)
        image = next(each.tensorIndex for each in signature.inputs if each.name.decode() == IMAGE)
        given = next(each.tensorIndex for each in signature.outputs if each.name.decode() == PROBABILITIES)
        softmax = next(each for each in operations if each.kind == "SOFTMAX" and each.output == given)
        scores = softmax.inputs[0]
        found = ScoreGraph(image, scores, _between(operations, image, scores), constants)
    if softmax.shape != (1, CLASSES) or softmax.options.get("beta") != 1 or not found.operations:
        raise BundleError(text, error=f"a softmax of {softmax.shape} after {len(found.operations)}", size=len(content))
    return found


def _operation(operator: Any, kind: str, tensors: list[Any]) -> Operation:
    """An operator."""
    options = vars(operator.builtinOptions) if operator.builtinOptions else {}
    code = options.get("fusedActivationFunction", 0)
    output = int(operator.outputs[0])
    shape = tensors[output].shape
    return Operation(
        kind=kind,
        inputs=tuple(int(index) for index in operator.inputs),
        output=output,
        shape=() if shape is None else tuple(int(side) for side in shape),
        options=options,
        activation=_ACTIVATIONS.get(code, f"activation {code}"),
    )


def _constants(model: Any, tensors: list[Any], operations: list[Operation]) -> dict[int, np.ndarray]:
    """All tensors whose numbers are in the file; those of 16 bits as numbers of 32."""
    types = {0: np.float32, 1: np.float16, 2: np.int32}
    found: dict[int, np.ndarray] = {}
    for number, tensor in enumerate(tensors):
        data = model.buffers[tensor.buffer].data
        if data is not None and len(data) and tensor.type in types:
            shape = () if tensor.shape is None else tuple(tensor.shape)
            found[number] = np.asarray(data, np.uint8).view(types[tensor.type]).reshape(shape)
    for each in operations:
        if each.kind == "DEQUANTIZE" and each.inputs[0] in found:
            values: Float32Array = found[each.inputs[0]].astype(np.float32)
            found[each.output] = frozen(values)
    return found


def _between(operations: list[Operation], image: int, scores: int) -> tuple[Operation, ...]:
    """The operators that the scores need and that depend on the image."""
    needed, moving = {scores}, {image}
    for each in reversed(operations):
        if each.output in needed:
            needed.update(each.inputs)
    found = []
    for each in operations:
        if each.output in needed and moving.intersection(each.inputs):
            moving.add(each.output)
            found.append(each)
    # What only says how many images there are is no step on the way.
    of_shapes = set(itertools.chain.from_iterable(_descendants(found, each) for each in found if each.kind == "SHAPE"))
    return tuple(each for each in found if each.output not in of_shapes)


def _descendants(operations: list[Operation], first: Operation) -> set[int]:
    """The tensors that are made of a shape alone, up to the one that takes it."""
    made = {first.output}
    for each in operations:
        if each.kind in ("STRIDED_SLICE", "PACK") and made.intersection(each.inputs):
            made.add(each.output)
    return made
