"""The plain parts of fitting a map: the nearest of all points, and what is told of how far the layout is."""

from types import SimpleNamespace

import numpy as np
import pytest

from mnist_core.maps import umap_fit
from mnist_core.maps.umap_fit import LAYING_OUT, NEAREST, _following, nearest_of_all

# On a line at 0, 1, 3, 7 and 15.
LINE = (2.0 ** np.arange(5, dtype=np.float32) - 1)[:, None]


@pytest.mark.parametrize("block", [1, 2, 5, 4096])
def test_the_nearest_come_in_order_and_each_point_first(monkeypatch, block):
    monkeypatch.setattr(umap_fit, "BLOCK", block)
    indices, distances = nearest_of_all(LINE, 3)
    assert indices.tolist() == [[0, 1, 2], [1, 0, 2], [2, 1, 0], [3, 2, 1], [4, 3, 2]]
    assert distances == pytest.approx(np.array([[0, 1, 3], [0, 1, 2], [0, 2, 3], [0, 4, 6], [0, 8, 12]]), abs=1e-4)
    assert (indices.dtype, distances.dtype) == (np.int32, np.float32)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_points_in_the_same_place_have_each_itself_first_and_once(count):
    same = np.array([[0, 0], [0, 0], [0, 0], [0, 0], [9, 9]], np.float32)
    indices, distances = nearest_of_all(same, count)
    assert indices[:, 0].tolist() == [0, 1, 2, 3, 4]
    assert all(len(set(row)) == count for row in indices.tolist())
    assert all(set(row) <= {0, 1, 2, 3} for row in indices[:4].tolist())
    assert distances[:4] == pytest.approx(np.zeros((4, count)), abs=1e-4)


def test_how_far_the_search_is_follows_from_the_blocks(monkeypatch):
    monkeypatch.setattr(umap_fit, "BLOCK", 2)
    told = []
    nearest_of_all(LINE, 2, lambda *far: told.append(far))
    assert told == [(0, 100, NEAREST), (pytest.approx(8), 100, NEAREST), (pytest.approx(16), 100, NEAREST)]


class EnoughError(Exception):
    """What a follower raises that wants no more."""


def test_a_search_ends_between_two_blocks_where_its_follower_wants_no_more(monkeypatch):
    monkeypatch.setattr(umap_fit, "BLOCK", 2)
    told = []

    def tell(*far):
        if told:
            raise EnoughError
        told.append(far)

    with pytest.raises(EnoughError):
        nearest_of_all(LINE, 2, tell)
    assert len(told) == 1


def test_the_layouts_bar_is_told_as_rounds():
    told = []
    arguments = _following(lambda *far, **figures: told.append((*far, figures)))
    bar = arguments["file"]
    for text in ("\r0/200", "\r50/200", "no number", "", "\n", "200/200"):
        bar.write(text)
        bar.flush()
    assert told == [
        (35, 100, LAYING_OUT, {"round": 0, "rounds": 200}),
        (50, 100, LAYING_OUT, {"round": 50, "rounds": 200}),
        (95, 100, LAYING_OUT, {"round": 200, "rounds": 200}),
    ]
    # What the bar itself is asked for: without this it would write nothing, or too much.
    assert {name: value for name, value in arguments.items() if name != "file"} == {
        "disable": False,
        "mininterval": 0.3,
        "bar_format": "{n_fmt}/{total_fmt}",
        "ascii": True,
    }


def test_a_layout_ends_at_the_next_round_where_its_follower_wants_no_more():
    def tell(*_far, **_figures):
        raise EnoughError

    bar = _following(tell)["file"]
    bar.write("loading")
    with pytest.raises(EnoughError):
        bar.write("1/200")


def test_a_film_asks_for_the_same_digits_in_all_frames(monkeypatch):
    asked = []

    class Aligned:
        """UMAP for films that only notes what it was asked for."""

        def __init__(self, **settings):
            self.settings = settings
            asked.append(self)

        def fit_transform(self, frames, relations):
            self.frames, self.relations = frames, relations
            return [frame[:, ::-1][:, :2] for frame in frames]

    module = SimpleNamespace(AlignedUMAP=Aligned, aligned_umap=SimpleNamespace(optimize_layout_aligned_euclidean=print))
    monkeypatch.setattr(umap_fit, "load_umap", lambda: module)
    features = np.random.default_rng(0).normal(size=(4, 30, 5)).astype(np.float32)
    told = []
    found = umap_fit.film_coordinates(features, 2, tell=lambda *far, **figures: told.append((*far, figures)))
    (film,) = asked
    assert [frame.tolist() for frame in film.frames] == features.tolist()
    assert film.relations == [{each: each for each in range(30)}] * 3
    assert film.settings == {
        "n_neighbors": 15,
        "n_components": 2,
        "n_epochs": 200,
        "alignment_regularisation": 0.01,
        "alignment_window_size": 2,
        "random_state": 0,
        "transform_seed": 0,
    }
    assert (found.shape, found.dtype) == ((4, 30, 2), np.float32)
    assert [(done, total) for done, total, *_ in told] == [(0, 100), (20, 100), (100, 100)]
    assert told[1][3] == {"maps": 4, "digits": 30}
