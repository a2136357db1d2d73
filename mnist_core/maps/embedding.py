"""Maps of digits: every image as a point in two or three dimensions, alike images near each other.

This module says what a map is and makes what needs no UMAP. `mnist_core.maps.umap_fit` has the rest: umap-learn loads
numba and takes half a minute to begin, so it stays in a worker process.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from mnist_core.datasets import DATASETS
from mnist_core.datasets.own import is_own_name
from mnist_core.errors import ConfigError, MapError, in_words
from mnist_core.records import UNUSABLE, DamagedError, decoding, described
from mnist_core.types import Dataset, Float32Array, UInt8Array, check_number, describe, frozen

SOURCES = ("features", "pixels")
METHODS = ("umap", "pca")
METRICS = ("euclidean", "cosine")
SPLITS = ("test", "train", "all")
# With umap-learn's own 0.1 the digits are ten specks, far from each other; so they have half as much room again, and
# the map is as good: of 6,000 training digits' features trustworthiness is 0.987 both ways, continuity 0.991 and 0.990,
# and 99.55 % of 2,000 of them have their digit around them. (At 0.95 the map of pixels is clearly worse than at 0.1.)
ROOMY = 0.5
FEWEST_POINTS, MOST_POINTS = 10, 100_000
MOST_NEIGHBOURS = 200
# What a map keeps of each image to place a drawing by: so many principal components. Of MNIST's pixels they hold 75 %
# of the variance, of the shipped model's 96 features 91 %.
KEPT_WIDTH = 32
# A higher one when maps are made in another way: those of another version are made again.
VERSION = 1

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class MapConfig:
    """Everything that a map depends on beside the images and the model's weights; it round-trips through JSON.

    Attributes
    ----------
    source
        "features" (what the last layer but one of `model` gives) or "pixels".
    model
        Name of the model; for pixels it means nothing.
    dataset, split
        Which images: split is "test", "train" or "all".
    method
        "umap", or "pca" for the first principal components.
    dimensions
        2 or 3.
    neighbours
        UMAP: how many nearest images each one holds on to. Few show detail, many the whole.
    min_dist
        UMAP: how near to each other points may come, from 0 to 0.99. The higher, the more room a cluster takes.
    metric
        "euclidean"; "cosine" measures the same distance between vectors brought to length 1, which puts neighbours in
        the order of their cosine distance.
    points
        How many images, chosen at random; all there are, if that is less.
    seed
        Chooses the images, and where UMAP's chances fall: the same seed gives the same map.

    Raises
    ------
    ConfigError
        Naming the setting that is out of range.
    """

    source: str = "features"
    model: str = "default"
    dataset: str = "mnist"
    split: str = "test"
    method: str = "umap"
    dimensions: int = 3
    neighbours: int = 15
    min_dist: float = ROOMY
    metric: str = "euclidean"
    points: int = 10_000
    seed: int = 0

    def __post_init__(self) -> None:
        for name, choices in (
            ("source", SOURCES),
            ("dataset", tuple(DATASETS)),
            ("split", SPLITS),
            ("method", METHODS),
            ("metric", METRICS),
        ):
            if getattr(self, name) not in choices and not (name == "dataset" and is_own_name(self.dataset)):
                raise ConfigError(
                    f"A map's {name} must be one of {', '.join(choices)}. Received: {describe(getattr(self, name))}."
                )
        if not isinstance(self.model, str):
            raise ConfigError(f"A map's model must be the name of one. Received: {describe(self.model)}.")
        check_number("dimensions", self.dimensions, 2, 3, whole=True)
        check_number("neighbours", self.neighbours, 2, MOST_NEIGHBOURS, whole=True)
        check_number("min_dist", self.min_dist, 0, 0.99)
        check_number("points", self.points, FEWEST_POINTS, MOST_POINTS, whole=True)
        check_number("seed", self.seed, 0, 2**31 - 1, whole=True)
        check_neighbours(self, self.points)

    def to_json(self) -> dict[str, Any]:
        """The config as plain values for `json.dumps`."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: object) -> Self:
        """The config that `to_json` gave.

        Raises
        ------
        ConfigError
            If it is none, or a value is out of range.
        """
        names = {each.name for each in fields(cls)}
        text = "A map has the settings {names}. Received: {error}."
        with in_words(ConfigError, text, UNUSABLE, names=", ".join(sorted(names))), decoding():
            if not isinstance(values, Mapping) or not set(values) <= names:
                raise DamagedError(described(values))
            return cls(**values)


@dataclass(frozen=True)
class Quality:
    """How far a map can be trusted.

    Attributes
    ----------
    trustworthiness
        0 to 1: whether points that are near each other in the map are alike in what it was made of.
    continuity
        0 to 1: whether images that are alike are near each other in the map.
    map_accuracy, input_accuracy
        Share of the points whose nearest points mostly have their own label: in the map, and in what it was made of.
    neighbours
        How many nearest points were looked at.
    sample
        How many points, chosen at random, all of this was measured on.
    """

    trustworthiness: float
    continuity: float
    map_accuracy: float
    input_accuracy: float
    neighbours: int
    sample: int


@dataclass(frozen=True, eq=False)
class Reduction:
    """From what a map was made of to the few numbers that it keeps of each image.

    Attributes
    ----------
    mean
        float32 (w,): taken off first.
    axes
        float32 (w, k): orthonormal principal axes.
    is_unit
        Whether vectors are brought to length 1 before that (the cosine metric).
    tolerance
        Reduced vectors nearer to each other than this are of the same image.
    """

    mean: Float32Array
    axes: Float32Array
    is_unit: bool = False
    tolerance: float = 1e-3

    def reduced(self, vectors: Float32Array) -> Float32Array:
        """Vectors (n, w) as reduced ones, float32 (n, k)."""
        vectors = unit_vectors(vectors) if self.is_unit else np.asarray(vectors, np.float32)
        return np.asarray((vectors - self.mean) @ self.axes, np.float32)


@dataclass(frozen=True, eq=False)
class Embedding:
    """A map: where each image lies, and what is needed to place another one.

    Attributes
    ----------
    config
        How it was made.
    indices
        int64 (n,): which images of the dataset, training images first, in rising order.
    labels
        uint8 (n,).
    coordinates
        float32 (n, 2) or (n, 3): around 0, with a root mean square distance from there of 1.
    vectors, reduction
        float32 (n, k): what was kept of each image, and how it came about.
    quality
        How far it can be trusted; None where nobody measured.
    graph
        SHA-256 of the model's LiteRT graph; empty for pixels.
    images
        SHA-256 of the dataset, as `images_digest` gives it.
    seconds
        How long it took to make.
    """

    config: MapConfig
    indices: Indices
    labels: UInt8Array
    coordinates: Float32Array
    vectors: Float32Array
    reduction: Reduction
    quality: Quality | None = None
    graph: str = ""
    images: str = ""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        n, width = self.indices.size, self.reduction.axes.shape[-1]
        for name, dtype, shape in (
            ("indices", np.int64, (n,)),
            ("labels", np.uint8, (n,)),
            ("coordinates", np.float32, (n, self.config.dimensions)),
            ("vectors", np.float32, (n, width)),
        ):
            array = getattr(self, name)
            if not isinstance(array, np.ndarray) or array.dtype != dtype or array.shape != shape:
                raise MapError(f"A map's {name} must be {dtype.__name__} {shape}. Received: {describe(array)}.")
            frozen(array)
        if not np.isfinite(self.coordinates).all():
            raise MapError("A map's coordinates must be finite numbers. Received: others. Make it again.")

    def __len__(self) -> int:
        return len(self.indices)


def map_id(config: MapConfig, graph: str, images: str) -> str:
    """The name of a map among files: that of everything it depends on.

    Parameters
    ----------
    graph
        SHA-256 of the model's graph; for pixels it is left out, whatever it is.
    images
        SHA-256 of the dataset.
    """
    settings = config.to_json()
    if config.source == "pixels":
        settings["model"], graph = "", ""
    del settings["model"]  # a renamed model gives the same map
    if config.method == "pca":
        del settings["neighbours"], settings["min_dist"]
    text = json.dumps([VERSION, settings, graph, images], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def chosen_indices(config: MapConfig, dataset: Dataset) -> Indices:
    """Which images of a dataset a config asks for, in rising order.

    Raises
    ------
    ConfigError
        If the dataset has none of the kind, or too few of them for so many neighbours.
    """
    if config.split not in ("all", *dataset.splits):
        raise ConfigError(
            f"A map's split of {dataset.name} must be one of {', '.join(dataset.splits)}, all. "
            f"Received: {describe(config.split)}."
        )
    part = slice(0, len(dataset)) if config.split == "all" else dataset.splits[config.split]
    there = np.arange(part.start or 0, part.stop)
    count = min(config.points, len(there))
    check_neighbours(config, count)
    if count == len(there):
        return there
    return np.sort(np.random.default_rng(config.seed).choice(there, count, replace=False))


def check_neighbours(config: MapConfig, points: int) -> None:
    """Refuse as many neighbours as there are points, or more.

    Raises
    ------
    ConfigError
    """
    if config.method == "umap" and config.neighbours >= points:
        raise ConfigError(
            f"A map of {points} points must have fewer neighbours than points. Received: {config.neighbours} "
            "neighbours. Lower neighbours or raise points."
        )


def check_vectors(vectors: Float32Array) -> None:
    """Refuse what no map can be made of.

    Raises
    ------
    MapError
        If there are not at least `FEWEST_POINTS` vectors (n, w), one is no number, or all are the same.
    """
    if not isinstance(vectors, np.ndarray) or vectors.ndim != 2 or not vectors.shape[1]:
        raise MapError(f"A map is made of vectors (n, w). Received: {describe(vectors)}.")
    if len(vectors) < FEWEST_POINTS:
        raise MapError(f"A map must have at least {FEWEST_POINTS} points. Received: {len(vectors)}. Choose more.")
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        raise MapError(
            f"A map is made of finite numbers. Received: others in {int((~finite).sum()):,} of {len(vectors):,} "
            f"images, first in image {int(finite.argmin())}. Choose another model."
        )
    if (vectors == vectors[0]).all():
        raise MapError(
            f"A map shows how images differ. Received: {len(vectors):,} images that are all the same to it. Choose "
            "another model, or pixels."
        )


def unit_vectors(vectors: Float32Array) -> Float32Array:
    """Vectors (n, w) brought to length 1; one of length 0 stays."""
    vectors = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


def fit_reduction(vectors: Float32Array, metric: str = "euclidean", width: int = KEPT_WIDTH) -> Reduction:
    """The principal axes of vectors (n, w): `width` of them, or w if that is less.

    An axis points to where its largest entry is positive, so that the same vectors always give the same axes.
    """
    is_unit = metric == "cosine"
    vectors = unit_vectors(vectors) if is_unit else np.asarray(vectors, np.float32)
    mean = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    axes = _principal_axes(vectors - mean)[:, :width]
    return Reduction(frozen(mean), frozen(np.ascontiguousarray(axes, np.float32)), is_unit)


def pca_coordinates(vectors: Float32Array, config: MapConfig) -> Float32Array:
    """The first principal components of vectors (n, w), float32 (n, dimensions), as `Embedding.coordinates`."""
    reduction = fit_reduction(vectors, config.metric, config.dimensions)
    found = reduction.reduced(vectors)
    if found.shape[1] < config.dimensions:
        found = np.pad(found, ((0, 0), (0, config.dimensions - found.shape[1])))
    return normalised(found)


def normalised(coordinates: Float32Array) -> Float32Array:
    """Coordinates (n, d) around 0, along their principal axes, with a root mean square distance from 0 of 1.

    Raises
    ------
    MapError
        If they are all the same or not finite.
    """
    centred = np.asarray(coordinates, np.float64) - np.mean(coordinates, axis=0, dtype=np.float64)
    spread = np.sqrt((centred**2).sum(axis=1).mean())
    if not np.isfinite(spread) or spread == 0:
        raise MapError("A map's points must differ. Received: all in one place. Choose other settings.")
    return np.ascontiguousarray(centred @ _principal_axes(centred) / spread, np.float32)


def aligned(coordinates: Float32Array, onto: Float32Array) -> Float32Array:
    """A map turned, and mirrored where that helps, so that its points lie as near as they can to those of another one.

    Its shape and spread stay (orthogonal Procrustes problem, Schönemann, Psychometrika 31, 1966).

    Parameters
    ----------
    coordinates, onto
        float32 (n, 2) or (n, 3) of the same images; a map of two dimensions is laid onto the first two of the other.
    """
    dimensions = coordinates.shape[1]
    target = np.zeros((len(onto), dimensions))
    shared = min(dimensions, onto.shape[1])
    target[:, :shared] = onto[:, :shared]
    left, _, right = np.linalg.svd(coordinates.astype(np.float64).T @ target)
    return np.ascontiguousarray(coordinates @ (left @ right), np.float32)


def _principal_axes(centred: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """The principal axes (w, w) of vectors (n, w) around 0, the longest first."""
    axes = np.linalg.eigh((centred.T @ centred).astype(np.float64))[1][:, ::-1]
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    return axes * np.where(largest < 0, -1, 1)
