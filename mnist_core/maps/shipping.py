"""Making the maps that the shipped model carries: `python -m mnist_core embed --shipped`, or `make maps`."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mnist_core.datasets import load_dataset
from mnist_core.maps.embedding import Embedding, aligned
from mnist_core.maps.job import make_map
from mnist_core.maps.shipped import SHIPPED_MAPS, write_shipped_maps
from mnist_core.model.bundle import files_of, model_folder, read_card, verify_bundle, write_card, written_bundle
from mnist_core.types import Dataset, frozen


def make_shipped_maps(model: str, tell: Callable[[str], object] = lambda _line: None) -> Path:
    """Make the maps of MNIST's test digits by a model, and put them into its folder; everything else in it stays.

    Returns
    -------
    The model's folder.

    Raises
    ------
    DatasetError
        If MNIST cannot be had.
    BundleError
        If there is no such model, it is damaged, or it cannot be written.
    """
    folder = model_folder(model)
    card = verify_bundle(folder)
    maps = aligned_maps(model, load_dataset("mnist"), tell)
    with written_bundle(folder) as part:
        for name in files_of(card):
            shutil.copyfile(folder / name, part / name)
        write_shipped_maps(part, maps)
        write_card(part, read_card(folder))
    return folder


def aligned_maps(model: str, dataset: Dataset, tell: Callable[[str], object]) -> dict[str, Embedding]:
    """Every shipped map, by its id, turned so that points move little from one to the next.

    UMAP's three-dimensional map of pixels stays as it is: what people see first of the network's work is how the
    features pull its classes apart.
    """
    maps = {}
    for key, config in SHIPPED_MAPS.items():
        made = make_map(replace(config, model=model), dataset)
        maps[key] = replace(made, config=config)
        tell(f"{key}: {made.quality}, {made.seconds:.0f} s")
    base = maps["pixels-umap-3d"].coordinates
    return {
        key: replace(each, coordinates=frozen(aligned(each.coordinates, base)))
        if each.coordinates is not base
        else each
        for key, each in maps.items()
    }
