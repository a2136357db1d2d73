"""The figures of docs/results/data-cards.md are those of the datasets' records."""

import json
import tomllib

import pytest

from mnist_core.collection import drawings, rows
from mnist_core.datasets import DATASETS
from mnist_core.readings.evaluation_file import stored_evaluation
from mnist_core.synthesis.typefaces import typefaces
from tests.project import tables

PAGE = "docs/results/data-cards.md"
TEXT = (tables.ROOT / PAGE).read_text("utf-8")


def section(name):
    """What a dataset's card says, in one line."""
    return " ".join(TEXT.split(f"\n## {name}\n")[1].split("\n## ")[0].split())


def test_every_dataset_has_a_card_and_a_row():
    public = {name for name, spec in DATASETS.items() if spec.is_public}
    carded = {name for name in tables.rows(PAGE) if name.startswith("[")}
    assert carded == {f"[`{name}`](#{name})" for name in public} | {"[`drawings`](#visitors-drawings)"}


@pytest.mark.parametrize("name", [name for name, spec in DATASETS.items() if spec.is_public])
def test_splits_and_licence(name):
    spec = DATASETS[name]
    needs_download = "yes" if spec.archive else "no"
    counts = {split: f"{images:,}" for split, images in spec.splits.items()}
    in_table = [counts.get(split, "none") for split in ("train", "test")]
    assert tables.rows(PAGE)[f"[`{name}`](#{name})"] == [*in_table, spec.licence, needs_download]
    assert all(f"`{split}` {images}" in section(name) for split, images in counts.items())
    assert f"{sum(spec.splits.values()):,} " in section(name)


def test_digits_are_not_equally_frequent_in_mnist():
    counts = stored_evaluation("default", "mnist").confusion.sum(axis=1)
    assert f"of the test images {counts[5]} are fives and {counts[1]:,} are ones" in section("mnist")
    assert (counts.argmin(), counts.argmax()) == (5, 1)


def test_ones_of_the_coarse_scans():
    confusion = stored_evaluation("default", "uci-digits").confusion
    assert f"reads {confusion[1, 8]} of {confusion[1].sum()} of them as eights" in section("uci-digits")


def test_typefaces_and_their_split():
    said = section("Outlines of typefaces")
    numbers = {
        part: (len(typefaces(part)), len({face.family for face in typefaces(part)})) for part in (None, "train", "test")
    }
    assert "{} faces of {} families".format(*numbers[None]) in said
    assert "Training has {} faces of {} families".format(*numbers["train"]) in said
    assert "tests {} faces of {}.".format(*numbers["test"]) in said
    assert f"{sum('A' in face.glyphs for face in typefaces())} of the faces have some letters" in said


def test_licences_of_the_typefaces_are_those_of_the_package():
    project = tomllib.loads((tables.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    _code, *others = project["license"].split(" AND ")
    about = json.loads((tables.ROOT / "mnist_core/synthesis/typefaces/faces.json").read_text("utf-8"))
    assert {each["licence"] for each in about} == {*others}


def test_bounds_of_the_collection():
    of_visitor, of_class, of_all = (f"{each:,}" for each in (drawings.MOST_OF_OWNER, rows.MOST_OF_CLASS, drawings.MOST))
    said = f"{of_visitor} drawings of a visitor, {of_class} of a class and {of_all} in all"
    assert said in section("Visitors' drawings")
