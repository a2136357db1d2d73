"""What of a model's last layer is refused, and where the limits lie; how it is patched is tested with teaching."""

import io
import json
import zipfile
from dataclasses import replace

import h5py
import numpy as np
import pytest

from mnist_core import paths
from mnist_core.errors import BundleError
from mnist_core.model import last_layer
from mnist_core.model.last_layer import Head, read_last_layer, with_last_layer
from mnist_core.model.recognizer import Recognizer

GRAPH, WEIGHTS = ((paths.SHIPPED_MODELS / "default" / name).read_bytes() for name in ("model.tflite", "model.keras"))


@pytest.fixture(scope="module")
def layer():
    """The shipped model's."""
    return read_last_layer(GRAPH, WEIGHTS)


def keras_file(*, layers=None, config=None):
    """The shipped Keras file with its HDF5 file or its config changed in place."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WEIGHTS)) as archive, zipfile.ZipFile(target, "w") as changed:
        for name in archive.namelist():
            content = archive.read(name)
            if name == last_layer.WEIGHTS_FILE and layers:
                kept = io.BytesIO(content)
                with h5py.File(kept, "r+") as file:
                    layers(file["layers"])
                content = kept.getvalue()
            if name == last_layer.CONFIG_FILE and config:
                values = json.loads(content)
                config({each["name"]: each["config"] for each in values["config"]["layers"]})
                content = json.dumps(values).encode()
            changed.writestr(name, content)
    return target.getvalue()


def digit_logits(layers):
    """The variables of the layer of ten."""
    return next(each["vars"] for each in layers.values() if each["vars"].attrs.get("name") == "digit_logits")


def rename(layers):
    digit_logits(layers).attrs["name"] = "something"


def narrow(layers):
    group = digit_logits(layers)
    weights = group["0"][:, :9]
    del group["0"]
    group["0"] = weights


@pytest.mark.parametrize("change", [rename, narrow])
def test_a_keras_file_without_a_layer_of_ten_is_refused(change):
    with pytest.raises(BundleError, match="Received: a Keras file without a layer digit_logits of ten"):
        read_last_layer(GRAPH, keras_file(layers=change))


@pytest.mark.parametrize(("part", "moved"), [("0", 1.01), ("1", 1.01), ("0", 0.0)])
def test_numbers_that_the_graph_does_not_have_are_refused(part, moved):
    def move(layers):
        digit_logits(layers)[part][...] *= moved

    with pytest.raises(BundleError, match="Received: 0 layers of the graph with the numbers"):
        read_last_layer(GRAPH, keras_file(layers=move))


@pytest.mark.parametrize("scale", [1.0, 1.0001, 1.5])
def test_a_factor_next_to_one_is_no_second_layer(layer, scale):
    def set_scale(configs):
        configs["temperature"]["scale"] = scale

    found = read_last_layer(GRAPH, keras_file(config=set_scale))
    np.testing.assert_allclose(found.weights, layer.weights, rtol=2e-4)


@pytest.mark.parametrize("part", ["weights", "offsets"])
@pytest.mark.parametrize("value", [np.nan, -np.inf, 65_536])
def test_numbers_that_the_graph_cannot_hold_are_refused(layer, part, value):
    numbers = getattr(layer, part).copy()
    numbers.flat[-1] = value
    with pytest.raises(BundleError, match="must have finite numbers of shape"):
        with_last_layer(GRAPH, WEIGHTS, replace(layer, **{part: numbers}))


def test_the_largest_number_that_the_graph_can_hold_is_taken(layer):
    weights = layer.weights.copy()
    weights[0, 0] = np.finfo(np.float16).max
    again = read_last_layer(*with_last_layer(GRAPH, WEIGHTS, replace(layer, weights=weights)))
    assert again.weights[0, 0] == pytest.approx(65_504, rel=1e-3)


def test_a_layer_of_another_size_is_refused(layer):
    with pytest.raises(BundleError, match=r"of shape \(10, 104\). Received: \(10, 103\)"):
        with_last_layer(GRAPH, WEIGHTS, replace(layer, weights=layer.weights[1:]))
    with pytest.raises(BundleError, match=r"of shape \(10,\). Received: \(9,\)"):
        with_last_layer(GRAPH, WEIGHTS, replace(layer, offsets=layer.offsets[1:]))


def test_many_features_are_read_in_steps(monkeypatch):
    images = np.random.default_rng(1).integers(0, 256, (10, 28, 28), np.uint8)
    whole = Recognizer(GRAPH).readings(images)
    monkeypatch.setattr(last_layer, "STEP", 4)
    read = Head(GRAPH).read(whole)
    np.testing.assert_allclose(read.probabilities, whole.probabilities, atol=1e-6)
    np.testing.assert_allclose(read.novelty, whole.novelty, atol=1e-6)
    assert read.features is whole.features


def test_readings_without_features_cannot_be_read_again():
    known = Recognizer(GRAPH).readings(np.zeros((1, 28, 28), np.uint8))
    with pytest.raises(ValueError, match="Received: readings without"):
        Head(GRAPH).read(replace(known, features=None))
