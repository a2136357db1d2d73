"""What is held out of the training images: whole writers where they are known, single images where they are not."""

import numpy as np
import pytest

from mnist_core.training.division import held_out_images

# Ten writers of 10 to 100 images, mixed.
WRITERS = np.random.default_rng(1).permutation(np.repeat(np.arange(10, dtype=np.int16), np.arange(10, 110, 10)))


def test_without_writers_single_images_are_drawn_by_the_seed():
    held_out = held_out_images(50, 0.3, 3)
    assert np.flatnonzero(held_out).tolist() == sorted(np.random.default_rng(3).permutation(50)[:15].tolist())
    assert not np.array_equal(held_out, held_out_images(50, 0.3, 4))


@pytest.mark.parametrize("share", [0.05, 0.1, 0.3, 0.5])
def test_no_writer_has_images_on_both_sides(share):
    held_out = held_out_images(len(WRITERS), share, 0, WRITERS)
    assert not set(WRITERS[held_out]) & set(WRITERS[~held_out])
    # One more writer or one less has 100 images at most, and about half of that is what it can be wrong by.
    assert abs(held_out.sum() - share * len(WRITERS)) <= 50


def test_writers_are_the_same_whatever_the_seed_and_the_order_of_the_images():
    first = set(WRITERS[held_out_images(len(WRITERS), 0.2, 0, WRITERS)])
    for seed in (1, 2):
        mixed = np.random.default_rng(seed).permutation(WRITERS)
        assert set(mixed[held_out_images(len(mixed), 0.2, seed, mixed)]) == first


def test_one_writer_at_least_is_held_out():
    writers = np.repeat(np.arange(3, dtype=np.int16), 100)
    assert held_out_images(300, 0.001, 0, writers).sum() == 100


def test_a_writer_for_each_image_is_asked_for():
    with pytest.raises(ValueError, match=r"as many as images, 5\. Received: int 4"):
        held_out_images(5, 0.2, 0, np.zeros(4, np.int16))
