"""A map of a dataset, and the film of a training, as findings."""

from collections.abc import Mapping
from typing import Any

from mnist_core.datasets.finding import asked_images
from mnist_core.jobs.finding import Finding
from mnist_core.maps.embedding import MapConfig, chosen_indices
from mnist_core.maps.film import check_snapshots, load_film
from mnist_core.maps.library import find_map, standard_name
from mnist_core.maps.memory import check_map
from mnist_core.model.bundle import of_model
from mnist_core.owners import By
from mnist_core.store import Identity, of_images
from mnist_core.types import Dataset


def _map_title(config: MapConfig, _dataset: Dataset, name: str = "") -> str:
    return name or standard_name(config)


def _map_identity(config: MapConfig, dataset: Dataset, name: str = "") -> Identity:
    """The question; a ConfigError if there are not more images than neighbours."""
    chosen_indices(config, dataset)
    about = of_images(dataset)
    if config.source == "features":
        about = of_model(config.model) | about
    return about | Identity({"name": name}, {"config": config.to_json()})


def _map_id(config: MapConfig, dataset: Dataset, _name: str = "") -> str | None:
    return find_map(config, dataset)


def _film_title(model: str, _dimensions: int) -> str:
    return f"How {model} learned, as a film"


def _film_identity(model: str, dimensions: int) -> Identity:
    """The question; a BundleError if the model carries nothing to make a film of."""
    check_snapshots(model)
    return of_model(model) | Identity({}, {"dimensions": dimensions})


def check_again(by: By, settings: Mapping[str, Any]) -> None:
    """Refuse to have a map gone on with for which there is no room any more.

    Raises
    ------
    LimitError, ConfigError
        As `check_map`.
    DatasetError
        If its images are not there any more.
    """
    check_map(by, MapConfig.from_json(settings.get("config")), asked_images(settings))


MAP = Finding("embed", _map_title, _map_identity, _map_id, check_map)
"""The id of the map that a config gives of a dataset, with a name for people; by default that says what it is of."""

FILM = Finding("film", _film_title, _film_identity, load_film)
