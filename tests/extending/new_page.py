"""Where docs/build/extending.md has added a page, it is in the navigation, and its address says what it shows."""

import pytest
import streamlit as st

PATH = "pages/sources.py"


@pytest.fixture
def navigation(monkeypatch):
    """The pages of the navigation, by their addresses, as the last run gave them."""
    pages, real = {}, st.navigation

    def navigation(groups, **more):
        pages.update({page.url_path: page for group in groups.values() for page in group})
        return real(groups, **more)

    monkeypatch.setattr(st, "navigation", navigation)
    return pages


def test_it_is_in_the_navigation(app, navigation):
    app.run()
    page = navigation["sources"]
    assert (page.title, page.icon) == ("Sources", ":material/menu_book:")
    assert list(navigation).index("sources") == list(navigation).index("model") + 1


def test_what_it_shows_is_in_its_address(app):
    app.run()
    page = app.switch_page(PATH).run()
    assert not page.exception
    assert page.title[0].value == "Where the digits come from"
    assert (page.selectbox[0].value, page.metric[0].value) == ("mnist", "60,000")
    assert page.caption[-1].value == "CC BY-SA 3.0"
    assert "dataset" not in page.query_params
    page.selectbox[0].set_value("uci-digits").run()
    assert page.metric[0].value == "1,438"
    assert page.query_params["dataset"] in ("uci-digits", ["uci-digits"])


def test_a_link_shows_what_it_says(app):
    app.run()
    app.query_params["dataset"] = "pen-digits"
    page = app.switch_page(PATH).run()
    assert not page.exception
    assert (page.selectbox[0].value, page.metric[0].value) == ("pen-digits", "7,494")
