"""Whoever runs the app, who may see every drawing and change everything: known by a key that the server has."""

import hmac
import os
from hashlib import sha256

import streamlit as st

from mnist_core.errors import CollectionError, MnistError
from mnist_core.language import gettext as _
from mnist_core.owners import KEEPER
from mnist_ui.address import PAGE
from mnist_ui.drawings.address import DRAWING, DRAWINGS_ADDRESS, OF
from mnist_ui.drawings.shelf import EVERYBODYS
from mnist_ui.messages import told
from mnist_ui.state import drawings, people
from mnist_ui.state.guesses import guesser, pause
from mnist_ui.state.limits import Limit

VARIABLE = "MNIST_STUDIO_KEEPER_KEY"
SHORTEST_KEY = 12
LONGEST_KEY = 200
# Within a minute, from one address: else whoever guesses would begin anew with a new session.
MOST_WRONG = 10

_FIELD = "keeper-key"


wrong_keys = Limit(MOST_WRONG, variable="MNIST_STUDIO_CLIENT_WRONG_KEYS_A_MINUTE", of=guesser)


def enter(given: str) -> None:
    """Be the keeper in this session, with the right key; however many wrong ones were given.

    Raises
    ------
    CollectionError
        If it is not the right one, or there is none; who gives many wrong ones is told so after a pause.
    """
    key = os.environ.get(VARIABLE, "")
    if len(key) < SHORTEST_KEY:
        message = _("Nobody can enter: {variable} must have {least} characters or more when the server is started.")
        raise CollectionError(message.format(variable=VARIABLE, least=SHORTEST_KEY))
    if not _is_same(given, key):
        pause(wrong_keys)
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
        text = _("Whoever runs this app may see every drawing and change everything, with the key that the server has.")
        st.caption(text)
        st.text_input(_("Key"), type="password", key=_FIELD, max_chars=LONGEST_KEY)
        st.form_submit_button(_("Enter"), on_click=_enter)


def _enter() -> None:
    """Take the key, and leave it nowhere; a callback."""
    given = st.session_state[_FIELD]
    st.session_state[_FIELD] = ""
    try:
        enter(given)
    except MnistError as error:
        people.answers().trouble = told(error)
    else:
        DRAWINGS_ADDRESS.set({OF: EVERYBODYS, PAGE: None})


def _leave() -> None:
    """Be an ordinary visitor again; a callback."""
    people.be_keeper(None)
    drawings.chosen().clear()
    DRAWINGS_ADDRESS.set({OF: None, DRAWING: None, PAGE: None})


def _is_same(given: str, key: str) -> bool:
    """Whether two keys are the same, in a time that tells neither where they differ nor how long the right one is."""
    one, other = (sha256(each.encode(errors="surrogatepass")).digest() for each in (given, key))
    return hmac.compare_digest(one, other)
