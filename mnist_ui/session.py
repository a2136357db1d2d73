"""What is made once for a session and then kept for it."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

T = TypeVar("T")


def of_session(key: str, new: Callable[[], T]) -> T:
    """What the session has under a key; made when it is asked for first."""
    if key not in st.session_state:
        st.session_state[key] = new()
    known: T = st.session_state[key]
    return known


def latest(key: str, of: object, new: Callable[[], T]) -> T:
    """What was made last under a key, if it was made of this; otherwise it is made anew."""
    if key not in st.session_state or st.session_state[key][0] != of:
        st.session_state[key] = of, new()
    known: T = st.session_state[key][1]
    return known


def is_outdated() -> bool:
    """Whether what a fragment shows will be replaced once it has ended: it is to run again, or all is over.

    Streamlit itself ends a run of the whole page for another, but none of a fragment; this looks at its private state.
    """
    context = get_script_run_ctx()
    if context is None or context.script_requests is None:
        return False
    requests = context.script_requests
    if requests._state is not ScriptRequestType.RERUN:
        return requests._state is ScriptRequestType.STOP
    waiting, this = requests._rerun_data.fragment_id_queue, ThreadState.get().fragment_id
    return not waiting or this in waiting
