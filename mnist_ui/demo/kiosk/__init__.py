"""The demo's bar: where to go, whether all of it works without internet, full screen, and the way out."""

from typing import Any

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_ui.component import component
from mnist_ui.demo import readiness
from mnist_ui.state import demo, reader

# After so long without a pointer or a key, the next visitor finds the demo as it began.
IDLE_S = 300
START = "demo"
# Paths of the pages that the bar leads to, and what it calls them.
PLACES = {START: N_("Draw"), "watch": N_("Watch it learn"), "challenge": N_("Challenge")}


_kiosk = component(__file__)


def show_demo(here: str) -> None:
    """Show the demo's bar if this is one; its own page always is one, and shows it in the place of the Draw page.

    Parameters
    ----------
    here
        Path of the page that is shown.
    """
    if here == START and not demo.is_demo():
        demo.begin_demo()
        st.rerun()
    if demo.is_demo():
        if here == "":
            st.switch_page(f"pages/{START}.py", query_params=reader.model_in_address())
        _show_bar(here)


def _show_bar(here: str) -> None:
    """Show the bar, and go where the visitor wants, or back to the start when nobody is there."""
    told = _kiosk(key="kiosk", data=_data(here), on_told_change=lambda: None).told
    if told == "leave":
        demo.end_demo()
        st.switch_page("pages/draw.py", query_params=reader.model_in_address())
    if told == "idle":
        demo.begin_again()
        told = START
    if told in PLACES:
        st.switch_page(f"pages/{told}.py", query_params=reader.model_in_address())


def _data(here: str) -> dict[str, Any]:
    """What the browser is sent."""
    checks = readiness.checks(reader.model_name())
    return {
        "idle_s": IDLE_S,
        "here": here,
        "places": [{"path": path, "name": _(name)} for path, name in PLACES.items()],
        "checks": [{"name": each.name, "says": each.sentence, "is_ready": each.is_ready} for each in checks],
        "words": {
            "bar": _("Demo"),
            "places": _("What to do"),
            "ready": _("Offline: ready"),
            "unready": _("Offline: not ready"),
            "pages": _("Pages"),
            "own": _("Every file of this page came from this server."),
            "foreign": _("Some files came from elsewhere: {hosts}."),
            "full": _("Full screen"),
            "leave": _("Leave the demo"),
        },
    }
