"""The job that makes a map: of pixels or features, with UMAP or principal components."""

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from mnist_core.datasets.finding import asked_images
from mnist_core.jobs.worker import Report
from mnist_core.language import noop as N_
from mnist_core.maps.embedding import (
    Embedding,
    Indices,
    MapConfig,
    check_vectors,
    chosen_indices,
    fit_reduction,
    pca_coordinates,
)
from mnist_core.maps.library import save_map
from mnist_core.maps.quality import measure_quality
from mnist_core.maps.umap_fit import umap_coordinates
from mnist_core.model.bundle import graph_digest
from mnist_core.readings.readings import compute_readings, load_readings
from mnist_core.types import Dataset, Float32Array, Tell, as_shades, frozen, untold

LOOKING = N_("The network looks at every digit.")
MEASURING = N_("How far the map can be trusted is being measured.")
MAP_READY = N_("The map is ready.")


def run(settings: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Make the map of the config in the settings and keep it; half of it is worth nothing.

    Returns
    -------
    Its id under "map", and its quality, if it was measured.

    Raises
    ------
    ConfigError, MapError, DatasetError, BundleError
        As `make_map`, or if the dataset has other images by now.
    Cancelled
        If it is to stop.
    """
    config = MapConfig.from_json(settings["config"])
    made = make_map(config, asked_images(settings), report.go_on)
    return {"map": save_map(made, settings.get("name", ""), report.owner), "points": len(made), "seconds": made.seconds}


def make_map(config: MapConfig, dataset: Dataset, tell: Tell = untold) -> Embedding:
    """Make a map and measure how far it can be trusted.

    Parameters
    ----------
    tell
        Called with how far it is, of how much, and what it is at.

    Raises
    ------
    ConfigError
        If there are not more images than neighbours.
    MapError
        If no map can be made of what the images are to it.
    BundleError, DatasetError
        If there is no such model, or what it makes of the images cannot be had.
    """
    began = time.monotonic()
    indices = chosen_indices(config, dataset)
    vectors = input_vectors(config, dataset, indices, tell)
    check_vectors(vectors)
    if config.method == "umap":
        coordinates = umap_coordinates(vectors, config, tell)
    else:
        coordinates = pca_coordinates(vectors, config)
    tell(95, 100, MEASURING)
    labels = np.array(dataset.labels[indices])
    reduction = fit_reduction(vectors, config.metric)
    quality = measure_quality(vectors, coordinates, labels, config.seed)
    tell(100, 100, MAP_READY)
    return Embedding(
        config=config,
        indices=frozen(indices),
        labels=frozen(labels),
        coordinates=frozen(coordinates),
        vectors=frozen(reduction.reduced(vectors)),
        reduction=reduction,
        quality=quality,
        graph=graph_digest(config.model) if config.source == "features" else "",
        images=dataset.digest,
        seconds=round(time.monotonic() - began, 1),
    )


def input_vectors(config: MapConfig, dataset: Dataset, indices: Indices, tell: Tell = untold) -> Float32Array:
    """What a map of these images is made of: float32 (n, 784) in [0, 1], or the model's features (n, w).

    The model reads the dataset if it has not yet, and that is kept.

    Raises
    ------
    BundleError, DatasetError
        If there is no such model, or what it makes of the images cannot be had.
    """
    if config.source == "pixels":
        return as_shades(dataset.images[indices].reshape(len(indices), -1))

    def looked_at(done: int, images: int) -> None:
        tell(10 * done / images, 100, LOOKING)

    readings = load_readings(config.model, dataset) or compute_readings(config.model, dataset, looked_at)
    return np.array(readings.features[indices])
