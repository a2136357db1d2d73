"""Keras Tuner's oracles, which choose what is tried next, with what a search of this app needs beside it.

Nothing of how they choose is changed. What is added: the time that trials took, the end of the budget in minutes, files
that a crash cannot leave half written, and an eye on workers of other machines that are heard of no more.
"""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import keras_tuner
from keras_tuner.engine.trial import Trial as KerasTrial

from mnist_core.files import written_file
from mnist_core.tuning import reasons
from mnist_core.tuning.results import MEASURES, Status, Trial
from mnist_core.tuning.settings import SearchSettings
from mnist_core.tuning.space import HYPERPARAMETERS, Choices, Space, Value

HYPERBAND_FACTOR = 3
# Hyperband begins anew as often as the budget allows.
ROUNDS = 1_000
# The Gaussian process learns from a third of the trials, drawn by chance, before it proposes any.
RANDOM_SHARE, LEAST_RANDOM = 3, 3
# A trial whose worker died is given to another one so often.
RETRIES = 2
# Keras Tuner would end a search after some failures in a row; here the budget does.
ANY_NUMBER = 10**9

# The name under which workers on other machines get the settings.
SETTINGS = "mnist-studio/settings"
# Keras Tuner's names of what a trial is.
RUNNING, IDLE, STOPPED, INVALID = "RUNNING", "IDLE", "STOPPED", "INVALID"
# Keras Tuner's names of what Hyperband adds to a trial's values.
EPOCHS, BEFORE = "tuner/epochs", "tuner/trial_id"

_STATUSES: Mapping[str, Status] = {"COMPLETED": "completed", "FAILED": "failed"}


class SearchOracle(keras_tuner.Oracle):
    """What is added to each of Keras Tuner's oracles.

    Attributes
    ----------
    is_over
        Asked before each trial: whether no more shall begin.
    times
        For each trial the seconds of work when it began, and when it ended or None.
    heard
        For each worker, when it was last heard of, on the monotonic clock.
    is_done
        Whether a worker was told that nothing more is to be done.
    refused
        What the disk refused to take, if it did; nothing more begins then. It is raised by whoever searches, and not
        where it is met: Keras Tuner would never release its lock again, and a chief would stand still.
    """

    trials: dict[str, Any]

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.is_over: Callable[[], bool] = lambda: False
        self.times: dict[str, list[float | None]] = {}
        self.heard: dict[str, float] = {}
        self.is_done = False
        self.refused: OSError | None = None
        self._worked, self._since = 0.0, time.monotonic()
        self.verbose = 0

    @property
    def seconds(self) -> float:
        """Seconds of work since the search began; the time between two sittings is left out."""
        return round(self._worked + time.monotonic() - self._since, 3)

    @property
    def is_at_end(self) -> bool:
        """Whether no more trial shall begin."""
        return self.refused is not None or self.is_over()

    @keras_tuner.synchronized
    def create_trial(self, tuner_id: str) -> Any:
        """The next trial; none while it may be that another worker's has to be done again."""
        self.heard[tuner_id] = time.monotonic()
        if self.is_at_end:
            trial = KerasTrial(self.get_space(), "", STOPPED)
            self.tuner_ids.discard(tuner_id)
        else:
            trial = super().create_trial(tuner_id)
        if trial.status == STOPPED and self.ongoing_trials and not self.is_at_end:
            self.tuner_ids.add(tuner_id)
            trial.status = IDLE
        elif trial.status == STOPPED:
            self.is_done = True
        elif trial.status == RUNNING:
            self.times[trial.trial_id] = [self.seconds, None]
        return trial

    def update_trial(self, trial_id: str, metrics: Mapping[str, Any], step: int = 0) -> Any:
        """Take down the measures of an epoch, unless its trial has ended, or is of another search.

        An error in here would hold the lock as `refused` tells.
        """
        if self._has_ended(trial_id):
            return KerasTrial(self.get_space(), trial_id, STOPPED)
        return super().update_trial(trial_id, metrics, step)

    @keras_tuner.synchronized
    def end_trial(self, trial: Any) -> None:
        """Take down how a trial ended, with the values as they were chosen: messages carry fewer digits.

        A worker that was given up and comes back may end its trial, unless another one has done so before.
        """
        if self._has_ended(trial.trial_id):
            return
        if trial.trial_id in self._retry_queue:
            self._retry_queue.remove(trial.trial_id)
        trial.hyperparameters = self.trials[trial.trial_id].hyperparameters
        self.times.setdefault(trial.trial_id, [self.seconds, None])[1] = self.seconds
        super().end_trial(trial)

    def get_trial(self, trial_id: str) -> Any:
        """A trial; whoever asks for one is alive."""
        for tuner_id, trial in list(self.ongoing_trials.items()):
            if trial.trial_id == trial_id:
                self.heard[tuner_id] = time.monotonic()
        return super().get_trial(trial_id)

    @keras_tuner.synchronized
    def give_up_silent(self, silence_s: float) -> list[str]:
        """Give the trials of workers that were not heard of for so long to others; the names of these workers."""
        limit = time.monotonic() - silence_s
        gone = [name for name in self.tuner_ids if self.heard.get(name, 0.0) < limit]
        for name in gone:
            self.tuner_ids.discard(name)
            if trial := self.ongoing_trials.get(name):
                trial.status = INVALID
                trial.message = f"FailedTrialError: {reasons.NOT_HEARD}"
                self.end_trial(trial)
        return gone

    @keras_tuner.synchronized
    def state_of_trials(self) -> list[tuple[str, str, bool]]:
        """What each trial is, and whether a worker has it."""
        under_way = {trial.trial_id for trial in self.ongoing_trials.values()}
        return [(name, trial.status, name in under_way) for name, trial in self.trials.items()]

    def _has_ended(self, trial_id: str) -> bool:
        """Whether nothing more is to be told of a trial, or there is none of this name."""
        return trial_id not in self.trials or trial_id in self.end_order

    def _retry(self, trial: Any) -> bool:
        """Queue a trial anew, without Keras Tuner's line about it in the midst of the progress bar."""
        with redirect_stdout(None):
            return bool(super()._retry(trial))

    def get_state(self) -> dict[str, Any]:
        """Keras Tuner's state, and the time that was worked."""
        return super().get_state() | {"seconds": self.seconds, "times": self.times}

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from a state that `get_state` gave.

        The files of trials may be ahead of it after a crash: one that has not ended by then begins anew, whatever was
        written of it, and one that had not begun is left out. They come in the order that they began in, not in that of
        the file system.
        """
        found = self.trials
        self.trials = {
            name: found[name] if name in state["end_order"] else KerasTrial(found[name].hyperparameters, name, RUNNING)
            for name in state["start_order"]
        }
        super().set_state(state)
        self._worked, self._since = float(state["seconds"]), time.monotonic()
        self.times = dict(state["times"])

    def save(self) -> None:
        """Write the state in one step."""
        self._write(self._get_oracle_fname(), self.get_state())

    def _save_trial(self, trial: Any) -> None:
        """Write a trial in one step."""
        self._write(Path(self._get_trial_dir(trial.trial_id)) / "trial.json", trial.get_state())

    def _write(self, path: str | Path, state: Mapping[str, Any]) -> None:
        """Write a state in one step, or note why the disk does not take it."""
        try:
            with written_file(Path(path)) as part:
                part.write_text(json.dumps(state), encoding="utf-8")
        except OSError as error:
            self.refused = error


class _Random(SearchOracle, keras_tuner.oracles.RandomSearchOracle):
    """Random search."""


class _Bayesian(SearchOracle, keras_tuner.oracles.BayesianOptimizationOracle):
    """Bayesian optimisation with a Gaussian process."""

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Propose values, on one core and without a check of each number: the same ones, four times as fast.

        Thousands of predictions for a handful of points are made, one by one.
        """
        import sklearn
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1), sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
            proposed: dict[str, Any] = super().populate_space(trial_id)
        return proposed


class _Hyperband(SearchOracle, keras_tuner.oracles.HyperbandOracle):
    """Successive halving (Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar, "Hyperband", 2018)."""


def build_oracle(settings: SearchSettings) -> SearchOracle:
    """The oracle of a search."""
    common = {
        "objective": keras_tuner.Objective(settings.objective, "max" if settings.is_more_better else "min"),
        "hyperparameters": hyperparameters_of(settings),
        # Keras Tuner takes 0 for no seed at all.
        "seed": settings.seed + 1,
        "tune_new_entries": False,
        "max_retries_per_trial": RETRIES,
        "max_consecutive_failed_trials": ANY_NUMBER,
    }
    if settings.tuner == "random":
        return _Random(max_trials=settings.max_trials, **common)
    if settings.tuner == "bayesian":
        drawn = max(LEAST_RANDOM, min(settings.max_trials // RANDOM_SHARE, 3 * len(settings.space.varied)))
        return _Bayesian(max_trials=settings.max_trials, num_initial_points=drawn, **common)
    oracle = _Hyperband(max_epochs=settings.epochs, factor=HYPERBAND_FACTOR, hyperband_iterations=ROUNDS, **common)
    oracle.max_trials = settings.max_trials
    return oracle


def hyperparameters_of(settings: SearchSettings) -> Any:
    """The space as Keras Tuner has it, without what has one value only, and with the settings for other machines."""
    space, found = settings.space, keras_tuner.HyperParameters()
    found.Fixed(SETTINGS, json.dumps(settings.to_json()))
    for name in space.varied:
        dimension = space.dimensions[name]
        if isinstance(dimension, Choices):
            found.Choice(name, list(dimension.values))
            continue
        sampling = "log" if dimension.log else "linear"
        kind = found.Int if HYPERPARAMETERS[name].whole else found.Float
        kind(name, dimension.low, dimension.high, step=dimension.step, sampling=sampling)
    return found


def values_of(space: Space, given: Mapping[str, Any]) -> dict[str, Value]:
    """The values of one of Keras Tuner's trials; at the very end of a range they may lie beyond it by rounding."""
    within = dict(given)
    for name in space.varied:
        dimension = space.dimensions[name]
        if not isinstance(dimension, Choices):
            within[name] = min(max(within[name], dimension.low), dimension.high)
    return space.values(within)


def trial_of(oracle: SearchOracle, trial: Any, settings: SearchSettings) -> Trial:
    """One of an oracle's trials as it is kept."""
    status = _STATUSES.get(trial.status, "running" if trial in oracle.ongoing_trials.values() else "stopped")
    began, ended = oracle.times.get(trial.trial_id, [0.0, None])
    is_done = status in ("completed", "failed")
    return Trial(
        id=trial.trial_id,
        number=int(trial.trial_id) + 1,
        values=values_of(settings.space, trial.hyperparameters.values),
        status=status,
        score=float(trial.score) if status == "completed" else None,
        seconds=round(ended - (began or 0.0), 3) if is_done and ended is not None else None,
        ended=ended if is_done else None,
        limit=int(trial.hyperparameters.values.get(EPOCHS, settings.epochs)),
        epochs=_epochs(trial),
        reason=reason_of(trial.message) if status == "failed" else "",
    )


def _epochs(trial: Any) -> tuple[dict[str, float | None], ...]:
    """The measures of a trial's epochs, as the oracle was told them."""
    by_step: dict[int, dict[str, float | None]] = {}
    for name in MEASURES:
        if trial.metrics.exists(name):
            for each in trial.metrics.get_history(name):
                by_step.setdefault(each.step, {})[name] = float(each.mean())
    return tuple({name: by_step[step].get(name) for name in MEASURES} for step in sorted(by_step))


def reason_of(message: str | None) -> str:
    """Why a trial failed: the end of Keras Tuner's traceback. Other machines do not send theirs."""
    return (message or "").rpartition("FailedTrialError: ")[2].strip() or reasons.UNKNOWN
