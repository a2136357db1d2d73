"""Each page as Streamlit runs it: a first visit, the happy path, and an error."""

import json
import shutil

import pytest

from mnist_core import paths
from mnist_ui import state
from mnist_ui.figures.answer import HINT
from tests.pages.pages import as_objects, html, with_drawing
from tests.strokes import SEVEN


@pytest.fixture
def damaged(fresh_home):
    """A user's model whose card says nothing."""
    folder = fresh_home / "models" / "damaged"
    shutil.copytree(paths.SHIPPED_MODELS / "default", folder)
    (folder / "card.json").write_text("{")
    return folder


def test_a_first_visit_shows_a_hint_and_no_digit(app):
    app.run()
    assert not app.exception
    assert [title.value for title in app.title] == ["Draw a digit"]
    assert 'data-answer=""' in html(app)
    assert HINT in html(app)
    assert [button.label for button in app.button] == ["Undo", "Clear"]


def test_a_drawing_is_read(app):
    with_drawing(app, SEVEN).run()
    assert not app.exception
    assert 'data-answer="7"' in html(app)


def test_undo_takes_back_a_stroke_and_clear_all(app):
    with_drawing(app, [*SEVEN, *SEVEN]).run()
    app.button[0].click().run()
    assert len(app.session_state["_canvas"].objects) == 1
    assert 'data-answer="7"' in html(app)
    app.button[1].click().run()
    assert app.session_state["_canvas"].objects == []
    assert 'data-answer=""' in html(app)


def test_the_drawing_is_there_after_another_page(app):
    with_drawing(app, SEVEN).run()
    app.switch_page("pages/model.py").run()
    assert "data-answer" not in html(app)
    app.switch_page("pages/draw.py").run()
    assert 'data-answer="7"' in html(app)


def test_what_an_earlier_session_drew_is_taken_back_only_by_a_new_one():
    canvas = state.CanvasState()
    canvas.take_back(as_objects(SEVEN))
    assert len(canvas.objects) == 1
    canvas.update(canvas.objects)
    canvas.clear()
    canvas.take_back(as_objects(SEVEN))
    assert canvas.objects == []


def test_the_model_page_states_the_cards_figures(app):
    app.run()
    app.switch_page("pages/model.py").run()
    assert not app.exception
    card = json.loads((paths.SHIPPED_MODELS / "default" / "card.json").read_text())
    assert f"{card['parameters']:,} weights" in app.markdown[0].value
    assert len(app.metric) == len(card["scores"])


@pytest.mark.parametrize("page", ["pages/draw.py", "pages/model.py"])
def test_a_damaged_model_is_said_and_the_shipped_one_offered(app, damaged, page):
    app.query_params["model"] = "damaged"
    with_drawing(app, SEVEN).run()
    app.switch_page(page).run()
    assert not app.exception
    assert "This model cannot be used" in app.error[0].value
    assert "damaged" in app.error[0].value
    offer = next(button for button in app.button if "came with the app" in button.label)
    offer.click().run()
    assert not app.error
    assert not app.exception
    if page == "pages/draw.py":
        assert 'data-answer="7"' in html(app)


def test_another_model_can_be_chosen_and_stays_chosen(app, fresh_home):
    shutil.copytree(paths.SHIPPED_MODELS / "default", fresh_home / "models" / "mine")
    with_drawing(app, SEVEN).run()
    app.selectbox[0].select("mine").run()
    assert app.query_params["model"] in ("mine", ["mine"])
    app.switch_page("pages/model.py").run()
    app.switch_page("pages/draw.py").run()
    assert app.selectbox[0].value == "mine"
    app.selectbox[0].select("default").run()
    assert "model" not in app.query_params
    assert 'data-answer="7"' in html(app)


@pytest.mark.parametrize("name", ["nobody", "../../etc", "x" * 500])
def test_an_address_with_an_unknown_model_is_said(app, fresh_home, name):
    app.query_params["model"] = name
    with_drawing(app, SEVEN).run()
    assert not app.exception
    assert "This model cannot be used" in app.error[0].value


def test_a_crafted_drawing_is_said_and_the_page_goes_on(app):
    app.session_state["_canvas"] = state.CanvasState([{"path": "nonsense", "strokeWidth": 1}])
    app.run()
    assert not app.exception
    assert "This drawing cannot be read" in app.error[0].value
    app.button[1].click().run()
    assert not app.error
