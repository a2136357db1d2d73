"""A training run: what it is started with, and its start. Nothing here imports Keras."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from mnist_core.datasets.own import check_may_use
from mnist_core.errors import ConfigError, in_words
from mnist_core.jobs import bounds, queue
from mnist_core.jobs.job import Job
from mnist_core.memory import check_memory
from mnist_core.model.bundle import SHIPPED, check_public, model_names
from mnist_core.model.library import free_name, model_owner
from mnist_core.owners import KEEPER, By
from mnist_core.records import UNUSABLE, decoding
from mnist_core.training.config import TrainingConfig
from mnist_core.training.memory import memory_expected
from mnist_core.training.speeds import SPEEDS
from mnist_core.types import CLASSES, IMAGE_SIDE, Dataset, UInt8Array

TRAIN = "train"
# Test digits whose reading is shown while a network learns, of each class.
WATCHED_EACH = 2


@dataclass(frozen=True, eq=False)
class RunSettings:
    """What a training run is started with.

    Attributes
    ----------
    preset
        Name of the preset that the config was made from.
    drawing
        uint8 (28, 28), a digit that the network reads while it learns, or None.
    tensorboard
        Whether to write logs for TensorBoard into the job's folder.
    """

    config: TrainingConfig
    preset: str
    drawing: UInt8Array | None = None
    tensorboard: bool = False

    def to_json(self) -> dict[str, Any]:
        """The settings as plain values."""
        drawing = None if self.drawing is None else base64.b64encode(self.drawing.tobytes()).decode("ascii")
        return {
            "config": self.config.to_json(),
            "preset": self.preset,
            "drawing": drawing,
            "tensorboard": self.tensorboard,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The settings that `to_json` gave.

        Raises
        ------
        ConfigError
            If they are none.
        """
        with in_words(ConfigError, "These are no settings of a run: {error}.", UNUSABLE), decoding():
            drawing = values["drawing"]
            if drawing is not None:
                drawing = np.frombuffer(base64.b64decode(drawing), np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
            config = TrainingConfig.from_json(values["config"])
            return cls(config, str(values["preset"]), drawing, bool(values["tensorboard"]))


def some_of_each(split: Dataset) -> tuple[UInt8Array, UInt8Array]:
    """The first `WATCHED_EACH` images of each class of a split: images (n, 28, 28) and labels (n,)."""
    labels = np.asarray(split.labels)
    rows = [row for digit in range(CLASSES) for row in np.flatnonzero(labels == digit)[:WATCHED_EACH]]
    return np.asarray(split.images)[rows], labels[rows]


def start_run(settings: RunSettings, by: By = KEEPER) -> Job:
    """Queue a training run under a name that no model and no other run has; measuring this machine gives way to it.

    Raises
    ------
    BundleError
        If the name could not be one of a model that all may see.
    LimitError
        If it asks for more than whoever starts it may, or for more memory than there is.
    JobError
        If the job cannot be written.
    """
    _check(settings, by)
    active = [job for job in queue.all_jobs() if job.is_active]
    name = free_name(check_public(settings.config.name), {job.title for job in active})
    for job in active:
        if job.kind == SPEEDS.kind:
            queue.cancel(job.id, KEEPER, at_once=True)
    named = replace(settings, config=replace(settings.config, name=name))
    return queue.start(TRAIN, name, named.to_json(), by)


def check_again(by: By, settings: Mapping[str, Any]) -> None:
    """Refuse to have a run gone on with that would not be started now.

    Raises
    ------
    ConfigError
        If its settings are none.
    LimitError
        As `start_run`.
    """
    _check(RunSettings.from_json(settings), by)


def _check(settings: RunSettings, by: By) -> None:
    """Refuse a run that asks for too much, or whose model would be one too many."""
    check_may_use(settings.config.data, by)
    bounds.check_size(by, epochs=settings.config.epochs)
    check_memory(memory_expected(settings.config) or 0, queue.held_bytes())
    coming = [job.owner for job in queue.all_jobs() if job.is_active and job.kind == TRAIN]
    bounds.check_models(by, coming + [model_owner(name) for name in model_names() if name != SHIPPED])
