"""What the browser is told to keep, and what it says; tests/browser sees it do so."""

import pytest
import streamlit as st

from mnist_ui import browser
from mnist_ui.browser import StoredItem


@pytest.fixture
def mounted(monkeypatch):
    """What the component was mounted with."""
    mounted = {}
    monkeypatch.setattr(browser, "_browser", lambda **arguments: mounted.update(arguments))
    return mounted


def test_the_browser_is_told_where_something_is_kept_and_which_edition_it_is(mounted):
    StoredItem("visitor", is_followed=True).keep({"a": 1}, edition=3, is_sought=False, on_found=print)
    assert mounted["data"] == {
        "name": "visitor",
        "is_of_tab": False,
        "is_followed": True,
        "most": 0,
        "value": {"a": 1},
        "edition": 3,
        "is_sought": False,
    }


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"value": [1, 2]}, [[1, 2]]),
        ({"value": None}, [None]),  # another tab has forgotten it
        *[(nonsense, []) for nonsense in (None, "x", 5, [1])],
    ],
)
def test_what_it_says_is_handed_on(mounted, monkeypatch, told, expected):
    heard = []
    StoredItem("drawing", is_of_tab=True).keep([], is_sought=True, on_found=heard.append)
    monkeypatch.setattr(st, "session_state", {mounted["key"]: {"found": told}})
    mounted["on_found_change"]()
    assert heard == expected


def test_two_items_are_two_components(mounted):
    keys = []
    for name in ("drawing", "visitor"):
        StoredItem(name).keep(None, is_sought=True, on_found=print)
        keys.append(mounted["key"])
    assert len(set(keys)) == 2
