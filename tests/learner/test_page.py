"""The page on which a network learns, as Streamlit runs it."""

import json

import pytest

from mnist_core.training.presets import PRESETS
from mnist_core.training.speeds import write_speeds
from mnist_ui.state import runs


@pytest.fixture
def watch(app, fresh_home):
    def visit(**parameters):
        for name, value in parameters.items():
            app.query_params[name] = value
        return app.switch_page("pages/watch.py").run()

    return visit


def sent(app):
    """What the browser is sent to learn with."""
    (component,) = [each for each in app.get("bidi_component") if "learner" in each.proto.component_name]
    return json.loads(component.proto.mixed.json if component.proto.HasField("mixed") else component.proto.json)[0]


def test_a_first_visit_shows_the_network_and_its_knobs(watch):
    app = watch()
    assert not app.exception
    assert not app.error
    assert [title.value for title in app.title] == ["Watch it learn"]
    assert sent(app)["settings"]["filters"] == 8
    assert [knob["name"] for knob in sent(app)["knobs"]] == [
        "rate", "activation", "filters", "kernel", "noise", "digits", "seed",
    ]  # fmt: skip


def test_an_address_has_the_settings_and_nonsense_is_the_standard(watch):
    app = watch(kernel="7", rate="0.1", seed="12", activation="magic", digits="-1")
    assert sent(app)["settings"] == {
        "filters": 8, "kernel": 7, "activation": "relu", "rate": 0.1, "noise": 0.0, "digits": 5000, "seed": 12,
    }  # fmt: skip


def test_the_settings_go_to_train(watch):
    write_speeds(dict.fromkeys(PRESETS, 0.001))
    app = watch(kernel="7", noise="0.5", seed="12")
    next(each for each in app.button if each.label == "Train a model with these settings").click().run()
    assert [title.value for title in app.title] == ["Teach a network"]
    config = app.session_state["_plan"].config
    assert (config.architecture.kernel, config.seed, config.augmentation.noise) == (7, 12, 0.5)
    assert app.query_params["architecture.kernel"] == "7"
    assert runs.PRESET in app.query_params


def test_what_is_different_in_train_is_said(watch):
    app = watch(activation="tanh", noise="1.0")
    said = " ".join(each.value for each in app.caption)
    assert "no other activation" in said
    assert "spoils images in more ways" in said


def test_a_demo_leads_to_no_training(watch):
    app = watch(demo="1")
    assert not app.exception
    assert not [each for each in app.button if each.label == "Train a model with these settings"]
