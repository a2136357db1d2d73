import shutil
import threading

import numpy as np
import pytest
from scipy.signal import correlate2d
from scipy.special import softmax

from mnist_core import Drawing, ink, paths
from mnist_core.errors import BundleError, DrawingError
from mnist_core.model.activations import LayerProbe, close_up, open_probe
from mnist_core.model.architecture import NETWORKS, Architecture
from tests.graphs import converted
from tests.strokes import DIGITS, SEVEN

SHIPPED = paths.SHIPPED_MODELS / "default"

# Small enough to vanish: the last blocks give maps of one place.
DEEP = ("resnet", Architecture(filters=2, blocks=6, dense=0, dropout=0.0))
SHALLOW = ("classic", Architecture(filters=1, kernel=2, blocks=1, dense=0, dropout=0.0))
NORMALISED = ("classic", Architecture(filters=4, kernel=4, dense=16, batch_normalization=True))

LAYERS = {"Conv2D", "DepthwiseConv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "Dense", "Add"}
# The graph keeps its weights as float16, and each layer adds to the error of the one before.
TOLERANCE = 3e-3
AFTER = {"BatchNormalization", "Activation", "ReLU"}


@pytest.fixture(scope="module")
def probe():
    """The shipped model's."""
    return open_probe(SHIPPED)


@pytest.fixture(scope="module")
def seven():
    return ink.digit_pixels(Drawing.from_strokes(SEVEN))


def by_keras(model, image):
    """What each of a Keras model's layers gives, with what follows it at once, from the image to the features."""
    import keras

    outputs = {}
    for layer in model.layers[: [layer.name for layer in model.layers].index("features")]:
        if type(layer).__name__ in LAYERS:
            outputs[layer.output.name] = layer.output
        elif type(layer).__name__ in AFTER and layer.input.name in outputs:
            del outputs[layer.input.name]
            outputs[layer.output.name] = layer.output
    inside = keras.Model(model.input, outputs)
    return [np.asarray(values)[0] for values in inside(image[np.newaxis].astype(np.float32) / 255).values()]


def check_against_keras(model, graph, image):
    """Hold each layer against the Keras layer that gives the same; none may be left over."""
    left = by_keras(model, image)
    for layer in LayerProbe(graph).look(image).layers:
        alike = [index for index, values in enumerate(left) if values.shape == layer.values.shape]
        nearest = min(alike, key=lambda index: np.abs(left[index] - layer.values).max())
        expected = left.pop(nearest)
        np.testing.assert_allclose(layer.values, expected, atol=TOLERANCE * max(1, np.abs(expected).max()))
    assert left == []


def test_each_layer_of_the_shipped_model_gives_what_it_gives_in_keras(seven):
    import keras

    model = keras.models.load_model(SHIPPED / "model.keras")
    check_against_keras(model, (SHIPPED / "model.tflite").read_bytes(), seven)


@pytest.mark.slow
@pytest.mark.parametrize("design", [*((name, None) for name in NETWORKS), DEEP, SHALLOW, NORMALISED])
def test_each_layer_of_every_network_gives_what_it_gives_in_keras(design, seven):
    model, graph = converted(*design)
    check_against_keras(model, graph, seven)
    seen = LayerProbe(graph).look(seven)
    outputs = model(seven[np.newaxis].astype(np.float32) / 255)
    np.testing.assert_allclose(seen.features, outputs["features"][0], rtol=1e-2, atol=2e-3)
    answer = seen.layers[0].values.max()
    total = close_up(seven, seen).total
    assert answer == pytest.approx(np.tanh(total) if design[0] == "lenet-5" else total, abs=1e-4)


def test_the_layers_are_named_in_the_order_of_the_network(probe, seven):
    seen = probe.look(seven)
    assert [(layer.name, layer.values.shape) for layer in seen.layers] == [
        ("convolution 3x3", (26, 26, 16)),
        ("convolution 4x4", (12, 12, 32)),
        ("convolution 3x3", (12, 12, 48)),
        ("convolution 3x3", (10, 10, 48)),
        ("max pooling", (5, 5, 48)),
        ("convolution 3x3", (5, 5, 76)),
        ("convolution 3x3", (5, 5, 104)),
        ("depthwise convolution 5x5", (1, 1, 104)),
    ]
    assert [layer.is_map for layer in seen.layers] == [True] * 7 + [False]


def test_the_first_maps_are_the_image_seen_through_the_filters(probe, seven):
    seen = probe.look(seven)
    for number, weights in enumerate(seen.filters):
        answers = correlate2d(seven / 255, weights, mode="valid") + seen.offsets[number]
        np.testing.assert_allclose(seen.layers[0].values[..., number], answers.clip(min=0), atol=1e-4)


@pytest.mark.parametrize("digit", DIGITS)
def test_it_says_of_a_digit_what_the_recognizer_says(probe, recognizer, digit):
    image = ink.digit_pixels(Drawing.from_strokes(DIGITS[digit]))
    seen = probe.look(image)
    probabilities, novelty = recognizer.predict_many(image[np.newaxis])
    np.testing.assert_allclose(seen.prediction.probabilities, probabilities[0], atol=1e-5)
    np.testing.assert_allclose(softmax(seen.scores), probabilities[0], atol=1e-5)
    assert seen.prediction.novelty == pytest.approx(novelty[0], abs=1e-4)


def test_the_close_up_is_the_strongest_answer_of_the_first_layer(probe, seven):
    seen = probe.look(seven)
    place = close_up(seven, seen)
    first = seen.layers[0].values
    assert place.total == pytest.approx(first.max(), abs=1e-4)
    assert first[place.top, place.left, place.number] == first.max()
    np.testing.assert_array_equal(
        place.patch, seven[place.top : place.top + 3, place.left : place.left + 3] / np.float32(255)
    )


def test_an_empty_image_has_a_close_up_too(probe):
    nothing = np.zeros((28, 28), np.uint8)
    assert np.all(close_up(nothing, probe.look(nothing)).patch == 0)


def test_what_was_seen_stays_when_the_next_digit_is_looked_at(probe, seven):
    seen = probe.look(seven)
    before = seen.layers[0].values.copy()
    probe.look(np.zeros((28, 28), np.uint8))
    np.testing.assert_array_equal(seen.layers[0].values, before)
    with pytest.raises(ValueError, match="read-only"):
        seen.features[0] = 1


def test_one_probe_serves_four_threads(probe):
    images = [ink.digit_pixels(Drawing.from_strokes(strokes)) for strokes in DIGITS.values()]
    expected = [probe.look(image).features for image in images]
    wrong: list[int] = []

    def look(start: int) -> None:
        for step in range(40):
            index = (start + step) % len(images)
            if not np.array_equal(probe.look(images[index]).features, expected[index]):
                wrong.append(index)

    threads = [threading.Thread(target=look, args=(3 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("image", [np.zeros((28, 28), np.float32), np.zeros((1, 28, 28), np.uint8), None])
def test_an_image_of_another_form_is_refused(probe, image):
    with pytest.raises(DrawingError, match="Received"):
        probe.look(image)


@pytest.mark.parametrize("graph", [b"", b"no graph", bytes(5000)])
def test_what_is_no_graph_is_refused(graph):
    with pytest.raises(BundleError, match="cannot be looked into"):
        LayerProbe(graph)


def test_a_changed_file_is_refused(tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    (folder / "model.tflite").write_bytes((folder / "model.tflite").read_bytes()[:-1] + b"x")
    with pytest.raises(BundleError, match="SHA-256"):
        open_probe(folder)
