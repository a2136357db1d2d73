"""The challenge: draw the ten digits as they are called."""

import streamlit as st

from mnist_core.language import gettext as _
from mnist_ui.demo.rounds import show_round
from mnist_ui.state import demo

st.title(_("Challenge"), anchor=False)


@st.fragment
def challenge() -> None:
    """A round, digit by digit."""
    show_round(demo.challenge())


challenge()
