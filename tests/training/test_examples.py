"""What a network learns from, by figures and orders that are known."""

from dataclasses import replace

import numpy as np
import pytest

from mnist_core import load_dataset
from mnist_core.datasets import DatasetSpec, PenStrokes
from mnist_core.errors import ConfigError
from mnist_core.files import array_sha256
from mnist_core.training.config import MILD, Augmentation, TrainingConfig
from mnist_core.training.examples import NON_DIGIT, Batches, Images, load_examples
from mnist_core.types import as_shades

# Bundled: always there.
UCI = {"name": "known", "data": ("uci-digits",), "augmentation": None}


def known(n):
    """Images of one grey each, the first black; their labels count from 0 on."""
    greys = np.arange(n, dtype=np.uint8)
    return Images(np.broadcast_to(greys[:, None, None], (n, 28, 28)).copy(), greys)


def test_the_split_is_the_first_share_of_the_order_that_the_seed_gives():
    train = load_dataset("uci-digits").split("train")
    examples = load_examples(TrainingConfig(**UCI, seed=3, validation_share=0.3))
    order = np.random.default_rng(3).permutation(len(train))
    held_out = round(0.3 * len(train))
    for part, rows in ((examples.validation, order[:held_out]), (examples.training, order[held_out:])):
        np.testing.assert_array_equal(part.images, train.images[np.sort(rows)])
        np.testing.assert_array_equal(part.labels, train.labels[np.sort(rows)])
    assert examples.hashes == {"uci-digits": array_sha256(train.images)}


def test_a_limit_takes_some_of_either_part():
    whole, some = (load_examples(TrainingConfig(**UCI, limit=limit, validation_share=0.3)) for limit in (0, 50))
    assert (len(some.validation), len(some.training)) == (15, 35)
    for part, of in ((some.validation, whole.validation), (some.training, whole.training)):
        assert {image.tobytes() for image in part.images} <= {image.tobytes() for image in of.images}


@pytest.fixture
def written(registered):
    """300 digits of 20 writers as pen strokes, 15 of each; 13 of them are to learn from. Images say whose they are."""
    labels = np.tile(np.arange(10, dtype=np.uint8), 30)
    writers = np.arange(300, dtype=np.int16) // 15
    points = np.stack([np.repeat([[0, 0], [5, 5]], 300, axis=0)[::2], np.repeat([[9, 40]], 300, axis=0)], axis=1)
    starts = np.arange(301, dtype=np.int32)
    strokes = PenStrokes(points.reshape(-1, 2).astype(np.int16), 2 * starts, starts, labels, writers >= 13, writers)
    images = np.broadcast_to(writers.astype(np.uint8)[:, None, None], (300, 28, 28)).copy()
    spec = DatasetSpec(
        name="written", words="", test_title="", about="", provenance="", licence="",
        load=lambda _download: spec.dataset({"images": images, "labels": labels}),
        load_strokes=lambda _download: strokes,
        load_writers=lambda _download: writers,
        splits={"train": 195, "test": 105},
    )  # fmt: skip
    registered(spec)
    return spec


@pytest.mark.parametrize("limit", [0, 60])
def test_no_writer_is_in_both_parts_and_no_test_writer_in_either(written, fresh_home, limit):
    config = TrainingConfig(name="known", data=(written.name,), limit=limit, stroke_variants=1, validation_share=0.2)
    examples = load_examples(config)
    as_they_are = 60 if limit else 195
    held_out = round(0.2 * as_they_are) if limit else 45
    parts = examples.training.images, examples.validation.images[:held_out]
    training, validation = (set(images[:, 0, 0].tolist()) for images in parts)
    assert sum(map(len, parts)) == as_they_are
    assert not training & validation
    assert max(training | validation) < 13


@pytest.mark.parametrize("limit", [0, 60])
def test_without_writers_the_parts_are_those_of_versions_that_knew_none(written, fresh_home, limit):
    config = TrainingConfig(name="known", data=(written.name,), limit=limit, stroke_variants=1, validation_share=0.2)
    order = np.random.default_rng(config.seed).permutation(195)[: limit or None]
    held_out = np.sort(order[: round(0.2 * len(order))])
    found = load_examples(config, by_writer=False).validation.images[: len(held_out)]
    np.testing.assert_array_equal(found, load_dataset(written.name).images[held_out])


def test_strokes_of_each_dataset_are_written_anew_and_kept_apart(written, fresh_home, registered):
    registered(replace(written, name="again"))
    config = TrainingConfig(name="known", data=(written.name, "again"), limit=40, stroke_variants=3, non_digits=20)
    examples = load_examples(config)
    assert [len(part) for part in (examples.training, examples.validation)] == [2 * 3 * 36 + 20, 2 * 4 * 4 + 2]
    kept = sorted(path.name.split("-")[1] for path in (fresh_home / "cache").glob("rewritten-*"))
    assert kept == ["again", "again", "written", "written"]


@pytest.mark.parametrize(("limit", "share", "parts"), [(3, 0.5, (1, 2)), (2, 0.5, (1, 1)), (10, 0.14, (9, 1))])
def test_each_part_has_an_image_at_least(limit, share, parts):
    examples = load_examples(TrainingConfig(**UCI, limit=limit, validation_share=share))
    assert (len(examples.training), len(examples.validation)) == parts


@pytest.mark.parametrize(("limit", "share"), [(2, 0.2), (1, 0.9), (10, 0.04)])
def test_a_part_without_an_image_is_refused(limit, share):
    with pytest.raises(ConfigError, match=rf"uci-digits must leave images .* Received: {limit} in all"):
        load_examples(TrainingConfig(**UCI, limit=limit, validation_share=share))


def test_a_limit_is_at_most_what_there_is():
    images = len(load_dataset("uci-digits").split("train"))
    examples = load_examples(TrainingConfig(**UCI, limit=images))
    assert len(examples.training) + len(examples.validation) == images
    with pytest.raises(ConfigError, match=f"limit must be .* from 0 to {images:g}. Received: int {images + 1}"):
        load_examples(TrainingConfig(**UCI, limit=images + 1))


def test_digits_leave_out_what_is_none():
    images = Images(np.zeros((3, 28, 28), np.uint8), np.array([9, NON_DIGIT, 0], np.uint8))
    assert images.digits().labels.tolist() == [9, 0]


@pytest.mark.parametrize(
    ("n", "size", "sharers", "sizes"),
    [(10, 4, 1, [4, 4, 2]), (8, 4, 1, [4, 4]), (9, 4, 2, [4, 4]), (11, 4, 4, [4, 4]), (3, 4, 2, [2])],
)
def test_batches_have_their_size_and_can_be_shared(n, size, sharers, sizes):
    batches = Batches(known(n), TrainingConfig(**UCI, batch_size=size), sharers)
    given = [batches[index] for index in range(len(batches))]
    assert [len(labels) for _, labels in given] == sizes
    labels = np.concatenate([labels for _, labels in given])
    assert len(set(labels.tolist())) == sum(sizes)
    # Each image keeps its label, and ink 255 becomes 1.
    for images, of_images in given:
        np.testing.assert_array_equal(images[:, 0, 0], of_images.astype(np.float32) / np.float32(255))


def test_an_epoch_is_decided_by_the_seed_and_its_number():
    batches = Batches(known(20), TrainingConfig(**UCI, batch_size=20, seed=5))
    for epoch in range(3):
        expected = np.random.default_rng((5, epoch)).permutation(20)
        np.testing.assert_array_equal(batches[0][1], expected)
        batches.on_epoch_end()
    batches.start_at(1)
    np.testing.assert_array_equal(batches[0][1], np.random.default_rng((5, 1)).permutation(20))


def test_each_epoch_shows_another_round_of_a_pool_until_all_had_their_turn():
    batches = Batches(known(20), TrainingConfig(**UCI, batch_size=32), always=5, in_turn=5)
    turns = []
    for _ in range(6):
        (_, labels), *rest = (batches[index] for index in range(len(batches)))
        assert not rest
        shown = set(labels.tolist())
        assert len(labels) == len(shown) == 10
        assert shown >= set(range(5))
        turns.append(shown - set(range(5)))
        batches.on_epoch_end()
    assert set.union(*turns[:3]) == set(range(5, 20))
    assert turns[:3] == turns[3:]
    batches.start_at(2)
    assert set(batches[0][1].tolist()) - set(range(5)) == turns[2]


def test_each_batch_of_each_epoch_is_changed_in_its_own_way():
    one = np.zeros((28, 28), np.uint8)
    one[6:22, 12:16] = 255
    same = Images(np.stack([one] * 8), np.zeros(8, np.uint8))
    settings = UCI | {"augmentation": Augmentation()}
    batches, again = (Batches(same, TrainingConfig(**settings, batch_size=4)) for _ in range(2))
    first, second = batches[0][0], batches[1][0]
    np.testing.assert_array_equal(again[0][0], first)
    assert not np.array_equal(first, second)
    batches.on_epoch_end()
    assert not np.array_equal(batches[0][0], first)


def test_the_last_epochs_change_the_images_less():
    config = TrainingConfig(data=("mnist",), epochs=3, mild_epochs=1, augmentation=Augmentation(rotation=40, noise=0.5))
    assert config.augmentation_of(0) == config.augmentation_of(1) == config.augmentation
    mild = config.augmentation_of(2)
    assert (mild.rotation, mild.noise, mild.shift) == (40 * MILD, 0.5 * MILD, config.augmentation.shift * MILD)
    assert TrainingConfig(mild_epochs=5, augmentation=None).augmentation_of(19) is None
    images = Images(np.full((8, 28, 28), 200, np.uint8), np.arange(8, dtype=np.uint8))
    batches = Batches(images, replace(config, augmentation=Augmentation(*[0] * 7, noise=1)))
    changed = []
    for epoch in range(3):
        batches.start_at(epoch)
        changed.append((batches[0][0] != np.float32(200 / 255)).any(axis=(1, 2)).sum())
    assert changed[2] < changed[0] == changed[1] == 8


def test_inputs_are_from_0_to_1():
    inputs = as_shades(np.array([[[0, 51, 255]]], np.uint8))
    assert (inputs.dtype, inputs.tolist()) == (np.float32, [[[0.0, np.float32(0.2), 1.0]]])
