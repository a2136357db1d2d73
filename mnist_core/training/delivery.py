"""A model that another machine trained, brought to its place."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mnist_core import paths
from mnist_core.datasets import DATASETS
from mnist_core.model.bundle import SHIPPED
from mnist_core.model.library import place_model


def may_travel(settings: Mapping[str, Any]) -> bool:
    """Whether a run may be done elsewhere.

    Not one that writes for TensorBoard, which looks at its folder meanwhile, nor one that takes what only this machine
    has: the user's own models, and images that are not public.
    """
    config = settings.get("config", {})
    is_public = all(name in DATASETS for name in config.get("data", ()))
    return is_public and not settings.get("tensorboard") and config.get("start_from", "") in ("", SHIPPED)


def made(result: Mapping[str, Any]) -> Path:
    """The folder of the model that a run gave."""
    return paths.models_folder() / str(result["model"])


def place(folder: Path, result: Mapping[str, Any]) -> dict[str, Any]:
    """Put the model in its place, under its name or one like it.

    Raises
    ------
    BundleError
        If it is damaged, or the disk refuses.
    """
    return {**result, "model": place_model(folder, str(result["model"]))}
