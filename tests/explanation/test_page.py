"""The walk from pen to answer as Streamlit runs it."""

import hashlib
import json
import re
import shutil

import pytest

from mnist_core import paths
from mnist_ui.figures.feature_maps import FEW
from mnist_ui.state import paper
from tests.graphs import converted
from tests.pages import html, with_drawing
from tests.strokes import SEVEN

PAGE = "pages/how.py"
SHIPPED = paths.SHIPPED_MODELS / "default"
STEPS = ["1 Numbers", "2 Filters", "3 Layers", "4 Features", "5 Scores", "6 Answer"]


@pytest.fixture
def drawn(app):
    """A visitor who has drawn a seven."""
    with_drawing(app, SEVEN)


@pytest.fixture
def page(app):
    """The page as it is opened after the first one."""
    app.run()
    return app.switch_page(PAGE)


@pytest.fixture
def mine(fresh_home, app):
    """Folder of a model of the visitor's own, which the address names."""
    shutil.copytree(SHIPPED, fresh_home / "models" / "mine")
    app.query_params["model"] = "mine"
    return fresh_home / "models" / "mine"


def headings(app):
    return [heading.value for heading in app.subheader]


def test_without_a_drawing_it_walks_with_an_example_and_says_so(page):
    page.run()
    assert not page.exception
    assert "an example by the app" in page.markdown[0].value
    assert any("Draw your own" in button.label for button in page.button)
    assert '"verdict-digit">3<' in html(page)


def test_with_a_drawing_each_step_is_made_of_it(page, drawn):
    page.run()
    assert not page.exception
    assert "your last drawing" in page.markdown[0].value
    assert [heading[:2] for heading in headings(page)[:6]] == ["1.", "2.", "3.", "4.", "5.", "6."]
    assert '"verdict-digit">7<' in html(page)
    for figure in ("numbers", "close-up", "filters", "maps", "features", "scores", "verdict", "glossary"):
        assert re.search(rf'class="[^"]*\b{figure}\b', html(page)), figure
    assert html(page).count("<img") == html(page).count('alt="')
    assert 'alt=""' not in html(page)


def test_a_teacher_goes_step_by_step(page, drawn):
    page.run()
    for number, step in enumerate(STEPS, start=1):
        next_step = next(button for button in page.button if button.label == "Next step")
        assert not next_step.disabled
        next_step.click().run()
        assert page.session_state[paper.STEP] == step
        assert [heading[:2] for heading in headings(page)[:-1]] == [f"{number}."]
        assert not page.exception
    assert next(button for button in page.button if button.label == "Next step").disabled


def test_few_maps_are_shown_and_all_on_request(page, drawn):
    page.run()
    layer = r'aria-label="Layer 7.*?</ul>'
    assert re.search(layer, html(page))[0].count("<img") == FEW
    for toggle in page.toggle:
        toggle.set_value(True)
    page.run()
    assert re.search(layer, html(page))[0].count("<img") == 104
    assert html(page).count("What filter") == 16


def test_a_damaged_model_is_said_and_the_shipped_one_offered(mine, page, drawn):
    (mine / "model.tflite").write_bytes(b"damaged")
    page.run()
    assert not page.exception
    assert "This model cannot be used" in page.error[0].value
    assert "glossary" in html(page)
    next(button for button in page.button if "came with the app" in button.label).click().run()
    assert not page.error
    assert '"verdict-digit">7<' in html(page)


@pytest.mark.slow
@pytest.mark.parametrize("network", ["lenet-5", "resnet"])
def test_networks_of_another_kind_are_walked_through_too(mine, page, drawn, network):
    _, graph = converted(network)
    (mine / "model.tflite").write_bytes(graph)
    card = json.loads((mine / "card.json").read_text())
    card["files"]["model.tflite"] = hashlib.sha256(graph).hexdigest()
    (mine / "card.json").write_text(json.dumps(card))
    page.run()
    assert not page.exception
    assert not page.error
    assert headings(page)[5].startswith("6.")
    assert "Layer 2: " + {"lenet-5": "average pooling", "resnet": "convolution 3×3"}[network] in html(page)
    assert "shortcut" not in html(page)
