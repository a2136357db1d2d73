"""The film of a training: a map of the same digits after each epoch, in which they move and do not jump."""

import functools
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mnist_core import paths
from mnist_core.errors import BundleError, MapError, in_words
from mnist_core.model.bundle import SNAPSHOTS, graph_digest, model_folder, opened_arrays, read_card
from mnist_core.records import UNUSABLE, DamagedError, decoding
from mnist_core.store import check_array, check_facts, read_arrays, stamp_of, write_arrays
from mnist_core.types import Float32Array, UInt8Array, describe, frozen

log = logging.getLogger(__name__)

MANIFEST = "film.json"
COORDINATES = "coordinates"
VERSION = 1


@dataclass(frozen=True, eq=False)
class Snapshots:
    """What a network saw in the same validation digits while it learned.

    Attributes
    ----------
    features
        float32 (frames, n, k).
    epochs
        int64 (frames,): after how many epochs; the first is 0, before training.
    labels, images
        uint8 (n,) and (n, 28, 28).
    """

    features: Float32Array
    epochs: npt.NDArray[np.int64]
    labels: UInt8Array
    images: UInt8Array

    def __post_init__(self) -> None:
        frames, n = self.epochs.size, self.labels.size
        shapes = self.features.shape[:2] == (frames, n) and self.images.shape == (n, 28, 28)
        shapes = shapes and self.epochs.ndim == self.labels.ndim == 1
        if not shapes or self.features.ndim != 3 or frames < 2 or not np.isfinite(self.features).all():
            raise ValueError(f"features of {frames} epochs and {n} digits are {describe(self.features)}")
        for array in (self.features, self.epochs, self.labels, self.images):
            frozen(array)


@dataclass(frozen=True, eq=False)
class Film:
    """A map of the same digits after each epoch.

    Attributes
    ----------
    coordinates
        float32 (frames, n, 2) or (frames, n, 3): the last frame is around 0, with a root mean square distance of 1.
    epochs, labels, images
        As of `Snapshots`.
    """

    coordinates: Float32Array
    epochs: npt.NDArray[np.int64]
    labels: UInt8Array
    images: UInt8Array


def has_snapshots(model: str) -> bool:
    """Whether a model carries what a film of its training is made of; those of older versions of the app do not.

    Raises
    ------
    BundleError
        If there is no such model.
    """
    return SNAPSHOTS in read_card(model_folder(model)).files


def check_snapshots(model: str) -> None:
    """Refuse a model that no film can be made of.

    Raises
    ------
    BundleError
        If there is no such model, or it was trained by an older version of the app.
    """
    if not has_snapshots(model):
        raise BundleError(
            f"A film of a training needs {SNAPSHOTS} in the model's folder. Received: {model}, which has none. Train "
            "a model with this version of the app."
        )


def load_snapshots(model: str) -> Snapshots:
    """What a network saw while it learned.

    Raises
    ------
    BundleError
        If there is no such model, it was trained by an older version of the app, or what it carries is damaged.
    """
    check_snapshots(model)
    folder = model_folder(model)
    text = "{file} in {folder} cannot be used: {error!r:.200}. Train the model again."
    with opened_arrays(folder, read_card(folder), SNAPSHOTS, text) as arrays:
        features = arrays["features"].astype(np.float32)
        return Snapshots(features, arrays["epochs"].astype(np.int64), arrays["labels"], arrays["images"])


def load_film(model: str, dimensions: int = 3) -> Film | None:
    """The film of a model's training, if it was made and is whole.

    Raises
    ------
    BundleError
        As `load_snapshots`.
    """
    folder = film_folder(model, dimensions)
    stamp = stamp_of(folder, MANIFEST)
    if stamp is None:
        return None
    try:
        return _open(model, dimensions, folder, stamp)
    except BundleError:
        raise
    except UNUSABLE as error:
        log.warning("The film in %s cannot be used and is made again: %s.", folder, error)
        return None


def save_film(model: str, coordinates: Float32Array) -> None:
    """Keep the film of a model's training.

    Parameters
    ----------
    coordinates
        float32 (frames, n, 2) or (frames, n, 3).

    Raises
    ------
    MapError
        If it cannot be written.
    """
    folder = film_folder(model, coordinates.shape[2])
    text = "The film could not be written to {folder}: {error}. Free some space and try again."
    with in_words(MapError, text, folder=folder):
        write_arrays(folder, {COORDINATES: coordinates}, {"version": VERSION}, MANIFEST)


def film_folder(model: str, dimensions: int) -> Path:
    """Where the film of a model's training is kept.

    Raises
    ------
    BundleError
        If there is no such model.
    """
    return paths.films_folder() / f"{graph_digest(model)[:16]}-{dimensions}d"


def normalised_film(coordinates: Float32Array) -> Float32Array:
    """Maps (frames, n, d), all moved and scaled alike: the last one is around 0, with a root mean square of 1."""
    last = coordinates[-1].astype(np.float64)
    middle = last.mean(axis=0)
    spread = np.sqrt(((last - middle) ** 2).sum(axis=1).mean())
    if not np.isfinite(coordinates).all() or spread == 0:
        raise MapError("A film's points must be finite and differ. Received: others. Try another model.")
    return ((coordinates - middle) / spread).astype(np.float32)


@functools.lru_cache(maxsize=2)
def _open(model: str, dimensions: int, folder: Path, _stamp: int) -> Film:
    """Read and verify a film."""
    facts, arrays = read_arrays(folder, MANIFEST)
    check_facts(facts, {"version": VERSION})
    snapshots = load_snapshots(model)
    with decoding():
        coordinates = arrays[COORDINATES]
        check_array(COORDINATES, coordinates, np.float32, (*snapshots.features.shape[:2], dimensions))
        if not np.isfinite(coordinates).all():
            raise DamagedError("not all of its coordinates are finite")
    return Film(coordinates, snapshots.epochs, snapshots.labels, snapshots.images)
