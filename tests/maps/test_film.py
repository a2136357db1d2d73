"""The film of a training."""

import itertools

import numpy as np
import pytest

from mnist_core.errors import BundleError, MapError
from mnist_core.jobs.worker import Cancelled
from mnist_core.maps.embedding import MapConfig
from mnist_core.maps.film import has_snapshots, load_snapshots, normalised_film
from mnist_core.maps.umap_fit import film_coordinates, umap_coordinates


def test_a_film_is_scaled_by_its_last_frame() -> None:
    points = np.random.default_rng(0).normal(size=(3, 50, 2)).astype(np.float32) * 7 + 4
    found = normalised_film(points)
    assert np.sqrt((found[-1] ** 2).sum(axis=1).mean()) == pytest.approx(1, abs=1e-5)
    steps = np.diff(found, axis=0) / np.diff(points, axis=0)
    np.testing.assert_allclose(steps, np.median(steps), rtol=1e-2)


def jumpiness(coordinates: np.ndarray) -> float:
    """How far a point moves between two frames: the median, as a share of the last map's spread."""
    film = normalised_film(coordinates)
    return float(np.median(np.linalg.norm(np.diff(film, axis=0), axis=2)))


@pytest.mark.parametrize("bad", [np.ones((2, 20, 3), np.float32), np.full((2, 20, 3), np.nan, np.float32)])
def test_what_is_no_film_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(MapError, match="must be finite and differ"):
        normalised_film(bad)


def test_a_model_without_snapshots_says_so() -> None:
    assert not has_snapshots("default")
    with pytest.raises(BundleError, match=r"needs snapshots\.npz"):
        load_snapshots("default")


@pytest.mark.slow
def test_points_of_a_film_move_and_do_not_jump() -> None:
    rng = np.random.default_rng(0)
    groups = 6 * np.eye(4, 10)[np.arange(160) % 4]
    noise = rng.normal(size=(160, 10))
    frames = np.stack([noise + share * groups for share in (0, 0.3, 0.6, 1)]).astype(np.float32)
    film = film_coordinates(frames, 2)
    alone = np.stack([umap_coordinates(frame, MapConfig(points=160, dimensions=2)) for frame in frames])
    assert film.shape == (4, 160, 2)
    assert jumpiness(film) < 0.6 * jumpiness(alone)


@pytest.mark.slow
def test_a_film_ends_when_it_is_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    # The layout is told of every 0.3 s; by this clock, in which a second passes at each look, after each round.
    monkeypatch.setattr("tqdm.std.time", itertools.count().__next__)
    frames = np.random.default_rng(0).normal(size=(2, 60, 5)).astype(np.float32)
    told: list[float] = []

    def tell(done: float, _total: float, _stage: str, **_figures: float) -> None:
        told.append(done)
        if done > 50:
            raise Cancelled

    with pytest.raises(Cancelled):
        film_coordinates(frames, 2, tell=tell)
    assert told == sorted(told)
    assert told[:3] == [0, 20, 35]
    assert 50 < told[-1] < 51
