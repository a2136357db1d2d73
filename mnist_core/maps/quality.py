"""How far a map can be trusted: what of the neighbourhoods in many dimensions is left in two or three."""

import numpy as np

from mnist_core.maps.embedding import Quality
from mnist_core.types import Float32Array, UInt8Array

# Trustworthiness compares all pairs of points: of more than these it would take minutes and gigabytes.
SAMPLE = 2_000
NEIGHBOURS = 10


def measure_quality(vectors: Float32Array, coordinates: Float32Array, labels: UInt8Array, seed: int = 0) -> Quality:
    """Compare a map with what it was made of, on at most `SAMPLE` of its points.

    Trustworthiness and continuity as Venna and Kaski, "Local multidimensional scaling", 2006: continuity is
    trustworthiness with the two spaces exchanged. The accuracies are those of asking each point's nearest other points
    for its label.

    Parameters
    ----------
    vectors
        float32 (n, w): what the map was made of.
    coordinates
        float32 (n, 2) or (n, 3).
    labels
        uint8 (n,).
    seed
        Chooses the sample.
    """
    from sklearn.manifold import trustworthiness

    count = len(labels)
    if count > SAMPLE:
        rows = np.sort(np.random.default_rng(seed).choice(count, SAMPLE, replace=False))
        vectors, coordinates, labels = vectors[rows], coordinates[rows], labels[rows]
    # Both measures are defined for less than half of the points.
    neighbours = min(NEIGHBOURS, (len(labels) - 1) // 2)
    return Quality(
        trustworthiness=float(trustworthiness(vectors, coordinates, n_neighbors=neighbours)),
        continuity=float(trustworthiness(coordinates, vectors, n_neighbors=neighbours)),
        map_accuracy=_neighbour_accuracy(coordinates, labels, neighbours),
        input_accuracy=_neighbour_accuracy(vectors, labels, neighbours),
        neighbours=neighbours,
        sample=len(labels),
    )


def _neighbour_accuracy(vectors: Float32Array, labels: UInt8Array, neighbours: int) -> float:
    """Share of the points whose nearest other points mostly have their label."""
    from sklearn.neighbors import KNeighborsClassifier

    model = KNeighborsClassifier(neighbours, algorithm="brute").fit(vectors, labels)
    # Without an argument each point is left out of its own neighbours.
    return float((model.predict(None) == labels).mean())
