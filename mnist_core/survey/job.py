"""The job that looks over a dataset's images: along which directions they differ, and which are odd."""

from collections.abc import Mapping
from typing import Any

from mnist_core.datasets.finding import asked_images
from mnist_core.extras import TRAIN, is_installed
from mnist_core.jobs.worker import Report
from mnist_core.language import noop as N_
from mnist_core.survey.anomalies import compute_anomalies, load_anomalies
from mnist_core.survey.components import compute_components, load_components

# Of the whole bar, so much is for the components.
COMPONENTS_PART = 2

FINDING_COMPONENTS = N_("Finding the directions in which the images differ most")
LOOKING_FOR_ODD_ONES = N_("Looking for odd ones among the images of each digit")


def run(settings: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Find what is missing: the principal components, kept at once, then how odd each image is.

    Without the detectors (PyOD) the components are all that is found.

    Returns
    -------
    How many images were scored, under "images".

    Raises
    ------
    DatasetError
        If the dataset has other images by now, too few of them, or the disk is full.
    Cancelled
        If it is to stop; the components are kept.
    """
    dataset = asked_images(settings)
    report.tell(0, 1, FINDING_COMPONENTS)
    if not load_components(dataset):
        compute_components(dataset)

    def tell(done: int, steps: int) -> None:
        report.go_on(done + COMPONENTS_PART, steps + COMPONENTS_PART, LOOKING_FOR_ODD_ONES)

    if is_installed(TRAIN) and not load_anomalies(dataset):
        compute_anomalies(dataset, tell)
    return {"images": len(dataset)}
