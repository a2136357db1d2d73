"""What visitors are told of errors names no place on the server."""

import logging
import shutil
from pathlib import Path

import pytest
from starlette.applications import Starlette

from mnist_core import discretion, paths
from mnist_core.discretion import without_places
from mnist_core.errors import BundleError, JobError
from mnist_core.model.bundle import model_folder, verify_bundle
from mnist_ui import routes
from mnist_ui.state import reader
from tests.pages import on_canvas, whole_app, with_drawing
from tests.server.asking import ask
from tests.strokes import SEVEN

SERVED = Starlette(routes=routes.routes())
STROKES = {"strokes": [{"width": 20, "points": [[100, 100], [200, 300]]}]}


@pytest.fixture
def home(fresh_home):
    return paths.data_home()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "There is no model in {home}/models/mine: card.json is missing.",
            "There is no model in mine: card.json is missing.",
        ),
        ("No room at {home}/maps/a-b_c. Free some.", "No room at a-b_c. Free some."),
        (
            "[Errno 28] No space left on device: '{home}/jobs/1/state.json'",
            "[Errno 28] No space left on device: 'state.json'",
        ),
        ("{shipped}/default/card.json and {home}/x/y/", "card.json and y"),
        ("Draw 1/2 and/or see https://example.org/a/b.", "Draw 1/2 and/or see https://example.org/a/b."),
    ],
)
def test_only_the_last_name_of_a_path_is_told(home, text, told):
    assert without_places(text.format(home=home, shipped=paths.SHIPPED_MODELS)) == told


def test_a_home_with_spaces_and_one_below_another_are_found(monkeypatch):
    monkeypatch.setenv(paths.HOME_VARIABLE, str(Path.home() / "my studio"))
    assert without_places(f"No room in {Path.home()}/my studio/models/mine.") == "No room in mine."


def test_the_log_has_the_whole_text_once(home, caplog):
    discretion._told.cache_clear()
    text = f"The job in {home}/jobs/7 cannot be used."
    with caplog.at_level(logging.WARNING):
        assert {without_places(JobError(text)) for _ in range(5)} == {"The job in 7 cannot be used."}
        without_places("Nothing is hidden here.")
    assert [record.getMessage() for record in caplog.records] == [f"A visitor was told without places: {text}"]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("name", ["nobody", "broken"])
def test_the_reading_route_names_the_model_and_no_folder(home, name, accept):
    shutil.copytree(paths.SHIPPED_MODELS / "default", home / "models" / "broken")
    (home / "models" / "broken" / "model.tflite").write_bytes(b"cut")
    answer = ask(SERVED, routes.READ, "POST", STROKES | {"model": name}, headers={"Accept": accept})
    assert answer.status == 404
    assert name in answer.text
    assert str(home) not in answer.text


def test_a_picture_that_is_not_there_is_refused_without_its_folder(home, monkeypatch):
    monkeypatch.setenv(paths.DATA_VARIABLE, str(home / "nowhere"))
    answer = ask(SERVED, f"{routes.DIGIT}/usps/1.png")
    assert answer.status == 404
    assert str(home) not in answer.text


def test_a_page_names_the_model_and_no_folder(home):
    shutil.copytree(paths.SHIPPED_MODELS / "default", home / "models" / "broken")
    (home / "models" / "broken" / "model.tflite").write_bytes(b"cut")
    app = on_canvas(with_drawing(whole_app(), SEVEN))
    app.query_params[reader.MODEL] = "broken"
    app.run()
    said = [each.value for each in app.error]
    assert any("broken" in each for each in said)
    assert not any(str(home) in each for each in said)
    with pytest.raises(BundleError, match=str(home)):  # whoever uses the library is told where
        verify_bundle(model_folder("broken"))
