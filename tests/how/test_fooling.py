"""Fooling the network on the page How it works, as Streamlit runs it."""

import re

import pytest

from tests.pages import html, with_drawing
from tests.strokes import SEVEN


@pytest.fixture
def drawn(app):
    """A visitor who has drawn a seven."""
    with_drawing(app, SEVEN)


@pytest.fixture
def page(app):
    """The page as it is opened after the first one."""
    app.run()
    return app.switch_page("pages/how.py")


def test_it_can_be_fooled_and_the_slider_shows_how(page, drawn):
    page.run()
    assert "The change beside the ink" not in html(page)
    page.toggle(key="fooling").set_value(True)
    page.run()
    assert not page.exception
    said = next(each.value for each in page.markdown if "Noise that changes no pixel by more than" in each.value)
    (slider,) = page.slider
    assert str(slider.value) in said
    digit = re.search(r"read a (\d)", said)[1]
    assert f"It reads a {digit}," in html(page)
    for name in ("The change beside the ink", "Does novelty notice?", "Another model", "As much noise by chance"):
        assert f"<dt>{name}</dt>" in html(page)
    slider.set_value(0).run()
    assert html(page).count("It reads a 7,") == 2
    assert "Nothing is added." in html(page)


@pytest.mark.parametrize(("way", "words"), [("pixels", "of 784"), ("stroke", "straight stroke")])
def test_it_can_be_fooled_in_other_ways(page, drawn, way, words):
    page.session_state["fooling"] = True
    page.session_state["fooling-way"] = way
    page.run()
    assert not page.exception
    assert any(words in each.value for each in page.markdown)
    assert "As much noise by chance" not in html(page)
    assert html(page).count("<figure") >= 3
