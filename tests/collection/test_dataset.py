"""Visitors' drawings as images to learn from."""

from pathlib import Path

import pytest

from mnist_core import load_dataset
from mnist_core.collection import Filter, open_collection
from mnist_core.collection.database import URL_VARIABLE
from mnist_core.datasets import DATASETS, TRAINABLE
from mnist_core.datasets.registry import training_images
from mnist_core.errors import ConfigError, DatasetError
from mnist_core.owners import new_token
from mnist_core.training.config import TrainingConfig
from mnist_core.training.costs import images_expected
from tests.visitors import SEVEN, reading


def test_labelled_drawings_are_a_dataset_whose_test_writers_are_others(visitors: list[str]):
    dataset = load_dataset("drawings")
    train, test = dataset.split("train"), dataset.split("test")
    assert len(train) + len(test) == len(dataset) == 120
    assert len(train) == training_images("drawings")
    entries = {entry.image.tobytes(): entry for entry in open_collection().drawings.entries(limit=None)}
    for image, label in zip(dataset.images, dataset.labels, strict=True):
        assert entries[image.tobytes()].label == label
    of_split = {image.tobytes(): name for name in ("train", "test") for image in dataset.split(name).images}
    sides = []
    for owner in visitors:
        drawn = [each for each in open_collection().drawings.entries(Filter(owner=owner)) if each.label is not None]
        (side,) = {of_split[each.image.tobytes()] for each in drawn}
        sides.append(side)
    assert sides.count("test") * 3 == len(test)


def test_deleted_drawings_are_not_learned_from(visitors: list[str], sqlite: Path):
    before = load_dataset("drawings").images
    entry = next(
        each for each in open_collection().drawings.entries(Filter(owner=visitors[0])) if each.label is not None
    )
    open_collection().delete_all(visitors[0])
    after = load_dataset("drawings").images
    assert len(after) == len(before) - 3
    assert entry.image.tobytes() not in {image.tobytes() for image in after}
    needle = entry.image.tobytes()
    assert not any(needle in path.read_bytes() for path in sqlite.parent.rglob("*") if path.is_file())


def test_too_few_drawings_are_refused_with_what_to_do(sqlite: Path):
    open_collection().drawings.add(SEVEN, reading(7), "default", new_token(), 7)
    with pytest.raises(DatasetError, match="labelled drawings to learn from, and at least 20 are needed"):
        load_dataset("drawings", fallback=True)


def test_a_collection_that_cannot_be_opened_is_no_dataset_and_counts_nothing(
    fresh_home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(URL_VARIABLE, "nowhere")
    with pytest.raises(DatasetError, match=URL_VARIABLE):
        load_dataset("drawings")
    assert training_images("drawings") == 0


def test_drawings_are_offered_for_training_alone(visitors: list[str]):
    assert "drawings" not in DATASETS
    assert list(TRAINABLE)[-1] == "drawings"
    config = TrainingConfig(data=("uci-digits", "drawings"), non_digits=0)
    assert images_expected(config) == 1_438 + training_images("drawings")
    with pytest.raises(ConfigError):
        TrainingConfig(data=("paintings",))
    with pytest.raises(DatasetError):
        training_images("paintings")
