"""How much memory a map needs, estimated before it is made from its points, how wide they are and their neighbours."""

from mnist_core.jobs import bounds, queue
from mnist_core.maps.embedding import MapConfig, chosen_indices
from mnist_core.maps.library import all_maps
from mnist_core.memory import check_memory
from mnist_core.owners import By
from mnist_core.types import Dataset

BASE_BYTES = 600_000_000
UMAP_BYTES = 600_000_000
POINT_COPIES = 6
NEIGHBOUR_BYTES = 150


def map_memory_expected(config: MapConfig, dataset: Dataset) -> int:
    """How many bytes a map of a dataset needs at most.

    Raises
    ------
    ConfigError
        If there are not more images than neighbours.
    """
    points = len(chosen_indices(config, dataset))
    width = dataset.images[0].size  # a model's features are fewer
    need = BASE_BYTES + 4 * POINT_COPIES * points * width
    return need + (UMAP_BYTES + NEIGHBOUR_BYTES * points * config.neighbours if config.method == "umap" else 0)


def check_map(by: By, config: MapConfig, dataset: Dataset, _name: str = "") -> None:
    """Refuse a map for which there is no room: in memory, or among those that are kept.

    Raises
    ------
    LimitError
        If there is none.
    ConfigError
        As `map_memory_expected`, or if a variable is no number.
    """
    check_memory(map_memory_expected(config, dataset), queue.held_bytes())
    bounds.check_maps(by, [info.owner for info in all_maps() if not info.is_shipped])
