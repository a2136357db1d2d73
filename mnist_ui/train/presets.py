"""A choice among the presets."""

from collections.abc import Mapping

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.training.costs import seconds_expected
from mnist_core.training.presets import PRESETS
from mnist_ui.durations import duration
from mnist_ui.state import runs


def preset_title(name: str) -> str:
    """A preset's name for people."""
    return _(PRESETS[name].title)


def choose_preset(speeds: Mapping[str, float]) -> str:
    """Show the presets, each with a sentence and its time on this machine; give the chosen one."""
    names = list(PRESETS)
    captions = [
        f"{_(each.description)} {_in_brackets(seconds_expected(each.config, each.name, speeds))}"
        for each in PRESETS.values()
    ]
    return st.radio(
        _("Recipe"),
        names,
        index=names.index(runs.plan().preset or names[0]),
        format_func=preset_title,
        captions=captions,
        key=runs.PRESET,
        persist_state="session",
        label_visibility="collapsed",
        width="stretch",
    )


def _in_brackets(seconds: float | None) -> str:
    """A preset's time behind its sentence."""
    if seconds is None:
        return ""
    time = duration(seconds)
    return _("*{time} on this machine.*").format(time=time[:1].upper() + time[1:])
