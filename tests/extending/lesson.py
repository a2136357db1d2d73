"""Where docs/build/extending.md has added a lesson, it is offered, taken and printed; the checks say what it lacks."""

from checks import lessons as checks
from mnist_core.lessons.library import lesson, lesson_names
from mnist_core.lessons.sheets import worksheet


def test_it_is_the_last_of_all_and_only_lacks_its_translations():
    assert lesson_names()[-1] == "mirror"
    faults = [fault for fault in checks.faults() if "mirror" in fault]
    assert faults == [f"lessons/mirror/{language}.toml is missing" for language in ("de", "es", "fr", "zh")]


def test_it_is_taken(app):
    app.run()
    app.query_params.update({"lesson": "mirror"})
    page = app.switch_page("pages/lessons.py").run()
    assert not page.exception
    assert page.title[0].value == "Digits in a mirror"
    assert page.subheader[0].value == "The wrong way round"
    page.button(key="step-next").click().run()
    page.radio[0].set_value(0).run()
    assert page.success[0].value == "Right. It knows only what it has learned from."


def test_it_is_printed():
    sheet = worksheet(lesson("mirror"), "A4")
    assert "Draw all ten digits as the mirror shows them." in sheet
    assert "It has never seen one." in sheet
