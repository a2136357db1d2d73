"""The maps that the shipped model carries: MNIST's 10,000 test digits, without the digits.

What each of them shows and how it is read lies beside them, in the model's evaluation. To be small, coordinates are
kept as whole 65,535ths of their range and the vectors that drawings are placed by as steps of one size for all axes,
256 along the longest one.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from mnist_core.datasets.registry import training_images
from mnist_core.maps.embedding import VERSION, Embedding, MapConfig, Quality, Reduction
from mnist_core.model.bundle import CARD, GRAPH, MAPS, SHIPPED, model_folder, opened_arrays, read_card
from mnist_core.readings.evaluation_file import read_evaluation
from mnist_core.records import parsed_json, record
from mnist_core.store import stamp_of
from mnist_core.types import Float32Array, frozen

# In the order in which they are offered.
SHIPPED_MAPS: Mapping[str, MapConfig] = {
    f"{source}-{method}-{dimensions}d": MapConfig(source=source, method=method, dimensions=dimensions)
    for method in ("umap", "pca")
    for source in ("features", "pixels")
    for dimensions in (3, 2)
}
_NAMES = {"umap": "UMAP", "pca": "PCA", "features": "what the network sees", "pixels": "pixels"}


def shipped_infos() -> list[tuple[str, str, MapConfig, int, Quality | None]]:
    """Id, name for people, config, points and quality of the maps that the shipped model carries.

    Raises
    ------
    BundleError
        If the model is damaged.
    """
    maps = _maps()
    return [(key, _name(each.config), each.config, len(each), each.quality) for key, each in maps.items()]


def load_shipped_map(name: str) -> Embedding | None:
    """A map that the shipped model carries; None if it carries none of that name.

    Raises
    ------
    BundleError
        If the model is damaged.
    """
    return _maps().get(name) if name in SHIPPED_MAPS else None


def write_shipped_maps(folder: Path, maps: Mapping[str, Embedding]) -> None:
    """Keep maps of all test digits of MNIST beside a model's weights.

    Parameters
    ----------
    folder
        The model's; its card is to be written afterwards.
    maps
        By their ids. Maps of one source have the same vectors.
    """
    arrays: dict[str, Any] = {}
    for key, each in maps.items():
        low = each.coordinates.min(axis=0)
        step = (each.coordinates.max(axis=0) - low) / np.float32(65_535)
        arrays[f"{key}.coordinates"] = np.rint((each.coordinates - low) / step).astype(np.uint16)
        arrays[f"{key}.low"], arrays[f"{key}.step"] = low, step
        arrays |= _kept_vectors(each)
    first = next(iter(maps.values()))
    graph = next((each.graph for each in maps.values() if each.graph), "")
    qualities = {key: asdict(each.quality) for key, each in maps.items() if each.quality}
    told = {"version": VERSION, "model": graph, "images": first.images, "quality": qualities}
    np.savez_compressed(folder / MAPS, told=np.array(json.dumps(told)), **arrays)


def _kept_vectors(embedding: Embedding) -> dict[str, np.ndarray]:
    """What is kept of the images that a map was made of, for each source once."""
    low, high = embedding.vectors.min(axis=0), embedding.vectors.max(axis=0)
    step = np.asarray((high - low).max() / 255, np.float32)
    source = embedding.config.source
    return {
        f"{source}.vectors": np.rint((embedding.vectors - low) / step).astype(np.uint8),
        f"{source}.low": low,
        f"{source}.step": step,
        f"{source}.mean": embedding.reduction.mean,
        f"{source}.axes": embedding.reduction.axes,
    }


def _maps() -> Mapping[str, Embedding]:
    """The maps of the shipped model, by their ids."""
    folder = model_folder(SHIPPED)
    return _read(folder, stamp_of(folder, CARD))


@functools.lru_cache(maxsize=1)
def _read(folder: Path, _stamp: int | None) -> Mapping[str, Embedding]:
    """Read and verify the maps beside a model's weights; none if it has none."""
    card = read_card(folder)
    evaluation = read_evaluation(folder, card, "mnist")
    if MAPS not in card.files or evaluation is None:
        return {}
    text = (
        "{file} in {folder} must have maps of MNIST's test digits by this model. Received: {error!r:.200}. Make them "
        "again with `make maps`."
    )
    with opened_arrays(folder, card, MAPS, text) as arrays:
        told = parsed_json(str(arrays["told"]))
        if (told["version"], told["model"]) != (VERSION, card.files[GRAPH]):
            raise ValueError("they are of another model or version")
        count, first = len(evaluation), training_images("mnist")
        indices = frozen(np.arange(first, first + count, dtype=np.int64))
        kept = {source: _vectors(arrays, source) for source in ("features", "pixels")}
        return {
            key: Embedding(
                config,
                indices,
                evaluation.labels,
                arrays[f"{key}.coordinates"] * arrays[f"{key}.step"] + arrays[f"{key}.low"],
                *kept[config.source],
                record(Quality, told["quality"][key]) if key in told["quality"] else None,
                told["model"] if config.source == "features" else "",
                told["images"],
            )
            for key, config in SHIPPED_MAPS.items()
            if f"{key}.coordinates" in arrays
        }


def _vectors(arrays: Mapping[str, np.ndarray], source: str) -> tuple[Float32Array, Reduction]:
    """What drawings are placed by."""
    step = np.float32(arrays[f"{source}.step"])
    vectors = arrays[f"{source}.vectors"] * step + arrays[f"{source}.low"]
    # Rounding moves a vector by half a step along each axis at most.
    tolerance = float(step) / 2 * vectors.shape[1] ** 0.5
    reduction = Reduction(arrays[f"{source}.mean"], arrays[f"{source}.axes"], tolerance=tolerance)
    return frozen(vectors.astype(np.float32)), reduction


def _name(config: MapConfig) -> str:
    """The name of a shipped map for people."""
    return f"{_NAMES[config.method]} of {_NAMES[config.source]}, {config.dimensions}D"
