"""The job that finds out how robust a model is: it reads the same images in a hundred ways."""

from collections.abc import Mapping
from typing import Any

from mnist_core.analysis.readings import images_digest
from mnist_core.analysis.robustness import compute_robustness
from mnist_core.data import load_dataset
from mnist_core.errors import DatasetError
from mnist_core.jobs.runs import CONDITION
from mnist_core.jobs.worker import Cancelled, Report


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
    dataset = load_dataset(settings["dataset"], download=False)
    if images_digest(dataset) != settings["images"]:
        raise DatasetError(
            f"{dataset.name} must have the images that were asked for; now it has others. Restart the app."
        )

    def tell(done: int, conditions: int) -> None:
        report.event(CONDITION, done=done, conditions=conditions)

    found = compute_robustness(settings["model"], dataset, tell, lambda: report.wish is not None)
    if found is None:
        raise Cancelled
    return {"images": found.images, "mean_corruption_error": found.mean_corruption_error}
