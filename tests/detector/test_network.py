"""The network that finds digits: that what is served is what was trained, and that a training goes on."""

import numpy as np
import pytest

from mnist_core.detector.batches import NEW, Batches
from mnist_core.detector.shards import drawn_shard, write_shard
from mnist_core.numbers.finding import NAMES, SORTS, STRIDE, Detector, shipped_detector, things_of
from mnist_core.paths import SHIPPED_MODELS
from mnist_core.synthesis.pages import kind_of
from tests.synthesis.golden_pages import hands

SIZE = 1_600_000


def test_what_is_shipped_is_small():
    assert (SHIPPED_MODELS / "detector.tflite").stat().st_size < SIZE


@pytest.mark.parametrize("name", ["a digit on a sheet on a desk", "two or three rows"])
def test_what_is_shipped_finds_most_digits(name):
    there, found = 0, 0
    for seed in range(6):
        page = kind_of(name).page(hands(), "validation", np.random.default_rng(seed))
        boxes = [each.box for each in shipped_detector().find(page.picture) if each.sort == "digit"]
        middles = [(box.x + box.width / 2, box.y + box.height / 2) for box in boxes]
        for box in (thing.box for line in page.lines for thing in line if thing.digit is not None):
            there += 1
            found += any(
                abs(x - box.x - box.width / 2) < box.width / 2 and abs(y - box.y - box.height / 2) < box.height / 4
                for x, y in middles
            )
    assert found >= 0.8 * there


@pytest.mark.slow
def test_what_is_served_is_what_was_trained():
    from mnist_core.detector.network import as_graph, build_detector

    network = build_detector()
    picture = np.random.default_rng(1).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    trained = np.asarray(network(picture[np.newaxis].astype(np.float32)))[0]
    assert trained.shape == (64 // STRIDE, 64 // STRIDE, len(SORTS) + len(NAMES) + 4)
    sorts, names, boxes = np.split(trained, [len(SORTS), len(SORTS) + len(NAMES)], axis=-1)
    named = np.exp(names) / np.exp(names).sum(axis=-1, keepdims=True)
    expected = things_of(1 / (1 + np.exp(-sorts)), named, boxes, 0.0)[0]
    found = Detector(as_graph(network, 64)).find(picture, 0.0)[0]
    assert found.likely == pytest.approx(expected.likely, abs=1e-3)
    np.testing.assert_allclose(found.names, expected.names, atol=1e-2)


@pytest.mark.slow
def test_a_training_goes_on_where_it_was_cut_off(tmp_path, capsys):
    from mnist_core.detector.training import train

    write_shard(tmp_path / "pages", 0, drawn_shard(hands(), "train", 3, 0, 2 * NEW))
    Batches(tmp_path / "pages", 3).batch(1)  # there are pages for both steps
    train(tmp_path, steps=2, seed=3, minutes=0)
    train(tmp_path, steps=2, seed=3)
    told = capsys.readouterr().out
    assert "Goes on after step 1" in told
    assert "2 of 2: places" in told
