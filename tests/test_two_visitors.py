"""Two visitors of one server, neither of whom sits at it: what each sees of the other's, and may do with it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from mnist_core import jobs, load_dataset, paths
from mnist_core.jobs.job import Job, append_event, write_order, write_state
from mnist_core.maps.finding import MAP
from mnist_core.maps.library import all_maps, delete_map, save_map
from mnist_core.model.bundle import model_folder, model_names, written_bundle
from mnist_core.model.library import delete_model, deleted_models
from mnist_core.owners import KEEPER, KEEPERS, OPEN_VARIABLE, By, owner_of
from mnist_core.training.presets import PRESETS
from mnist_core.training.run_settings import TRAIN, RunSettings
from mnist_core.training.speeds import write_speeds
from mnist_core.trash import SCARCE_VARIABLE
from mnist_core.tuning.searches import TUNE
from mnist_ui import client, space
from mnist_ui.client import Client
from mnist_ui.map.making import IN_PAGE
from mnist_ui.space import Picked
from mnist_ui.state import people
from tests.pages import html, whole_app
from tests.searches import ended, running

RUN = RunSettings(PRESETS["quick"].config, "quick").to_json()
OTHERS = "somebody else's"
DETAILS = "client.showErrorDetails"


@pytest.fixture(autouse=True)
def server(fresh_home, idle_workers, unremembered, monkeypatch):
    """A server that visitors reach from elsewhere, on a machine that has been measured."""
    monkeypatch.setattr(client, "of_session", lambda: Client("203.0.113.7", is_here=False))
    write_speeds(dict.fromkeys(PRESETS, 0.001))


@pytest.fixture(autouse=True)
def told_errors() -> Iterator[None]:
    """Pages say what went wrong in them, which visitors are not told."""
    before = config.get_option(DETAILS)
    config.set_option(DETAILS, "full")
    yield
    config.set_option(DETAILS, before)


@pytest.fixture
def anna() -> AppTest:
    return whole_app().run()


@pytest.fixture
def ben() -> AppTest:
    return whole_app().run()


@pytest.fixture
def stale(monkeypatch) -> Callable[[], None]:
    """Has pages offer everything, as those do that were made before something became another's."""
    return lambda: monkeypatch.setattr(people, "may_change", lambda owner: True)


def token(app: AppTest) -> str:
    return app.session_state["_visitor"].token


def at(app: AppTest, page: str, **parameters: str) -> AppTest:
    """A visitor's look at a page."""
    for name in [*app.query_params]:
        del app.query_params[name]
    for name, value in parameters.items():
        app.query_params[name] = value
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


def labels(app: AppTest) -> set[str]:
    return {each.label for each in app.button}


def click(app: AppTest, label: str) -> None:
    next(each for each in app.button if each.label == label).click().run()
    # Only a browser runs a fragment by itself; here the whole page runs, and a part of it cannot be asked for.
    assert [each.message for each in app.exception if 'scope="fragment"' not in each.message] == []


def said(app: AppTest) -> str:
    return " ".join(each.value for each in [*app.markdown, *app.caption, *app.error, *app.warning])


def models(app: AppTest) -> pd.DataFrame:
    """The table of models."""
    (table,) = [each.value for each in app.dataframe if {"model", "epochs"} <= {*each.value.columns}]
    return table.set_index("model")


def a_run(by: By, title: str = "mine", **changes: object) -> Job:
    job = jobs.start(TRAIN, title, RUN, by)
    return write_state(replace(job, **changes)) if changes else job


def a_model(by: By, name: str = "mine") -> None:
    with written_bundle(model_folder(name), owner_of(by)) as part:
        shutil.copytree(paths.SHIPPED_MODELS / "default", part, dirs_exist_ok=True)


# Runs


def test_who_starts_a_run_ends_it_and_a_stranger_only_looks(anna, ben):
    click(at(anna, "train", preset="classic", epochs="3", data="uci-digits"), "Start training")
    (job,) = jobs.all_jobs()
    assert job.owner == owner_of(token(anna))
    assert anna.session_state["_visitor"].kept()["owner"] is True
    assert "Cancel" not in labels(at(ben, "train"))
    click(ben, "Watch")
    assert not {"Cancel", "Stop and keep"} & labels(ben)
    assert "Somebody else's" in said(ben)
    click(anna, "Cancel")
    assert jobs.find(job.id).wish == "cancel"


def test_a_stranger_does_not_see_what_the_owner_drew(anna, ben):
    drawn = RunSettings(PRESETS["quick"].config, "quick", np.full((28, 28), 255, np.uint8))
    job = jobs.start(TRAIN, "mine", drawn.to_json(), token(anna))
    about = {"images": 1294, "validation": 144, "watched": {"dataset": "uci-digits", "labels": []}}
    append_event(job.folder, "training", epochs=5, **about)
    measures = {"loss": 0.5, "accuracy": 0.8, "val_loss": 0.4, "val_accuracy": 0.9, "seconds": 3.0}
    append_event(job.folder, "epoch", epoch=0, read=[i // 2 for i in range(20)], drawing=[0.1] * 10, **measures)
    at(anna, "train", run=job.id)
    at(ben, "train", run=job.id)
    assert 'class="bars"' in html(anna)
    assert 'class="bars"' not in html(ben)


def test_the_own_run_is_marked_where_there_are_others(anna, ben):
    a_run(token(anna), "hers")
    assert "yours" not in said(at(anna, "train"))
    a_run(token(ben), "his")
    for app in (anna, ben):
        assert said(at(app, "train")).count("yours") == 1
        assert len([each for each in app.button if each.label == "Cancel"]) == 1


@pytest.mark.parametrize("label", ["Cancel", "Stop and keep"])
def test_a_stale_page_ends_no_run_and_says_why(anna, ben, stale, label):
    job = a_run(token(anna))
    append_event(job.folder, "training", images=8, validation=2, epochs=5, watched={})
    stale()
    at(ben, "train", run=job.id)
    click(ben, label)
    assert OTHERS in said(ben)
    assert jobs.find(job.id).wish is None


def test_a_button_that_became_anothers_meanwhile_does_nothing(anna, ben):
    job = a_run(token(ben))
    at(ben, "train", run=job.id)
    write_order(replace(jobs.find(job.id), owner=owner_of(token(anna))))
    click(ben, "Cancel")
    assert "Cancel" not in labels(ben)
    assert jobs.find(job.id).wish is None


def test_a_run_that_failed_is_its_owners_to_go_on_with_and_to_remove(anna, ben, stale):
    job = a_run(token(anna), state="failed", error="Bad luck.")
    changes = {"Go on from its last epoch", "Remove from the list"}
    assert not changes & labels(at(ben, "train", run=job.id))
    assert "Bad luck." in said(ben)
    assert changes <= labels(at(anna, "train", run=job.id))
    stale()
    for label in sorted(changes):
        click(at(ben, "train", run=job.id), label)
        assert OTHERS in said(ben)
    assert jobs.find(job.id) == job


def test_a_removed_run_comes_back_for_its_owner_alone(anna, ben):
    job = a_run(token(anna), state="failed", error="Bad luck.")
    click(at(anna, "train", run=job.id), "Remove from the list")
    assert jobs.all_jobs() == []
    assert "Bring back" not in labels(at(ben, "train"))
    click(at(anna, "train"), "Bring back")
    assert [each.id for each in jobs.all_jobs()] == [job.id]
    assert "Bring back" not in labels(anna)


def test_a_damaged_job_is_the_keepers_to_remove(anna, ben, monkeypatch):
    job = a_run(token(anna), state="failed")
    (job.folder / "job.json").write_text("{")
    for app in (anna, ben):
        assert "Remove from the list" not in labels(at(app, "train"))
    monkeypatch.setattr(client, "of_session", lambda: Client("127.0.0.1", is_here=True))
    at(ben, "train")
    assert str(job.folder.parent) not in said(ben)
    click(ben, "Remove from the list")
    assert jobs.all_jobs() == []


# Models


def test_a_stranger_uses_a_model_and_changes_nothing(anna, ben):
    a_model(token(anna))
    changes = {"Rename it", "Delete it"}
    for app, may in ((anna, True), (ben, False)):
        at(app, "train").selectbox(key="managed").select("mine").run()
        assert (changes <= labels(app), bool(changes & labels(app))) == (may, may)
        assert "Use this model for drawing" in labels(app)
        assert app.get("download_button")
        assert ("Somebody else's" in said(app)) is not may


def test_the_own_models_are_marked_where_there_are_others(anna, ben):
    a_model(token(anna), "hers")
    assert "yours" not in models(at(anna, "train"))
    a_model(token(ben), "his")
    for app, own in ((anna, "hers"), (ben, "his")):
        marks = models(at(app, "train"))["yours"].to_dict()
        assert marks == dict.fromkeys(("hers", "his", "default"), "") | {own: "✓"}


def test_nothing_is_promised_back_while_the_disk_is_nearly_full(anna, monkeypatch):
    a_model(token(anna))
    assert "mine can be brought back for a day." in said(at(anna, "train"))
    monkeypatch.setenv(SCARCE_VARIABLE, "999999999")
    assert "The disk is nearly full, so this cannot be brought back." in said(at(anna, "train"))


def test_the_own_models_come_first_where_one_is_chosen(anna, ben):
    for maker, name in ((anna, "hers"), (ben, "his")):
        a_model(token(maker), name)
    for app, order in ((anna, ["hers", "his", "default"]), (ben, ["his", "hers", "default"])):
        chosen = at(app, "train").selectbox(key="managed")
        assert (chosen.options, chosen.value) == (order, order[0])


@pytest.mark.parametrize("label", ["Rename it", "Delete it"])
def test_a_stale_page_changes_no_model_and_says_why(anna, ben, stale, label):
    a_model(token(anna))
    stale()
    at(ben, "train").selectbox(key="managed").select("mine").run()
    ben.text_input(key="rename-mine").set_value("ours").run()
    click(ben, label)
    assert OTHERS in said(ben)
    assert model_names() == ["default", "mine"]
    assert deleted_models() == []


def test_a_deleted_model_comes_back_for_its_owner_alone(anna, ben, stale):
    a_model(token(anna))
    at(anna, "train").selectbox(key="managed").select("mine").run()
    click(anna, "Delete it")
    assert model_names() == ["default"]
    assert "Bring back" not in labels(at(ben, "train"))
    click(at(anna, "train"), "Bring back")
    assert model_names() == ["default", "mine"]
    delete_model("mine", KEEPER)
    stale()
    click(at(ben, "train"), "Bring back")
    assert OTHERS in said(ben)
    assert model_names() == ["default"]


@pytest.mark.parametrize(("is_here", "may"), [(True, True), (False, False)])
def test_what_is_older_than_owners_is_for_who_sits_at_the_machine(ben, monkeypatch, is_here, may):
    a_model(KEEPER, "older")
    monkeypatch.setattr(client, "of_session", lambda: Client("127.0.0.1", is_here=is_here))
    at(ben, "train").selectbox(key="managed").select("older").run()
    assert ("Delete it" in labels(ben)) is may
    if may:
        click(ben, "Delete it")
        assert model_names() == ["default"]
        click(at(ben, "train"), "Bring back")
        assert model_names() == ["default", "older"]


def test_where_all_is_open_everybody_changes_everything(anna, ben, monkeypatch):
    a_model(token(anna))
    job = a_run(token(anna))
    monkeypatch.setenv(OPEN_VARIABLE, "1")
    at(ben, "train").selectbox(key="managed").select("mine").run()
    assert {"Rename it", "Delete it"} <= labels(ben)
    click(at(ben, "train", run=job.id), "Cancel")
    assert jobs.find(job.id).wish == "cancel"


# Maps


@pytest.fixture
def maps(fresh_home, monkeypatch):
    """The page of the maps, without the browser's part."""
    load_dataset("uci-digits")
    monkeypatch.setattr(space, "space", lambda view, key: Picked())


def at_map(app: AppTest, key: str) -> AppTest:
    at(app, "map", view="Make a map").selectbox(key="map-kept").set_value(key).run()
    return app


def test_a_stranger_looks_at_a_map_and_changes_nothing(anna, ben, maps, stale):
    from tests.small_maps import small_map

    key = save_map(small_map("pixels"), "Ink", owner_of(token(anna)))
    changes = {"Rename it", "Delete it"}
    assert changes <= labels(at_map(anna, key))
    assert not changes & labels(at_map(ben, key))
    assert "Show it" in labels(ben)
    stale()
    at_map(ben, key).text_input(key=f"map-name-{key}").set_value("Mine now").run()
    for label in sorted(changes):
        click(ben, label)
        assert OTHERS in said(ben)
    assert [info.name for info in all_maps() if not info.is_shipped] == ["Ink"]


def test_maps_that_are_being_made_are_paged_and_the_own_ones_come_first(anna, ben, maps, monkeypatch):
    monkeypatch.setenv("MNIST_STUDIO_VISITOR_NEW_MAPS", str(IN_PAGE))
    for seed in range(IN_PAGE):
        jobs.start(MAP.kind, f"his {seed}", {}, token(ben))
    jobs.start(MAP.kind, "hers", {}, token(anna))
    for app, own in ((anna, 1), (ben, IN_PAGE)):
        shown = said(at(app, "map", view="Make a map"))
        assert (shown.count("is being made"), shown.count("yours")) == (IN_PAGE, own)


def test_a_deleted_map_comes_back_for_its_owner_alone(anna, ben, maps):
    from tests.small_maps import small_map

    key = save_map(small_map("pixels"), "Ink", owner_of(token(anna)))
    delete_map(key, token(anna))
    assert "Bring back" not in labels(at(ben, "map", view="Make a map"))
    click(at(anna, "map", view="Make a map"), "Bring back")
    assert [(info.id, info.owner) for info in all_maps() if not info.is_shipped] == [(key, owner_of(token(anna)))]


# Searches


def test_a_stranger_watches_a_search_and_cannot_end_it(anna, ben, stale):
    job = write_order(replace(running(), owner=owner_of(token(anna))))
    ends = {"Cancel", "Stop and use the best"}
    assert ends <= labels(at(anna, "tune", search=job.id))
    assert not ends & labels(at(ben, "tune", search=job.id))
    stale()
    click(at(ben, "tune", search=job.id), "Cancel")
    assert OTHERS in said(ben)
    assert jobs.find(job.id).wish is None


def test_the_only_search_is_removed_and_comes_back_for_its_owner_alone(anna, ben):
    job = write_order(replace(ended(), owner=owner_of(token(anna))))
    at(ben, "tune")
    assert "Open" in labels(ben)
    assert "Remove it" not in labels(ben)
    click(at(anna, "tune"), "Remove it")
    assert jobs.all_jobs() == []
    assert "Bring back" not in labels(at(ben, "tune"))
    click(at(anna, "tune"), "Bring back")
    assert [each.id for each in jobs.all_jobs() if each.kind == TUNE] == [job.id]


# What is waited for


def waiting(job_id: str) -> None:
    """A page that waits for a job."""
    from mnist_core import jobs
    from mnist_ui.waiting import wait_for

    wait_for(lambda: jobs.find(job_id), "It is looked up.")


@pytest.fixture
def waits() -> Callable[[str], AppTest]:
    """A stranger who waits for a job."""
    return lambda job_id: AppTest.from_function(waiting, args=(job_id,)).run()


@pytest.mark.parametrize("kind", ["read", "embed"])
def test_a_stranger_waits_and_stops_nothing(anna, waits, stale, kind):
    job = jobs.start(kind, "Any", {}, token(anna))
    assert labels(waits(job.id)) == set()
    stale()
    page = waits(job.id)
    click(page, "Stop")
    assert OTHERS in said(page)
    assert jobs.find(job.id).wish is None


def test_what_everybody_waits_for_is_tried_again_by_a_stranger_who_owns_it_then(anna, waits):
    job = write_state(replace(jobs.start("read", "Any", {}, token(anna)), state="failed", error="Bad luck."))
    page = waits(job.id)
    click(page, "Try again")
    assert jobs.find(job.id).state in ("queued", "running")
    assert jobs.find(job.id).owner == owner_of(token(page))
    assert page.session_state["_visitor"].is_owner


def test_what_is_anothers_alone_is_not_tried_again_by_a_stranger(anna, waits):
    job = write_state(replace(jobs.start("embed", "Any", {}, token(anna)), state="failed", error="Bad luck."))
    page = waits(job.id)
    assert "Bad luck." in said(page)
    assert labels(page) == set()


# Let go


def test_who_has_all_deleted_owns_nothing_any_more(anna):
    a_model(token(anna))
    job = a_run(token(anna), state="failed")
    anna.session_state["_visitor"].change(is_owner=True)
    before = token(anna)
    anna.session_state["own-drawings"] = True
    assert "No drawing of yours is kept." in said(at(anna, "drawings"))
    anna.checkbox(key="delete-sure").check().run()
    click(anna, "Delete my drawings")
    assert token(anna) != before
    assert jobs.find(job.id).owner == KEEPERS
    at(anna, "train").selectbox(key="managed").select("mine").run()
    assert "Delete it" not in labels(anna)
