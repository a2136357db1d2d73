"""How much memory a map is expected to need, and that one for which there is no room never begins."""

import numpy as np
import pytest

from mnist_core import jobs, memory
from mnist_core.errors import LimitError
from mnist_core.jobs import bounds
from mnist_core.maps.embedding import MapConfig
from mnist_core.maps.finding import MAP
from mnist_core.maps.memory import map_memory_expected
from mnist_core.owners import KEEPER, new_token
from mnist_core.types import Dataset

MIB = 2**20


@pytest.fixture
def idle(fresh_home, without_workers):
    """A data home whose jobs wait for ever."""


def pixels(method: str, points: int, neighbours: int = 15) -> MapConfig:
    """A map of pixels."""
    return MapConfig(source="pixels", split="test", method=method, points=points, neighbours=neighbours)


def images(count: int) -> Dataset:
    """So many empty test images."""
    empty = np.zeros((count, 28, 28), np.uint8)
    return Dataset("mnist", empty, np.zeros(count, np.uint8), {"test": slice(0, count)}, "made", "free")


@pytest.mark.parametrize(
    ("peak", "method", "points", "neighbours"),
    [
        (652, "umap", 10_000, 15),
        (713, "umap", 10_000, 200),
        (804, "umap", 40_000, 15),
        (1162, "umap", 40_000, 100),
        (559, "pca", 60_000, 15),
    ],
)
def test_the_estimate_is_no_less_than_what_real_maps_took(peak, method, points, neighbours):
    config = pixels(method, points, neighbours)
    assert 1 < map_memory_expected(config, images(points)) / MIB / peak < 1.5


def test_no_more_images_are_counted_than_there_are():
    assert map_memory_expected(pixels("umap", 60_000), images(500)) == map_memory_expected(
        pixels("umap", 500), images(500)
    )


def test_a_map_for_which_there_is_no_memory_is_refused(idle, monkeypatch):
    monkeypatch.setenv(memory.VARIABLE, "500")
    with pytest.raises(LimitError, match=r"needs about 0\.6 GB of memory, and this machine has 0\.5 GB"):
        MAP.start(KEEPER, pixels("umap", 1_000), images(1_000))
    assert jobs.all_jobs() == []


def test_so_many_maps_of_a_visitor_wait_and_one_that_is_being_made_is_given(idle, monkeypatch):
    anna = new_token()
    most = bounds.WORK["embed"].visitors
    first, *_ = [MAP.start(anna, pixels("pca", 100 + number), images(1_000)) for number in range(most)]
    with pytest.raises(LimitError, match="Maps that wait or are being made: you have 4"):
        MAP.start(anna, pixels("pca", 500), images(1_000))
    monkeypatch.setenv(memory.VARIABLE, "1")
    assert MAP.start(anna, pixels("pca", 100), images(1_000)) == first
