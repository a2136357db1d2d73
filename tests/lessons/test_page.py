"""The page of lessons, and the bar on other pages, as Streamlit runs them."""

import pytest

from mnist_ui.lessons.bar import LOOKED
from mnist_ui.state.lessons import LessonProgress
from tests.pages import with_drawing
from tests.strokes import SEVEN

PAGE = "pages/lessons.py"


@pytest.fixture
def lessons(app):
    """Opens the page of lessons at an address."""

    def open_page(lang=None, **parameters):
        if lang:
            app.query_params["lang"] = lang
        app.run()
        app.query_params.update(parameters)
        page = app.switch_page(PAGE).run()
        assert not page.exception
        return page

    return open_page


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def labels(app):
    return [each.label for each in app.button]


def kept(app):
    return app.session_state["_lessons"].kept()


def test_all_lessons_are_offered_by_age(lessons):
    page = lessons()
    assert [each.value for each in page.header] == ["From 8 years", "From 12 years", "From 16 years"]
    assert labels(page).count("Begin") == 6


def test_a_lesson_is_opened_left_and_found_again(lessons):
    page = press(lessons(), "open-handwriting")
    assert page.title[0].value == "Can a machine read your handwriting?"
    assert page.header[0].value == "First, a guess"
    press(page, "step-next")
    assert page.header[0].value == "What it sees"
    press(page, "step-next")
    assert page.header[0].value == "How many squares?"
    assert kept(page) == {"now": "handwriting/squares", "handwriting/pixels": True}
    assert page.query_params["step"] in ("squares", ["squares"])
    press(page, "lessons-all")
    assert page.button(key="open-handwriting").label == "Go on"


def test_an_address_opens_a_step_and_nonsense_in_it_the_first(lessons):
    assert lessons(lesson="teach", step="test").header[0].value == "A fair test"
    assert lessons(lesson="teach", step="nonsense").header[0].value == "What it cannot read"


def test_an_unknown_lesson_is_an_error_in_words(lessons):
    assert "The lessons are handwriting" in lessons(lesson="nonsense").error[0].value


@pytest.fixture
def looked_at(app):
    """The first page, where a step of a lesson is to be done and has been looked at."""
    app.session_state["_lessons"] = LessonProgress("handwriting", "guess")
    app.session_state[LOOKED] = ("handwriting", "guess")
    return app


def test_the_bar_says_what_a_task_lacks(looked_at):
    page = looked_at.run()
    assert page.title[0].value == "Draw a digit"
    assert page.button(key="check-bar-handwriting-guess").label == "Check it"
    said = [each.value for each in page.markdown]
    assert "**Can a machine read your handwriting?** · Step 1 of 6" in said
    assert "Nothing is drawn yet." in said
    assert "handwriting/guess" not in kept(page)


def test_the_bar_notices_that_a_task_is_done(looked_at):
    page = with_drawing(looked_at, SEVEN).run()
    assert not page.exception
    assert kept(page)["handwriting/guess"] is True


def test_there_is_no_bar_without_a_lesson_and_none_for_one_that_is_gone(app):
    app.session_state["_lessons"] = LessonProgress("gone", "guess")
    page = app.run()
    assert not page.exception
    assert "Check it" not in labels(page)
    assert kept(page)["now"] == ""


def test_a_question_tells_right_from_wrong(lessons):
    page = lessons(lesson="handwriting", step="squares")
    page.radio[0].set_value(1).run()
    assert page.warning[0].value.startswith("Not quite.")
    page.radio[0].set_value(2).run()
    assert page.success[0].value.startswith("Right. 28 rows")
    assert kept(page)["handwriting/squares"] is True


def test_a_teacher_finds_goals_frameworks_and_files(lessons):
    page = lessons(lesson="design", show="teacher")
    assert "Running order: 45 minutes" in [each.value for each in page.header]
    text = "\n".join(each.value for each in page.markdown)
    assert "Learning: computers can learn from data." in text
    assert "1.2 Evaluating data" in text
    assert "**Right:** The test images have helped to choose" in text
    assert len(page.get("download_button")) == 4


def test_slides_hide_the_answer_until_it_is_asked_for(lessons):
    page = lessons(lesson="handwriting", step="squares", show="slides")
    assert page.title[0].value == "How many squares?"
    assert not page.success
    page.toggle[0].set_value(True).run()
    assert page.success[0].value.startswith("3. 784")
    press(page, "slide-Right")
    assert page.title[0].value == "Where it learned"
    press(page, "slide-leave")
    assert any(each.value == "Where it fits" for each in page.header)


def test_lessons_are_in_the_language_of_the_address(lessons):
    assert lessons(lang="zh", lesson="sees").title[0].value == "网络看到了什么？"


def test_progress_takes_what_a_browser_kept_and_passes_over_nonsense():
    progress = LessonProgress()
    progress.take({"now": "teach/cost", "teach/wrong": True, "x" * 81: True})
    assert (progress.lesson, progress.step, progress.done) == ("teach", "cost", {"teach/wrong": True})
    for nonsense in (None, [], "x", {str(each): True for each in range(501)}, {"now": 3}):
        other = LessonProgress()
        other.take(nonsense)
        assert (other.lesson, other.is_met) == ("", True)


def test_progress_of_this_visit_comes_before_what_was_kept():
    progress = LessonProgress()
    progress.go("fool", "stroke")
    progress.take({"now": "teach/cost", "teach/wrong": True})
    assert (progress.lesson, progress.step) == ("fool", "stroke")
    assert progress.has_done("teach", "wrong")
