"""Whoever runs the app, who may see and change every drawing: known by a key that the server was started with."""

import hmac
import os

import streamlit as st

from mnist_core.errors import CollectionError
from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.owners import KEEPER
from mnist_ui.address import PAGE
from mnist_ui.drawings.address import DRAWING, DRAWINGS_ADDRESS, OF
from mnist_ui.drawings.shelf import EVERYBODYS
from mnist_ui.state import drawings, people
from mnist_ui.state.limits import Limit

VARIABLE = "MNIST_STUDIO_KEEPER_KEY"
SHORTEST_KEY = 12
LONGEST_KEY = 200
# Within a minute, from all visitors together: else whoever guesses would begin anew with a new session.
MOST_WRONG = 10

_FIELD = "keeper-key"


wrong_keys = Limit(MOST_WRONG)


def enter(given: str) -> None:
    """Be the keeper in this session, with the right key.

    Raises
    ------
    CollectionError
        If it is not the right one, there is none, or too many wrong ones were given.
    """
    key = os.environ.get(VARIABLE, "")
    if len(key) < SHORTEST_KEY:
        message = _("Nobody can enter: {variable} must have {least} characters or more when the server is started.")
        raise CollectionError(message.format(variable=VARIABLE, least=SHORTEST_KEY))
    wrong_keys.check()
    if not _is_same(given, key):
        wrong_keys.note()
        raise CollectionError(_("This is not the key that the server was started with. Try again."))
    people.be_keeper(KEEPER)


def show_door() -> None:
    """Where whoever runs the app enters the key; nothing where the server was started without one."""
    if not os.environ.get(VARIABLE):
        return
    if people.keeper():
        st.button(_("Leave as keeper"), icon=":material/logout:", key="keeper-leave", on_click=_leave)
        return
    with st.popover(_("Keeper"), icon=":material/key:", key="keeper"), st.form("keeper-form", border=False):
        st.caption(_("Who runs this app may see and change every drawing, with the key that the server has."))
        st.text_input(_("Key"), type="password", key=_FIELD, max_chars=LONGEST_KEY)
        st.form_submit_button(_("Enter"), on_click=_enter)


def _enter() -> None:
    """Take the key, and leave it nowhere; a callback."""
    given = st.session_state[_FIELD]
    st.session_state[_FIELD] = ""
    try:
        enter(given)
    except CollectionError as error:
        people.answers().trouble = in_markdown(error)
    else:
        DRAWINGS_ADDRESS.set({OF: EVERYBODYS, PAGE: None})


def _leave() -> None:
    """Be an ordinary visitor again; a callback."""
    people.be_keeper(None)
    drawings.chosen().clear()
    DRAWINGS_ADDRESS.set({OF: None, DRAWING: None, PAGE: None})


def _is_same(given: str, key: str) -> bool:
    """Whether two keys are the same, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(given.encode(errors="replace"), key.encode(errors="replace"))
