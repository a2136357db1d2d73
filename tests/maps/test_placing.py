"""Where a drawing lies on a map."""

import time

import numpy as np
import pytest

from mnist_core.errors import MapError
from mnist_core.maps.embedding import Embedding, MapConfig, fit_reduction, pca_coordinates
from mnist_core.maps.library import load_map
from mnist_core.maps.placing import drawing_vector, placement
from mnist_core.model.recognizer import Recognizer
from mnist_core.types import Dataset

UMAPS = ("features-umap-3d", "features-umap-2d", "pixels-umap-3d", "pixels-umap-2d")


@pytest.fixture(scope="module")
def small_map() -> Embedding:
    """Three groups of points far from each other, 40 numbers each."""
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(3, dtype=np.uint8), 20)
    vectors = (rng.normal(size=(60, 40)) + 20 * np.eye(3, 40)[labels]).astype(np.float32)
    config = MapConfig(method="pca", points=60)
    reduction = fit_reduction(vectors)
    where = pca_coordinates(vectors, config)
    return Embedding(config, np.arange(60), labels, where, reduction.reduced(vectors), reduction)


def vectors_of(embedding: Embedding) -> np.ndarray:
    """The map's own images, as far as it keeps them, in the form that a drawing is placed by."""
    return embedding.vectors @ embedding.reduction.axes.T + embedding.reduction.mean


def test_an_image_of_the_map_lands_on_itself(small_map: Embedding) -> None:
    for row, vector in enumerate(vectors_of(small_map)):
        found = placement(small_map, vector)
        np.testing.assert_array_equal(found.coordinates, small_map.coordinates[row])
        assert found.neighbours[0] == row
        assert len(found.neighbours) == 8


@pytest.mark.parametrize("name", UMAPS)
def test_a_test_digit_lands_on_itself_on_a_shipped_map(name: str, mnist: Dataset, recognizer: Recognizer) -> None:
    embedding = load_map(name)
    for row in (0, 947, 9_999):
        found = placement(embedding, drawing_vector(embedding, mnist.images[embedding.indices[row]], recognizer))
        np.testing.assert_array_equal(found.coordinates, embedding.coordinates[row])
        assert found.neighbours[0] == row


@pytest.mark.parametrize("name", UMAPS)
def test_training_digits_land_among_test_digits_of_their_label(
    name: str, mnist: Dataset, recognizer: Recognizer
) -> None:
    embedding = load_map(name)
    right = 0
    for row in range(200):
        found = placement(embedding, drawing_vector(embedding, mnist.images[row], recognizer))
        around = np.linalg.norm(embedding.coordinates - found.coordinates, axis=1).argsort()[:15]
        right += np.bincount(embedding.labels[around]).argmax() == mnist.labels[row]
    assert right >= (194 if embedding.config.source == "features" else 184)


def test_the_nearest_are_those_of_a_full_sort(small_map: Embedding) -> None:
    vector = np.linspace(-1, 1, 40, dtype=np.float32)
    found = placement(small_map, vector, 5)
    distances = np.linalg.norm(small_map.vectors - small_map.reduction.reduced(vector[None]), axis=1)
    np.testing.assert_array_equal(found.neighbours, distances.argsort()[:5])
    np.testing.assert_allclose(found.distances, np.sort(distances)[:5], rtol=1e-5)


def test_a_drawing_lies_among_its_neighbours(small_map: Embedding) -> None:
    vector = vectors_of(small_map)[25] + np.float32(0.3)
    found = placement(small_map, vector)
    own = small_map.coordinates[small_map.labels == 1]
    assert (found.coordinates >= own.min(axis=0)).all()
    assert (found.coordinates <= own.max(axis=0)).all()
    assert set(small_map.labels[found.neighbours]) == {1}


def test_more_neighbours_than_points_are_all_points(small_map: Embedding) -> None:
    found = placement(small_map, np.zeros(40, np.float32), 1000)
    assert sorted(found.neighbours) == list(range(60))


def test_another_scale_gives_the_same_place_by_cosine() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(50, 12)).astype(np.float32)
    config = MapConfig(method="pca", metric="cosine", points=50)
    reduction = fit_reduction(vectors, "cosine")
    labels = np.zeros(50, np.uint8)
    made = Embedding(
        config, np.arange(50), labels, pca_coordinates(vectors, config), reduction.reduced(vectors), reduction
    )
    vector = rng.normal(size=12).astype(np.float32)
    np.testing.assert_allclose(placement(made, vector).coordinates, placement(made, 7 * vector).coordinates, rtol=1e-4)
    np.testing.assert_array_equal(placement(made, 3 * vectors[4]).coordinates, made.coordinates[4])


@pytest.mark.parametrize("vector", [np.zeros(39), np.full(40, np.nan), np.full(40, np.inf), np.zeros(0)])
def test_what_is_no_vector_of_the_map_is_refused(small_map: Embedding, vector: np.ndarray) -> None:
    with pytest.raises(MapError, match="placed by 40 finite numbers"):
        placement(small_map, vector)


def test_placing_takes_milliseconds() -> None:
    embedding = load_map("pixels-umap-3d")
    vector = np.zeros(784, np.float32)
    placement(embedding, vector)
    began = time.process_time()
    for _ in range(10):
        placement(embedding, vector)
    assert (time.process_time() - began) / 10 < 0.1
