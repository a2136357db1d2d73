"""The presets in words, and a choice among them."""

from collections.abc import Mapping

import streamlit as st

from mnist_core.training.config import PRESETS
from mnist_core.training.costs import seconds_expected
from mnist_ui import state

WORDS = {
    "quick": ("Quick", "A small network that soon reads almost as well as the large ones."),
    "classic": ("Classic CNN", "Three convolutions, pooling and a dense layer: the network of most tutorials."),
    "lenet-5": ("LeNet-5", "The network of 1998 that read the amounts on bank cheques."),
    "vgg": ("VGG-style", "Pairs of small convolutions, one upon the other, as in large networks of 2014."),
    "resnet": ("ResNet-style", "Blocks that only learn what to add to what they were given, an idea of 2015."),
    "handwriting": ("Handwriting", "As the model that came with the app: many styles and pens, and what is no digit."),
    "fine-tune": ("Fine-tune", "Takes a model that can read already and teaches it a little more (transfer learning)."),
}


def title(preset: str) -> str:
    """A preset's name for people."""
    return WORDS[preset][0]


def duration(seconds: float | None) -> str:
    """A time as a person says it."""
    if seconds is None:
        return "not measured yet"
    if seconds < 90:
        return f"about {max(5, round(seconds, -1)):.0f} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


def choose_preset(speeds: Mapping[str, float]) -> str:
    """Show the presets, each with a sentence and its time on this machine; give the chosen one."""
    names = list(PRESETS)
    times = {name: seconds_expected(PRESETS[name], name, speeds) for name in names}
    captions = [f"{WORDS[name][1]} {_in_brackets(times[name])}" for name in names]
    return st.radio(
        "Recipe",
        names,
        index=names.index(state.lesson().preset or names[0]),
        format_func=title,
        captions=captions,
        key=state.PRESET,
        persist_state="session",
        label_visibility="collapsed",
        width="stretch",
    )


def _in_brackets(seconds: float | None) -> str:
    """A preset's time behind its sentence."""
    return f"*{duration(seconds).capitalize()} on this machine.*" if seconds is not None else ""
