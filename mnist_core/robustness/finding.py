"""How robust a model is on a dataset, as a finding."""

from mnist_core.jobs.finding import Finding
from mnist_core.model.bundle import of_model
from mnist_core.robustness.robustness import load_robustness
from mnist_core.store import Identity, of_images
from mnist_core.types import Dataset


def _title(model: str, dataset: Dataset) -> str:
    return f"How robust {model} is on {dataset.name}"


def _identity(model: str, dataset: Dataset) -> Identity:
    return of_model(model) | of_images(dataset)


ROBUSTNESS = Finding("robustness", _title, _identity, load_robustness)
