"""The job that checks a dataset's labels: networks learn from four fifths of it and read the last one, five times."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mnist_core.datasets.finding import asked_images
from mnist_core.jobs.worker import Report
from mnist_core.labels.check import FOLDS, check_labels
from mnist_core.labels.folds import out_of_sample
from mnist_core.language import noop as N_

STARTING = N_("Starting")
FOLD = N_("Part {part} of {parts}: a network learns from the other parts, then reads this one")
COMPARING = N_("Comparing what the networks read with the labels")


def run(settings: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Check the labels of the dataset in the settings; one that was cut off goes on with the next fold.

    Returns
    -------
    How the check was made, and how many labels of all splits are suspects, under "suspects".

    Raises
    ------
    DatasetError
        If the dataset has other images by now, too few of a digit, or the disk is full.
    TrainingError
        If a network's answers are no numbers.
    Cancelled
        If it is to stop.
    """
    dataset = asked_images(settings)
    progress = _Progress(report)
    report.tell(0, 1, STARTING)
    found = out_of_sample(dataset, report.work, progress.tell)
    report.tell(1, 1, COMPARING)
    check = check_labels(dataset, *found)
    return asdict(check.made) | {"suspects": int(check.is_suspect.sum())}


class _Progress:
    """Tells how far the folds are, and that each new one is a step that a crash does not lose."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._fold: int | None = None

    def tell(self, done: int, steps: int, fold: int) -> None:
        """Tell how many steps of all folds are done."""
        if self._fold is not None and fold != self._fold:
            self._report.progress()
        self._fold = fold
        self._report.go_on(done, steps, FOLD, part=fold + 1, parts=FOLDS)
