"""The job that measures how fast this machine trains each preset."""

import time
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from mnist_core.datasets.registry import FALLBACK, load_dataset
from mnist_core.errors import MnistError
from mnist_core.jobs.worker import Cancelled, Report
from mnist_core.training.config import TrainingConfig
from mnist_core.training.examples import Batches, Images
from mnist_core.training.loop import compiled_network
from mnist_core.training.presets import PRESETS
from mnist_core.training.speeds import write_speeds

# Each preset trains for so long, after what its first steps cost once.
MEASURED_S = 1.5
IMAGES = 60_000


def run(_settings: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Train each preset for a moment and keep how long an image takes."""
    digits = load_dataset(FALLBACK).split("train")
    rows = np.arange(IMAGES) % len(digits)
    images = Images(np.asarray(digits.images)[rows], np.asarray(digits.labels)[rows])
    speeds = {}
    for name, preset in PRESETS.items():
        report.event("measuring", preset=name)
        try:
            speeds[name] = seconds_an_image(preset.config, images, report)
        except MnistError as error:  # a shipped model that cannot be used must not hide the other speeds
            report.event("not measured", preset=name, error=str(error))
    write_speeds(speeds)
    return {"seconds": speeds}


def seconds_an_image(config: TrainingConfig, images: Images, report: Report | None = None) -> float:
    """How long training takes for one image.

    Raises
    ------
    ConfigError, BundleError
        If the network cannot be built.
    """
    batches = Batches(images, config)
    network = compiled_network(config, len(batches))
    clock = _Stopwatch(config.batch_size, report)
    network.fit(batches, verbose=0, callbacks=[clock])
    return clock.seconds / clock.images


class _Stopwatch(keras.callbacks.Callback):
    """Ends training after `MEASURED_S`, not counting what comes before the first steps are done."""

    def __init__(self, batch_size: int, report: Report | None) -> None:
        super().__init__()
        self._batch_size, self._report = batch_size, report
        self._first_step = -1
        self.images, self.seconds = 1, 0.0

    def on_train_batch_end(self, step: int, **_: object) -> None:
        if self._report and self._report.wish:
            raise Cancelled
        if self._first_step < 0:
            self._first_step, self._start = step, time.monotonic()
            return
        self.seconds = time.monotonic() - self._start
        self.images = (step - self._first_step) * self._batch_size
        if self.seconds > MEASURED_S:
            self.model.stop_training = True
