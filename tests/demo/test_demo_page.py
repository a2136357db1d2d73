"""The demo as Streamlit runs it, and what it says about being ready."""

import json
import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import paths
from mnist_core.errors import DatasetError
from mnist_core.model.doubt import UNKNOWN
from mnist_core.types import Dataset
from mnist_ui import resources
from mnist_ui.address import DEMO
from mnist_ui.demo import readiness
from mnist_ui.demo.readiness import checks
from mnist_ui.draw.examples import Example, load_examples
from mnist_ui.state import paper
from tests.pages import with_drawing
from tests.strokes import SEVEN


def titles(app):
    return [title.value for title in app.title]


def component(app, name):
    """What a component of the page is sent; None without one."""
    found = (each.proto for each in app.get("bidi_component") if each.proto.component_name == f"mnist-studio-{name}")
    return next(found, None)


@pytest.fixture
def bar():
    """The demo's bar alone, on the page of the challenge."""

    def script():
        from mnist_ui.demo.kiosk import show_demo

        show_demo("challenge")

    return AppTest.from_function(script, default_timeout=60)


def test_the_demo_shows_its_stage_in_the_place_of_the_draw_page(app):
    app.query_params[DEMO] = "1"
    app.run()
    assert not app.exception
    assert titles(app) == ["Draw a digit"]
    assert not app.button
    assert app.query_params[DEMO] == "1"
    assert all(example.name in component(app, "pad").json for example in load_examples())


@pytest.mark.parametrize(("said", "is_demo"), [("1", True), ("0", False), ("yes", False), (None, False)])
def test_the_address_says_whether_there_is_a_bar(bar, said, is_demo):
    if said:
        bar.query_params[DEMO] = said
    bar.run()
    assert not bar.exception
    assert (component(bar, "kiosk") is not None) == is_demo


def test_the_bar_tells_what_was_found(bar):
    bar.query_params[DEMO] = "1"
    (sent,) = json.loads(component(bar.run(), "kiosk").json)
    assert [each["path"] for each in sent["places"]] == ["demo", "challenge"]
    assert sent["idle_s"] == 300
    assert all(each["is_ready"] and each["says"].endswith(".") for each in sent["checks"])


def test_the_visitors_own_drawing_is_not_touched(app):
    app.query_params[DEMO] = "1"
    app = with_drawing(app, SEVEN).run()
    assert not app.exception
    assert app.session_state[paper.SKETCH].strokes == [{"width": 20, "points": [list(point) for point in SEVEN[0]]}]


def test_all_is_ready():
    assert [each.is_ready for each in checks("default")] == [True] * 4


def test_a_damaged_model_is_named(fresh_home):
    folder = fresh_home / "models" / "mine"
    shutil.copytree(paths.SHIPPED_MODELS / "default", folder)
    graph = folder / "model.tflite"
    graph.write_bytes(graph.read_bytes()[:-1] + b"x")
    of_model, of_examples, *others = checks("mine")
    assert not of_model.is_ready
    assert "model.tflite" in of_model.sentence
    assert not of_examples.is_ready
    assert all(each.is_ready for each in others)


def test_an_example_that_is_read_otherwise_is_named(monkeypatch):
    seven = next(each for each in load_examples() if each.shows == "7")
    monkeypatch.setattr(readiness, "load_examples", lambda: (Example(seven.name, UNKNOWN, seven.drawing),))
    of_examples = checks("default")[1]
    assert not of_examples.is_ready
    assert seven.name in of_examples.sentence


@pytest.mark.parametrize(("name", "said"), [("mnist", "of MNIST"), ("uci-digits", "MNIST is not on this machine")])
def test_it_says_which_images_a_drawing_is_compared_with(monkeypatch, name, said):
    images = Dataset(name, np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.uint8), {"train": slice(0, 3)}, "", "")
    monkeypatch.setattr(resources, "known_images", lambda: images)
    of_images = checks("default")[2]
    assert of_images.is_ready
    assert said in of_images.sentence
    assert "3" in of_images.sentence


def test_without_any_images_it_is_not_ready(monkeypatch):
    def fail():
        raise DatasetError("There are none.")

    monkeypatch.setattr(resources, "known_images", fail)
    assert not checks("default")[2].is_ready


def test_who_sends_statistics_is_not_ready(monkeypatch):
    monkeypatch.setattr(readiness.st, "get_option", lambda name: name == "browser.gatherUsageStats")
    assert not checks("default")[3].is_ready
