"""Was this right, teach it, delete it: on the Draw page, and what other pages say of a model that was taught."""

import re
import shutil

import pytest

from mnist_core import load_dataset, paths
from mnist_core.collection import Filter, open_collection
from mnist_core.errors import CollectionError
from mnist_core.model.bundle import is_taught
from mnist_core.readings.readings import compute_readings
from mnist_core.teaching.taught import forget
from mnist_ui import resources
from mnist_ui.correction import own_drawings, teaching
from mnist_ui.draw import reasons, steps
from mnist_ui.draw.examples import load_examples
from mnist_ui.state import paper
from mnist_ui.state.answers import MOST_A_MINUTE, TOO_OFTEN
from mnist_ui.state.limits import Limit
from mnist_ui.state.sketch import Sketch, as_strokes
from mnist_ui.state.visitor import Visitor
from tests.pages import html, on_canvas, with_drawing
from tests.strokes import ONE, SEVEN, TWO, ZERO

SECRET = re.compile(rb"taught-[0-9a-f]{32}")
PAGES = ("draw", "how", "explore", "map", "train", "evaluate", "model")


@pytest.fixture(autouse=True)
def only_the_answer(monkeypatch):
    """The Draw page without its explanations, which take their time and are tested elsewhere."""
    monkeypatch.setattr(steps, "show_steps", lambda *_: None)
    monkeypatch.setattr(reasons, "show_reasons", lambda *_, **__: None)


@pytest.fixture(scope="module")
def readings(tmp_path_factory):
    """What the standard model makes of the digits that came with the app."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(tmp_path_factory.mktemp("read")))
        compute_readings("default", load_dataset("uci-digits"))
        return paths.readings_folder()


@pytest.fixture
def home(fresh_home, readings, monkeypatch):
    """A data home in which the standard model has read them."""
    shutil.copytree(readings, paths.readings_folder())
    monkeypatch.setattr(resources, "known_images", lambda: load_dataset("uci-digits"))
    return fresh_home


def press(app, key):
    next(each for each in app.button if each.key == key).click().run()
    assert not app.exception
    return app


def keys(app):
    return [each.key for each in app.button]


def drawn(app, strokes):
    """The app with another drawing on its pad."""
    app.session_state[paper.SKETCH] = Sketch([{"width": 20, "points": [list(p) for p in s]} for s in strokes])
    return app.run()


def visitor(app):
    return app.session_state["_visitor"]


def kept(app):
    return open_collection().drawings.entries(Filter(owner=visitor(app).token))


def taught(app):
    """The app after a seven was said to be a one, taught, and kept."""
    with_drawing(app, SEVEN).run()
    press(press(app, "right-1"), "teach")
    return press(app, "trial-keep")


def test_nothing_is_stored_before_the_visitor_agrees(app, home):
    with_drawing(app, SEVEN).run()
    press(app, "right-1")
    assert "May your drawings be kept" in "".join(each.value for each in app.markdown)
    assert not (home / "collection.sqlite3").exists()
    assert visitor(app).kept() is None
    press(app, "consent-no")
    press(app, "right-2")
    assert not (home / "collection.sqlite3").exists()
    assert "consent-yes" not in keys(app)
    assert "teach" in keys(app)


def test_what_was_said_is_stored_once_and_changed_with_ones_mind(app, home):
    with_drawing(app, SEVEN).run()
    press(press(app, "right-1"), "consent-yes")
    assert [(each.label, each.digit, each.model) for each in kept(app)] == [(1, 7, "default")]
    press(app, "right-yes")
    assert [each.label for each in kept(app)] == [7]
    drawn(app, ONE)
    press(app, "right-yes")
    assert [each.label for each in kept(app)] == [1, 7]
    drawn(app, SEVEN)
    assert next(each for each in app.button if each.key == "right-yes").proto.type == "primary"
    press(app, "right-yes")
    assert len(kept(app)) == 2


def test_of_a_number_the_chosen_digit_is_asked(app, home):
    strokes = [[(x * 0.4 + left, y * 0.4 + 100) for x, y in digit[0]] for left, digit in ((0, TWO), (150, ZERO))]
    with_drawing(app, strokes).run()
    next(each for each in app.get("button_group") if "Which digit" in each.label).set_value(1).run()
    assert "Was digit 2, 0, right?" in "".join(each.value for each in app.markdown)
    press(press(app, "right-6"), "consent-yes")
    assert [(each.label, each.digit) for each in kept(app)] == [(6, 0)]


def test_of_doubt_only_the_digit_is_asked(app, home):
    scribble = next(each for each in load_examples() if each.shows == "?")
    strokes = [stroke["points"][: len(stroke["points"]) - 1] for stroke in as_strokes(scribble.drawing)]
    with_drawing(app, strokes).run()
    assert "What is it?" in "".join(each.value for each in app.markdown)
    assert "right-yes" not in keys(app)
    assert "press the key of the digit, or N" in "".join(each.value for each in app.caption)
    press(app, "right-none")
    assert "Noted: not a digit" in "".join(each.value for each in app.caption)
    assert "teach" not in keys(app)
    assert "consent-yes" not in keys(app)


def test_what_was_kept_and_is_no_digit_after_all_is_no_longer_taught(app, home):
    with_drawing(app, SEVEN).run()
    press(press(app, "right-1"), "consent-yes")
    assert "teach" in keys(app)
    press(app, "right-none")
    assert "teach" not in keys(app)
    assert [each.label for each in kept(app)] == [None]
    press(app, "right-yes")
    assert [each.label for each in kept(app)] == [7]


def test_only_keys_that_work_are_named(app, home):
    with_drawing(app, SEVEN).run()
    assert "press Y" in "".join(each.value for each in app.caption)
    next(each for each in app.toggle if each.key == "letters").set_value(False).run()
    assert "press" not in "".join(each.value for each in app.caption)


def test_an_example_teaches_but_is_not_kept(app, home):
    example = next(each for each in load_examples() if each.shows == "3")
    app.session_state[paper.SKETCH] = Sketch(as_strokes(example.drawing))
    app.run()
    press(app, "right-8")
    assert "teach" in keys(app)
    assert "consent-yes" not in keys(app)


def test_more_than_a_person_can_mean_is_refused_and_said(app, home):
    with_drawing(app, SEVEN).run()
    press(press(app, "right-1"), "consent-yes")
    stored = app.session_state["_answers"].stored = Limit(MOST_A_MINUTE, refusal=TOO_OFTEN, clock=lambda: 0.0)
    stored.note(MOST_A_MINUTE)
    press(app, "right-2")
    assert f"At most {MOST_A_MINUTE} answers" in app.error[0].value
    assert [each.label for each in kept(app)] == [1]


def test_on_the_plain_canvas_it_is_asked_too(app, home):
    with_drawing(on_canvas(app), SEVEN).run()
    press(press(app, "right-1"), "consent-yes")
    assert [(each.label, each.digit) for each in kept(app)] == [(1, 7)]


def test_without_the_collection_one_draws_on_and_is_told(app, home, monkeypatch):
    def refuse():
        raise CollectionError("The disk is full.")

    monkeypatch.setattr(own_drawings, "open_collection", refuse)
    with_drawing(app, SEVEN).run()
    press(press(app, "right-1"), "consent-yes")
    assert "The disk is full." in app.error[0].value
    assert "teach" in keys(app)
    drawn(app, ONE)
    assert not app.exception
    assert not app.error
    assert "right-yes" in keys(app)


def test_teaching_shows_before_and_after_and_what_it_costs(app, home):
    with_drawing(app, SEVEN).run()
    press(press(app, "right-1"), "teach")
    assert re.findall(r'data-sign="(.)"', html(app)) == ["7", "1"]
    words = "".join(each.value for each in app.markdown)
    assert "Of the **1 drawing** that you told it about, it reads **1** right; before it was 0." in words
    assert re.search(r"\*\*[\d,]+ → [\d,]+\*\* read right", words)
    assert "uci-digits" in words
    press(app, "trial-undo")
    assert "trial-keep" not in keys(app)
    assert list(paths.taught_folder().iterdir()) == []


def test_who_says_more_before_deciding_teaches_again(app, home):
    with_drawing(app, SEVEN).run()
    press(press(app, "right-1"), "teach")
    assert "teach" not in keys(app)
    press(press(app, "right-2"), "teach")
    assert len(list(paths.taught_folder().iterdir())) == 1
    assert app.session_state["_trial"].lesson.labels.tolist() == [2]
    press(press(app, "right-3"), "trial-keep")
    assert "teach" in keys(app)  # the three was said after the lesson


def test_a_kept_model_reads_on_and_its_name_is_nowhere(app, home, idle_workers):
    taught(app)
    name = visitor(app).taught
    assert is_taught(name)
    assert app.selectbox[0].value == name
    assert app.selectbox[0].options[-1] == "Taught by you"
    assert "model" not in app.query_params
    for page in PAGES:
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, page
        shown = [element for element in app if element.type not in ("selectbox", "bidi_component")]
        assert shown
        assert not SECRET.search("".join(words_of(shown)).encode()), page
    assert not any(SECRET.search(each.read_bytes()) for each in home.rglob("job.json"))


def words_of(elements):
    """All that elements show, without their ids and keys, which only this visitor's browser gets."""
    texts = [str(getattr(each, name, "")) for each in elements for name in ("value", "label", "proto")]
    return [line for text in texts for line in text.splitlines() if not line.lstrip().startswith("id:")]


def test_teaching_is_bounded_for_each_client_and_that_is_said(app, home, monkeypatch):
    limit = Limit(1, teaching.HOUR_S, teaching.OF_CLIENT, of=lambda: "192.0.2.1", variable="TEACHINGS")
    monkeypatch.setattr(teaching, "taught_of_client", limit)
    with_drawing(app, SEVEN).run()
    press(press(app, "right-1"), "teach")
    press(press(app, "right-2"), "teach")
    assert "done as often as it may be: 1 times within an hour" in app.error[0].value
    assert app.session_state["_trial"].lesson.labels.tolist() == [1]


def test_keeping_is_bounded_for_each_client_and_a_new_one_in_the_old_ones_place_is_not(app, home, monkeypatch):
    limit = Limit(1, teaching.DAY_S, teaching.OF_CLIENT, of=lambda: "192.0.2.1")
    monkeypatch.setattr(teaching, "kept_of_client", limit)
    taught(app)
    first = visitor(app).taught
    press(press(press(app, "right-2"), "teach"), "trial-keep")
    second = visitor(app).taught
    assert second not in ("", first)
    assert [folder.name for folder in paths.taught_folder().iterdir()] == [second]
    other = type(app).from_file(str(paths.SHIPPED_MODELS.parent / "streamlit_app.py"), default_timeout=60)
    taught(other)
    assert "done as often as it may be: 1 times within a day" in other.error[0].value
    assert visitor(other).taught == ""
    assert "trial-keep" in keys(other)


def test_what_was_not_kept_in_time_is_gone_and_that_is_said(app, home):
    with_drawing(app, SEVEN).run()
    press(press(app, "right-1"), "teach")
    forget(app.session_state["_trial"].name)
    app.run()
    assert not app.exception
    assert "it is held for an hour unless it is kept" in app.error[0].value
    assert str(home) not in app.error[0].value
    assert "teach" in keys(app.run())


def test_a_kept_model_is_found_again_and_somebody_elses_is_not(app, home):
    taught(app)
    name = visitor(app).taught
    again = type(app).from_file(str(paths.SHIPPED_MODELS.parent / "streamlit_app.py"), default_timeout=60)
    again.query_params["model"] = name
    with_drawing(on_canvas(again), SEVEN).run()
    assert not again.exception
    assert 'data-answer="7"' in html(again)
    assert name not in str(again.query_params)
    known = Visitor()
    assert known.take(visitor(app).kept())
    assert (known.token, known.taught) == (visitor(app).token, name)


def test_a_model_sent_to_training_is_a_recipe(app, home):
    with_drawing(app, SEVEN).run()
    press(press(app, "right-1"), "teach")
    assert next(each for each in app.button if each.key == "trial-train").disabled
    press(press(app, "consent-yes"), "trial-train")
    lesson = app.session_state["_plan"]
    assert (lesson.config.start_from, lesson.config.data) == ("default", ("pen-digits", "drawings"))
    assert app.title[0].value == "Teach a network"


def test_deleting_leaves_nothing(app, home):
    taught(app)
    with_drawing(app, SEVEN)
    press(press(app, "right-1"), "consent-yes")
    token = visitor(app).token
    assert kept(app)
    app.session_state["own-drawings"] = True
    app.run()
    next(each for each in app.checkbox if each.key == "delete-sure").check().run()
    press(app, "delete-own")
    assert open_collection().drawings.count(Filter(owner=token)) == 0
    assert list(paths.taught_folder().iterdir()) == []
    assert visitor(app).token != token
    assert visitor(app).kept() is None
    assert "trial-keep" not in keys(app)
