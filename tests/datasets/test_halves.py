"""A dataset that is only to learn from, and one that is only to test with: each is offered for what it is there for."""

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from mnist_core import load_dataset
from mnist_core.cli import main
from mnist_core.datasets import DATASETS, DatasetSpec
from mnist_core.datasets.archive import Archive, Mirror
from mnist_core.datasets.registry import measured_on
from mnist_core.errors import ConfigError, DatasetError
from mnist_core.labels.check import check_enough_images
from mnist_core.maps.embedding import MapConfig, chosen_indices
from mnist_core.model.bundle import SHIPPED
from mnist_core.readings.evaluation_file import stored_evaluation
from mnist_core.readings.readings import compute_readings
from mnist_core.survey.anomalies import _parts
from mnist_core.survey.components import compute_components
from mnist_ui import resources

IMAGES = 160


@pytest.fixture
def halves(fresh_home, registered):
    """Both of them, of the same images."""
    whole = load_dataset("uci-digits")
    arrays = {"images": np.array(whole.images[:IMAGES]), "labels": np.array(whole.labels[:IMAGES])}

    def spec(split: str) -> DatasetSpec:
        name = f"only-{split}"
        made = replace(
            DATASETS["uci-digits"], name=name, words=name, test_title=name, splits={split: IMAGES},
            load=lambda _download: made.dataset(arrays),
        )  # fmt: skip
        return made

    train, test = spec("train"), spec("test")
    with mock.patch.dict(DATASETS):
        registered(train)
        registered(test)
        yield


@pytest.fixture
def visit(app, halves, idle_workers, unremembered):
    """Opens a page."""

    def open_page(name, **parameters):
        app.run()
        app.query_params.update(parameters)
        page = app.switch_page(f"pages/{name}.py").run()
        assert not page.exception
        assert not page.error
        return page

    return open_page


def options(page, kind, label):
    return next(each for each in page.get(kind) if each.label == label).options


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("part", ["Overview", "Browse", "Shape of the data", "Wrong labels?"])
def test_either_can_be_explored(visit, split, part):
    page = visit("explore", dataset=f"only-{split}", part=part)
    assert next(each.value for each in page.selectbox if each.label == "Images") == f"only-{split}"
    labels = [each.label for each in page.button]
    if part == "Overview":
        assert any("of what is only to test with" in each.value.lower() for each in page.caption) == (split == "test")
    if part == "Wrong labels?":
        assert ("Check the labels" in labels) == (split == "train")
        assert ["only to test with" in each.value for each in page.info] == [True] * (split == "test")


@pytest.mark.parametrize("split", ["train", "test"])
def test_one_image_of_either_is_shown(visit, split):
    page = visit("explore", dataset=f"only-{split}", image=f"{split}-7")
    assert {"train": "Training image 7", "test": "Test image 7"}[split] in "".join(each.value for each in page.header)


def test_models_are_measured_with_the_one_alone(visit):
    page = visit("evaluate", dataset="only-test")
    there = options(page, "selectbox", "Images that it has not learned from")
    assert ("only-test" in there, "only-train" in there) == (True, False)
    assert resources.evaluation(SHIPPED, "only-test").accuracy.images == IMAGES
    compute_readings(SHIPPED, load_dataset("only-train"))
    assert stored_evaluation(SHIPPED, "only-train") is None


def test_maps_are_of_the_split_that_there_is(visit):
    page = visit("map", view="Make a map")
    choose = next(each for each in page.selectbox if each.label == "Digits")
    assert len(options(page, "selectbox", "Which of them")) == 3
    page = choose.set_value("only-train").run()
    assert options(page, "selectbox", "Which of them") == ["Training digits", "All"]
    with pytest.raises(ConfigError, match="split of only-train must be one of train, all"):
        chosen_indices(MapConfig(dataset="only-train", split="test"), load_dataset("only-train"))


def test_what_is_usual_among_test_images_is_found_in_themselves(halves):
    dataset = load_dataset("only-test")
    assert compute_components(dataset).mean.max() > 0.1
    label, _detector, learned, others = next(_parts(dataset))
    assert (len(learned), len(others)) == ((dataset.labels == label).sum(), 0)
    with pytest.raises(DatasetError, match=r"only-test must have 5 training images .* Received: 0"):
        check_enough_images(dataset)


def test_evaluate_leaves_out_what_cannot_be_had_unless_it_is_named(fresh_home, registered, capsys):
    archive = Archive("gone.npz", {}, [Mirror(["http://127.0.0.1:9/gone"], lambda _files: {})])
    for spec in [each for each in DATASETS.values() if each.archive]:
        registered(replace(spec, archive=archive, load=lambda leave: archive.load(download=leave)))
    assert main(["evaluate"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("uci-digits ")
    assert said.err.count("left out: gone.npz could not be downloaded") == len(measured_on()) - 1
    assert main(["evaluate", "--data", "pen-digits"]) == 1
    assert "error: gone.npz could not be downloaded" in capsys.readouterr().err
