"""Where docs/build/extending.md has added a dataset, visitors look through it, train on it and measure on it."""

import json

import pytest

from mnist_core import load_dataset, load_recognizer
from mnist_core.datasets import DATASETS, TRAINABLE
from tests.pages import html

NAME = "calculator"


@pytest.fixture
def visit(app, fresh_home, idle_workers):
    """Opens a page."""

    def open_page(name, **parameters):
        app.run()
        app.query_params.update(parameters)
        page = app.switch_page(f"pages/{name}.py").run()
        assert not page.exception
        assert not page.error
        return page

    return open_page


def widget(page, kind, label):
    return next(each for each in page.get(kind) if each.label == label)


def test_it_is_one_of_those_that_there_are(fresh_home):
    assert list(DATASETS)[:4] == ["mnist", "pen-digits", "uci-digits", NAME]
    assert NAME in TRAINABLE
    digits = load_dataset(NAME, download=False)
    assert [len(digits.split(split)) for split in ("train", "test")] == [720, 240]
    assert [(digits.split(split).labels == digit).sum() for split in ("train", "test") for digit in range(10)] == [
        *[72] * 10,
        *[24] * 10,
    ]
    probabilities, _novelty = load_recognizer().predict_many(digits.images)
    assert (probabilities.argmax(axis=1) == digits.labels).mean() > 0.6


def test_it_is_in_explore_train_and_evaluate(visit):
    page = visit("explore", part="Browse", dataset=NAME)
    images = widget(page, "selectbox", "Images")
    assert (images.value, images.options[-1]) == (NAME, "Calculator digits")
    shown = json.loads(page.get("bidi_component")[0].proto.json)[0]
    assert shown["captions"][:10] == list("0123456789")

    assert "calculator digits (720)" in widget(visit("train"), "multiselect", "Learn from").options

    page = visit("evaluate", dataset="Calculator digits")
    images = widget(page, "selectbox", "Images that it has not learned from")
    assert images.value == NAME
    assert "Calculator digits" in images.options
    assert " of 240</dd>" in html(page)
    assert widget(page, "selectbox", "True digit").options == list("0123456789")
