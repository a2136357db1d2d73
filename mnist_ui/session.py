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
