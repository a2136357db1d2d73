"""The switches of the preparation: which steps a drawing takes on its way to the network."""

from dataclasses import fields

import streamlit as st

from mnist_core.ink import Recipe
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_

# Label and help of each switch, in the order of the steps.
WORDS = {
    "cleaning": (
        N_("Clean the picture"),
        N_(
            "Evens out light and shadow, takes away ruled lines and specks, and makes a very thin pen wider. "
            "Off: everything that differs from the paper counts as ink."
        ),
    ),
    "same_pen": (
        N_("Same pen for all"),
        N_("Draws your strokes again with a pen that suits their size. Off: a thin pen stays thin, a thick one thick."),
    ),
    "cropping": (
        N_("Cut out"),
        N_(
            "Takes the digit and leaves the empty paper. Off: the whole canvas is shrunk, and a small digit "
            "becomes tiny. This is how most demos do it."
        ),
    ),
    "box": (
        N_("20-pixel box"),
        N_(
            "Leaves a rim of 4 pixels around the digit, as in every image that the network learned from. "
            "Off: it fills all 28 pixels."
        ),
    ),
    "centring": (
        N_("Centre by mass"),
        N_(
            "Puts the digit's centre of mass in the middle. Off: it stays where you drew it. "
            "Try a small 7 in the upper left corner."
        ),
    ),
}
ALL_ON = N_("All on")
# What a switch has nothing to do with.
_ONLY_STROKES, _ONLY_PICTURES = "same_pen", "cleaning"
_KEY = "preparation-"


def preparation(*, of_picture: bool, is_clean: bool = False) -> Recipe:
    """Show a switch for each step of the preparation, and give what is switched on.

    Parameters
    ----------
    of_picture
        Whether the drawing is a picture and not strokes. The switch that would do nothing for it is not shown, and
        its step counts as taken.
    is_clean
        Whether the picture is a part of one that has been cleaned already.
    """
    hidden = {_ONLY_STROKES if of_picture else _ONLY_PICTURES, *([_ONLY_PICTURES] if is_clean else [])}
    names = [name for name in WORDS if name not in hidden]
    with st.container(horizontal=True, gap="medium", vertical_alignment="center", key="preparation"):
        chosen = {name: _switch(name) for name in names}
        if not all(chosen.values()):
            st.button(_(ALL_ON), on_click=_switch_all_on, key=f"{_KEY}all-on")
    return Recipe(**chosen)


def _switch(name: str) -> bool:
    """The switch of one step."""
    label, text = WORDS[name]
    # On is what the browser has to begin with, too: it can tell the server so before the server has told it anything.
    return st.toggle(_(label), True, key=_KEY + name, help=_(text), persist_state="session")


def _switch_all_on() -> None:
    """Take every step from now on."""
    for field in fields(Recipe):
        st.session_state[_KEY + field.name] = True
