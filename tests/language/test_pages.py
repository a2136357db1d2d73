"""The page in other languages: what it says, and what a switch keeps."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from mnist_core import language, paths, translation
from mnist_core.foreign import JOINER
from mnist_core.language import gettext as _
from mnist_ui import routes
from mnist_ui.draw.sources import SOURCE
from mnist_ui.state import paper, speech
from mnist_ui.state.sketch import Sketch
from tests.pages import as_strokes, html, with_drawing
from tests.strokes import SEVEN

ROOT = paths.SHIPPED_MODELS.parent
# A language that nobody speaks: each text in brackets. It has the code of one without a catalogue.
CODE = "it"


def bracketed(text: str) -> str:
    return f"«{text}»"


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    """A folder with one catalogue, of all texts of the app in brackets."""
    folder = tmp_path_factory.mktemp("languages")
    template = translation.extracted()
    translation.update(folder / f"{CODE}.po", template)
    catalogue = translation.read(folder / f"{CODE}.po")
    for message in catalogue:
        if message.id:
            is_one = isinstance(message.id, str)
            message.string = bracketed(message.id) if is_one else tuple(map(bracketed, message.id))
    with (folder / f"{CODE}.po").open("wb") as file:
        translation.write_po(file, catalogue)
    return folder


@pytest.fixture(autouse=True)
def _speaking(catalogue, monkeypatch):
    monkeypatch.setattr(language, "FOLDER", catalogue)


@pytest.fixture
def app():
    return AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)


@pytest.fixture
def ask():
    """Ask the reading route in a language; give status and text."""

    def send(strokes, accept="text/html", wanted=CODE):
        headers = [(b"accept", accept.encode()), (b"accept-language", wanted.encode())]
        body = json.dumps({"strokes": as_strokes(strokes)}).encode()

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        scope = {"type": "http", "method": "POST", "path": routes.READ, "headers": headers}
        # In a thread: where browser tests ran before, this one has a loop already.
        with ThreadPoolExecutor(1) as thread:
            response = thread.submit(asyncio.run, routes.read(Request(scope, receive))).result()
        return response.status_code, response.body.decode()

    return send


def test_the_address_says_which_language_the_page_speaks(app):
    app.query_params["lang"] = CODE
    with_drawing(app, SEVEN).run()
    assert not app.exception
    assert app.title[0].value == "«Draw a digit»"
    assert [each.value for each in app.header] == ["«How it sees your drawing»", "«Why this answer?»"]
    assert app.menu_button[0].label == "Italiano"
    assert "«Your drawing»" in html(app)
    assert "«Centred»" in html(app)


def test_the_picture_of_the_network_speaks_it_too_and_keeps_it_on_the_way(app):
    app.query_params["lang"] = CODE
    with_drawing(app, SEVEN).run()
    app.switch_page("pages/how.py").run()
    assert not app.exception
    assert app.title[0].value == "«How it works»"
    assert "<dt>«Network»</dt>" in html(app)
    words = json.loads(app.get("bidi_component")[-1].proto.json)[0]["words"]
    assert words["kinds"]["convolution"] == "«convolution {side}×{side}»"
    assert words["layer"] == "«Layer {number}: {kind}»"


@pytest.mark.parametrize(
    ("locale", "title"), [("it-CH", "«Draw a digit»"), ("fi", "Draw a digit"), ("en-GB", "Draw a digit")]
)
def test_without_one_in_the_address_it_is_the_browsers(app, locale, title):
    app.context = {"locale": locale}
    app.run()
    assert app.title[0].value == title


@pytest.mark.parametrize("code", ["", "xx", "../../etc/passwd", "x" * 5000, "de"])
def test_an_address_with_a_language_that_there_is_not_is_no_error(app, code):
    app.query_params["lang"] = code
    app.run()
    assert not app.exception
    assert app.title[0].value == "Draw a digit"


def test_the_switch_changes_the_language_and_keeps_what_was_done(app):
    app.query_params[SOURCE] = "Plain canvas"
    with_drawing(app, SEVEN).run()
    drawn = app.session_state[paper.SKETCH].strokes
    next(each for each in app.get("button_group") if each.label == "Pen").set_value("Thick")
    next(each for each in app.toggle if each.label == "Centre by mass").set_value(False)
    app.menu_button[0].click(CODE).run()
    assert not app.exception
    assert app.title[0].value == "«Draw a digit»"
    assert app.query_params["lang"] in (CODE, [CODE])
    assert app.query_params[SOURCE] in ("Plain canvas", ["Plain canvas"])
    assert app.session_state[paper.SKETCH].strokes == drawn
    assert next(each for each in app.get("button_group") if each.label == "«Pen»").value == "Thick"
    assert not next(each for each in app.toggle if each.label == "«Centre by mass»").value
    assert 'data-answer="7"' in html(app)
    app.run()
    assert next(each for each in app.get("button_group") if each.label == "«Pen»").value == "Thick"


def test_a_choice_outlives_another_page_whose_address_does_not_say_it(app):
    app.run()
    app.menu_button[0].click(CODE).run()
    app.switch_page("pages/how.py").run()
    assert app.title[0].value == "«How it works»"
    assert app.query_params["lang"] in (CODE, [CODE])
    app.run()
    assert app.title[0].value == "«How it works»"


def test_an_error_is_told_in_the_language(app):
    app.query_params["lang"] = CODE
    app.query_params[SOURCE] = "Plain canvas"
    app.session_state[paper.SKETCH] = Sketch([{"points": "nonsense", "width": 1}])
    app.run()
    assert app.error[0].value.startswith(f"**«This drawing cannot be read.»** {JOINER}«The browser sent")


def test_two_visitors_at_once_speak_two_languages(app):
    other = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    other.query_params["lang"] = CODE
    other.run()
    app.run()
    assert (app.title[0].value, other.title[0].value) == ("Draw a digit", "«Draw a digit»")


def test_the_live_answer_is_in_the_pages_language(ask):
    _status, page = ask(SEVEN)
    assert "«Almost certain»" in page
    assert "«Probability of each digit»" in page
    _status, page = ask(SEVEN, wanted="en-US,it;q=0.5")
    assert "Almost certain" in page
    assert "«" not in page


def test_errors_of_the_route_are_in_the_language_too(ask):
    status, refused = ask([], accept="application/json")
    assert status == 400
    assert json.loads(refused)["error"].startswith("«The drawing is empty")
    assert "«There is nothing to read yet.»" in ask([])[1]


def test_nothing_speaks_outside_of_a_session():
    assert speech.language() is None
    assert language.current() == "en"


def test_the_mark_is_the_one_of_the_library():
    assert _("Good morning") == "Good morning"
