"""The job that downloads a dataset and brings it into the form in which the app reads it."""

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from mnist_core.datasets import load_dataset
from mnist_core.datasets.registry import DATASETS
from mnist_core.errors import DatasetError
from mnist_core.jobs.worker import Report
from mnist_core.language import noop as N_

log = logging.getLogger(__name__)

DOWNLOADING = N_("Downloading")
CONVERTING = N_("Bringing the digits into the app's form")


def run(settings: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Download the dataset in the settings and what belongs to it, unless it is here, and load it once.

    Returns
    -------
    How many images it has, under "images".

    Raises
    ------
    DatasetError
        If it is none that can be fetched, no mirror gives it, the disk is full, or what is here is damaged.
    Cancelled
        If it is to stop; nothing is kept then.
    """
    name = settings["dataset"]
    archives = {spec.name: spec.archive for spec in DATASETS.values() if spec.archive}
    if name not in archives:
        raise DatasetError(f"The datasets that can be fetched are {', '.join(archives)}. Received: {name!r:.80}.")

    progress = partial(report.go_on, stage=DOWNLOADING)
    if not archives[name].is_here:
        archives[name].download(progress, report.work)
    for failure in DATASETS[name].fetch_companions(progress, report.work):
        log.warning("%s was fetched without what belongs to it: %s", name, failure)
    report.tell(1, 1, CONVERTING)
    return {"images": len(load_dataset(name, download=False))}
