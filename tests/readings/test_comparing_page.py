"""Two models side by side, and all of them at once, as a page shows them."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import load_dataset, paths
from mnist_core.errors import DatasetError
from mnist_core.model.bundle import CARD, SHIPPED, read_card
from mnist_ui import resources
from mnist_ui.evaluate import comparing, reporting
from tests.pages import html
from tests.readings.test_comparison import evaluation


def compare_page():
    from mnist_ui.evaluate.comparing import show_comparison

    show_comparison("default", "uci-digits")


def landscape_page():
    from mnist_ui.evaluate.comparing import show_landscape

    show_landscape()


def report_page():
    from mnist_ui.evaluate.reporting import offer_report

    offer_report("default", "uci-digits")


@pytest.fixture
def second(fresh_home):
    """A copy of the shipped model under another name."""
    folder = fresh_home / "models" / "second"
    shutil.copytree(paths.SHIPPED_MODELS / SHIPPED, folder)
    return folder


@pytest.fixture(scope="module")
def labels(shared_home):
    return load_dataset("uci-digits").split("test").labels


@pytest.fixture
def readings(labels, monkeypatch):
    """What two models make of the same images: the second misreads nine more."""
    right = np.ones(len(labels), bool)
    right[5] = False
    worse = right.copy()
    worse[10:20] = False
    worse[5] = True
    known = {
        SHIPPED: evaluation(right, labels, "uci-digits"),
        "second": evaluation(worse, labels, "uci-digits", model="b" * 64),
    }
    monkeypatch.setattr(comparing, "evaluated", lambda name, dataset: known[name])
    monkeypatch.setattr(resources, "evaluation", lambda name, dataset: known[name] if dataset == "uci-digits" else None)
    return known


def test_alone_a_model_has_nothing_to_be_compared_with(fresh_home, monkeypatch):
    links = []
    monkeypatch.setattr(comparing.st, "page_link", lambda page, **_: links.append(page))
    app = AppTest.from_function(compare_page, default_timeout=60).run()
    assert not app.exception
    assert "only one model" in app.info[0].value
    assert links == ["pages/train.py"]


def test_two_models_are_compared_in_words_in_figures_and_in_images(second, readings):
    app = AppTest.from_function(compare_page, default_timeout=60).run()
    assert not app.exception
    said = [each.value for each in app.markdown]
    assert said[0].startswith("**default reads 9 more of the 359 images than second.")
    assert "unlikely to be chance" in said[0]
    assert said[1:] == ["**Only default reads these** (10)", "**Only second reads these** (1)"]
    table = app.dataframe[0].value
    assert list(table.columns) == ["figure", "default", "second", "difference", "95 % interval"]
    assert table["difference"][0] == f"{100 * 9 / 359:+.2f}"
    assert html(app).count("<img") == 11
    assert html(app).count("is-wrong") == 11


def test_where_the_images_are_not_at_hand_their_numbers_are_given(second, readings, monkeypatch):
    monkeypatch.setattr(resources, "test_images", lambda _: None)
    app = AppTest.from_function(compare_page, default_timeout=60).run()
    assert not app.exception
    assert "<img" not in html(app)
    assert "Their numbers: 10, 11" in "".join(each.value for each in app.markdown)


def test_until_both_are_read_nothing_is_compared(second, monkeypatch):
    monkeypatch.setattr(comparing, "evaluated", lambda name, dataset: None)
    app = AppTest.from_function(compare_page, default_timeout=60).run()
    assert not app.exception
    assert not app.dataframe


def test_the_landscape_has_every_model_and_says_which_are_missing(second, fresh_home):
    folder = fresh_home / "models" / "untested"
    shutil.copytree(second, folder)
    card = read_card(folder)
    (folder / CARD).write_text(replace(card, scores={}).to_json())
    app = AppTest.from_function(landscape_page, default_timeout=60).run()
    assert not app.exception
    captions = "".join(each.value for each in app.caption)
    assert "Neural Golfing" in captions
    assert "not been tested on MNIST: untested" in captions
    assert len(app.get("plotly_chart")) == 1
    app.get("button_group")[0].set_value("milliseconds").run()
    assert not app.exception


def test_a_model_is_timed_once(fresh_home, unremembered, monkeypatch):
    times = []
    monkeypatch.setattr(resources, "milliseconds_a_digit", lambda _: times.append(1) or 0.5)
    assert resources.milliseconds(SHIPPED) == resources.milliseconds(SHIPPED) == 0.5
    assert len(times) == 1


def test_a_report_is_written_of_what_is_known(second, readings):
    text = reporting.written_report("second", "uci-digits")
    assert "<title>How well second reads</title>" in text
    assert "10 of 359 wrong" in text
    assert "Compared with" not in text
    assert "Compared with default" in reporting.written_report("second", "uci-digits", SHIPPED)
    assert "Compared with" not in reporting.written_report("second", "uci-digits", "gone")


def test_a_model_that_has_read_nothing_has_no_report(second, monkeypatch):
    monkeypatch.setattr(resources, "evaluation", lambda *_: None)
    with pytest.raises(DatasetError, match="not read any"):
        reporting.written_report("second", "uci-digits")


def test_a_report_is_offered_and_not_yet_written(fresh_home, monkeypatch):
    monkeypatch.setattr(reporting, "written_report", lambda *_: pytest.fail("nobody has asked for it"))
    app = AppTest.from_function(report_page, default_timeout=60).run()
    assert not app.exception
    assert [each.proto.label for each in app.get("download_button")] == ["Download as a report"]
