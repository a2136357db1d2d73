"""A network that learns in the visitor's browser: its filters, its curve, its knobs, and one step laid open."""

from dataclasses import asdict
from typing import Any

import streamlit as st

from mnist_core import language
from mnist_core.learner.digits import LearnerDigits
from mnist_core.learner.modules import ENTRY, modules_version
from mnist_core.learner.settings import LearnerSettings
from mnist_core.reader import modules as reader
from mnist_core.reader.record import limits
from mnist_ui import routes
from mnist_ui.component import component
from mnist_ui.learner.address import note
from mnist_ui.learner.words import knobs, words
from mnist_ui.state.sketch import Stroke

_learner = component(__file__, "colours.js", "course.js", "knobs.js", "step.js", "learner.js")


def learner(settings: LearnerSettings, digits: LearnerDigits, strokes: list[Stroke], key: str) -> None:
    """Show the network that learns; it reads what is drawn on the page's pad.

    Parameters
    ----------
    settings
        As the address has them. What the visitor changes of them goes into the address before the next run.
    strokes
        What is drawn already.
    """
    _learner(
        key=key,
        data=contents(settings, digits, strokes),
        default={"told": None},
        on_told_change=lambda: note(st.session_state[key]["told"]),
    )


def contents(settings: LearnerSettings, digits: LearnerDigits, strokes: list[Stroke]) -> dict[str, Any]:
    """What the browser is sent: where it finds the modules and the digits, the settings, and all words."""
    return {
        "settings": asdict(settings),
        "worker": routes.address(routes.LEARNER_MODULE).format(version=modules_version(), name=ENTRY),
        "digits": {
            "address": routes.address(routes.LEARNER_DIGITS).format(sha256=digits.sha256),
            "learned": digits.learned,
            "held": digits.held,
        },
        "ink": routes.address(routes.READER_MODULE).format(version=reader.modules_version(), name="ink.js"),
        "limits": limits()["ink"],
        "strokes": strokes,
        "language": language.current(),
        "knobs": knobs(digits.learned),
        "words": words(digits.held),
    }
