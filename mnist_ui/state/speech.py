"""The language that is spoken in a session."""

from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import SafeSessionState

from mnist_core import language as languages
from mnist_ui.address import LANGUAGE, write

# What is spoken, whether that was chosen, what the address said.
_LANGUAGE, _IS_LANGUAGE_CHOSEN, _LANGUAGE_NAMED = "_language", "_is_language_chosen", "_language_named"
# The browser keeps under this name which language was chosen.
LANGUAGE_COOKIE = "mnist-studio-language"


def language() -> str | None:
    """The language of the visitor's session; None outside of one, or before it is known."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return None
    spoken = _spoken.get(context.session_state)
    if spoken is None and _LANGUAGE in st.session_state:
        spoken = _spoken[context.session_state] = st.session_state[_LANGUAGE]
    return spoken


# Each text on a page asks for the language, and Streamlit's own state takes a hundred times as long to answer.
_spoken: WeakKeyDictionary[SafeSessionState, str] = WeakKeyDictionary()
languages.ask(language)


def _speak(code: str, *, is_chosen: bool) -> None:
    """Speak this language in the session."""
    st.session_state[_LANGUAGE], st.session_state[_IS_LANGUAGE_CHOSEN] = code, is_chosen
    context = get_script_run_ctx()
    if context:
        _spoken[context.session_state] = code


def find_language() -> None:
    """Find out which language to speak; to be called first in each run.

    It is what the address has said since the last run, what the visitor chose, here or on an earlier visit, or what the
    browser asks for, in this order.
    """
    named = st.query_params.get(LANGUAGE)
    if named != st.session_state.get(_LANGUAGE_NAMED) and named in languages.languages():
        _speak(named, is_chosen=True)
    elif _LANGUAGE not in st.session_state:
        kept, first = st.context.cookies.get(LANGUAGE_COOKIE), st.context.locale
        accepted = languages.accepted(st.context.headers.get("Accept-Language") or "")
        _speak(languages.fitting([*filter(None, (kept, first)), *accepted]), is_chosen=False)
    st.session_state[_LANGUAGE_NAMED] = named


def choose_language(code: str) -> None:
    """Speak this language from now on, and name it in the address."""
    _speak(code, is_chosen=True)
    st.session_state[_LANGUAGE_NAMED] = code
    write({LANGUAGE: code})


def is_language_chosen() -> bool:
    """Whether the visitor or an address chose the language, so that the browser shall keep it."""
    return bool(st.session_state.get(_IS_LANGUAGE_CHOSEN))


def language_in_address() -> dict[str, str]:
    """The language as an address names it; nothing if the browser's own is spoken."""
    return {LANGUAGE: st.session_state[_LANGUAGE]} if is_language_chosen() else {}
