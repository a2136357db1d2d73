"""The job that trains a network: what a worker does, and what it tells meanwhile."""

import math
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import keras
import numpy as np

from mnist_core.datasets import load_dataset
from mnist_core.datasets.registry import watched_tests
from mnist_core.jobs.worker import Cancelled, Report
from mnist_core.model.library import free_name, place_model
from mnist_core.training.config import TrainingConfig
from mnist_core.training.examples import Examples
from mnist_core.training.run_settings import RunSettings, some_of_each
from mnist_core.training.trained_model import train_model, with_data_at_hand
from mnist_core.types import CLASSES, UInt8Array, as_shades

# Between two looks at how far the network is.
LOOK_INTERVAL_S = 0.5


def run(settings: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Train as the settings say and keep the model; a run that was cut off goes on from its last epoch.

    Returns
    -------
    The model's name under "model", and how training ended under "ending".
    """
    given = RunSettings.from_json(settings)
    report.event("preparing")
    config = with_data_at_hand(given.config)
    if config.data != given.config.data:
        report.event("other data", wanted=list(given.config.data), used=list(config.data))
    config = replace(config, name=free_name(config.name))
    reporter = _Reporter(config, given.drawing, report)
    callbacks: list[keras.callbacks.Callback] = [reporter]
    if given.tensorboard:
        callbacks.append(keras.callbacks.TensorBoard(report.folder / "tensorboard"))
    made = report.work / "model"
    card = train_model(
        config,
        made,
        work=report.work,
        callbacks=callbacks,
        stop=partial(_is_asked_to_stop, report),
        told=reporter.take_stage,
        owner=report.owner,
    )
    if report.wish == "cancel":
        raise Cancelled
    return {"model": place_model(made, config.name), "ending": card.ending}


def _is_asked_to_stop(report: Report) -> bool:
    """Whether to end with the best so far; ends at once if it is not wanted at all."""
    if report.wish == "cancel":
        raise Cancelled
    return report.wish == "stop"


class _Reporter(keras.callbacks.Callback):
    """Tells how far the network is: measures now and then and after each epoch, and how it reads what is watched."""

    def __init__(self, config: TrainingConfig, drawing: UInt8Array | None, report: Report) -> None:
        super().__init__()
        self._config, self._report = config, report
        self._watched = watched_tests(config.data)
        images, labels = some_of_each(load_dataset(self._watched).split("test"))
        self._labels: list[int] = labels.tolist()
        self._images = as_shades(images if drawing is None else np.concatenate([images, drawing[None]]))
        self._last_look = 0.0
        self._epoch: int | None = None

    def take_stage(self, stage: str, examples: Examples) -> None:
        """Tell that a stage begins."""
        self._report.event(
            stage,
            images=examples.shown,
            validation=len(examples.validation),
            epochs=self._config.epochs,
            watched={"dataset": self._watched, "labels": self._labels},
        )

    def on_epoch_begin(self, epoch: int, *_: object, **__: object) -> None:
        # Only now is the epoch before this one on the disk.
        if self._epoch is not None:
            self._report.progress()
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float]) -> None:
        if time.monotonic() - self._last_look < LOOK_INTERVAL_S:
            return
        self._last_look = time.monotonic()
        steps = self.params["steps"]
        # Steps that run together may pass the end.
        self._tell("step", logs, step=min(batch + 1, steps), steps=steps)

    def on_epoch_end(self, _epoch: int, logs: Mapping[str, float]) -> None:
        self._tell("epoch", logs)

    def _tell(self, kind: str, logs: Mapping[str, float], **more: object) -> None:
        """Tell measures and readings."""
        logits = self.model.predict_on_batch(self._images)[:, :CLASSES]
        read = np.nan_to_num(keras.ops.convert_to_numpy(keras.ops.softmax(logits)))
        measures = {name: float(value) if math.isfinite(value) else None for name, value in logs.items()}
        watched = len(self._labels)
        self._report.event(
            kind,
            epoch=self._epoch,
            read=read[:watched].argmax(axis=1).tolist(),
            drawing=[round(float(share), 4) for share in read[watched]] if len(read) > watched else None,
            **measures,
            **more,
        )
