"""Keys that press buttons by themselves can be turned off, on all pages of a visit."""

from tests.pages import with_drawing
from tests.strokes import SEVEN


def shortcut(app, key):
    return next(each for each in app.button if each.key == key).proto.shortcut


def turn(app):
    next(each for each in app.toggle if each.label == "Keyboard shortcuts").set_value(False).run()


def test_letters_press_buttons_until_they_are_turned_off(app):
    with_drawing(app, SEVEN).run()
    assert (shortcut(app, "right-yes"), shortcut(app, "right-7")) == ("y", "7")
    turn(app)
    assert (shortcut(app, "right-yes"), shortcut(app, "right-7")) == ("", "")


def test_what_was_turned_off_stays_off_on_another_page_and_when_one_comes_back(app):
    turn(with_drawing(app, SEVEN).run())
    app.switch_page("pages/challenge.py").run()
    next(each for each in app.button if each.label == "Start").click().run()
    assert shortcut(app, "challenge-skip") == ""
    app.switch_page("pages/draw.py").run()
    assert shortcut(app, "right-7") == ""
    assert not next(each for each in app.toggle if each.label == "Keyboard shortcuts").value
