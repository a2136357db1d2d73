"""Maps: their settings, how they are made, and what cannot be mapped."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from mnist_core import load_dataset
from mnist_core.errors import ConfigError, MapError
from mnist_core.jobs.worker import Cancelled
from mnist_core.maps.embedding import (
    Embedding,
    MapConfig,
    aligned,
    check_vectors,
    chosen_indices,
    fit_reduction,
    map_id,
    normalised,
    pca_coordinates,
    unit_vectors,
)
from mnist_core.maps.job import make_map
from mnist_core.maps.library import load_map
from mnist_core.maps.quality import measure_quality
from mnist_core.maps.shipped import SHIPPED_MAPS
from mnist_core.types import Dataset

SMALL = MapConfig(source="pixels", dataset="uci-digits", points=300, method="pca")


@pytest.fixture(scope="module")
def uci() -> Dataset:
    return load_dataset("uci-digits")


@pytest.fixture(scope="module")
def made(uci: Dataset) -> Embedding:
    return make_map(SMALL, uci)


def test_a_config_round_trips_through_json() -> None:
    config = MapConfig(source="pixels", split="all", neighbours=30, min_dist=0.5, metric="cosine", seed=7)
    assert MapConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": "labels"}, "source must be one of features, pixels"),
        ({"method": "t-sne"}, "method must be one of"),
        ({"dataset": "imagenet"}, "dataset must be one of"),
        ({"split": "validation"}, "split must be one of"),
        ({"metric": "hamming"}, "metric must be one of"),
        ({"dimensions": 4}, "dimensions must be a whole number from 2 to 3"),
        ({"neighbours": 1}, "neighbours must be a whole number"),
        ({"min_dist": 1.5}, "min_dist must be a number"),
        ({"min_dist": float("nan")}, "min_dist must be a number"),
        ({"points": 1}, "points must be a whole number from 10"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"points": 20, "neighbours": 20}, "fewer neighbours than points"),
        ({"model": 3}, "must be the name of one"),
        ({"colour": "red"}, "A map has the settings"),
    ],
)
def test_a_setting_out_of_range_is_refused_by_name(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        MapConfig.from_json(MapConfig().to_json() | change)


def test_more_neighbours_than_the_split_has_images_are_refused(uci: Dataset) -> None:
    few = replace(uci, splits={"train": slice(0, 12), "test": slice(12, 24)})
    with pytest.raises(ConfigError, match="A map of 12 points must have fewer neighbours"):
        chosen_indices(MapConfig(dataset="uci-digits"), few)


def test_the_seed_chooses_images_of_the_split(uci: Dataset) -> None:
    config = MapConfig(dataset="uci-digits", points=50, method="pca")
    first = chosen_indices(config, uci)
    np.testing.assert_array_equal(first, chosen_indices(config, uci))
    assert (first != chosen_indices(replace(config, seed=1), uci)).any()
    assert first.min() >= uci.splits["test"].start
    assert (np.diff(first) > 0).all()
    assert len(chosen_indices(replace(config, points=10_000, split="all"), uci)) == len(uci)


def test_what_a_map_does_not_depend_on_is_not_part_of_its_id() -> None:
    pixels = MapConfig(source="pixels")
    assert map_id(pixels, "a", "b") == map_id(replace(pixels, model="other"), "c", "b")
    assert map_id(replace(pixels, method="pca"), "", "b") == map_id(
        replace(pixels, method="pca", neighbours=9), "", "b"
    )
    features = MapConfig()
    assert map_id(features, "a", "b") == map_id(replace(features, model="renamed"), "a", "b")
    others = [(features, "c", "b"), (features, "a", "c"), (replace(features, seed=1), "a", "b"), (pixels, "a", "b")]
    assert len({map_id(*each) for each in [*others, (features, "a", "b")]}) == 5


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (np.zeros((1, 5), np.float32), "at least 10 points"),
        (np.zeros((0, 5), np.float32), "at least 10 points"),
        (np.full((20, 5), 3, np.float32), "all the same"),
        (np.eye(20, dtype=np.float32).ravel(), "made of vectors"),
        (np.zeros((20, 0), np.float32), "made of vectors"),
        (np.where(np.eye(20) > 0, np.nan, 1).astype(np.float32), "others in 20 of 20"),
        (np.where(np.arange(60).reshape(20, 3) == 7, np.inf, 1).astype(np.float32), "first in image 2"),
    ],
)
def test_what_cannot_be_mapped_is_refused(vectors: np.ndarray, message: str) -> None:
    with pytest.raises(MapError, match=message):
        check_vectors(vectors)


def test_principal_components_are_scikit_learns(uci: Dataset) -> None:
    vectors = (uci.images[:400].reshape(400, -1) / 255).astype(np.float32)
    ours = pca_coordinates(vectors, SMALL)
    theirs = PCA(3).fit_transform(vectors)
    theirs /= np.sqrt((theirs**2).sum(axis=1).mean())
    np.testing.assert_allclose(np.abs(ours), np.abs(theirs), atol=1e-4)


def test_the_reduction_keeps_all_where_that_is_little() -> None:
    vectors = np.random.default_rng(0).normal(size=(100, 6)).astype(np.float32)
    reduced = fit_reduction(vectors).reduced(vectors)
    np.testing.assert_allclose(reduced @ fit_reduction(vectors).axes.T + vectors.mean(axis=0), vectors, atol=1e-5)


def test_unit_vectors_have_length_1_and_nothing_stays_nothing() -> None:
    found = unit_vectors(np.array([[3, 4], [0, 0]], np.float32))
    np.testing.assert_allclose(found, [[0.6, 0.8], [0, 0]], rtol=1e-6)


def test_normalised_coordinates_are_the_same_however_a_map_was_turned_and_scaled() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(200, 3)) * (1, 2, 4)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    found = normalised(points)
    assert np.sqrt((found**2).sum(axis=1).mean()) == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(np.abs(found), np.abs(normalised(9 * points @ turn + 5)), atol=1e-5)
    with pytest.raises(MapError, match="all in one place"):
        normalised(np.ones((20, 3), np.float32))


def test_aligned_undoes_a_turn_and_a_mirror_and_changes_no_shape() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(100, 3)).astype(np.float32)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0] @ np.diag([1, 1, -1])
    np.testing.assert_allclose(aligned((points @ turn).astype(np.float32), points), points, atol=1e-5)
    flat = points[:, :2] @ np.array([[0, 1], [1, 0]], np.float32)
    np.testing.assert_allclose(aligned(flat, points), points[:, :2], atol=1e-5)


def test_quality_is_scikit_learns_both_ways(uci: Dataset) -> None:
    vectors = (uci.images[:200].reshape(200, -1) / 255).astype(np.float32)
    where = pca_coordinates(vectors, SMALL)
    found = measure_quality(vectors, where, uci.labels[:200])
    assert found.trustworthiness == pytest.approx(trustworthiness(vectors, where, n_neighbors=10))
    assert found.continuity == pytest.approx(trustworthiness(where, vectors, n_neighbors=10))
    perfect = measure_quality(vectors, vectors, uci.labels[:200])
    assert (perfect.trustworthiness, perfect.continuity) == (1, 1)
    assert perfect.map_accuracy == perfect.input_accuracy
    assert found.sample == 200


def two_groups() -> tuple[np.ndarray, np.ndarray]:
    """Two rows of 20 points, far apart, and their labels: three of the first row are labelled as the second."""
    places = np.stack([np.tile(np.arange(20.0), 2), np.repeat([0.0, 1000.0], 20)], axis=1).astype(np.float32)
    labels = np.repeat(np.array([4, 9], np.uint8), 20)
    labels[[2, 9, 16]] = 9
    return places, labels


def test_accuracies_are_shares_of_the_points_whose_neighbours_have_their_label() -> None:
    vectors, labels = two_groups()
    moved = vectors.copy()
    moved[[0, 19], 1] = 1000  # two fours to the ends of the row of nines
    found = measure_quality(vectors, moved, labels)
    assert found.input_accuracy == 37 / 40
    assert found.map_accuracy == 35 / 40
    assert (found.neighbours, found.sample) == (10, 40)
    assert found.trustworthiness < 1
    assert found.continuity < 1


def test_of_few_points_fewer_neighbours_are_asked() -> None:
    places, labels = two_groups()
    assert measure_quality(places[:9], places[:9], labels[:9]).neighbours == 4
    assert measure_quality(places[:21], places[:21], labels[:21]).neighbours == 10


def test_of_many_points_a_sample_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    places, labels = two_groups()
    vectors = np.random.default_rng(1).normal(size=(40, 5)).astype(np.float32)
    whole = measure_quality(vectors, places, labels)
    monkeypatch.setattr("mnist_core.maps.quality.SAMPLE", 40)
    assert measure_quality(vectors, places, labels, seed=3) == whole
    monkeypatch.setattr("mnist_core.maps.quality.SAMPLE", 30)
    rows = np.sort(np.random.default_rng(3).choice(40, 30, replace=False))
    assert measure_quality(vectors, places, labels, seed=3) == measure_quality(
        vectors[rows], places[rows], labels[rows]
    )


def test_a_small_map_is_what_it_says(made: Embedding, uci: Dataset) -> None:
    assert len(made) == 300
    np.testing.assert_array_equal(made.labels, uci.labels[made.indices])
    assert made.coordinates.shape == (300, 3)
    assert made.quality is not None
    assert made.quality.trustworthiness > 0.8
    assert not made.graph
    np.testing.assert_array_equal(made.coordinates, make_map(SMALL, uci).coordinates)


def test_a_map_with_parts_that_do_not_fit_is_refused(made: Embedding) -> None:
    with pytest.raises(MapError, match="labels must be uint8"):
        replace(made, labels=made.labels[:-1])
    with pytest.raises(MapError, match="finite numbers"):
        replace(made, coordinates=np.full_like(made.coordinates, np.nan))


@pytest.mark.parametrize("name", SHIPPED_MAPS)
def test_the_shipped_maps_can_be_trusted(name: str) -> None:
    embedding = load_map(name)
    assert embedding.config == SHIPPED_MAPS[name]
    np.testing.assert_array_equal(embedding.indices, np.arange(60_000, 70_000))
    assert np.bincount(embedding.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.sqrt((embedding.coordinates**2).sum(axis=1).mean()) == pytest.approx(1, abs=1e-3)
    quality = embedding.quality
    assert quality is not None
    lowest = {"features-umap": 0.97, "pixels-umap": 0.94, "features-pca": 0.88, "pixels-pca": 0.7}
    assert quality.trustworthiness > lowest[name.rpartition("-")[0]]
    # The figure is not only told: what the map keeps of each image has the same neighbours.
    rows = np.random.default_rng(0).choice(10_000, 700, replace=False)
    measured = trustworthiness(embedding.vectors[rows], embedding.coordinates[rows], n_neighbors=10)
    assert measured == pytest.approx(quality.trustworthiness, abs=0.06)


def test_the_network_pulls_the_digits_apart() -> None:
    pixels, features = load_map("pixels-umap-3d").quality, load_map("features-umap-3d").quality
    assert pixels is not None
    assert features is not None
    assert features.map_accuracy > 0.99 > pixels.map_accuracy > 0.88


def test_points_of_the_shipped_maps_move_no_more_than_they_must() -> None:
    pixels, features = (load_map(f"{source}-umap-3d").coordinates for source in ("pixels", "features"))
    moved = np.linalg.norm(features - pixels, axis=1).mean()
    assert moved < 0.9 * np.linalg.norm(features[:, ::-1] - pixels, axis=1).mean()
    np.testing.assert_allclose(aligned(features, pixels), features, atol=0.01)


def test_the_shipped_maps_need_no_dataset(fresh_home: Path) -> None:
    assert len(load_map("features-umap-3d")) == 10_000


@pytest.mark.slow
def test_umap_gives_a_map_that_can_be_trusted_and_the_same_one_again(uci: Dataset) -> None:
    config = replace(SMALL, method="umap", points=500, split="train", dimensions=2)
    first = make_map(config, uci)
    assert first.quality is not None
    assert first.quality.trustworthiness > 0.95
    assert first.quality.continuity > 0.9
    np.testing.assert_array_equal(first.coordinates, make_map(config, uci).coordinates)
    assert (first.coordinates != make_map(replace(config, seed=1), uci).coordinates).any()
    closer = make_map(replace(config, metric="cosine"), uci)
    assert closer.quality is not None
    assert closer.quality.trustworthiness > 0.9


@pytest.mark.slow
def test_umap_ends_when_it_is_asked_to(uci: Dataset) -> None:
    told: list[float] = []

    def tell(done: float, _total: float, _stage: str, **_figures: float) -> None:
        told.append(done)
        if done > 50:
            raise Cancelled

    with pytest.raises(Cancelled):
        make_map(replace(SMALL, method="umap"), uci, tell)
    assert told == sorted(told)
    assert 50 < told[-1] < 90
