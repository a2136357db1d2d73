"""Each page as Streamlit runs it: a first visit, the happy path, and an error."""

import json
import shutil
import sys
import time

import pytest

from mnist_core import paths
from mnist_core.jobs import processes
from mnist_core.reader.answer import HINT
from mnist_ui.draw.examples import load_examples
from mnist_ui.draw.sources import SOURCE
from mnist_ui.state import paper
from mnist_ui.state.sketch import Sketch, as_strokes
from tests.pages import html, on_canvas, with_drawing
from tests.strokes import SEVEN, TWO, ZERO


@pytest.fixture
def damaged(fresh_home):
    """A user's model whose card says nothing."""
    folder = fresh_home / "models" / "damaged"
    shutil.copytree(paths.SHIPPED_MODELS / "default", folder)
    (folder / "card.json").write_text("{")
    return folder


def button(app, label):
    return next(each for each in app.button if each.label == label)


def headings(app):
    return [each.value for each in app.header]


def test_a_first_visit_shows_where_to_draw_and_examples(app):
    app.run()
    assert not app.exception
    assert [title.value for title in app.title] == ["Draw a digit"]
    assert headings(app) == ["How it sees your drawing"]
    assert [each.label for each in app.button] == [example.name for example in load_examples()]
    assert "98.9 % right" in "".join(each.value for each in app.caption)
    assert html(app).count("<figure") == 4  # an example, paler


def test_a_drawing_is_shown_step_by_step_and_explained(app):
    with_drawing(app, SEVEN).run()
    assert not app.exception
    assert headings(app) == ["How it sees your drawing", "Why this answer?"]
    assert html(app).count('<figure class="heatmap"') == 2
    assert button(app, "Erase it")


def test_what_speaks_for_another_digit_can_be_asked(app):
    with_drawing(app, SEVEN).run()
    assert 'data-digit="7"' in html(app)
    next(each for each in app.get("button_group") if "What if" in each.label).set_value(1).run()
    assert 'data-digit="1"' in html(app)


def test_a_switch_that_is_off_says_what_it_does(app):
    strokes = [[(x * 0.3, y * 0.3) for x, y in stroke] for stroke in SEVEN]
    with_drawing(app, strokes).run()
    next(each for each in app.toggle if each.label == "Centre by mass").set_value(False).run()
    assert "With everything on, it reads **7**" in app.info[0].value
    button(app, "All on").click().run()
    assert not app.info


def test_until_the_training_digits_are_read_it_says_so(app, fresh_home, idle_workers):
    with_drawing(app, SEVEN).run()
    assert not app.exception
    assert headings(app)[-1] == "Why this answer?"
    assert "first has to read" in "".join(each.value for each in app.markdown)
    assert "data-same" not in html(app)


def test_if_the_training_digits_cannot_be_read_it_says_so_and_can_try_again(app, fresh_home, idle_workers, monkeypatch):
    idle = processes.COMMAND
    monkeypatch.setattr(processes, "COMMAND", (sys.executable, "-c", "raise SystemExit('no space left')"))
    with_drawing(app, SEVEN).run()
    for _ in range(6000):
        if app.run().warning:
            break
        time.sleep(0.1)
    assert not app.exception
    assert "did not work" in app.warning[0].value
    assert "no space left" in app.warning[0].value
    monkeypatch.setattr(processes, "COMMAND", idle)
    button(app, "Try again").click().run()
    assert not app.exception
    assert not app.warning
    assert "first has to read" in "".join(each.value for each in app.markdown)


def test_of_a_number_each_digit_can_be_looked_at(app):
    strokes = [[(x * 0.4 + left, y * 0.4 + 100) for x, y in digit[0]] for left, digit in ((0, TWO), (150, ZERO))]
    with_drawing(app, strokes).run()
    which = next(each for each in app.get("button_group") if "Which digit" in each.label)
    assert which.options == ["1. 2", "2. 0"]
    assert 'data-digit="2"' in html(app)
    which.set_value(1).run()
    assert 'data-digit="0"' in html(app)
    assert "Erase it" not in [each.label for each in app.button]


def test_an_example_is_handed_to_the_pad(app):
    app.run()
    button(app, "A slashed 0").click().run()
    sketch = app.session_state[paper.SKETCH]
    example = next(each for each in load_examples() if each.name == "A slashed 0")
    assert sketch.is_replay
    assert sketch.shown_first == as_strokes(example.drawing)


def test_the_plain_canvas_gives_a_hint(app):
    on_canvas(app).run()
    assert HINT in html(app)


def test_the_plain_canvas_shows_the_answer(app):
    with_drawing(on_canvas(app), SEVEN).run()
    assert not app.exception
    assert 'data-answer="7"' in html(app)


def test_undo_takes_back_a_stroke_and_clear_all(app):
    with_drawing(on_canvas(app), [*SEVEN, *SEVEN]).run()
    button(app, "Undo").click().run()
    assert len(app.session_state[paper.SKETCH].strokes) == 1
    assert 'data-answer="7"' in html(app)
    button(app, "Clear").click().run()
    assert app.session_state[paper.SKETCH].strokes == []
    assert 'data-answer=""' in html(app)


def test_the_drawing_is_there_after_another_page(app):
    with_drawing(on_canvas(app), SEVEN).run()
    app.switch_page("pages/model.py").run()
    assert "data-answer" not in html(app)
    app.switch_page("pages/draw.py").run()
    assert headings(app)[-1] == "Why this answer?"


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
        assert headings(app)[-1] == "Why this answer?"


def test_a_damaged_model_is_said_once_on_the_plain_canvas(app, damaged):
    app.query_params["model"] = "damaged"
    with_drawing(on_canvas(app), SEVEN).run()
    assert not app.exception
    assert [each.value.startswith("**This model cannot be used") for each in app.error] == [True]


def test_another_model_can_be_chosen_and_stays_chosen(app, fresh_home):
    shutil.copytree(paths.SHIPPED_MODELS / "default", fresh_home / "models" / "mine")
    with_drawing(app, SEVEN).run()
    app.selectbox[0].select("mine").run()
    assert app.query_params["model"] in ("mine", ["mine"])
    app.switch_page("pages/model.py").run()
    app.switch_page("pages/draw.py").run()
    assert app.selectbox[0].value == "mine"
    assert 'href="?source=Plain+canvas&amp;model=mine"' in html(app)
    app.selectbox[0].select("default").run()
    assert "model" not in app.query_params
    assert headings(app)[-1] == "Why this answer?"


@pytest.mark.parametrize("name", ["nobody", "../../etc", "x" * 500])
def test_an_address_with_an_unknown_model_is_said(app, fresh_home, name):
    app.query_params["model"] = name
    with_drawing(app, SEVEN).run()
    assert not app.exception
    assert "This model cannot be used" in app.error[0].value


def test_a_crafted_drawing_is_said_and_the_page_goes_on(app):
    app.session_state[paper.SKETCH] = Sketch([{"points": "nonsense", "width": 1}])
    on_canvas(app).run()
    assert not app.exception
    assert "This drawing cannot be read" in app.error[0].value
    button(app, "Clear").click().run()
    assert not app.error


@pytest.mark.parametrize("source", ["", "nonsense", "Camera", "x" * 5000])
def test_an_address_with_another_source_is_no_error(app, source):
    app.query_params[SOURCE] = source
    app.run()
    assert not app.exception
