"""The job that finds out how robust a model is: it reads the same images in a hundred ways."""

from collections.abc import Mapping
from typing import Any

from mnist_core.datasets.finding import asked_images
from mnist_core.jobs.worker import Report
from mnist_core.robustness.robustness import compute_robustness


def run(settings: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Measure the robustness of the model in the settings on the dataset in them; half of it is worth nothing.

    Returns
    -------
    How many images were used, under "images", and the mean error over the fifteen corruptions.

    Raises
    ------
    DatasetError
        If the dataset has other images by now.
    Cancelled
        If it is to stop.
    """
    found = compute_robustness(settings["model"], asked_images(settings), report.go_on)
    return {"images": found.images, "mean_corruption_error": found.mean_corruption_error}
