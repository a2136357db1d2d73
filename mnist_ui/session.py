"""What is made once for a session and then kept for it."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

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
