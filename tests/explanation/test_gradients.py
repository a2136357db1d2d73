"""Gradients by hand against Keras's own, and against what a small change really does."""

import numpy as np
import pytest

from mnist_core import Drawing, ink, paths
from mnist_core.errors import BundleError, DrawingError
from mnist_core.explanation.gradients import GradientNetwork, Grid, open_gradients
from mnist_core.explanation.graph import Operation
from mnist_core.explanation.operators import applied
from mnist_core.model.architecture import NETWORKS, Architecture
from tests.graphs import converted, exported
from tests.strokes import DIGITS, FOUR

SHIPPED = paths.SHIPPED_MODELS / "default"
# Sums in another order. Weights of 16 bits would put some places on the other side of a ReLU's kink.
TOLERANCE = 1e-3
EACH = [
    *((name, None) for name in NETWORKS),
    ("classic", Architecture(filters=4, kernel=4, dense=16, batch_normalization=True)),
    ("resnet", Architecture(filters=2, blocks=6, dense=0, dropout=0.0)),
]


@pytest.fixture(scope="module")
def network():
    """The shipped model's."""
    return open_gradients(SHIPPED)


@pytest.fixture(scope="module")
def four():
    return ink.digit_image(Drawing.from_strokes(FOUR)).pixels


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def by_keras(model, pixels):
    """How each score of a Keras model changes with each pixel, by TensorFlow's own differentiation."""
    import keras
    import tensorflow as tf

    softmaxed = model.get_layer("probabilities")
    scores = keras.Model(model.input, softmaxed.input)
    with tf.GradientTape(persistent=True) as tape:
        image = tf.constant(pixels[np.newaxis])
        tape.watch(image)
        each = tf.unstack(scores(image, training=False)[0])
    return np.stack([tape.gradient(score, image)[0].numpy() for score in each])


def check_against_keras(model, pixels):
    expected = by_keras(model, pixels)
    found = GradientNetwork(exported(model)).jacobian(pixels)
    np.testing.assert_allclose(found, expected, atol=TOLERANCE * np.abs(expected).max())


def test_the_scores_are_those_that_the_recognizer_makes_probabilities_of(network, recognizer):
    images = np.stack([ink.digit_pixels(Drawing.from_strokes(strokes)) for strokes in DIGITS.values()])
    scores = network.follow(images.astype(np.float32) / np.float32(255)).scores
    np.testing.assert_allclose(softmax(scores), recognizer.predict_many(images)[0], atol=1e-6)


def test_a_small_change_of_a_pixel_does_what_the_gradient_says(network, four):
    found, step, rng = network.jacobian(four), 1e-3, np.random.default_rng(0)
    places = [tuple(place) for place in rng.integers(4, 24, (12, 2))]
    moved = np.repeat(four[np.newaxis], 2 * len(places), axis=0)
    for number, place in enumerate(places):
        moved[2 * number][place] += step
        moved[2 * number + 1][place] -= step
    scores = network.follow(moved).scores
    differences = (scores[0::2] - scores[1::2]) / (2 * step)
    expected = np.array([found[:, *place] for place in places])
    # A step may cross the kink of a ReLU: most must be near, none far.
    errors = np.abs(differences - expected) / np.abs(found).max()
    assert np.median(errors) < 5e-3
    assert errors.max() < 0.1


def test_many_images_at_once_are_each_by_itself(network, four):
    images = np.stack([four, np.flipud(four)]).copy()
    weights = np.eye(10, dtype=np.float32)[[4, 7]]
    together, _ = network.follow(images).gradients(weights)
    for number in (0, 1):
        alone, _ = network.follow(images[number : number + 1]).gradients(weights[number : number + 1])
        np.testing.assert_allclose(together[number], alone[0], atol=1e-5)


@pytest.mark.slow
def test_the_gradients_of_the_shipped_model_are_keras_s(network, four):
    import keras

    model = keras.models.load_model(SHIPPED / "model.keras")
    check_against_keras(model, four)
    # The graph itself has weights of 16 bits.
    correlation = np.corrcoef(network.jacobian(four).ravel(), by_keras(model, four).ravel())[0, 1]
    assert correlation > 0.999


@pytest.mark.slow
@pytest.mark.parametrize(("name", "chosen"), EACH)
def test_the_gradients_of_every_network_are_keras_s(name, chosen, four):
    check_against_keras(converted(name, chosen)[0], four)


# Operators


def operation(kind, options, shape=(1, 2, 2, 3)):
    return Operation(kind, (0, 1, 2), 3, shape, options)


WINDOW = {"padding": 0, "strideH": 2, "strideW": 1}
POOL = {"padding": 1, "strideH": 2, "strideW": 2, "filterHeight": 2, "filterWidth": 2}
RNG = np.random.default_rng(1)


def numbers(*shape):
    return RNG.normal(size=shape).astype(np.float32)


CASES = {
    "convolution": (operation("CONV_2D", WINDOW), (numbers(1, 7, 6, 2), numbers(3, 4, 3, 2), numbers(3))),
    "inner places alone": (
        operation("CONV_2D", WINDOW | {"padding": 1}),
        (numbers(1, 7, 6, 2), numbers(3, 4, 3, 2), None),
    ),
    "depthwise": (operation("DEPTHWISE_CONV_2D", WINDOW), (numbers(1, 7, 6, 2), numbers(1, 3, 3, 2), numbers(2))),
    "highest": (operation("MAX_POOL_2D", POOL), (numbers(1, 7, 6, 2),)),
    "mean of a window": (operation("AVERAGE_POOL_2D", POOL), (numbers(1, 7, 6, 2),)),
    "mean": (operation("MEAN", {"keepDims": False}), (numbers(1, 3, 4, 2), np.array([1, 2]))),
    "mean, kept": (operation("MEAN", {"keepDims": True}), (numbers(1, 3, 4, 2), np.array([1, 2]))),
    "dense": (operation("FULLY_CONNECTED", {}), (numbers(1, 6), numbers(4, 6), None)),
    "difference": (operation("SUB", {}), (numbers(1, 6), numbers(6))),
    "product": (operation("MUL", {}), (numbers(1, 6), numbers(6))),
    "tanh": (operation("TANH", {}), (numbers(1, 6),)),
    "relu": (operation("RELU", {}), (numbers(1, 6),)),
    "reshaped": (operation("RESHAPE", {}, (1, 3, 2)), (numbers(1, 6), None)),
}


@pytest.mark.parametrize("case", CASES)
def test_each_operator_is_pulled_back_as_small_changes_say(case):
    step = 1e-3
    what, (first, *rest) = CASES[case]
    values, pull = applied(what, (first, *rest))
    up = numbers(*values.shape)
    found = pull(up)[0][0]
    for place in list(np.ndindex(first.shape))[:: max(1, first.size // 12)]:
        more, less = first.copy(), first.copy()
        more[place] += step
        less[place] -= step
        ends = [float((applied(what, (each, *rest))[0] * up).sum(dtype=np.float64)) for each in (more, less)]
        assert found[place[1:]] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=0.02)


def test_a_convolution_sees_what_same_padding_lets_it_see():
    what = operation("CONV_2D", {"padding": 0, "strideH": 1, "strideW": 1})
    image = np.arange(9, dtype=np.float32).reshape(1, 3, 3, 1)
    values, _ = applied(what, (image, np.ones((1, 3, 3, 1), np.float32), None))
    assert values[0, :, :, 0].tolist() == [[8, 15, 12], [21, 36, 27], [20, 33, 24]]


@pytest.mark.parametrize(
    ("kind", "options", "activation"),
    [("LSTM", {}, ""), ("RELU", {}, "activation 3"), ("MAX_POOL_2D", POOL | {"padding": 0}, "")],
)
def test_what_no_network_of_this_program_has_is_refused(kind, options, activation):
    with pytest.raises(BundleError, match="made of what this program's networks have"):
        applied(Operation(kind, (0,), 1, (1, 2, 2, 1), options, activation), (numbers(1, 7, 7, 1),))


# Where the last maps look, and bad input


def test_the_last_maps_of_the_shipped_model_look_where_its_windows_lie(network, four):
    # Windows of 3, 4 (by 2), 3 on a rim, 3, pooled by 2, and 3 twice on rims.
    assert network.grid == Grid((5.5, 5.5), (4.0, 4.0))
    assert network.follow(four[np.newaxis]).maps.shape == (1, 5, 5, 104)


def test_a_damaged_graph_is_refused():
    graph = (SHIPPED / "model.tflite").read_bytes()
    for damaged in (b"", b"no graph at all", graph[: len(graph) // 2]):
        with pytest.raises(BundleError):
            GradientNetwork(damaged)


@pytest.mark.parametrize("wrong", [np.zeros((1, 28, 28)), np.zeros((1, 27, 28), np.float32), None])
def test_images_of_another_kind_are_refused(network, wrong):
    with pytest.raises(DrawingError):
        network.follow(wrong)
