"""A search: trial after trial of this app's own training, each with the values that Keras Tuner chose."""

import gc
import logging
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
from keras_tuner.engine.base_tuner import BaseTuner
from keras_tuner.errors import FailedTrialError, FatalError

from mnist_core.errors import SearchError, TrainingError, in_words
from mnist_core.model.bundle import HISTORY
from mnist_core.training.checkpoints import read_history
from mnist_core.training.examples import Examples, load_examples
from mnist_core.training.loop import NOT_A_NUMBER, train_network
from mnist_core.training.trained_model import disk_in_words, with_data_at_hand
from mnist_core.tuning import reasons
from mnist_core.tuning.importance import importance_of
from mnist_core.tuning.oracles import BEFORE, EPOCHS, SearchOracle, build_oracle, trial_of, values_of
from mnist_core.tuning.project import WORK, open_project
from mnist_core.tuning.results import Ending, Search, Trial, measures_of
from mnist_core.tuning.settings import SearchSettings, trial_config
from mnist_core.tuning.space import Value

log = logging.getLogger(__name__)

# Called with the kind of an event and its values.
Told = Callable[..., object]
# Asked every few steps whether the search is to end now, and keep what it has.
Stop = Callable[[], bool]

# A trial under which so many workers died is given up: it may take more memory than there is.
MOST_STARTS = 2
_STARTS = "starts"


class SearchEnded(FatalError):  # noqa: N818  it is no error
    """Raised within a trial to end the whole search; the trial is gone on with if the search is."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending)
        self.ending = ending


class DiskFull(FatalError):  # noqa: N818  Keras Tuner names it
    """Raised within a trial where the next one could only fail in the same way."""


def settings_at_hand(settings: SearchSettings) -> SearchSettings:
    """The settings with the bundled digits in place of data that cannot be had, as a training run would have it."""
    wanted = replace(settings.base, limit=settings.images)
    found = with_data_at_hand(wanted)
    if found == wanted:
        return settings
    return replace(settings, base=replace(found, limit=0), images=found.limit)


def run_search(settings: SearchSettings, folder: Path, told: Told, stop: Stop = lambda: False) -> Search:
    """Search until the budget is spent, nothing new is left or somebody stops it.

    Parameters
    ----------
    folder
        Where Keras Tuner keeps the search: one that is there already is gone on with, and a trial that was under way
        goes on from its last epoch.
    told
        Told of "searching", "trial", "trial epoch", "trial ended" and "importance".
    stop
        Whether to end now and keep what is known.

    Raises
    ------
    SearchError
        If the folder has another search, one of another version, or a damaged one.
    DatasetError, ConfigError
        As `load_examples`.
    TrainingError
        If the disk is full.
    """
    with disk_in_words():
        open_project(folder, settings)
    examples = load_examples(trial_config(settings, settings.space.corners()[0]))
    oracle = build_oracle(settings)
    tuner = reopened(lambda: SearchTuner(settings, oracle, folder, examples, told, stop), folder)
    oracle.is_over = lambda: stop() or tuner.is_late()
    with disk_in_words():
        tuner.save()
    told("searching", **_stage(tuner.found()))
    ending = _searched(tuner)
    return tuner.found(ending)


def _stage(search: Search) -> dict[str, Any]:
    """What is told when a search begins or goes on."""
    values = search.to_json()
    return {name: values[name] for name in ("settings", "trials", "images", "validation", "seconds")}


def reopened(make: Callable[[], "SearchTuner"], folder: Path) -> "SearchTuner":
    """A tuner with what its folder has; what it cannot make sense of is an error in words."""
    text = (
        "The search in {folder} cannot go on, as what was kept of it is damaged: {error!r:.200}. "
        "It was left as it is; search anew."
    )
    with in_words(SearchError, text, (ValueError, KeyError, TypeError, AttributeError, RuntimeError), folder=folder):
        return make()


def _searched(tuner: "SearchTuner") -> Ending:
    """Search; how it ended."""
    try:
        tuner.search()
    except SearchEnded as ended:
        tuner.oracle.save()
        ending = ended.ending
    except DiskFull as full:
        raise TrainingError(str(full)) from full
    else:
        ending = tuner.how_it_ended()
    tuner.check_kept()
    return ending


class SearchTuner(BaseTuner):
    """Runs trials with this app's own training.

    Attributes
    ----------
    settings, stop
        As for `run_search`.
    clock
        The oracle on this machine, which knows the time.
    """

    def __init__(
        self,
        settings: SearchSettings,
        oracle: SearchOracle,
        folder: Path,
        examples: Examples | None,
        told: Told,
        stop: Stop,
    ) -> None:
        self.settings, self.stop = settings, stop
        self._examples, self.told = examples, told
        self.clock = oracle
        self._epochs: list[dict[str, float | None]] = []
        super().__init__(oracle=oracle, directory=str(folder.parent), project_name=folder.name)

    def is_late(self) -> bool:
        """Whether the budget in minutes is spent."""
        return self.clock.seconds >= 60 * self.settings.max_minutes

    def run_trial(self, trial: Any) -> keras.callbacks.History:
        """Train as the trial says, and give the measures of each epoch."""
        self._epochs = []
        folder = Path(self.get_trial_dir(trial.trial_id))
        self.tell_start(trial)
        self._count_start(folder)
        try:
            return self._trained(trial)
        finally:
            (folder / _STARTS).unlink(missing_ok=True)
            keras.utils.clear_session()
            gc.collect()

    def on_trial_end(self, trial: Any) -> None:
        """Tell the oracle of every epoch, and how the trial ended."""
        for epoch, measures in enumerate(self._epochs):
            known = {name: value for name, value in measures.items() if value is not None}
            if self.settings.objective in known:
                self.oracle.update_trial(trial.trial_id, known, step=epoch)
        super().on_trial_end(trial)
        if self.settings.tuner != "hyperband":  # which may go on with it
            shutil.rmtree(self._work(trial.trial_id), ignore_errors=True)
        self.tell_end(trial)

    def check_kept(self) -> None:
        """Raise a TrainingError if the disk refused to take what is to be kept of the search."""
        with disk_in_words():
            if self.clock.refused:
                raise self.clock.refused

    def how_it_ended(self) -> Ending:
        """How a search ended that has no more trials."""
        if self.stop():
            return "stopped"
        if self.is_late():
            return "time"
        return "all trials" if len(self.clock.trials) >= self.settings.max_trials else "nothing new"

    def values(self, trial: Any) -> dict[str, Value]:
        """The values of a trial."""
        return values_of(self.settings.space, trial.hyperparameters.values)

    def found(self, ending: Ending = "", *, with_importance: bool = True) -> Search:
        """What the search has given so far, read from the oracle."""
        trials = sorted(map(self._known, self.clock.trials.values()), key=lambda each: each.number)
        if ending:
            trials = [replace(each, status="stopped") if each.status == "running" else each for each in trials]
        return Search(
            settings=self.settings,
            trials=trials,
            importance=importance_of(trials, self.settings.space.varied) if with_importance else None,
            ending=ending,
            seconds=self.clock.seconds,
            images=self._examples.shown if self._examples else 0,
            validation=len(self._examples.validation) if self._examples else 0,
        )

    def _known(self, trial: Any) -> Trial:
        """A trial as it is kept; one that runs, or was cut off, has the epochs that its checkpoints tell of."""
        known = trial_of(self.clock, trial, self.settings)
        if known.status not in ("running", "stopped"):
            return known
        rows = [measures_of(row) for row in read_history(self._work(trial.trial_id) / HISTORY)]
        scores = [score for row in rows if (score := row[self.settings.objective]) is not None]
        pick = max if self.settings.is_more_better else min
        return replace(known, epochs=tuple(rows), score=pick(scores) if scores else None)

    def _trained(self, trial: Any) -> keras.callbacks.History:
        """Train, and give the measures of each epoch."""
        values = trial.hyperparameters.values
        config = trial_config(self.settings, self.values(trial), values.get(EPOCHS))
        work = self._work(trial.trial_id)
        if values.get(BEFORE) and not work.exists() and self._work(values[BEFORE]).exists():
            shutil.copytree(self._work(values[BEFORE]), work)
        watch = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: self._tell_epoch(trial.trial_id, epoch, logs)
        )
        assert self._examples
        try:
            with disk_in_words():
                trained = train_network(config, self._examples, work, [watch], self._must_end)
        except FatalError:
            raise
        except TrainingError as error:
            if error.__cause__:  # the disk refused something
                raise DiskFull(str(error)) from error
            raise FailedTrialError(str(error)) from error
        except Exception as error:
            raise FailedTrialError(_in_words(error)) from error
        history = read_history(work / HISTORY)
        self._epochs = [measures_of(row) for row in history]
        if trained.ending == NOT_A_NUMBER:
            raise FailedTrialError(reasons.told(reasons.NOT_A_NUMBER, epoch=len(history)))
        return _as_history(history)

    def _must_end(self) -> bool:
        """Leave the trial if the search is to end."""
        if self.stop():
            raise SearchEnded("stopped")
        if self.is_late():
            raise SearchEnded("time")
        return False

    def _get_tuner_fname(self) -> str:
        """One file for the state, whichever machine goes on with the search."""
        return str(Path(self.directory) / self.project_name / "tuner.json")

    def tell_start(self, trial: Any) -> None:
        """Tell that a trial begins, or goes on."""
        self.told("trial", trial=self._known(trial).to_json(), seconds=self.clock.seconds)

    def tell_end(self, trial: Any) -> None:
        """Tell how a trial ended, and what counts as far as all trials tell."""
        known = self._known(self.clock.trials[trial.trial_id])
        self.told("trial ended", trial=known.to_json(), seconds=self.clock.seconds)
        if importance := self.found().importance:
            self.told("importance", **asdict(importance))

    def _tell_epoch(self, trial_id: str, epoch: int, logs: Mapping[str, float]) -> None:
        """Tell the measures of an epoch."""
        self.told("trial epoch", trial=trial_id, epoch=epoch, elapsed=self.clock.seconds, **measures_of(logs))

    def _count_start(self, folder: Path) -> None:
        """Refuse a trial that has taken the whole process with it before, and more than once."""
        path = folder / _STARTS
        starts = 1
        with suppress(FileNotFoundError, ValueError):  # a damaged count begins anew
            starts = int(path.read_text()) + 1
        if starts > MOST_STARTS:
            path.unlink()
            raise FailedTrialError(reasons.told(reasons.DIED, times=MOST_STARTS))
        path.write_text(str(starts))

    def _work(self, trial_id: str) -> Path:
        """The folder for the checkpoints of a trial; unlike Keras Tuner's own method this does not make it."""
        return Path(self.directory) / self.project_name / f"trial_{trial_id}" / WORK


def _as_history(rows: list[dict[str, float]]) -> keras.callbacks.History:
    """Epochs as Keras gives them after training."""
    history = keras.callbacks.History()
    history.epoch = list(range(len(rows)))
    history.history = {name: [row[name] for row in rows] for name in measures_of(rows[0]) if name in rows[0]}
    return history


def _in_words(error: Exception) -> str:
    """Why a trial failed, in a line."""
    import tensorflow as tf  # type: ignore[import-untyped]

    if isinstance(error, MemoryError | tf.errors.ResourceExhaustedError):
        return reasons.OUT_OF_MEMORY
    log.exception("A trial failed.")
    text = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {text[0]:.300}"
