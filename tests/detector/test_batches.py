"""What the detector learns from: pages kept in shards, and the batches made of them."""

import numpy as np
import pytest

from mnist_core.detector.batches import BATCH, NEW, Batches, scene_of
from mnist_core.detector.shards import Sample, drawn_shard, load_shard, sample_of, write_shard
from mnist_core.detector.targets import targets_of
from mnist_core.numbers.finding import BOX_UNIT, NAMES, SIDE, SORTS, STRIDE
from tests.synthesis.golden_pages import first_page, hands


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with one shard of so many pages as the first two batches take."""
    folder = tmp_path_factory.mktemp("pages")
    write_shard(folder, 0, drawn_shard(hands(), "train", 3, 0, 2 * NEW))
    return folder


def test_a_page_is_kept_with_all_that_is_on_it():
    page = first_page("an amount on a cheque")
    sample = sample_of(page)
    things = [thing for line in page.lines for thing in line]
    assert [NAMES[name] for name in sample.names] == [thing.name for thing in things]
    scale = sample.picture.shape[1] / page.picture.shape[1]
    lefts = [thing.box.x * scale for thing in things]
    rights = [(thing.box.x + thing.box.width) * scale for thing in things]
    np.testing.assert_allclose(sample.boxes[:, [0, 2]], np.array([lefts, rights]).T, rtol=1e-5)


def test_a_shard_is_read_as_it_was_drawn(folder):
    drawn, kept = drawn_shard(hands(), "train", 3, 0, 2), load_shard(folder, 0)
    for index in range(2):
        np.testing.assert_array_equal(drawn.sample(index).picture, kept.sample(index).picture)
        np.testing.assert_array_equal(drawn.sample(index).boxes, kept.sample(index).boxes)


def test_a_batch_is_the_same_whenever_it_is_asked_for(folder):
    one, other = Batches(folder, 5), Batches(folder, 5)
    one.batch(0)
    for mine, again in zip(one.batch(1), other.batch(1), strict=True):
        assert len(mine) == BATCH
        np.testing.assert_array_equal(mine, again)
    assert not np.array_equal(one.batch(1)[0], one.batch(0)[0])


def test_boxes_stay_around_the_ink_in_a_scene():
    picture = np.full((90, 120, 3), 255, np.uint8)
    picture[30:50, 40:52] = 0
    sample = Sample(picture, np.array([1]), np.array([[40, 30, 52, 50]], np.float32))
    rng = np.random.default_rng(1)
    for _ in range(20):
        scene = scene_of(iter([sample] * 40), rng)
        for (left, top, right, bottom), is_whole in zip(scene.boxes.round().astype(int), scene.whole, strict=True):
            if is_whole and right - left > 4:
                inside = scene.picture[top + 2 : bottom - 2, left + 2 : right - 2].astype(float)
                assert inside.std() < 30  # ink alone, whatever its colour became


def test_a_target_says_where_a_thing_is_and_what():
    boxes = np.array([[40, 80, 60, 120], [200, 200, 206, 206]], np.float32)
    targets = targets_of(np.array([7, NAMES.index("comma")]), boxes, np.array([True, True]), (SIDE, SIDE))
    row, column = 100 // STRIDE, 50 // STRIDE
    assert targets.sorts[row, column, SORTS.index("digit")] == 1
    assert targets.sorts[..., SORTS.index("sign")].max() == 1
    assert targets.sorts[..., SORTS.index("no digit")].max() == 0
    assert targets.names[row, column] == 7
    across, down, wide, high = targets.boxes[row, column] * BOX_UNIT
    assert (STRIDE * (column + 0.5) + across, STRIDE * (row + 0.5) + down) == pytest.approx((50, 100), abs=1e-3)
    assert np.exp(np.array([wide, high]) / BOX_UNIT) * BOX_UNIT == pytest.approx([20, 40], rel=1e-4)
    assert targets.counted.min() == 1


def test_what_is_cut_off_counts_neither_way():
    boxes = np.array([[300, 100, 320, 140]], np.float32)
    targets = targets_of(np.array([3]), boxes, np.array([False]), (SIDE, SIDE))
    assert targets.sorts.max() == 0
    assert targets.counted[110 // STRIDE, 310 // STRIDE] == 0
    assert targets.counted[110 // STRIDE, 200 // STRIDE] == 1
