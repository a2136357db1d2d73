"""A running average of a network's weights: steadier than the weights of any one step, and mostly better.

Polyak, Juditsky, "Acceleration of stochastic approximation by averaging", 1992. Keras's own (`use_ema`) leaves out the
statistics of batch normalisation, which then fit other weights than those that are averaged.
"""

import zipfile
from pathlib import Path

import keras
import numpy as np

from mnist_core.errors import TrainingError
from mnist_core.files import written_file

# The average of an epoch; that of the epoch before stays, as Keras's checkpoint of it does.
_FILE = "average-{epochs}.npz"
# Early on the average forgets faster, so that it does not hold on to random weights.
_WARM_UP = 10


class WeightAverage(keras.callbacks.Callback):
    """Averages the weights of all steps, and puts the average into the network while it is validated and kept.

    Parameters
    ----------
    momentum
        Share of the average that stays at each step, from 0 to 1.
    work
        Folder of the run, where the average is kept for a run that goes on.
    epochs
        How many an earlier run has completed.
    """

    def __init__(self, momentum: float, work: Path, epochs: int) -> None:
        super().__init__()
        self._momentum, self._work, self._epochs = momentum, work, epochs
        self._average: list[np.ndarray] = []
        self._aside: list[np.ndarray] = []
        self._first = 0
        self._steps = 0

    def on_train_begin(self, *_: object, **__: object) -> None:
        """Begin with the weights as they are, or with the average that was kept."""
        self._average = [variable.numpy() for variable in self._averaged()]
        if self._epochs:
            self._average, self._steps = self._kept()

    def on_train_batch_begin(self, batch: int, *_: object, **__: object) -> None:
        """Note which step it is, as several can run together."""
        self._first = batch

    def on_train_batch_end(self, batch: int, *_: object, **__: object) -> None:
        """Move the average towards the new weights, as far as each of the steps until this one would."""
        steps = batch - self._first + 1
        self._steps += steps
        stays = np.float32(min(self._momentum, self._steps / (self._steps + _WARM_UP)) ** steps)
        for average, variable in zip(self._average, self._averaged(), strict=True):
            average += (variable.numpy() - average) * (1 - stays)

    def on_test_begin(self, *_: object, **__: object) -> None:
        """Put the average into the network."""
        self._aside = [variable.numpy() for variable in self._averaged()]
        self._put(self._average)

    def put_back(self) -> None:
        """Put the weights of the last step back into the network, to go on learning from, and keep the average."""
        self._put(self._aside)
        self._epochs += 1
        with written_file(self._work / _FILE.format(epochs=self._epochs)) as part, part.open("wb") as file:
            np.savez(file, *self._average, looks=self._steps)
        (self._work / _FILE.format(epochs=self._epochs - 2)).unlink(missing_ok=True)

    def _averaged(self) -> list[keras.Variable]:
        """What is averaged: weights and statistics, but no seeds."""
        return [each for each in self.model.variables if np.dtype(each.dtype).kind == "f"]

    def _put(self, values: list[np.ndarray]) -> None:
        for variable, value in zip(self._averaged(), values, strict=True):
            variable.assign(value)

    def _kept(self) -> tuple[list[np.ndarray], int]:
        """The average of the epoch that the run goes on from, and after how many steps it was kept."""
        path = self._work / _FILE.format(epochs=self._epochs)
        try:
            with np.load(path) as arrays:
                kept = [arrays[f"arr_{index}"] for index in range(len(self._average))]
                steps = int(arrays["looks"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            text = "The average of the weights cannot be read: {error}. Delete {work} to begin anew."
            raise TrainingError(text.format(error=error, work=self._work)) from error
        return kept, steps


class PuttingBack(keras.callbacks.Callback):
    """At an epoch's end, once the average was kept as the best, goes back to the weights to learn with."""

    def __init__(self, average: WeightAverage) -> None:
        super().__init__()
        self._average = average

    def on_epoch_end(self, *_: object, **__: object) -> None:
        """Put the weights of the last step back."""
        self._average.put_back()
