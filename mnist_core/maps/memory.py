"""How much memory a map needs, estimated before it is made from its points, how wide they are and their neighbours.

Fitted to peaks of real maps of MNIST's pixels (one process on 2 cores, up to the beginning of UMAP's layout, which then
adds about 50 bytes for each neighbour of each point):

| method | points | neighbours | peak |
| --- | --- | --- | --- |
| UMAP | 10,000 | 15 | 652 MiB |
| UMAP | 10,000 | 200 | 713 MiB |
| UMAP | 40,000 | 15 | 804 MiB |
| UMAP | 40,000 | 100 | 1,162 MiB |
| PCA | 60,000 | | 559 MiB |
"""

from mnist_core.datasets.own import check_may_use
from mnist_core.extras import TRAIN, check_installed
from mnist_core.jobs import bounds, queue
from mnist_core.maps.embedding import MapConfig, chosen_indices
from mnist_core.maps.library import all_maps
from mnist_core.memory import check_memory
from mnist_core.owners import By
from mnist_core.types import Dataset

# Python, what is read, and the measuring at the end; numba and UMAP, loaded and compiling.
BASE_BYTES, UMAP_BYTES = 300_000_000, 330_000_000
# Each point is there as it was read, and once more where its neighbours are looked for.
POINT_COPIES = 2.2
NEIGHBOUR_BYTES = 160


def map_memory_expected(config: MapConfig, dataset: Dataset) -> int:
    """How many bytes a map of a dataset needs at most.

    Raises
    ------
    ConfigError
        If there are not more images than neighbours.
    """
    points = len(chosen_indices(config, dataset))
    width = dataset.images[0].size  # a model's features are fewer
    need = BASE_BYTES + round(4 * POINT_COPIES * points * width)
    return need + (UMAP_BYTES + NEIGHBOUR_BYTES * points * config.neighbours if config.method == "umap" else 0)


def check_map(by: By, config: MapConfig, dataset: Dataset, _name: str = "") -> None:
    """Refuse a map for which there is no UMAP, or no room: in memory, or among those that are kept.

    Raises
    ------
    LimitError
        If there is none.
    ConfigError
        As `map_memory_expected`, or if a variable is no number.
    ExtraError
        If UMAP is not installed.
    """
    check_may_use((config.dataset,), by)
    if config.method == "umap":
        check_installed(TRAIN)
    check_memory(map_memory_expected(config, dataset), queue.held_bytes())
    bounds.check_maps(by, [info.owner for info in all_maps() if not info.is_shipped])
