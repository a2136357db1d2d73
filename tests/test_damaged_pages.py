"""What is damaged is named on the page where it would be listed, hides nothing else there, and is deleted there."""

import shutil

import pytest

from mnist_core import paths
from mnist_core.maps.library import MANIFEST, save_map
from mnist_core.model.bundle import CARD, model_folder, model_names
from mnist_core.owners import OPEN_VARIABLE
from mnist_core.training.presets import PRESETS
from mnist_core.training.speeds import write_speeds
from mnist_ui import client
from mnist_ui.client import Client
from tests.small_maps import small_map

# Nested without end, of another kind, and cut off.
DAMAGE = ["[" * 100_000, '{"version": 2, "name": [], "created": 1e999}', "{"]


def said(app) -> str:
    """All that a page says in Markdown."""
    return "\n".join(each.value for each in app.markdown)


@pytest.fixture
def models(fresh_home):
    """A sound model among damaged ones."""
    write_speeds(dict.fromkeys(PRESETS, 0.001))
    for name in ("mine", "broken-0", "broken-1", "broken-2"):
        shutil.copytree(paths.SHIPPED_MODELS / "default", model_folder(name))
    for number, text in enumerate(DAMAGE):
        (model_folder(f"broken-{number}") / CARD).write_text(text)


def test_damaged_models_hide_no_other_and_are_deleted(app, models, monkeypatch):
    monkeypatch.setenv(OPEN_VARIABLE, "1")
    app.switch_page("pages/train.py").run()
    assert not app.exception
    assert not app.error
    assert "mine" in next(box for box in app.selectbox if box.label == "Model").options
    for number in range(len(DAMAGE)):
        assert f"The model broken-{number} is damaged and cannot be used." in said(app)
    app.button(key="damaged-broken-0").click().run()
    assert not app.exception
    assert model_names() == ["default", "broken-1", "broken-2", "mine"]
    assert "broken-0 is damaged" not in said(app)


def test_a_stranger_is_told_and_deletes_nothing(app, models, monkeypatch):
    monkeypatch.setattr(client, "of_session", lambda: Client("192.0.2.7", is_here=False))
    app.switch_page("pages/train.py").run()
    assert "The model broken-0 is damaged and cannot be used." in said(app)
    assert not [each.key for each in app.button if str(each.key).startswith("damaged-")]


def test_damaged_maps_hide_no_other_and_are_deleted(app, fresh_home, monkeypatch):
    monkeypatch.setenv(OPEN_VARIABLE, "1")
    sound, *broken = (save_map(small_map("pixels", seed=seed), f"map {seed}") for seed in range(4))
    for key, text in zip(broken, DAMAGE, strict=True):
        (paths.maps_folder() / key / MANIFEST).write_text(text)
    app.query_params["view"] = "Make a map"
    app.switch_page("pages/map.py").run()
    assert not app.exception
    assert list(next(box for box in app.selectbox if box.label == "A map made here").options) == ["map 0"]
    for key in broken:
        assert f"The map {key} is damaged and cannot be used." in said(app)
    app.button(key=f"damaged-{broken[0]}").click().run()
    assert not app.exception
    assert {path.name for path in paths.maps_folder().iterdir()} == {sound, *broken[1:]}
