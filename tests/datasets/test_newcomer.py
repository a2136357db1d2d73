"""A dataset that is new: its record is all that pages, command line, reports, cards and routes need to have it."""

import asyncio
import json
from dataclasses import replace

import cv2
import numpy as np
import pytest
from starlette.requests import Request

from mnist_core import load_dataset
from mnist_core.cli import main
from mnist_core.datasets import DatasetSpec
from mnist_core.datasets.registry import dataset_in_words, title_of_tests, training_images
from mnist_core.errors import ConfigError
from mnist_core.maps.embedding import MapConfig
from mnist_core.model.bundle import SHIPPED, read_card
from mnist_core.model.markdown import card_in_markdown
from mnist_core.paths import SHIPPED_MODELS
from mnist_core.readings.evaluation import fresh_evaluation
from mnist_core.report.report import html_report
from mnist_core.training.config import TrainingConfig
from mnist_core.training.costs import images_expected
from mnist_ui import assets, resources, routes

NAME = "letters"
TRAIN, TEST = 120, 40


@pytest.fixture
def letters(fresh_home, registered):
    """Digits under the names of letters."""
    some = load_dataset("uci-digits").images[: TRAIN + TEST]
    arrays = {"images": np.array(some), "labels": np.array(load_dataset("uci-digits").labels[: TRAIN + TEST])}
    spec = DatasetSpec(
        name=NAME,
        words="typed letters",
        test_title="Letters on paper",
        test_note="Of 12 typewriters.",
        report_title="Letters of typewriters",
        about="letters, CC0",
        provenance="A typewriter",
        licence="CC0",
        load=lambda download: spec.dataset(arrays),
        splits={"train": TRAIN, "test": TEST},
        class_names=tuple("ABCDEFGHIJ"),
    )
    registered(spec)
    return spec


@pytest.fixture
def visit(app, letters, idle_workers, unremembered):
    """Opens a page."""

    def open_page(name, **parameters):
        app.run()
        for key, value in parameters.items():
            app.query_params[key] = value
        page = app.switch_page(f"pages/{name}.py").run()
        assert not page.exception
        assert not page.error
        return page

    return open_page


def widget(page, kind, label):
    return next(each for each in page.get(kind) if each.label == label)


def test_it_is_loaded_with_its_splits_and_class_names(letters):
    dataset = load_dataset(NAME, download=False)
    assert [len(dataset.split(name)) for name in ("train", "test")] == [TRAIN, TEST] == [*letters.splits.values()]
    assert (dataset.provenance, dataset.licence) == ("A typewriter", "CC0")
    assert dataset.class_names == dataset.split("test").class_names == tuple("ABCDEFGHIJ")
    assert training_images(NAME) == images_expected(TrainingConfig(data=(NAME,), non_digits=0)) == TRAIN


def test_people_read_its_words(letters):
    assert (dataset_in_words(NAME), title_of_tests(NAME)) == ("typed letters", "Letters on paper")
    assert (dataset_in_words("gone"), title_of_tests("gone")) == ("gone", "gone")


def test_it_can_be_explored_and_its_classes_have_their_names(visit):
    page = visit("explore", part="Browse", dataset=NAME)
    images = widget(page, "selectbox", "Images")
    assert "Typed letters" in images.options
    assert images.value == NAME
    assert widget(page, "button_group", "Labelled as").options == list("ABCDEFGHIJ")
    shown = json.loads(page.get("bidi_component")[0].proto.json)[0]
    assert shown["captions"][:10] == list("ABCDEFGHIJ")


def test_it_can_be_learned_from(visit):
    assert f"typed letters ({TRAIN})" in widget(visit("train"), "multiselect", "Learn from").options


def test_a_search_can_learn_from_it(visit):
    assert "typed letters" in widget(visit("tune"), "multiselect", "Learn from").options


def test_a_map_can_be_made_of_it(visit):
    assert "typed letters" in widget(visit("map", view="Make a map"), "selectbox", "Digits").options
    assert MapConfig(dataset=NAME).dataset == NAME


def test_models_are_evaluated_on_it_at_once_as_it_is_small(visit):
    page = visit("evaluate", dataset="Letters on paper")
    images = widget(page, "selectbox", "Images that it has not learned from")
    assert "Letters on paper" in images.options
    assert images.value == NAME
    assert resources.evaluation(SHIPPED, NAME).accuracy.images == TEST
    assert widget(page, "selectbox", "True digit").options == list("ABCDEFGHIJ")


def test_a_large_one_is_read_when_that_is_asked_for(visit, letters, registered):
    registered(replace(letters, splits={"train": TRAIN, "test": 501}))
    labels = [each.label for each in visit("evaluate", dataset="Letters on paper").button]
    assert "Evaluate now (about 5 s)" in labels


def test_the_command_line_takes_it(letters, capsys):
    assert main(["fetch", NAME]) == 0
    assert capsys.readouterr().out == f"{NAME}: {TRAIN + TEST} images, verified. A typewriter. CC0.\n"
    assert main(["evaluate", "--data", NAME, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[NAME]["images"] == TEST


def test_reports_and_cards_say_what_it_is(letters):
    card = read_card(SHIPPED_MODELS / SHIPPED)
    report = html_report(SHIPPED, card, [fresh_evaluation(SHIPPED, NAME)])
    assert "<h2>Letters of typewriters</h2>" in report
    assert "\n| letters | letters, CC0 | 0 |\n" in card_in_markdown(replace(card, data_hashes={NAME: "0"}))


def test_its_pictures_are_served(visit, letters):
    request = Request({"type": "http", "path_params": {"dataset": NAME, "index": 3}})
    served = asyncio.run(assets.digit(request)).body
    picture = cv2.imdecode(np.frombuffer(served, np.uint8), cv2.IMREAD_GRAYSCALE)
    np.testing.assert_array_equal(picture, load_dataset(NAME).images[3])
    (dataset, _index) = routes.description()["paths"]["/api/digit/{dataset}/{index}.png"]["get"]["parameters"]
    assert NAME in dataset["schema"]["enum"]


def test_without_its_record_nobody_knows_it(fresh_home):
    for use in (lambda: TrainingConfig(data=(NAME,)), lambda: MapConfig(dataset=NAME)):
        with pytest.raises(ConfigError, match=NAME):
            use()
