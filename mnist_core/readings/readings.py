"""What a model makes of every image of a dataset: computed once, kept in the data home, mapped by whoever needs it.

The readings lie under the hash of the model's LiteRT graph, so another model of the same name never finds them, and a
renamed one does.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from mnist_core import paths
from mnist_core.errors import BundleError, DatasetError
from mnist_core.language import gettext as _
from mnist_core.model.bundle import (
    GRAPH,
    base_of,
    graph_digest,
    is_taught,
    model_folder,
    model_names,
    read_card,
    read_file,
)
from mnist_core.model.last_layer import Head
from mnist_core.model.recognizer import open_recognizer
from mnist_core.store import Arrays, Identity, check_array, keep, load_kept, of_images, stamp_of
from mnist_core.types import CLASSES, Dataset, Float32Array, Readings, Tell, UInt8Array, frozen, untold

# So many images between two looks at whether to go on: a quarter of a second.
STEP = 2048


@dataclass(frozen=True, eq=False)
class DatasetReadings(Readings):
    """What a model makes of all images of a dataset, in the dataset's order; features and labels are always known.

    Attributes
    ----------
    model
        SHA-256 of the model's LiteRT graph.
    dataset
        The images that were read, their labels and splits.
    """

    VERSION: ClassVar[int] = 1
    NOUN: ClassVar[str] = "readings"
    ARRAYS: ClassVar[tuple[str, ...]] = ("probabilities", "novelty", "features")

    features: Float32Array = field(kw_only=True)
    labels: UInt8Array = field(kw_only=True)
    model: str = field(kw_only=True)
    dataset: Dataset = field(kw_only=True)

    @classmethod
    def from_kept(cls, dataset: Dataset, arrays: Arrays, manifest: Mapping[str, Any]) -> Self:
        """The readings of verified arrays; a ValueError if there is not one row for each image."""
        shapes: Mapping[str, tuple[int, ...]] = {"probabilities": (CLASSES,), "novelty": (), "features": (-1,)}
        for name, shape in shapes.items():
            check_array(name, arrays[name], np.float32, (len(dataset), *shape))
        graph = manifest.get("graph", manifest.get("model"))
        return cls(**arrays, labels=dataset.labels, model=graph, dataset=dataset)

    @cached_property
    def squares(self) -> Float32Array:
        """The squared length of each image's features, float32 (n,): what all distances from them need."""
        return frozen(np.einsum("ij,ij->i", self.features, self.features))


def compute_readings(name: str, dataset: Dataset, tell: Tell = untold) -> DatasetReadings:
    """Have a model read every image of a dataset and keep what it makes of them, in the place of what was there.

    Parameters
    ----------
    name
        The model's.
    tell
        Called with how many images are read, and how many there are. If it raises, nothing is kept.

    Raises
    ------
    BundleError
        If there is no such model or it is damaged.
    DatasetError
        If the readings cannot be written.
    """
    recognizer, card = open_recognizer(model_folder(name))
    pieces = []
    for start in range(0, len(dataset), STEP):
        tell(start, len(dataset))
        pieces.append(recognizer.readings(np.asarray(dataset.images[start : start + STEP])))
    if not pieces:
        raise DatasetError(f"{dataset.name} has no image to read.")
    tell(len(dataset), len(dataset))
    arrays = {array: np.concatenate([getattr(piece, array) for piece in pieces]) for array in DatasetReadings.ARRAYS}
    graph = card.files[GRAPH]
    readings = keep(DatasetReadings, _folder(graph, dataset.name), dataset, _identity(graph, dataset), arrays)
    _remove_orphans()
    return readings


def load_readings(name: str, dataset: Dataset) -> DatasetReadings | None:
    """What a model makes of the images of a dataset, if that is known.

    The first call in a process verifies the files, later ones only look whether they were replaced. Those of a model
    that a visitor has taught are made of its base's at once: its features are the same.

    Returns
    -------
    None if there are none, or none that can be used: they are damaged, or of another model or other images, which is
    logged.

    Raises
    ------
    BundleError
        If there is no such model, or a taught one's base is gone or another by now.
    """
    if is_taught(name):
        known = load_readings(base_of(name), dataset)
        return None if known is None else _taught(model_folder(name), graph_digest(name), known)
    graph = graph_digest(name)
    return load_kept(DatasetReadings, _folder(graph, dataset.name), dataset, _identity(graph, dataset))


def are_kept(name: str, dataset: str) -> bool:
    """Whether readings of a model lie where those of a dataset of that name are looked for, sound or not.

    Raises
    ------
    BundleError
        If there is no such model.
    """
    return stamp_of(_folder(graph_digest(base_of(name)), dataset)) is not None


@lru_cache(maxsize=8)
def _taught(folder: Path, graph: str, known: DatasetReadings) -> DatasetReadings:
    """What a taught model makes of the images that its base has read: in memory, 3 MB for 70,000 images."""
    card = read_card(folder)
    if known.model != card.taught.get("graph"):
        raise BundleError(
            _("The model that this one was taught from was replaced by another. Teach it again to use it here.")
        )
    return replace(Head(read_file(folder, card, GRAPH)).read(known), model=graph)


def _folder(graph: str, dataset: str) -> Path:
    """Where the readings of a model and a dataset of that name are kept."""
    return paths.readings_folder() / graph[:12] / dataset


def _identity(graph: str, dataset: Dataset) -> Identity:
    """What readings must be of, to be those of a model and a dataset."""
    return Identity({}, {"graph": graph}) | of_images(dataset)


def _remove_orphans() -> None:
    """Delete the readings of models that are no longer there."""
    known = set()
    for name in model_names():
        try:
            known.add(graph_digest(name)[:12])
        except BundleError:  # nobody knows whose readings a damaged model has
            return
    for folder in paths.readings_folder().iterdir():
        if folder.name not in known:
            shutil.rmtree(folder, ignore_errors=True)
