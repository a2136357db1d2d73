"""The job that has a model read a whole dataset: what pages that look at many images at once are made of."""

import time
from collections.abc import Mapping
from typing import Any

from mnist_core.analysis.readings import compute_readings, images_digest
from mnist_core.data import load_dataset
from mnist_core.errors import DatasetError
from mnist_core.jobs.runs import READING
from mnist_core.jobs.worker import Cancelled, Report

# Between two events of how far it is.
TELL_INTERVAL_S = 0.5


def run(settings: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Read every image of the dataset in the settings with the model in them; half of it is worth nothing.

    Returns
    -------
    How many images were read, under "images".
    """
    dataset = load_dataset(settings["dataset"], download=False)
    if images_digest(dataset) != settings["images"]:
        raise DatasetError(
            f"{dataset.name} must have the images that the readings were asked for; now it has others. Restart the app."
        )
    clock = _Clock(report)
    readings = compute_readings(settings["model"], dataset, clock.tell, lambda: report.wish is not None)
    if readings is None:
        raise Cancelled
    return {"images": len(readings)}


class _Clock:
    """Tells how far the reading is, but not too often."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._last = 0.0

    def tell(self, done: int, images: int) -> None:
        """Tell how many of the images are read."""
        if done == images or time.monotonic() - self._last >= TELL_INTERVAL_S:
            self._last = time.monotonic()
            self._report.event(READING, done=done, images=images)
