"""Searching as a job: how it is started, what it has told, and what it gave. Nothing here imports Keras."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mnist_core.datasets.own import check_may_use
from mnist_core.errors import ConfigError, SearchError
from mnist_core.jobs import bounds, queue
from mnist_core.jobs.job import Job
from mnist_core.language import gettext as _
from mnist_core.memory import check_memory
from mnist_core.owners import KEEPER, By
from mnist_core.training.memory import memory_expected
from mnist_core.tuning.results import RESULTS, Search, load_results
from mnist_core.tuning.settings import SearchSettings, trial_config

TUNE = "tune"
# Keras Tuner's folder of a search that has ended, within the folder of its job.
PROJECT = "project"


def start_search(settings: SearchSettings, goes_on: str = "", by: By = KEEPER) -> Job:
    """Queue a search.

    Parameters
    ----------
    goes_on
        Id of a search that was stopped or has spent its budget: its trials are taken over, and the budget in trials and
        minutes comes on top of what it has used. A failed or cancelled one is gone on with by `resume`.
    by
        Whoever starts it.

    Raises
    ------
    SearchError
        If that search is not done, or what was kept of it is damaged or gone.
    ConfigError
        If it was made with other settings.
    LimitError
        If it asks for more than whoever starts it may, or for more memory than there is.
    JobError
        If there is no such job, or the new one cannot be written.
    """
    check_may_use(settings.base.data, by)
    bounds.check_size(by, settings.epochs, settings.max_trials, settings.max_minutes)
    _check_memory(settings)
    if goes_on:
        settings = _on_top(settings, goes_on)
    return queue.start(TUNE, settings.name, {"search": settings.to_json(), "goes_on": goes_on}, by)


def check_again(_by: By, settings: Mapping[str, Any]) -> None:
    """Refuse to have a search gone on with for which there is not enough memory; its budget was checked at its start.

    Raises
    ------
    ConfigError
        If its settings are none.
    LimitError
        As `start_search`.
    """
    _check_memory(SearchSettings.from_json(settings.get("search")))


def _check_memory(settings: SearchSettings) -> None:
    """Refuse a search for which there is not enough memory."""
    check_memory(memory_of_search(settings) or 0, queue.held_bytes())


def memory_of_search(settings: SearchSettings) -> int | None:
    """How many bytes a search needs at most: those of the network that needs most; None where that is not known."""
    needs = [memory_expected(trial_config(settings, values)) for values in settings.space.corners()]
    known = [each for each in needs if each is not None]
    return max(known, default=None)


def search_of(job: Job) -> Search:
    """How far a search is, or what it gave: from what was kept if it is done, otherwise from what it has told.

    Raises
    ------
    SearchError
        If it is done and what was kept is damaged.
    ConfigError
        If the job is no search.
    """
    if job.state == "done":
        return load_results(job.folder / RESULTS)
    search = Search(settings_of(job))
    search.take(job.events()[0])
    return search


def settings_of(job: Job) -> SearchSettings:
    """What a search was started with.

    Raises
    ------
    ConfigError
        If the job is no search.
    """
    if job.kind != TUNE:
        raise ConfigError(_("The job must be a search. Received: {received}."), received=f"{job.kind!r:.40}")
    return SearchSettings.from_json(job.settings.get("search"))


def kept_project(job_id: str) -> Path:
    """Keras Tuner's folder of a search that has ended.

    Raises
    ------
    SearchError
        If it is not there.
    JobError
        If there is no such job.
    """
    folder = queue.find(job_id).folder / PROJECT
    if not folder.is_dir():
        text = _("There is nothing to go on with: the search {id} has not kept its folder. Search anew.")
        raise SearchError(text, id=job_id)
    return folder


def result_of(search: Search) -> dict[str, Any]:
    """What the job gives: the best values and score, how it ended, and how many trials there are."""
    best = {"values": dict(search.best.values), "score": search.best.score} if search.best else None
    return {"best": best, "ending": search.ending, "trials": len(search.trials)}


def _on_top(settings: SearchSettings, job_id: str) -> SearchSettings:
    """The settings with a budget on top of what an earlier search has used."""
    kept_project(job_id)
    before = search_of(queue.find(job_id))
    if not settings.same_trials(before.settings):
        raise ConfigError(
            _(
                "A search goes on with the settings that it had: only its name and its budget can be others. "
                "Change nothing else, or start a new one."
            )
        )
    return replace(
        settings,
        max_trials=before.finished + settings.max_trials,
        max_minutes=before.seconds / 60 + settings.max_minutes,
    )
