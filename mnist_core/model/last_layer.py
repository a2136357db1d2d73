"""The last layer of a model, from features to what tells the digits apart: read, put in the place of another, and run.

It is the same layer in two files: the Keras weights say which it is, and the LiteRT graph is what reads digits. Neither
Keras nor TensorFlow is loaded: the one file is a zip with an HDF5 file in it, the other a flatbuffer.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from mnist_core.errors import BundleError
from mnist_core.language import gettext as _
from mnist_core.records import FAULTS, parsed_json
from mnist_core.types import CLASSES, Float32Array, Readings, frozen

ReadingsT = TypeVar("ReadingsT", bound=Readings)

# What networks call their last layers.
DIGIT_LOGITS, OTHER_LOGIT, TEMPERATURE = "digit_logits", "other_logit", "temperature"
FEATURES = "features"
WEIGHTS_FILE, CONFIG_FILE = "model.weights.h5", "config.json"
# So far may a graph's numbers be from Keras's: its 16 bits have 11 for the digits, and the smallest ones have fewer.
ROUNDING, SMALLEST = 2.0**-10, 2.0**-23

# So many features are read at once.
STEP = 8192
# What reading damaged files raises, whatever their form.
_UNUSABLE = (OSError, *FAULTS)


@dataclass(frozen=True, eq=False)
class LastLayer:
    """What ten logits are made of features with: `features @ weights + offsets`.

    Attributes
    ----------
    weights, offsets
        float32 (d, 10) and (10,), as the LiteRT graph has them.
    other
        float32 (d + 1,): weights and offset of the eleventh logit, for what is no digit; None where there is none.
    """

    weights: Float32Array
    offsets: Float32Array
    other: Float32Array | None = None


@dataclass(frozen=True, eq=False)
class _Place:
    """Where a layer's numbers lie in a graph: views on its bytes, (10, d) and (10,), in the graph's own type.

    Where nothing else takes the logits, the converter has multiplied them by the temperature's factor beforehand.
    """

    weights: np.ndarray
    offsets: np.ndarray
    factor: float = 1.0

    @property
    def layer(self) -> LastLayer:
        """What is in that place, without the factor."""
        weights, offsets = (
            values.astype(np.float32) / np.float32(self.factor) for values in (self.weights.T, self.offsets)
        )
        return LastLayer(frozen(np.ascontiguousarray(weights)), frozen(offsets))


@dataclass(frozen=True, eq=False)
class _Kept:
    """What a Keras file has: weights and offsets of the layers that make logits, and the temperature's factor."""

    layers: Mapping[str, tuple[np.ndarray, np.ndarray]]
    factor: float


def read_last_layer(graph: bytes, weights: bytes) -> LastLayer:
    """The last layer of a model.

    Parameters
    ----------
    graph, weights
        The LiteRT flatbuffer and the Keras file.

    Raises
    ------
    BundleError
        If the two do not have one and the same last layer of ten logits, or are damaged.
    """
    kept = _kept(weights)
    other = kept.layers.get(OTHER_LOGIT)
    known = None if other is None else frozen(np.append(other[0], other[1]).astype(np.float32))
    return replace(_place(bytearray(graph), kept).layer, other=known)


def with_last_layer(graph: bytes, weights: bytes, layer: LastLayer) -> tuple[bytes, bytes]:
    """A model with another last layer, in both of its files; everything else in them stays as it is.

    Parameters
    ----------
    graph, weights
        The LiteRT flatbuffer and the Keras file.
    layer
        The ten logits are its own, rounded to the numbers that the graph can hold (16 bits in most); both files get the
        same. The eleventh stays what it was.

    Raises
    ------
    BundleError
        As `read_last_layer`, or if the layer is of another size or of numbers that are not finite or too large.
    """
    changed = bytearray(graph)
    place = _place(changed, _kept(weights))
    _check_numbers(layer, place)
    place.weights[:] = layer.weights.T * np.float32(place.factor)
    place.offsets[:] = layer.offsets * np.float32(place.factor)
    return bytes(changed), _keras_with(weights, place.layer)


class Head:
    """What a model makes of features alone: all of its graph that comes after them. It serves one thread.

    Parameters
    ----------
    graph
        The LiteRT flatbuffer of the whole model.

    Raises
    ------
    BundleError
        If the graph cannot be loaded or has no features.
    """

    def __init__(self, graph: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter

        try:
            interpreter = Interpreter(model_content=_after_features(graph), num_threads=1)
            self._call = interpreter.get_signature_runner()
        except _UNUSABLE as error:
            raise _damaged(f"{error!r:.200}") from error

    def read(self, known: ReadingsT) -> ReadingsT:
        """What it makes of the features of readings, to the last bit what the whole graph gives for their images.

        Raises
        ------
        ValueError
            If the readings are without features.
        """
        features = known.features
        if features is None:
            raise ValueError("Readings must have features to be read again. Received: readings without.")
        pieces = [self._call(features=np.array(features[at : at + STEP])) for at in range(0, len(features), STEP)]
        probabilities = [np.empty((0, CLASSES), np.float32), *(each["probabilities"] for each in pieces)]
        novelty = [np.empty((0, 1), np.float32), *(each["novelty"] for each in pieces)]
        return replace(known, probabilities=np.concatenate(probabilities), novelty=np.concatenate(novelty)[:, 0])


def _kept(content: bytes) -> _Kept:
    """What a Keras file has of its layers from features on."""
    import h5py

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, h5py.File(_weights_of(archive), "r") as file:
            found = {name: (group["0"][()], group["1"][()]) for name, group in _logit_layers(file)}
            layers = parsed_json(archive.read(CONFIG_FILE))["config"]["layers"]
            factors = [float(each["config"]["scale"]) for each in layers if each["name"] == TEMPERATURE]
    except _UNUSABLE as error:
        raise _damaged(f"{error!r:.200}") from error
    if DIGIT_LOGITS not in found or found[DIGIT_LOGITS][0].shape[1:] != (CLASSES,):
        raise _damaged(_("a Keras file without a layer {layer} of ten").format(layer=DIGIT_LOGITS))
    return _Kept(found, factors[0] if factors else 1.0)


def _keras_with(content: bytes, layer: LastLayer) -> bytes:
    """A Keras file with another last layer."""
    import h5py

    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(target, "w") as changed:
        weights = _weights_of(archive)
        with h5py.File(weights, "r+") as file:
            group = dict(_logit_layers(file))[DIGIT_LOGITS]
            group["0"][...] = layer.weights
            group["1"][...] = layer.offsets
        for entry in archive.infolist():
            changed.writestr(
                entry, weights.getvalue() if entry.filename == WEIGHTS_FILE else archive.read(entry.filename)
            )
    return target.getvalue()


def _weights_of(archive: zipfile.ZipFile) -> io.BytesIO:
    """The HDF5 file in a Keras file."""
    return io.BytesIO(archive.read(WEIGHTS_FILE))


def _logit_layers(file: Any) -> Iterator[tuple[str, Any]]:
    """The variables of the layers that make logits, by the layers' own names."""
    for layer in file["layers"].values():
        variables = layer.get("vars")
        if variables is not None and variables.attrs.get("name") in (DIGIT_LOGITS, OTHER_LOGIT):
            yield variables.attrs["name"], variables


def _place(graph: bytearray, kept: _Kept) -> _Place:
    """Where a graph has the layer that the Keras file has: found by its numbers, and by what it takes."""
    try:
        places = [replace(place, factor=factor) for place in _dense_layers(graph) for factor in {1.0, kept.factor}]
        weights, offsets = kept.layers[DIGIT_LOGITS]
        found = [place for place in places if _is_near(place.layer.weights, weights)]
        found = [place for place in found if _is_near(place.layer.offsets, offsets)]
    except _UNUSABLE as error:
        raise _damaged(f"{error!r:.200}") from error
    if len(found) == 2 and abs(kept.factor - 1) <= ROUNDING:  # a factor next to 1, which cannot be told from 1
        found = found[:1]
    if len(found) != 1:
        text = _("{count} layers of the graph with the numbers of the Keras file's last layer")
        raise _damaged(text.format(count=len(found)))
    return found[0]


def _is_near(there: np.ndarray, expected: np.ndarray) -> bool:
    """Whether numbers of a graph are those that are expected, but for their rounding."""
    return there.shape == expected.shape and bool(np.allclose(there, expected, rtol=ROUNDING, atol=SMALLEST))


def _dense_layers(graph: bytearray) -> Iterator[_Place]:
    """The dense layers of a graph that take its features and share their numbers with no other."""
    from ai_edge_litert import schema_py_generated as schema

    model = schema.Model.GetRootAs(graph, 0)
    part = model.Subgraphs(0)
    operators = [part.Operators(index) for index in range(part.OperatorsLength())]
    codes = [model.OperatorCodes(each.OpcodeIndex()) for each in operators]
    kinds = [max(code.BuiltinCode(), code.DeprecatedBuiltinCode()) for code in codes]
    kept = schema.BuiltinOperator.DEQUANTIZE
    origin = {each.Outputs(0): each.Inputs(0) for each, kind in zip(operators, kinds, strict=True) if kind == kept}
    buffers = [part.Tensors(index).Buffer() for index in range(part.TensorsLength())]
    features = _outputs(model.SignatureDefs(0))[FEATURES]
    for each, kind in zip(operators, kinds, strict=True):
        if kind != schema.BuiltinOperator.FULLY_CONNECTED or each.InputsLength() != 3 or each.Inputs(0) != features:
            continue
        numbers = [origin.get(each.Inputs(at), each.Inputs(at)) for at in (1, 2)]
        if min(numbers) >= 0 and all(buffers.count(buffers[number]) == 1 for number in numbers):
            weights, offsets = (_view(model, part.Tensors(number), schema.TensorType) for number in numbers)
            yield _Place(weights, offsets)


def _outputs(signature: Any) -> Mapping[str, int]:
    """The numbers of a graph's outputs by name."""
    given = [signature.Outputs(index) for index in range(signature.OutputsLength())]
    return {each.Name().decode(): each.TensorIndex() for each in given}


def _view(model: Any, tensor: Any, types: Any) -> np.ndarray:
    """A constant of a graph as an array on the graph's own bytes; empty if it is none."""
    content = model.Buffers(tensor.Buffer()).DataAsNumpy()
    dtype = {types.FLOAT16: np.float16, types.FLOAT32: np.float32}.get(tensor.Type())
    if dtype is None or not isinstance(content, np.ndarray):
        return np.empty(0, np.float32)
    values: np.ndarray = content.view(dtype).reshape(tensor.ShapeAsNumpy())
    return values


def _after_features(graph: bytes) -> bytes:
    """The part of a graph from its features on, as a graph of its own."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(graph, 0)
    part, signature = model.subgraphs[0], model.signatureDefs[0]
    features = next(each.tensorIndex for each in signature.outputs if each.name.decode() == FEATURES)
    part.operators = _operators_after(part.operators, set(part.inputs.tolist()), features)
    part.inputs = np.array([features], np.int32)
    part.outputs = part.outputs[part.outputs != features]
    signature.inputs[0].tensorIndex, signature.inputs[0].name = features, FEATURES.encode()
    signature.outputs = [each for each in signature.outputs if each.tensorIndex != features]
    builder = flatbuffers.Builder(len(graph))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _operators_after(operators: list[Any], before: set[int], features: int) -> list[Any]:
    """The operators that take a graph's features or what comes of them, and those that take only constants."""
    after, kept = {features}, []
    for each in operators:
        inputs, outputs = set(each.inputs.tolist()), set(each.outputs.tolist())
        if inputs & after or not inputs & before:
            kept.append(each)
        if inputs & after:
            after |= outputs
        elif inputs & before:
            before |= outputs - after
    return kept


def _check_numbers(layer: LastLayer, place: _Place) -> None:
    """Refuse a layer that does not fit into the place of the old one."""
    limit = np.finfo(place.weights.dtype).max
    for values, old in ((layer.weights.T, place.weights), (layer.offsets, place.offsets)):
        if values.shape != old.shape or not (np.abs(values) <= limit).all():
            text = _("A new last layer must have finite numbers of shape {shape}. Received: {received}.")
            raise BundleError(text, shape=old.shape, received=f"{values.shape}, {np.abs(values).max():g}")


def _damaged(received: str) -> BundleError:
    """The error of a model whose last layer cannot be found."""
    text = _(
        "The model cannot be taught: its graph and its Keras file must have one and the same last layer, from "
        "features to ten digits. Received: {received}. Choose another model."
    )
    return BundleError(text, received=received)
