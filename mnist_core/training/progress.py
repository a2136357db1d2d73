"""How far a training run is, by what its job has told."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mnist_core.records import DamagedError, picked

log = logging.getLogger(__name__)

# Of the ten digits.
_Shares = tuple[float, float, float, float, float, float, float, float, float, float]
# What each look at a run tells, and the measures of it: those of training, and of an epoch those of validation too.
_LOOK: Mapping[str, Any] = {"epoch": int, "time": float, "read": tuple[int, ...], "drawing": _Shares | None}
_LEARNED: Mapping[str, Any] = dict.fromkeys(("loss", "accuracy"), float | None)
_VALIDATED: Mapping[str, Any] = dict.fromkeys(("val_loss", "val_accuracy"), float | None)


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
        """Go on with more events; those of another form are left out and logged."""
        for event in events:
            try:
                self._take(event)
            except DamagedError as error:
                log.warning("What a run told cannot be used and is left out: %s", error)

    def _take(self, event: Mapping[str, Any]) -> None:
        """Go on with an event, all of it or, with a DamagedError, nothing."""
        match event.get("kind"):
            case "preparing":
                self.stage = "preparing"
            case "training" | "measuring":
                told = picked(event, images=int, validation=int, watched=Mapping[str, Any])
                picked(told["watched"], dataset=str | None)
                self.stage = event["kind"]
                self.images, self.validation, self.watched = told.values()
                self.latest = {}
            case "step":
                self._take_measures(picked(event, **_LOOK, step=int, steps=int, **_LEARNED))
            case "epoch":
                self._take_measures(picked(event, **_LOOK, **_LEARNED, **_VALIDATED))
            case "other data":
                self.notices.append(picked(event, kind=str, wanted=tuple[str, ...], used=tuple[str, ...]))
            case "died":
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
        if event["epoch"] < 0 or event.get("steps", 1) < 1:
            raise DamagedError(f"there is no such part of an epoch: {event['epoch']}, of {event.get('steps')} steps")
        # A run that was cut off does again what came after its last checkpoint.
        del self.epochs[event["epoch"] :]
        before, since = self.place, self.latest.get("time")
        self.latest, self.read = event, list(event["read"])
        if "step" not in event:
            self.epochs.append(dict(event))
            return
        if since and self.place > before:
            rate = (self.place - before) * self.images / max(event["time"] - since, 1e-3)
            self.rate = rate if not self.rate else 0.8 * self.rate + 0.2 * rate
        self.steps = [step for step in self.steps if step["place"] < self.place]
        self.steps.append({"place": self.place, "loss": event["loss"], "accuracy": event["accuracy"]})
