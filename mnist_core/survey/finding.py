"""What is usual in a dataset and what is odd, as findings: one job finds out both."""

from mnist_core.extras import TRAIN
from mnist_core.jobs.finding import Finding
from mnist_core.store import of_images
from mnist_core.survey.anomalies import Anomalies, load_anomalies
from mnist_core.survey.components import Components, load_components
from mnist_core.survey.shipped import shipped_anomalies, shipped_components
from mnist_core.types import Dataset

SURVEY = "survey"


def _title(dataset: Dataset) -> str:
    return f"What is usual and what is odd in {dataset.name}"


def _components(dataset: Dataset) -> Components | None:
    return load_components(dataset) or shipped_components(dataset)


def _anomalies(dataset: Dataset) -> Anomalies | None:
    return load_anomalies(dataset) or shipped_anomalies(dataset)


COMPONENTS = Finding(SURVEY, _title, of_images, _components)
ANOMALIES = Finding(SURVEY, _title, of_images, _anomalies, extra=TRAIN)
