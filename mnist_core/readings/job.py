"""The job that has a model read a whole dataset: what pages that look at many images at once are made of."""

from collections.abc import Mapping
from typing import Any

from mnist_core.datasets.finding import asked_images
from mnist_core.jobs.worker import Report
from mnist_core.readings.readings import compute_readings


def run(settings: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Read every image of the dataset in the settings with the model in them; half of it is worth nothing.

    Returns
    -------
    How many images were read, under "images".

    Raises
    ------
    DatasetError
        If the dataset has other images by now.
    Cancelled
        If it is to stop.
    """
    return {"images": len(compute_readings(settings["model"], asked_images(settings), report.go_on))}
