"""The presets in words, and a choice among them."""

from collections.abc import Mapping

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.training.config import PRESETS
from mnist_core.training.costs import seconds_expected
from mnist_ui.state import runs

WORDS = {
    "quick": (N_("Quick"), N_("A small network that soon reads almost as well as the large ones.")),
    "classic": (N_("Classic CNN"), N_("Three convolutions, pooling and a dense layer: the network of most tutorials.")),
    "lenet-5": (N_("LeNet-5"), N_("The network of 1998 that read the amounts on bank cheques.")),
    "vgg": (N_("VGG-style"), N_("Pairs of small convolutions, one upon the other, as in large networks of 2014.")),
    "resnet": (N_("ResNet-style"), N_("Blocks that only learn what to add to what they were given, an idea of 2015.")),
    "handwriting": (
        N_("Handwriting"),
        N_("As the model that came with the app: many styles and pens, and what is no digit."),
    ),
    "fine-tune": (
        N_("Fine-tune"),
        N_("Takes a model that can read already and teaches it a little more (transfer learning)."),
    ),
}


def title(preset: str) -> str:
    """A preset's name for people."""
    return _(WORDS[preset][0])


def duration(seconds: float | None) -> str:
    """A time as a person says it."""
    if seconds is None:
        return _("not measured yet")
    if seconds < 90:
        return _("about {seconds} s").format(seconds=number(max(5, round(seconds, -1))))
    if seconds < 5400:
        return _("about {minutes} min").format(minutes=number(seconds / 60))
    return _("about {hours} h").format(hours=number(seconds / 3600, 1))


def choose_preset(speeds: Mapping[str, float]) -> str:
    """Show the presets, each with a sentence and its time on this machine; give the chosen one."""
    names = list(PRESETS)
    times = {name: seconds_expected(PRESETS[name], name, speeds) for name in names}
    captions = [f"{_(WORDS[name][1])} {_in_brackets(times[name])}" for name in names]
    return st.radio(
        _("Recipe"),
        names,
        index=names.index(runs.plan().preset or names[0]),
        format_func=title,
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
