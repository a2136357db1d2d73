"""Small maps for tests: random places, and vectors that drawings can be placed by."""

import numpy as np

from mnist_core.maps.embedding import Embedding, MapConfig, Quality, Reduction
from mnist_core.model.bundle import graph_digest
from mnist_core.types import frozen

POINTS = 120
KEPT = 8
WIDTHS = {"pixels": 784, "features": 104}


def small_map(source="features", dimensions=3, graph=None, dataset="mnist", **settings):
    """A map of the first test images of a dataset; no image is needed for it."""
    rng = np.random.default_rng(len(source) + dimensions)
    width = WIDTHS[source]
    vectors = rng.random((POINTS, width)).astype(np.float32)
    reduction = Reduction(frozen(vectors.mean(axis=0)), frozen(np.eye(width, KEPT, dtype=np.float32)))
    config = MapConfig(source=source, dimensions=dimensions, dataset=dataset, method="pca", points=POINTS, **settings)
    first = {"mnist": 60_000, "uci-digits": 1_438}[dataset]
    if graph is None:
        graph = graph_digest("default") if source == "features" else ""
    return Embedding(
        config,
        frozen(np.arange(first, first + POINTS)),
        frozen((np.arange(POINTS) % 10).astype(np.uint8)),
        frozen(rng.normal(size=(POINTS, dimensions)).astype(np.float32)),
        frozen(reduction.reduced(vectors)),
        reduction,
        Quality(0.91, 0.92, 0.93, 0.94, 10, POINTS),
        graph,
        "0" * 64,
    )
