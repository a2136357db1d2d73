"""Kinds of layers: counted by hand here, and against Keras where networks are tested."""

import pytest

from mnist_core.errors import ConfigError
from mnist_core.model import layers
from mnist_core.model.architecture import NETWORKS, design
from mnist_core.model.layers import KINDS, Layer, summary

BLOCK = (Layer(layers.CONVOLUTION, 6, 3, 2, bias=False), Layer(layers.NORMALIZATION), Layer(layers.CONVOLUTION, 6, 3))


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (Layer(layers.CONVOLUTION, 5, 3), ((9, 8, 5), 9 * 4 * 5 + 5, 9 * 4 * 5 * 72)),
        (Layer(layers.CONVOLUTION, 5, 3, 2, bias=False), ((5, 4, 5), 9 * 4 * 5, 9 * 4 * 5 * 20)),
        (Layer(layers.CONVOLUTION, 5, 3, 2, "valid"), ((4, 3, 5), 9 * 4 * 5 + 5, 9 * 4 * 5 * 12)),
        (Layer(layers.CONVOLUTION, 5, 8, padding="valid", bias=False), ((2, 1, 5), 64 * 4 * 5, 64 * 4 * 5 * 2)),
        (Layer(layers.DEPTHWISE, kernel=5, padding="valid"), ((5, 4, 4), 25 * 4 + 4, 25 * 4 * 20)),
        (Layer(layers.MAX_POOLING), ((4, 4, 4), 0, 0)),
        (Layer(layers.AVERAGE_POOLING), ((4, 4, 4), 0, 0)),
        (Layer(layers.GLOBAL_POOLING), ((4,), 0, 0)),
        (Layer(layers.FLATTEN), ((288,), 0, 0)),
        (Layer(layers.NORMALIZATION), ((9, 8, 4), 16, 0)),
        (Layer(layers.ACTIVATION, activation="relu"), ((9, 8, 4), 0, 0)),
        (Layer(layers.DROPOUT, rate=0.5), ((9, 8, 4), 0, 0)),
        # The shortcut of 1x1, two convolutions of 3x3 and what normalises the first.
        (
            Layer(layers.RESIDUAL, 6, strides=2, inner=BLOCK),
            ((5, 4, 6), 24 + 216 + 24 + 324 + 6, (24 + 216 + 324) * 20),
        ),
    ],
)
def test_a_layer_on_nine_by_eight_with_four_maps_comes_to(layer, expected):
    assert layer.kind.counts(layer, (9, 8, 4)) == expected


def test_a_dense_layer_has_a_weight_for_each_input_of_each_unit():
    assert layers.DENSE.counts(Layer(layers.DENSE, 7), (30,)) == ((7,), 217, 210)
    assert layers.DENSE.counts(Layer(layers.DENSE, 7, bias=False), (30,)) == ((7,), 210, 210)


def test_a_window_is_at_most_as_large_as_its_map():
    with pytest.raises(ConfigError, match="9x9 has to move over a map of only 9x8"):
        layers.CONVOLUTION.counts(Layer(layers.CONVOLUTION, 5, 9, padding="valid"), (9, 8, 4))
    with pytest.raises(ConfigError, match="2x2 has to move over a map of only 1x1"):
        layers.MAX_POOLING.counts(Layer(layers.MAX_POOLING), (1, 1, 4))


def test_a_summary_has_the_words_and_ends_with_the_ten_outputs():
    rows = summary(
        [
            Layer(layers.CONVOLUTION, 4, 3, activation="relu"),
            Layer(layers.ACTIVATION, activation="tanh"),
            Layer(layers.FLATTEN),
            Layer(layers.DROPOUT, rate=0.25),
        ]
    )
    assert [row.name for row in rows] == ["convolution 3x3", "tanh", "flatten", "dropout 25%", "dense 10"]
    assert (rows[0].output, rows[-1].output, rows[-1].parameters) == ((28, 28, 4), (10,), 31370)


def test_every_kind_is_in_a_network_and_each_that_gives_maps_says_what_it_does():
    used = [layer for name in NETWORKS for layer in design(name)]
    used += [inner for layer in used for inner in layer.inner]
    assert {layer.kind for layer in used} == set(KINDS)
    maps = {layers.CONVOLUTION, layers.DEPTHWISE, layers.MAX_POOLING, layers.AVERAGE_POOLING, layers.RESIDUAL}
    assert {kind for kind in KINDS if kind.deed} == maps
