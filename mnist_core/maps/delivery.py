"""A map that another machine made, brought to its place."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mnist_core import paths
from mnist_core.datasets import DATASETS
from mnist_core.errors import MapError, in_words
from mnist_core.model.bundle import SHIPPED


def may_travel(settings: Mapping[str, Any]) -> bool:
    """Whether a map may be made elsewhere: not of images that are not public, nor as the user's models see them."""
    config = settings.get("config", {})
    is_known = config.get("source") != "features" or config.get("model") == SHIPPED
    return is_known and config.get("dataset") in DATASETS


def made(result: Mapping[str, Any]) -> Path:
    """The folder of the map."""
    return paths.maps_folder() / str(result["map"])


def place(folder: Path, result: Mapping[str, Any]) -> dict[str, Any]:
    """Put the map in its place, unless the same one is there.

    Raises
    ------
    MapError
        If the disk refuses.
    """
    target = made(result)
    with in_words(MapError, "The map could not be written to {folder}: {error}. Free some space.", folder=target):
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(target)
    return dict(result)
