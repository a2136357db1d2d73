"""Visitors' drawings as images to learn from, and the command line for whoever runs the app."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core import load_dataset
from mnist_core.cli import main
from mnist_core.collection import Filter, new_owner, open_collection
from mnist_core.collection.database import URL_VARIABLE
from mnist_core.datasets import DATASETS, TRAINABLE
from mnist_core.datasets.registry import TRAINING_IMAGES, training_images
from mnist_core.errors import ConfigError, DatasetError
from mnist_core.training.config import TrainingConfig
from mnist_core.training.costs import images_expected
from mnist_core.types import Drawing
from tests.visitors import SEVEN, reading


@pytest.fixture
def visitors(sqlite: Path) -> list[str]:
    """Forty visitors with three labelled drawings and one without a label each."""
    rng = np.random.default_rng(8)
    owners = [new_owner() for _ in range(40)]
    collection = open_collection()
    for index, owner in enumerate(owners):
        for label in (index % 10, 3, 5, None):
            drawing = Drawing.from_strokes([rng.normal(150, 60, (20, 2))])  # no two images are the same
            collection.add(drawing, reading(7), "default", owner, label)
    return owners


def test_labelled_drawings_are_a_dataset_whose_test_writers_are_others(visitors: list[str]):
    dataset = load_dataset("drawings")
    train, test = dataset.split("train"), dataset.split("test")
    assert len(train) + len(test) == len(dataset) == 120
    assert len(train) == training_images("drawings")
    entries = {entry.image.tobytes(): entry for entry in open_collection().entries(limit=None)}
    for image, label in zip(dataset.images, dataset.labels, strict=True):
        assert entries[image.tobytes()].label == label
    of_split = {image.tobytes(): name for name in ("train", "test") for image in dataset.split(name).images}
    sides = []
    for owner in visitors:
        drawn = [each for each in open_collection().entries(Filter(owner=owner)) if each.label is not None]
        (side,) = {of_split[each.image.tobytes()] for each in drawn}
        sides.append(side)
    assert sides.count("test") * 3 == len(test)


def test_one_owner_in_five_is_to_test_with():
    from mnist_core.collection.records import hashed
    from mnist_core.collection.rows import is_tester

    rng = np.random.default_rng(0)
    share = np.mean([is_tester(hashed(rng.bytes(16).hex())) for _ in range(5_000)])
    assert abs(share - 0.2) < 0.02


def test_deleted_drawings_are_not_learned_from(visitors: list[str], sqlite: Path):
    before = load_dataset("drawings").images
    entry = next(each for each in open_collection().entries(Filter(owner=visitors[0])) if each.label is not None)
    open_collection().delete_all(visitors[0])
    after = load_dataset("drawings").images
    assert len(after) == len(before) - 3
    assert entry.image.tobytes() not in {image.tobytes() for image in after}
    needle = entry.image.tobytes()
    assert not any(needle in path.read_bytes() for path in sqlite.parent.rglob("*") if path.is_file())


def test_too_few_drawings_are_refused_with_what_to_do(sqlite: Path):
    open_collection().add(SEVEN, reading(7), "default", new_owner(), 7)
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
    assert (*DATASETS, "drawings") == TRAINABLE
    assert {name: training_images(name) for name in DATASETS} == TRAINING_IMAGES
    config = TrainingConfig(data=("uci-digits", "drawings"), non_digits=0)
    assert images_expected(config) == 1_438 + training_images("drawings")
    with pytest.raises(ConfigError):
        TrainingConfig(data=("paintings",))
    with pytest.raises(DatasetError):
        training_images("paintings")


def test_the_command_line_lists_exports_imports_and_deletes(
    visitors: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    def say(*arguments: str) -> str:
        assert main(["drawings", *arguments]) == 0
        return capsys.readouterr().out

    newest = open_collection().entries(limit=1)[0]
    first, last = say("list", "--limit", "1").splitlines()
    assert first.startswith(f"{newest.id}  ")
    assert first.endswith("said -  read 7   97.0%  default")
    assert last == "160 drawings in all"
    assert say("export", str(tmp_path / "all.npz")).startswith("160 drawings written")
    assert say("delete", newest.id) == "1 drawings deleted\n"
    assert say("import", str(tmp_path / "all.npz")).startswith("1 drawings taken in")
    group, _key = open_collection().open_group("5a")
    open_collection().add(SEVEN, reading(7), "default", visitors[0], group=group.id)
    assert say("list", "--class", group.code).endswith("1 drawings in all\n")
    assert say("export", str(tmp_path / "class.csv"), "--class", group.code).startswith("1 drawings written")
    assert say("delete", "--class", group.code) == "1 drawings deleted\n"
    assert say("delete", "--all") == "160 drawings deleted\n"
    assert say("migrate") == "The collection is of version 3 and holds 0 drawings.\n"


def test_the_command_line_says_what_is_wrong(sqlite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for arguments, words in (
        (["delete"], "What is to be deleted?"),
        (["delete", "--all", "0" * 32], "What is to be deleted?"),
        (["delete", "0" * 32], "is not there"),
        (["export", str(tmp_path / "a.xls")], "exported as npz, csv, zip"),
        (["import", str(tmp_path / "a.npz")], "cannot be imported"),
        (["list", "--class", "AAAAAA"], "no class with this code"),
        (["list", "--limit", "-1"], "from 0"),
    ):
        assert main(["drawings", *arguments]) == 1
        assert words in capsys.readouterr().err
