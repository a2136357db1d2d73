"""How a model reads a dataset, as a finding."""

from mnist_core.jobs.finding import Finding
from mnist_core.model.bundle import base_of, of_model
from mnist_core.readings.readings import load_readings
from mnist_core.store import Identity, of_images
from mnist_core.types import Dataset


def _title(model: str, dataset: Dataset) -> str:
    return f"How {base_of(model)} reads {dataset.name}"


def _identity(model: str, dataset: Dataset) -> Identity:
    """The base's question for a taught model, whose readings are made of those of its base."""
    return of_model(base_of(model)) | of_images(dataset)


READINGS = Finding("read", _title, _identity, load_readings)
