"""What has come of a search: every trial with its values, curve and score, while it goes on and afterwards."""

import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Self

from mnist_core.errors import ConfigError, SearchError, in_words
from mnist_core.language import gettext as _
from mnist_core.records import UNUSABLE, DamagedError, decoding, picked, record
from mnist_core.store import OtherFactsError, read_values, write_values
from mnist_core.tuning.settings import SearchSettings
from mnist_core.tuning.space import Value
from mnist_core.types import describe

log = logging.getLogger(__name__)

Status = Literal["running", "completed", "stopped", "failed"]
Ending = Literal["", "all trials", "time", "stopped", "nothing new"]

RESULTS = "search.json"
FORMAT = 1

# From fewer trials nothing can be said about which hyperparameter counts.
MIN_TRIALS = 8

MEASURES = ("loss", "accuracy", "val_loss", "val_accuracy", "seconds")


@dataclass(frozen=True)
class Trial:
    """Some values, and what training with them gave.

    Attributes
    ----------
    id, number
        Keras Tuner's name of it, and its place in the order that trials began in, from 1.
    values
        Of each hyperparameter of the space.
    status
        "stopped" is one that was under way when the search ended: it is trained again if the search goes on.
    score
        The best value of the objective in any epoch; None without a whole epoch, and for a trial that failed.
    seconds, ended
        How long it took, and when it ended, in seconds of work since the search began; None while it runs.
    limit
        Epochs at most.
    epochs
        `MEASURES` of each whole epoch in turn; None for what is not a number.
    reason
        Why it failed, for a person.
    """

    id: str
    number: int
    values: Mapping[str, Value]
    status: Status = "running"
    score: float | None = None
    seconds: float | None = None
    ended: float | None = None
    limit: int = 0
    epochs: tuple[Mapping[str, float | None], ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def to_json(self) -> dict[str, Any]:
        """The trial as plain values."""
        kept = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return kept | {"values": dict(self.values), "epochs": [dict(each) for each in self.epochs]}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The trial that `to_json` gave; a DamagedError for anything else."""
        return record(cls, values)


@dataclass(frozen=True)
class Importance:
    """How much the score depends on each hyperparameter, as far as these trials tell.

    Attributes
    ----------
    shares
        Of all of them together, from 0 to 1; they add up to 1.
    spreads
        Standard deviation of each share over repetitions: one that is not well above its spread may be chance.
    trials
        How many it was learned from.
    """

    shares: Mapping[str, float]
    spreads: Mapping[str, float]
    trials: int


@dataclass
class Search:
    """How far a search is, or what it gave.

    Attributes
    ----------
    trials
        In the order that they began in.
    importance
        None with fewer than `MIN_TRIALS` scores, or where all are the same.
    ending
        How it ended; empty while it goes on or if it was cut off.
    seconds
        Work so far.
    images, validation
        How many images a trial learns from, and how many it is scored with; 0 until they are loaded.
    """

    settings: SearchSettings
    trials: list[Trial] = field(default_factory=list)
    importance: Importance | None = None
    ending: Ending = ""
    seconds: float = 0.0
    images: int = 0
    validation: int = 0

    @property
    def best(self) -> Trial | None:
        """The trial with the best score; the earlier one of two that are alike."""
        return next(iter(self.ranked(scored_only=True)), None)

    @property
    def finished(self) -> int:
        """How many trials are done, also those that failed."""
        return sum(trial.status in ("completed", "failed") for trial in self.trials)

    def ranked(self, *, scored_only: bool = False) -> list[Trial]:
        """The trials, best first; those without a score last."""
        sign = -1 if self.settings.is_more_better else 1
        scored = [trial for trial in self.trials if trial.score is not None]
        rest = [] if scored_only else [trial for trial in self.trials if trial.score is None]
        return sorted(scored, key=lambda trial: (sign * (trial.score or 0.0), trial.number)) + rest

    def best_so_far(self) -> list[tuple[float, float]]:
        """Seconds of work and the best score until then, each time that a trial with a score ended."""
        pick = max if self.settings.is_more_better else min
        ended = sorted((each.ended, each.score) for each in self.trials if None not in (each.ended, each.score))
        steps: list[tuple[float, float]] = []
        for seconds, score in ended:
            if seconds is not None and score is not None:
                steps.append((seconds, pick(score, steps[-1][1]) if steps else score))
        return steps

    def left_s(self) -> float | None:
        """About how many seconds of work are left; None until a trial has ended."""
        took = [each.seconds for each in self.trials if each.seconds is not None and each.status == "completed"]
        if not took or self.ending:
            return None
        for_trials = (self.settings.max_trials - self.finished) * sum(took) / len(took)
        return max(0.0, min(for_trials, 60 * self.settings.max_minutes - self.seconds))

    def take(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Go on with what a job tells; what is no event of a search is passed over, one of another form is logged."""
        for event in events:
            try:
                self._take(event)
            except UNUSABLE as error:
                log.warning("What a search told cannot be used and is left out: %s", error)

    def _take(self, event: Mapping[str, Any]) -> None:
        """Go on with an event, all of it or, with one of `UNUSABLE`, nothing."""
        match event.get("kind"):
            case "searching":
                told = picked(event, trials=tuple[Trial, ...], images=int, validation=int, seconds=float)
                begun = Search(SearchSettings.from_json(event.get("settings")))
                for trial in told.pop("trials"):
                    begun._put(trial)
                self.settings, self.trials = begun.settings, begun.trials
                self.images, self.validation, self.seconds = told.values()
            case "trial" | "trial ended":
                told = picked(event, trial=Trial, seconds=float)
                self._put(told["trial"])
                self.seconds = told["seconds"]
            case "trial epoch":
                measures: dict[str, Any] = dict.fromkeys(MEASURES, float | None)
                self._put_epoch(picked(event, trial=str, epoch=int, elapsed=float, **measures))
            case "importance":
                told = {name: event.get(name) for name in ("shares", "spreads", "trials")}
                self.importance = record(Importance, told)

    def _put(self, trial: Trial) -> None:
        """Add a trial, or put it in the place of what was known of it."""
        self._check_values(trial)
        place = next((index for index, each in enumerate(self.trials) if each.id == trial.id), len(self.trials))
        self.trials[place : place + 1] = [trial]

    def _check_values(self, trial: Trial) -> None:
        """Refuse a trial that lacks a value of what is searched."""
        if missing := set(self.settings.space.varied) - trial.values.keys():
            raise DamagedError(f"trial {trial.id!r:.40} has no {min(missing)}")

    def _put_epoch(self, event: Mapping[str, Any]) -> None:
        """Add an epoch to a trial; one that was cut off does again what came after its last checkpoint."""
        trial = next((each for each in self.trials if each.id == event["trial"]), None)
        if trial is not None:
            measures = {name: event.get(name) for name in MEASURES}
            self._put(replace(trial, epochs=(*trial.epochs[: event["epoch"]], measures)))
        self.seconds = event["elapsed"]

    def to_json(self) -> dict[str, Any]:
        """The search as plain values."""
        kept = {name: getattr(self, name) for name in ("ending", "seconds", "images", "validation")}
        return kept | {
            "settings": self.settings.to_json(),
            "trials": [trial.to_json() for trial in self.trials],
            "importance": asdict(self.importance) if self.importance else None,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The search that `to_json` gave.

        Raises
        ------
        ConfigError
            If it is none.
        """
        kinds: dict[str, Any] = {
            "trials": tuple[Trial, ...],
            "importance": Importance | None,
            "ending": Ending,
            "seconds": float,
            "images": int,
            "validation": int,
        }
        with in_words(ConfigError, _("These are no results of a search: {error}."), (DamagedError,)), decoding():
            told = picked(values, **kinds)
            trials = list(told.pop("trials"))
            found = cls(SearchSettings.from_json(values["settings"]), trials, **told)
            for trial in trials:
                found._check_values(trial)
            return found


def save_results(search: Search, path: Path) -> None:
    """Keep what a search gave in a JSON file, with a SHA-256 that damage is seen by."""
    write_values(path, {"format": FORMAT}, search=search.to_json())


def load_results(path: Path) -> Search:
    """What `save_results` kept.

    Raises
    ------
    SearchError
        If there is nothing, it is damaged, or of another version.
    """
    try:
        return Search.from_json(read_values(path, {"format": FORMAT}, "search"))
    except OtherFactsError as error:
        text = _(
            "The results in {path} are of another version. Expected: {expected}. Received: {received}. "
            "Open them with the version of the app that made them."
        )
        raise SearchError(text, path=path, expected=FORMAT, received=describe(error.received)) from error
    except UNUSABLE as error:
        text = _("The results of the search in {path} cannot be read: {error}. Search again.")
        raise SearchError(text, path=path, error=f"{error!r:.200}") from error


def measures_of(row: Mapping[str, float]) -> dict[str, float | None]:
    """`MEASURES` of an epoch as Keras tells them; None for what is not a number."""
    numbers = {name: row.get(name) for name in MEASURES}
    return {name: value if value is not None and math.isfinite(value) else None for name, value in numbers.items()}
