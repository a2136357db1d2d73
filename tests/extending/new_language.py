"""Where docs/build/extending.md has added a language, it is in the switch, and pages speak it."""

from mnist_core import language, translation


def test_the_catalogue_has_all_texts_and_keeps_what_is_translated():
    catalogue = translation.read(language.FOLDER / "it.po")
    template = translation.extracted()
    assert len(catalogue) == len(template)
    assert catalogue.get("Draw a digit").string == "Disegna una cifra"
    assert catalogue.get("Train").string == ""


def test_it_is_in_the_switch_and_on_pages(app):
    app.run()
    assert app.title[0].value == "Draw a digit"
    assert list(app.menu_button[0].proto.options) == ["English", "Deutsch", "Español", "Français", "Italiano", "中文"]
    app.menu_button[0].click("it").run()
    assert not app.exception
    assert app.title[0].value == "Disegna una cifra"
    assert app.query_params["lang"] in ("it", ["it"])
    page = app.switch_page("pages/how.py").run()
    assert not page.exception
    assert page.title[0].value == "Come funziona"


def test_an_address_names_it_and_what_is_not_translated_is_said_in_english(app):
    app.query_params["lang"] = "it"
    app.run()
    assert not app.exception
    assert app.menu_button[0].label == "Italiano"
    assert app.title[0].value == "Disegna una cifra"
    assert app.header[0].value == "How it sees your drawing"
    with language.spoken("it"):
        assert language.number(60_000.5, 1) == "60.000,5"
