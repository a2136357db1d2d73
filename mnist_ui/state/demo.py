"""The demo and the challenge."""

import streamlit as st

from mnist_ui.address import DEMO, write
from mnist_ui.session import of_session
from mnist_ui.state.challenge import Challenge
from mnist_ui.state.sketch import Sketch


def is_demo() -> bool:
    """Whether the app is shown to a room, or stands in one: the address says so."""
    return st.query_params.get(DEMO) == "1"


def begin_demo() -> None:
    """Show the app as a demo from now on."""
    write({DEMO: "1"})


def end_demo() -> None:
    """Show the app as usual again."""
    write({DEMO: None})


def begin_again() -> None:
    """Forget what the last visitor of a demo has drawn; the best challenge of the session stays."""
    demo_sketch().clear()
    challenge().leave()


def challenge() -> Challenge:
    """The visitor's challenge."""
    return of_session("_challenge", Challenge)


def demo_sketch() -> Sketch:
    """What is drawn in the demo; whoever began it finds the own drawing again afterwards."""
    return of_session("_demo_sketch", Sketch)
