"""The Train page as Streamlit runs it. Workers are started for real only where a test says so."""

import json
import shutil
import sys
import time
from dataclasses import replace

import pytest

from mnist_core import jobs, paths
from mnist_core.jobs import processes
from mnist_core.jobs.job import append_event
from mnist_core.model.bundle import model_folder, model_names
from mnist_core.training.presets import PRESETS
from mnist_core.training.run_settings import TRAIN, RunSettings
from mnist_core.training.speeds import write_speeds
from tests.pages import html, with_drawing
from tests.strokes import SEVEN


@pytest.fixture
def train(app, fresh_home):
    """The Train page on a machine that has been measured."""
    write_speeds(dict.fromkeys(PRESETS, 0.001))

    def visit(**parameters):
        for name, value in parameters.items():
            app.query_params[name.replace("__", ".")] = value
        return app.switch_page("pages/train.py").run()

    return visit


@pytest.fixture
def own_model(fresh_home):
    shutil.copytree(paths.SHIPPED_MODELS / "default", model_folder("mine"))
    return "mine"


def button(app, label):
    return next(each for each in app.button if each.label == label)


def facts(app):
    """The numbers that the page shows, by name."""
    import re

    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html(app)))


def test_a_first_visit_offers_every_preset_with_a_sentence_and_a_time(train):
    app = train()
    assert not app.exception
    assert not app.error
    assert len(app.radio[0].options) == len(PRESETS)
    assert all(caption.endswith("on this machine.*") for caption in app.radio[0].proto.captions)
    assert facts(app) == {"Weights": "78,378", "Time at most": "about 5 min"}
    assert "Memory: about 1.6 GB" in [each.value for each in app.caption]
    assert button(app, "Start training")


def test_each_preset_can_be_chosen(train):
    app = train()
    for preset in PRESETS:
        app.radio[0].set_value(preset).run()
        assert not app.exception
        assert not app.error
        assert app.query_params["preset"] in (preset, [preset])


def test_a_knob_changes_the_summary_and_the_address(train):
    app = train(preset="classic")
    before = facts(app)
    app.slider(key="classic-0-epochs").set_value(10).run()
    assert app.query_params["epochs"] in ("10", ["10"])
    assert facts(app)["Time at most"] != before["Time at most"]
    app.select_slider(key="classic-0-filters").set_value(8).run()
    assert facts(app)["Weights"] != before["Weights"]
    button(app, "Back to the preset").click().run()
    assert facts(app) == before
    assert "epochs" not in app.query_params


def test_an_address_is_a_lesson(train):
    app = train(preset="vgg", seed="7", architecture__filters="4", augmentation__rotation="30")
    assert not app.error
    assert app.radio[0].value == "vgg"
    assert app.number_input(key="vgg-0-seed").value == 7
    assert app.select_slider(key="vgg-0-filters").value == 4
    assert app.slider(key="vgg-0-rotation").value == 30


@pytest.mark.parametrize(
    "parameters",
    [{"preset": "best"}, {"preset": "quick", "epochs": "0"}, {"preset": "quick", "colour": "red"}],
    ids=str,
)
def test_an_address_that_is_no_lesson_is_said_and_the_page_goes_on(train, parameters):
    app = train(**parameters)
    assert not app.exception
    assert "These settings do not go together" in app.error[0].value
    assert app.radio[0].value == "quick"
    app.run()
    assert not app.error


def test_layers_that_do_not_fit_are_said_and_cannot_be_started(train):
    app = train(preset="vgg")
    app.slider(key="vgg-0-blocks").set_value(5).run()
    assert "do not fit" in app.error[0].value
    assert not [each for each in app.button if each.label == "Start training"]
    app.slider(key="vgg-0-blocks").set_value(2).run()
    assert not app.error
    assert button(app, "Start training")


@pytest.mark.parametrize("name", ["../x", "a/b", " ", ".."])
def test_a_name_that_cannot_be_is_said_and_nothing_starts(train, name, idle_workers):
    app = train()
    app.text_input(key="name-quick").set_value(name).run()
    button(app, "Start training").click().run()
    assert "name" in app.error[0].value
    assert jobs.all_jobs() == []


def test_a_run_is_started_with_the_settings_and_the_drawing_and_watched(train, idle_workers, app):
    app = with_drawing(train(preset="classic", epochs="3", data="uci-digits"), SEVEN)
    button(app, "Start training").click().run()
    assert not app.exception
    (job,) = (job for job in jobs.all_jobs() if job.kind == TRAIN)
    settings = RunSettings.from_json(job.settings)
    assert (job.title, job.state) == ("classic", "running")
    assert settings.config == replace(PRESETS["classic"].config, epochs=3, data=("uci-digits",))
    assert settings.drawing.max() == 255
    assert app.query_params["run"] in (job.id, [job.id])
    assert "classic: learning" in app.subheader[0].value
    assert button(app, "Stop and keep").disabled  # nothing has been learned yet
    button(app, "Cancel").click().run()
    assert jobs.find(job.id).wish == "cancel"


def told(job):
    """A run that tells of two epochs, as its worker would."""
    share = [0.0] * 7 + [1.0, 0.0, 0.0]
    about = {"images": 1294, "validation": 144, "epochs": 5, "watched": {"dataset": "uci-digits", "labels": []}}
    append_event(job.folder, "training", **about)
    for epoch in range(2):
        measures = {"loss": 0.5, "accuracy": 0.8, "val_loss": 0.4, "val_accuracy": 0.9, "seconds": 3.0 + epoch}
        append_event(job.folder, "epoch", epoch=epoch, read=[i // 2 for i in range(20)], drawing=share, **measures)


def test_a_run_shows_how_far_it_is_and_can_be_stopped(train, idle_workers):
    job = jobs.start("train", "mine", RunSettings(PRESETS["quick"].config, "quick").to_json())
    told(job)
    app = train(run=job.id)
    assert not app.exception
    assert facts(app)["Images used"] == "2,588"
    assert 'data-right="20"' in html(app)
    button(app, "Stop and keep").click().run()
    assert jobs.find(job.id).state == "stopping"


def test_what_waits_is_shown_to_every_visitor(train, idle_workers):
    for name in ("first", "second", "third"):
        jobs.start("train", name, RunSettings(PRESETS["quick"].config, "quick").to_json())
    app = train()
    lines = [each.value for each in app.markdown if "**" in each.value]
    assert lines[:3] == [
        "**first**: learning",
        "**second**: waits for its turn",
        "**third**: waits for its turn, 1 more before it",
    ]
    assert app.radio  # and one can start another


def test_a_failed_run_says_why_and_shows_its_log(train, idle_workers, monkeypatch):
    monkeypatch.setattr(processes, "COMMAND", (sys.executable, "-c", "print('no memory left'); raise SystemExit(3)"))
    job = jobs.start("train", "mine", RunSettings(PRESETS["quick"].config, "quick").to_json())
    deadline = time.monotonic() + 20
    while jobs.find(job.id).state != "failed" and time.monotonic() < deadline:
        jobs.all_jobs()
    app = train(run=job.id)
    assert "ended without a word" in app.error[0].value
    assert any("no memory left" in each.value for each in app.code)
    button(app, "Remove from the list").click().run()
    assert jobs.all_jobs() == []


def test_models_can_be_used_renamed_and_deleted(train, own_model):
    app = train()
    app.selectbox(key="managed").select("mine").run()
    button(app, "Use this model for drawing").click().run()
    assert app.session_state["model"] == "mine"
    app = train()
    app.selectbox(key="managed").select("mine").run()
    app.text_input(key="rename-mine").set_value("ours").run()
    button(app, "Rename it").click().run()
    assert model_names() == ["default", "ours"]
    assert app.session_state["model"] == "ours"
    app.selectbox(key="managed").select("ours").run()
    button(app, "Delete it").click().run()
    assert model_names() == ["default"]
    assert app.session_state["model"] == "default"
    assert not app.exception


@pytest.mark.parametrize("name", ["../x", "default", "x" * 300])
def test_a_new_name_that_cannot_be_is_said_and_nothing_is_lost(train, own_model, name):
    app = train()
    app.selectbox(key="managed").select("mine").run()
    app.text_input(key="rename-mine").set_value(name).run()
    button(app, "Rename it").click().run()
    assert app.error
    assert model_names() == ["default", "mine"]


def test_the_shipped_model_can_be_neither_renamed_nor_deleted(train):
    app = train()
    assert app.selectbox(key="managed").options == ["default"]
    assert not {"Rename it", "Delete it"} & {each.label for each in app.button}


def test_models_are_compared_by_what_differs(train, own_model):
    card = model_folder("mine") / "card.json"
    values = json.loads(card.read_text())
    values["config"] |= {"epochs": 3, "augmentation": None}
    card.write_text(json.dumps(values))
    app = train()
    tables = [table.value for table in app.dataframe]
    settings = next(table for table in tables if "setting" in table.columns).set_index("setting")
    assert settings.loc["epochs"].to_dict() == {"default": "60", "mine": "3"}
    assert "batch_size" not in settings.index


def test_a_damaged_model_does_not_hide_the_others(train, own_model):
    (model_folder("mine") / "card.json").write_text("{")
    app = train()
    assert not app.exception
    assert any("The model mine is damaged and cannot be used." in each.value for each in app.markdown)
    assert app.selectbox(key="managed").options == ["default"]
