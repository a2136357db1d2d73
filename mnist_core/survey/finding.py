"""What is usual in a dataset and what is odd, as findings: one job finds out both."""

from mnist_core.extras import TRAIN
from mnist_core.jobs.finding import Finding
from mnist_core.store import of_images
from mnist_core.survey.anomalies import load_anomalies
from mnist_core.survey.components import load_components
from mnist_core.types import Dataset

SURVEY = "survey"


def _title(dataset: Dataset) -> str:
    return f"What is usual and what is odd in {dataset.name}"


COMPONENTS = Finding(SURVEY, _title, of_images, load_components)
ANOMALIES = Finding(SURVEY, _title, of_images, load_anomalies, extra=TRAIN)
