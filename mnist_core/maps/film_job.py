"""The job that makes the film of a training: aligned maps of the same digits after each epoch."""

from collections.abc import Mapping
from typing import Any

from mnist_core.errors import BundleError
from mnist_core.jobs.worker import Report
from mnist_core.maps.film import load_snapshots, save_film
from mnist_core.maps.umap_fit import film_coordinates
from mnist_core.model.bundle import graph_digest


def run(settings: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Make the film of the model in the settings and keep it; half of it is worth nothing.

    Returns
    -------
    How many frames it has, under "frames".

    Raises
    ------
    BundleError
        If the model is another one by now, or carries nothing to make a film of.
    MapError
        If what the network saw gives no map.
    Cancelled
        If it is to stop.
    """
    model = settings["model"]
    if graph_digest(model) != settings["graph"]:
        raise BundleError(f"{model} is another model by now than the one a film was asked of. Ask for it again.")
    snapshots = load_snapshots(model)
    film = film_coordinates(snapshots.features, settings["dimensions"], report.go_on)
    save_film(model, film)
    return {"frames": len(film)}
