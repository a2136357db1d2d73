"""The page in other languages: what it says, what a switch keeps, and that no text was forgotten."""

import ast
import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from mnist_core import language, paths, translation
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
    assert [each.value for each in app.subheader] == ["«How it sees your drawing»", "«Why this answer?»"]
    assert app.menu_button[0].label == "Italiano"
    assert "«Your drawing»" in html(app)
    assert "«Centred»" in html(app)


def test_the_walk_speaks_it_too_and_keeps_it_on_the_way(app):
    app.query_params["lang"] = CODE
    with_drawing(app, SEVEN).run()
    app.switch_page("pages/how.py").run()
    assert not app.exception
    assert app.title[0].value == "«How it works»"
    assert "«Almost certain»" in html(app)
    assert "<dt>«Network»</dt>" in html(app)
    assert "«Layer 3: «convolution 3×3»»" in html(app)


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
    assert app.error[0].value.startswith("**«This drawing cannot be read.»** «The browser sent")


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


# ---- that no text was forgotten ----

# Modules whose texts are for people who develop or use a command line.
NOT_SHOWN = {"mnist_ui/server.py", "mnist_ui/assets.py", "mnist_ui/arrays.py"}
SHOWN = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [ROOT / "streamlit_app.py", *ROOT.glob("pages/*.py"), *(ROOT / "mnist_ui").rglob("*.py")]
)
# Names of columns, kinds and places that are translated where they are shown, addresses and styles, and what only those
# read who build a map.
NO_TEXTS = re.compile(
    r"pages/\w+\.py|(true digit|read as|second guess|drawn as|max pooling|average pooling|maps of each layer)"
    r"|Map of digits|Your drawing|(Coordinates|Classes) of |. Check what the map is made from\."
    r"|(top|bottom) (left|right)|grid-template-columns: .*|width: 100%; .*"
)
MARKS = {"_", "N_", "ngettext", "pgettext"}
# What shows a text, and where in its arguments.
SHOWING = {
    *(
        "button",
        "caption",
        "checkbox",
        "error",
        "expander",
        "file_uploader",
        "camera_input",
        "header",
        "info",
        "link_button",
    ),
    *("download_button", "markdown", "menu_button", "metric", "multiselect", "number_input", "page_link", "pills"),
    *("popover", "progress", "radio", "segmented_control", "select_slider", "selectbox", "slider", "spinner"),
    *(
        "subheader",
        "success",
        "text_area",
        "text_input",
        "title",
        "toast",
        "toggle",
        "warning",
        "write",
        "tabs",
        "dialog",
    ),
}
NAMED = {"label", "help", "placeholder", "title", "caption"}
# Two words in a row that are English and no code; three letters, so that units and names of fields are none.
SENTENCE = re.compile(r"\b[A-Za-z]{3,}[,:]? [a-z]{2,}\b")
WORD = re.compile(r"[A-Za-z]{3,}")
TAGS = re.compile(r"""<[^<>]*>|[\w-]+=["'][^"']*["']?|[\w-]+:[^;{}"']+;""")
ATTRIBUTE = re.compile(r"""(?:aria-label|alt|title)=["']([^"']+)""")


def texts_without_a_mark(path: str) -> list[str]:
    """Literal texts for people in a module that no mark goes round."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    known = {id(node) for call in ast.walk(tree) if _is_mark(call) for node in ast.walk(call)}
    known |= {id(node) for part in ast.walk(tree) for node in _not_shown(part)}
    found = [
        f"line {node.lineno}: {node.value[:60]!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in known
        and not NO_TEXTS.fullmatch(node.value)
        and (SENTENCE.search(TAGS.sub(" ", node.value)) or any(map(WORD.search, ATTRIBUTE.findall(node.value))))
    ]
    shown = (argument for call in ast.walk(tree) if isinstance(call, ast.Call) for argument in _shown(call))
    found += [
        f"line {node.lineno}: {node.value[:60]!r}"
        for argument in shown
        for node in ([argument] if isinstance(argument, ast.Constant) else getattr(argument, "values", []))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in known
        and WORD.search(node.value)
        and not NO_TEXTS.fullmatch(node.value)
        and not node.value.startswith(":material/")
    ]
    return sorted(set(found))


def _is_mark(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS


def _shown(call: ast.Call) -> list[ast.expr]:
    """Arguments of a call that people read."""
    name = getattr(call.func, "attr", "")
    first = call.args[:1] if name in SHOWING else []
    return [*first, *(each.value for each in call.keywords if name in SHOWING and each.arg in NAMED)]


def _not_shown(node: ast.AST) -> list[ast.AST]:
    """Texts that nobody is shown: documentation, scripts, and what goes to a log or to who calls with nonsense."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return [node.value]
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "Record":  # a paper's own title
        return list(ast.walk(node))
    if isinstance(node, ast.Assign) and any("SCRIPT" in ast.unparse(each) for each in node.targets):
        return list(ast.walk(node.value))
    if isinstance(node, ast.Raise | ast.Assert):
        kind = ast.unparse(node.exc) if isinstance(node, ast.Raise) and node.exc else "AssertionError"
        return (
            []
            if "MnistError" in kind or re.match(r"\w*(Drawing|Config|Dataset|Bundle|Job|Map|Collection)Error", kind)
            else list(ast.walk(node))
        )
    if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("logger.", "logging.", "re.")):
        return list(ast.walk(node))
    return []


@pytest.mark.parametrize("path", [path for path in SHOWN if path not in NOT_SHOWN])
def test_every_text_that_is_shown_is_marked(path):
    assert texts_without_a_mark(path) == []


@pytest.mark.parametrize("path", SHOWN)
def test_the_mark_is_not_used_for_anything_else(path):
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    marked = any(isinstance(each, ast.alias) and each.asname == "_" for each in ast.walk(tree))
    stores = [
        each.lineno
        for each in ast.walk(tree)
        if isinstance(each, ast.Name) and each.id == "_" and isinstance(each.ctx, ast.Store)
    ]
    assert not (marked and stores), f"lines {stores}: another name than _ for what nobody needs"


def test_a_text_that_was_forgotten_is_found(tmp_path):
    lines = [
        'st.button("Undo")',
        'st.write(_("Fine"))',
        'x = "<p>This is not fine</p>"',
        "y = f'<i aria-label=\"Numbers\">'",
        'st.info(f"Only {n}")',
        "z = '<b class=very large>'",
    ]
    code = "\n".join(lines)
    (tmp_path / "code.py").write_text(code)
    found = texts_without_a_mark(Path(tmp_path / "code.py").as_posix())
    assert [each.split(":")[0] for each in found] == ["line 1", "line 3", "line 4", "line 5"]


def test_the_mark_is_the_one_of_the_library():
    assert _("Good morning") == "Good morning"
