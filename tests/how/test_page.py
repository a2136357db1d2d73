"""How it works as Streamlit runs it."""

import json
import shutil

import pytest

from mnist_core import paths
from tests.pages import as_strokes, html, with_drawing
from tests.strokes import SEVEN

SHIPPED = paths.SHIPPED_MODELS / "default"


@pytest.fixture
def page(app):
    """The page as it is opened after the first one."""
    app.run()
    return app.switch_page("pages/how.py")


@pytest.fixture
def damaged(fresh_home, app):
    """A model of the visitor's own, which the address names, and whose graph is none."""
    shutil.copytree(SHIPPED, fresh_home / "models" / "mine")
    (fresh_home / "models" / "mine" / "model.tflite").write_bytes(b"damaged")
    app.query_params["model"] = "mine"


def sent(app):
    """What the pad and the picture are sent."""
    return [json.loads(each.proto.json)[0] for each in app.get("bidi_component") if "words" in each.proto.json]


def test_the_pad_has_the_drawing_and_the_picture_the_model_that_reads_it(app):
    with_drawing(app, SEVEN).run()
    page = app.switch_page("pages/how.py").run()
    assert not page.exception
    pad, network = sent(page)
    assert pad["strokes"] == as_strokes(SEVEN)
    assert pad["remembers"]
    card = json.loads((SHIPPED / "card.json").read_text())
    assert card["files"]["model.tflite"] in network["graph"]
    assert "glossary" in html(page)


@pytest.mark.usefixtures("damaged")
def test_a_damaged_model_is_said_and_the_shipped_one_offered(page):
    page.run()
    assert not page.exception
    assert "This model cannot be used" in page.error[0].value
    assert "glossary" in html(page)
    next(button for button in page.button if "came with the app" in button.label).click().run()
    assert not page.error
    assert len(sent(page)) == 2


def test_from_the_pad_a_link_leads_here_with_the_drawing(app):
    with_drawing(app, SEVEN).run()
    links = [each.proto for each in app.get("page_link")]
    assert [each.page for each in links if "Look inside" in each.label] == ["how"]
