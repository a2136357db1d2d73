"""A disk without any room: what needs none is shown as ever, and whatever can be deleted can be deleted."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import jobs, paths
from mnist_core.collection import Filter, open_collection
from mnist_core.datasets import DATASETS
from mnist_core.jobs import queue
from mnist_core.jobs.job import write_state
from mnist_core.maps.library import all_maps, save_map
from mnist_core.model.bundle import model_folder, model_names
from mnist_core.owners import OPEN_VARIABLE, new_token
from mnist_core.training.presets import PRESETS
from mnist_core.training.run_settings import TRAIN, RunSettings
from mnist_ui.state.visitor import Visitor
from tests.faults.full_disk import Disk, small_disk
from tests.pages import whole_app, with_drawing
from tests.searches import SETTINGS
from tests.small_maps import small_map
from tests.strokes import SEVEN as STROKES
from tests.visitors import SEVEN, reading

# As the system says it, of a disk and of a file that may not grow; and as the app does, which begins nothing then.
FULL = r"No space left|File too large|nearly full"


@dataclass(frozen=True)
class Home:
    """What is in a data home whose disk is full: a model "mine", a map, a run and a search that failed, two drawings.

    Attributes
    ----------
    run, search
        Ids of their jobs.
    token
        Of the visitor who drew.
    """

    run: str
    search: str
    token: str


@pytest.fixture
def disk(tmp_path, monkeypatch) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk") as disk:
        monkeypatch.setenv(paths.HOME_VARIABLE, str(disk.folder / "home"))
        monkeypatch.delenv(paths.DATA_VARIABLE, raising=False)
        monkeypatch.setenv(OPEN_VARIABLE, "1")  # whose things are is another matter
        yield disk


@pytest.fixture
def home(disk: Disk, monkeypatch, unremembered, idle_workers) -> Iterator[Home]:
    """A data home that was filled until nothing more went in; nobody has measured the machine."""
    token = new_token()
    shutil.copytree(paths.SHIPPED_MODELS / "default", model_folder("mine"))
    save_map(small_map("pixels", dataset="uci-digits"), "own map")
    run = RunSettings(replace(PRESETS["quick"].config, data=("uci-digits",)), "quick").to_json()
    with monkeypatch.context() as patch:
        patch.setattr(queue, "limit", lambda: 0)
        lost = (
            queue.start(TRAIN, "lost", run),
            queue.start("tune", "sought", {"search": SETTINGS.to_json(), "goes_on": ""}),
        )
    for job in lost:
        write_state(replace(job, state="failed", ended=job.created, error="It was unlucky."))
    for label in (7, 1):
        open_collection().drawings.add(SEVEN, reading(7), "default", token, label)
    with disk.full():
        yield Home(*(job.id for job in lost), token)


def visit(page: str, **parameters: str) -> AppTest:
    """A page as a new visitor opens it."""
    app = whole_app()
    for name, value in parameters.items():
        app.query_params[name] = value
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> None:
    """Press the button of a name."""
    next(each for each in app.button if each.label == label).click().run()
    assert not app.exception


def labels(app: AppTest) -> list[str]:
    return [each.label for each in app.button]


def headings(app: AppTest) -> list[str]:
    return [each.value for each in app.header]


def said(app: AppTest) -> list[str]:
    """What the page says of jobs that could not be started."""
    return [each.value for each in app.error if re.search(FULL, each.value)]


def test_the_disk_is_full(disk: Disk, home: Home):
    with pytest.raises(OSError, match=FULL):
        (disk.folder / "home" / "one-more").write_text("x")


def test_train_shows_all_of_it_and_says_that_nothing_can_be_measured(home: Home):
    app = visit("train")
    assert headings(app) == ["Choose a recipe", "Train it", "What has been trained"]
    assert "Remove from the list" in labels(app)
    assert len(said(app)) == 1


def test_a_run_that_cannot_be_started_is_said_and_the_page_stays(home: Home):
    app = visit("train")
    press(app, "Start training")
    assert headings(app) == ["Choose a recipe", "Train it", "What has been trained"]
    assert len(said(app)) == 2


def test_tune_shows_all_of_it(home: Home):
    app = visit("tune")
    assert headings(app) == ["What may change", "How to search", "Searches"]
    assert len(said(app)) == 1
    press(app, "Quick example")
    assert headings(app) == ["What may change", "How to search", "Searches"]
    assert len(said(app)) == 2


@pytest.mark.parametrize("page", ["train", "tune"])
def test_what_is_watched_is_shown_with_all_that_can_be_done(home: Home, page):
    app = visit(page, **({"run": home.run} if page == "train" else {"search": home.search}))
    assert [each.value.startswith("**") for each in app.error] == [True]
    assert {"train": "Remove from the list", "tune": "Remove it"}[page] in labels(app)
    assert not said(app)


@pytest.mark.parametrize(
    ("parameters", "there"),
    [
        ({"part": "Overview"}, "The average of each digit"),
        ({"image": "test-3"}, "Test image 3"),
        ({"part": "Wrong labels?"}, None),
    ],
    ids=str,
)
def test_explore_shows_the_images(home: Home, parameters, there):
    app = visit("explore", **parameters)
    assert there is None or there in headings(app)
    assert len(said(app)) == ("image" in parameters)


def test_explore_can_be_browsed_and_says_that_the_model_cannot_read(home: Home):
    app = visit("explore", part="Browse")
    assert any("images" in each.value for each in app.markdown)
    assert app.get("bidi_component")
    assert len(said(app)) == 1


def test_the_map_shows_maps_and_the_list_of_them(home: Home):
    app = visit("map", view="Make a map")
    assert headings(app) == ["Make a new map", "All maps"]
    assert "Delete it" in labels(app)
    app = visit("map")
    assert app.selectbox
    assert not app.error


def test_a_map_that_cannot_be_made_is_said_and_the_list_stays(home: Home):
    app = visit("map", view="Make a map")
    app.selectbox(key="map-make-dataset").select("uci-digits").run()
    app.number_input(key="map-make-points").set_value(200).run()
    press(app, "Make it")
    assert len(said(app)) == 1
    assert headings(app) == ["Make a new map", "All maps"]


@pytest.mark.parametrize("part", ["What it confuses", "How robust", "How it learned", "Two models", "Size and speed"])
def test_evaluate_shows_what_is_known(home: Home, part):
    app = visit("evaluate", part=part)
    assert not app.error
    assert app.get("plotly_chart") or app.header or app.markdown


def test_evaluate_reads_what_was_not_read_before(home: Home):
    app = visit("evaluate", dataset=DATASETS["uci-digits"].test_title)
    assert not app.error
    assert any("confidence" in each.value for each in app.caption)


def test_a_drawing_is_read_and_explained_and_the_readings_are_said_to_be_missing(home: Home):
    app = with_drawing(whole_app(), STROKES).run()
    assert not app.exception
    assert headings(app) == ["How it sees your drawing", "Why this answer?"]
    assert len(said(app)) == 1


def test_drawings_are_shown_with_the_way_to_delete_them(home: Home):
    app = whole_app()
    app.session_state["_visitor"] = Visitor(token=home.token, keeps=True, is_met=True)
    app.switch_page("pages/drawings.py").run()
    assert not app.exception
    assert not app.error
    assert any("**2** drawings" in each.value for each in app.markdown)
    app.toggle(key="drawings-choosing").set_value(True).run()
    press(app, "All 2")
    assert "Yes, delete" in labels(app)


def test_a_run_that_failed_can_be_removed(home: Home):
    app = visit("train", run=home.run)
    press(app, "Remove from the list")
    assert home.run not in [job.id for job in jobs.all_jobs()]
    assert "What has been trained" in headings(app)


def test_a_search_that_failed_can_be_removed(home: Home):
    app = visit("tune", search=home.search)
    press(app, "Remove it")
    assert home.search not in [job.id for job in jobs.all_jobs()]


def test_a_map_can_be_deleted(home: Home):
    app = visit("map", view="Make a map")
    press(app, "Delete it")
    assert not app.error
    assert all(info.is_shipped for info in all_maps())


def test_a_model_can_be_deleted(home: Home):
    app = visit("train")
    app.selectbox(key="managed").select("mine").run()
    press(app, "Delete it")
    assert "mine" not in model_names()
    assert "What has been trained" in headings(app)


def test_a_drawing_can_be_deleted(home: Home):
    own = Filter(owner=home.token)
    app = whole_app()
    app.session_state["_visitor"] = Visitor(token=home.token, keeps=True, is_met=True)
    app.query_params["drawing"] = open_collection().drawings.entries(own)[0].id
    app.switch_page("pages/drawings.py").run()
    press(app, "Yes, delete")
    assert not app.error
    assert open_collection().drawings.count(own) == 1
