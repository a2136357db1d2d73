"""Letters and digits that press buttons alone; whoever dictates, or rests a hand on the keys, turns them off."""

import streamlit as st

from mnist_core.language import gettext as _

_SWITCH, _ARE_OFF = "letters", "letters-are-off"


def letter(key: str | None) -> str | None:
    """The key that presses a button, unless the visitor has turned such keys off."""
    return key if are_letters_on() else None


def are_letters_on() -> bool:
    """Whether such keys press anything."""
    return not st.session_state.get(_ARE_OFF)


def choose_letters() -> None:
    """A switch for them, on all pages of this visit."""
    st.toggle(_("Keyboard shortcuts"), are_letters_on(), key=_SWITCH, on_change=_turn)


def _turn() -> None:
    st.session_state[_ARE_OFF] = not st.session_state[_SWITCH]
