"""Collected drawings that the visitor has chosen, and how a model did on some."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from mnist_ui.session import of_session

T = TypeVar("T")

_CHOSEN, _TESTED = "_chosen_drawings", "_tested"


def chosen() -> dict[str, None]:
    """Ids of the collected drawings that the visitor has chosen, in that order, to do something with all of them."""
    return of_session(_CHOSEN, dict[str, None])


def tested(key: str, test: Callable[[], T]) -> T:
    """What a model makes of drawings; tested again only when `key` says that it would be another test.

    It is kept for this session alone, as it is of drawings that not everybody may see.
    """
    if _TESTED not in st.session_state or st.session_state[_TESTED][0] != key:
        st.session_state[_TESTED] = key, test()
    found: T = st.session_state[_TESTED][1]
    return found
