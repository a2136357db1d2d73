"""The running average of the weights: what it is, when it is in the network, and that a crash loses nothing of it."""

import keras
import numpy as np
import pytest

from mnist_core.errors import TrainingError
from mnist_core.training.averaging import PuttingBack, WeightAverage


@pytest.fixture
def network():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="dense"), keras.layers.BatchNormalization()])


def put(network, value):
    for weight in network.variables:
        if np.dtype(weight.dtype).kind == "f":
            weight.assign(np.full(weight.shape, value, np.float32))


def value(network):
    return float(network.get_layer("dense").kernel.numpy()[0, 0])


def averaging(network, work, momentum=0.5, epochs=0):
    average = WeightAverage(momentum, work, epochs)
    average.set_model(network)
    average.on_train_begin()
    return average


def step(average, first=0, last=None):
    average.on_train_batch_begin(first)
    average.on_train_batch_end(first if last is None else last)


def test_the_average_forgets_by_its_momentum_once_it_is_warm(network, tmp_path):
    put(network, 0.0)
    average = averaging(network, tmp_path)
    put(network, 1.0)
    expected = 0.0
    for count in range(1, 40):
        step(average, count - 1)
        expected += (1 - expected) * (1 - min(0.5, count / (count + 10)))
    average.on_test_begin()
    assert value(network) == pytest.approx(expected, rel=1e-4)


def test_steps_that_run_together_move_it_as_far_as_each_by_itself(network, tmp_path):
    found = []
    for together in (1, 4):
        put(network, 0.0)
        average = averaging(network, tmp_path, 0.9)
        average._steps = 1000  # it is warm
        put(network, 1.0)
        for first in range(0, 40, together):
            step(average, first, first + together - 1)
        average.on_test_begin()
        found.append(value(network))
    assert found[0] == pytest.approx(1 - 0.9**40, rel=1e-4)
    assert found[1] == pytest.approx(found[0], rel=1e-4)


def test_statistics_of_normalisation_are_averaged_with_the_weights(network, tmp_path):
    put(network, 2.0)
    average = averaging(network, tmp_path)
    put(network, 4.0)
    step(average)
    average.on_test_begin()
    mean = float(network.layers[-1].moving_mean.numpy()[0])
    assert 2 < mean < 4
    assert mean == pytest.approx(value(network))


def test_the_network_learns_on_with_its_own_weights(network, tmp_path):
    put(network, 0.0)
    average = averaging(network, tmp_path)
    put(network, 1.0)
    step(average)
    average.on_test_begin()
    assert value(network) < 1
    PuttingBack(average).on_epoch_end(0)
    assert value(network) == 1


def test_a_run_that_was_cut_off_goes_on_with_the_average(network, tmp_path):
    put(network, 0.0)
    average = averaging(network, tmp_path, 0.9)
    for epoch in range(3):
        put(network, float(epoch + 1))
        step(average)
        average.on_test_begin()
        average.put_back()
    # The last two are there: the checkpoint of the last epoch may be damaged.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["average-2.npz", "average-3.npz"]
    put(network, 5.0)
    again = averaging(network, tmp_path, 0.9, 3)
    for one in (average, again):
        step(one)
    average.on_test_begin()
    expected = value(network)
    again.on_test_begin()
    assert value(network) == pytest.approx(expected)


def test_an_average_that_cannot_be_read_is_told(network, tmp_path):
    (tmp_path / "average-1.npz").write_bytes(b"PK\x03\x04 nonsense")
    with pytest.raises(TrainingError, match="average of the weights cannot be read"):
        averaging(network, tmp_path, epochs=1)
