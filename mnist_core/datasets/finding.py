"""A dataset that is fetched, as a finding; and the images that a job was asked about."""

from collections.abc import Mapping
from typing import Any

from mnist_core.datasets.archive import Archive
from mnist_core.datasets.registry import load_dataset, spec_of
from mnist_core.errors import DatasetError
from mnist_core.jobs.finding import Finding
from mnist_core.store import Identity
from mnist_core.types import Dataset


def _identity(name: str) -> Identity:
    return Identity({"dataset": name}, {})


def _archive(name: str) -> Archive | None:
    """The file of a dataset, if it is here."""
    archive = spec_of(name).archive
    return archive if archive and archive.is_here else None


FETCH = Finding("fetch", lambda name: f"Get {name}", _identity, _archive)


def asked_images(settings: Mapping[str, Any]) -> Dataset:
    """The dataset that a job was started for.

    Raises
    ------
    DatasetError
        If it is not on this machine, or has other images by now.
    """
    dataset = load_dataset(settings["dataset"], download=False)
    if dataset.digest != settings["images"]:
        raise DatasetError(
            f"The images of {dataset.name} have changed since this was asked for. Ask again; if that does not help, "
            "restart the app."
        )
    return dataset
