"""Fitting maps with UMAP: only for worker processes and the command line.

umap-learn loads numba and compiles for half a minute, and it loads TensorFlow where that is installed, for a part of
it that is not used here.
"""

import functools
import os
import sys
import warnings
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np

from mnist_core import paths
from mnist_core.extras import TRAIN, check_installed
from mnist_core.language import noop as N_
from mnist_core.maps.embedding import MapConfig, check_neighbours, check_vectors, normalised, unit_vectors
from mnist_core.maps.film import normalised_film
from mnist_core.types import Float32Array, Tell, untold

# So many rows at a time look for their neighbours: between two looks at whether to go on.
BLOCK = 4096
# Beyond so many points, 200 rounds of the layout are as good as 500 (umap-learn's own choice).
MANY_POINTS, FEW_ROUNDS, MANY_ROUNDS = 10_000, 200, 500

# How strongly a digit is held near to where it is in the frames around, and in how many of these on either side.
ALIGNMENT, ALIGNED_FRAMES = 0.01, 2

# What of umap-learn lays out the frames of a film.
_LAYOUT = "optimize_layout_aligned_euclidean"

NEAREST = N_("The nearest digits of every digit are being looked for.")
LOADING = N_("UMAP is being loaded, which takes a minute the first time.")
LAYING_OUT = N_("The map is laid out: round {round} of {rounds}.")
LAYING_OUT_FILM = N_("{maps} maps of {digits} digits are laid out together.")
FILM_READY = N_("The film is ready.")


def umap_coordinates(vectors: Float32Array, config: MapConfig, tell: Tell = untold) -> Float32Array:
    """Lay out vectors with UMAP (McInnes, Healy, Melville, 2018), on one core: the same seed gives the same map.

    The neighbours are the exact ones, which is faster here than the approximate ones of umap-learn with all that these
    compile first; the layout begins with the principal components (Kobak and Linderman, "Initialization is critical for
    preserving global data structure in both t-SNE and UMAP", 2021).

    Parameters
    ----------
    vectors
        float32 (n, w).
    tell
        Called with how far it is, of how much, and what it is at. If it raises, the fit ends.

    Returns
    -------
    float32 (n, dimensions), as `Embedding.coordinates`.

    Raises
    ------
    ConfigError
        If there are not more points than neighbours.
    MapError
        If no map can be made of the vectors.
    ExtraError
        If UMAP is not installed.
    """
    check_installed(TRAIN)
    check_vectors(vectors)
    check_neighbours(config, len(vectors))
    if config.metric == "cosine":
        vectors = unit_vectors(vectors)
    neighbours = nearest_of_all(vectors, config.neighbours, tell)
    tell(25, 100, LOADING)
    umap = load_umap()
    rounds = FEW_ROUNDS if len(vectors) > MANY_POINTS else MANY_ROUNDS
    fit = umap.UMAP(
        n_neighbors=config.neighbours,
        n_components=config.dimensions,
        min_dist=config.min_dist,
        n_epochs=rounds,
        init="pca",
        n_jobs=1,
        random_state=config.seed,
        precomputed_knn=neighbours,
        tqdm_kwds=_following(tell),
    )
    # It warns that precomputed neighbours cannot place new points: `placing` does.
    with warnings.catch_warnings(action="ignore"):
        return normalised(fit.fit_transform(vectors))


def film_coordinates(features: Float32Array, dimensions: int, tell: Tell = untold) -> Float32Array:
    """Lay out the same images again and again so that each stays near to where it was (umap-learn's AlignedUMAP).

    Parameters
    ----------
    features
        float32 (frames, n, k): what the images are to the network in each frame, 2 frames or more.
    dimensions
        2 or 3.

    Returns
    -------
    float32 (frames, n, dimensions), as `Film.coordinates`.

    Raises
    ------
    ConfigError
        If there are not more images than neighbours.
    MapError
        If no map can be made of a frame.
    """
    for frame in features:
        check_vectors(frame)
    config = MapConfig(dimensions=dimensions)
    check_neighbours(config, features.shape[1])
    tell(0, 100, LOADING)
    umap = load_umap()
    tell(20, 100, LAYING_OUT_FILM, maps=len(features), digits=features.shape[1])
    same = {each: each for each in range(features.shape[1])}
    fit = umap.AlignedUMAP(
        n_neighbors=config.neighbours,
        n_components=dimensions,
        n_epochs=FEW_ROUNDS,
        alignment_regularisation=ALIGNMENT,
        alignment_window_size=ALIGNED_FRAMES,
        random_state=config.seed,
        transform_seed=config.seed,
    )
    # AlignedUMAP's layout takes a progress bar, but AlignedUMAP gives it none.
    followed = functools.partial(getattr(umap.aligned_umap, _LAYOUT), tqdm_kwds=_following(tell))
    with warnings.catch_warnings(action="ignore"), mock.patch.object(umap.aligned_umap, _LAYOUT, followed):
        found = fit.fit_transform(list(features), relations=[same] * (len(features) - 1))
    tell(100, 100, FILM_READY)
    return normalised_film(np.stack([np.asarray(each) for each in found]))


def nearest_of_all(vectors: Float32Array, count: int, tell: Tell = untold) -> tuple[np.ndarray, np.ndarray]:
    """The nearest vectors to each vector, itself first: indices int32 (n, count) and distances float32 (n, count)."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(vectors)
    distances, indices = [], []
    for start in range(0, len(vectors), BLOCK):
        tell(20 * start / len(vectors), 100, NEAREST)
        found = search.kneighbors(vectors[start : start + BLOCK])
        distances.append(found[0].astype(np.float32))
        indices.append(found[1].astype(np.int32))
    return _itself_first(np.concatenate(indices), np.concatenate(distances))


def load_umap() -> ModuleType:
    """umap-learn, without the TensorFlow that it would load for what is not used; compiled code goes to the cache."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(paths.cache_folder() / "numba"))
    blocked = "tensorflow" not in sys.modules
    if blocked:
        sys.modules["tensorflow"] = None  # type: ignore[assignment]
    try:
        with warnings.catch_warnings(action="ignore"):
            import umap  # type: ignore[import-untyped]
    finally:
        if blocked:
            del sys.modules["tensorflow"]
    return umap


def _itself_first(indices: np.ndarray, distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Put each point before others in the same place, as UMAP takes the first one for the point itself."""
    rows = np.arange(len(indices))
    distances[:, 0] = 0
    for row in np.flatnonzero(indices[:, 0] != rows):
        place = np.flatnonzero(indices[row] == row)
        indices[row, place[0] if len(place) else -1] = indices[row, 0]
        indices[row, 0] = row
    return indices, distances


def _following(tell: Tell) -> dict[str, Any]:
    """Arguments for UMAP's own progress bar that have it write to a follower instead of a terminal."""
    return {
        "disable": False,
        "file": _Follower(tell),
        "mininterval": 0.3,
        "bar_format": "{n_fmt}/{total_fmt}",
        "ascii": True,
    }


class _Follower:
    """What UMAP's progress bar writes to: it tells how far the layout is."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def write(self, text: str) -> None:
        """Take what the bar shows, as "120/500"."""
        done, bar, rounds = text.strip().partition("/")
        if bar and done.isdecimal() and rounds.isdecimal():
            self._tell(35 + 60 * int(done) / int(rounds), 100, LAYING_OUT, round=int(done), rounds=int(rounds))

    def flush(self) -> None:
        """Nothing is held back."""
