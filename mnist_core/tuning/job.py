"""The job that searches for hyperparameters: what a worker does, and what it tells meanwhile."""

import shutil
from collections.abc import Mapping
from typing import Any

from mnist_core.jobs.job import ORDER
from mnist_core.jobs.worker import Cancelled, Report
from mnist_core.language import noop as N_
from mnist_core.tuning.project import MANIFEST, copy_project
from mnist_core.tuning.results import RESULTS, Search, save_results
from mnist_core.tuning.search import run_search, settings_at_hand
from mnist_core.tuning.searches import PROJECT, kept_project, result_of
from mnist_core.tuning.settings import SearchSettings

TRIAL = N_("Trial {number} of {count}")
TRIAL_AND_BEST = N_("Trial {number} of {count}; best so far {score}")
TRIAL_AND_BEST_SHARE = N_("Trial {number} of {count}; best so far {share}")


def run(settings: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Search as the settings say and keep every trial; a search that was cut off goes on where it was.

    Returns
    -------
    The best values and score under "best", or None there if no trial gave any, and how the search ended.

    Raises
    ------
    SearchError, ConfigError, DatasetError, TrainingError
        As `run_search`.
    Cancelled
        If it is not wanted any more.
    """
    report.event("preparing")
    given = SearchSettings.from_json(settings["search"])
    used = settings_at_hand(given)
    if used.base.data != given.base.data:
        report.event("other data", wanted=list(given.base.data), used=list(used.base.data))
    folder = report.work / "search"
    if settings["goes_on"] and not (folder / MANIFEST).exists():
        copy_project(kept_project(settings["goes_on"]), folder)
    watch = _Watch(used, report)
    search = run_search(used, folder, watch.take, watch.is_to_end)
    if watch.is_unwanted():
        if not (report.folder / ORDER).exists():  # deleted; but what is written meanwhile makes the folder again
            shutil.rmtree(report.folder, ignore_errors=True)
        raise Cancelled
    copy_project(folder, report.folder / PROJECT)
    save_results(search, report.folder / RESULTS)
    return result_of(search)


class _Watch:
    """Passes on what a search tells, and how far it is, in words."""

    def __init__(self, settings: SearchSettings, report: Report) -> None:
        self._search, self._report = Search(settings), report

    def take(self, kind: str, **values: Any) -> None:
        """Tell followers of the job what happened."""
        if self.is_unwanted():
            return
        self._report.event(kind, **values)
        self._search.take([{"kind": kind, **values}])
        if kind != "searching":
            # What a crash does not lose; that a trial has begun is one, as `run_search` counts its beginnings.
            self._report.progress()
        settings, done = self._search.settings, self._search.finished
        epochs = sum(len(each.epochs) / max(each.limit, 1) for each in self._search.trials if each.status == "running")
        self._report.tell(min(done + epochs, settings.max_trials), settings.max_trials, **self._stage())

    def is_to_end(self) -> bool:
        """Whether to end now: with the best so far, or because it is not wanted at all."""
        return self._report.is_to_end() or self.is_unwanted()

    def is_unwanted(self) -> bool:
        """Whether nothing of it is to be kept: it was cancelled, or its folder was deleted."""
        return self._report.wish == "cancel" or not (self._report.folder / ORDER).exists()

    def _stage(self) -> dict[str, Any]:
        """How far the search is: the stage and its figures."""
        settings, best = self._search.settings, self._search.best
        trial = {"number": min(self._search.finished + 1, settings.max_trials), "count": settings.max_trials}
        if best is None or best.score is None:
            return {"stage": TRIAL, **trial}
        if settings.is_more_better:
            return {"stage": TRIAL_AND_BEST_SHARE, **trial, "share": best.score}
        return {"stage": TRIAL_AND_BEST, **trial, "score": best.score}
