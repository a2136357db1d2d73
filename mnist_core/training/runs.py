"""Training as a job: what it is started with, and what it has told. Nothing here imports Keras."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from mnist_core.errors import ConfigError
from mnist_core.jobs import queue
from mnist_core.jobs.finding import Finding
from mnist_core.jobs.job import Job
from mnist_core.model.library import free_name
from mnist_core.store import Identity
from mnist_core.training.config import TrainingConfig
from mnist_core.training.costs import read_speeds
from mnist_core.types import CLASSES, IMAGE_SIDE, Dataset, UInt8Array

TRAIN = "train"
SPEEDS: Finding[[], dict[str, float]] = Finding(
    "measure", lambda: "Measuring how fast this machine trains", lambda: Identity({}, {}), lambda: read_speeds() or None
)
"""How fast this machine trains each preset: seconds for an image."""

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
        try:
            drawing = values["drawing"]
            if drawing is not None:
                drawing = np.frombuffer(base64.b64decode(drawing), np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
            config = TrainingConfig.from_json(values["config"])
            return cls(config, str(values["preset"]), drawing, bool(values["tensorboard"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigError(f"These are no settings of a run: {error!r:.200}.") from error


@dataclass
class Progress:
    """How far a run is, from the events that it has told so far.

    Attributes
    ----------
    stage
        "waiting", "preparing", "training" or "measuring".
    images, validation
        How many images it learns from in an epoch, and how many it is checked with.
    watched
        Name of the dataset whose test digits are shown, and their labels.
    read
        The digit that it now reads in each of them.
    steps
        Measures within the epochs: "place" (in epochs, 1.5 in the middle of the second), "loss", "accuracy".
    epochs
        Measures of each whole epoch, the drawing's probabilities with them.
    latest
        The newest event with measures.
    rate
        Images a second, of late.
    notices
        What its owner should know: other data, a worker that died.
    """

    stage: str = "waiting"
    images: int = 0
    validation: int = 0
    watched: Mapping[str, Any] = field(default_factory=dict)
    read: list[int] = field(default_factory=list)
    steps: list[dict[str, float]] = field(default_factory=list)
    epochs: list[dict[str, Any]] = field(default_factory=list)
    latest: Mapping[str, Any] = field(default_factory=dict)
    rate: float = 0.0
    notices: list[Mapping[str, Any]] = field(default_factory=list)

    def take(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Go on with more events."""
        for event in events:
            match event.get("kind"):
                case "preparing":
                    self.stage = "preparing"
                case "training" | "measuring":
                    self.stage = event["kind"]
                    self.images, self.validation = event["images"], event["validation"]
                    self.watched = event["watched"]
                    self.latest = {}
                case "step" | "epoch":
                    self._take_measures(event)
                case "other data" | "died":
                    self.notices.append(event)

    @property
    def images_used(self) -> int:
        """How many images it has learned from, each counted every time."""
        return round(self.place * self.images)

    @property
    def place(self) -> float:
        """How many epochs it has done, parts counted."""
        within = self.latest["step"] / self.latest["steps"] if "step" in self.latest else 1.0
        return self.latest["epoch"] + within if self.latest else float(len(self.epochs))

    def _take_measures(self, event: Mapping[str, Any]) -> None:
        """Go on with the measures of a few steps or of an epoch."""
        # A run that was cut off does again what came after its last checkpoint.
        del self.epochs[event["epoch"] :]
        before, since = self.place, self.latest.get("time")
        self.latest, self.read = event, event["read"]
        if event["kind"] == "epoch":
            self.epochs.append(dict(event))
            return
        if since and self.place > before:
            rate = (self.place - before) * self.images / max(event["time"] - since, 1e-3)
            self.rate = rate if not self.rate else 0.8 * self.rate + 0.2 * rate
        self.steps = [step for step in self.steps if step["place"] < self.place]
        self.steps.append({"place": self.place, "loss": event["loss"], "accuracy": event["accuracy"]})


def some_of_each(split: Dataset) -> tuple[UInt8Array, UInt8Array]:
    """The first `WATCHED_EACH` images of each class of a split: images (n, 28, 28) and labels (n,)."""
    labels = np.asarray(split.labels)
    rows = [row for digit in range(CLASSES) for row in np.flatnonzero(labels == digit)[:WATCHED_EACH]]
    return np.asarray(split.images)[rows], labels[rows]


def start_run(settings: RunSettings) -> Job:
    """Queue a training run under a name that no model and no other run has; measuring this machine gives way to it.

    Raises
    ------
    BundleError
        If the name could not be one of a model.
    JobError
        If the job cannot be written.
    """
    active = [job for job in queue.all_jobs() if job.is_active]
    name = free_name(settings.config.name, {job.title for job in active})
    for job in active:
        if job.kind == SPEEDS.kind:
            queue.cancel(job.id, at_once=True)
    named = replace(settings, config=replace(settings.config, name=name))
    return queue.start(TRAIN, name, named.to_json())


def measure_speeds() -> Job | None:
    """Have this machine measured, if it was not yet and nothing else is going on; a failure is not tried again."""
    known = queue.all_jobs()
    has_failed = any(job.kind == SPEEDS.kind and job.state == "failed" for job in known)
    if SPEEDS.known() or has_failed or any(job.is_active for job in known):
        return None
    return SPEEDS.start()
