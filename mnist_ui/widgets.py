"""Widgets that several pages show in the same way."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")
# By suffix: the words on a file's button, and what makes the file.
Files = Mapping[str, tuple[str, Callable[[], str | bytes]]]

_MIMES = {
    "csv": "text/csv",
    "html": "text/html",
    "ipynb": "application/x-ipynb+json",
    "npz": "application/octet-stream",
    "png": "image/png",
    "py": "text/x-python",
    "zip": "application/zip",
}

# For charts whose toolbar would be of no use.
PLAIN = {"displayModeBar": False}


def one_of(
    label: str, options: Iterable[T], default: Any, key: str, *, persist_state: str | None = "session", **more: Any
) -> T:
    """One of a few options beside each other, of which one is always chosen.

    Parameters
    ----------
    persist_state, more
        As of `st.segmented_control`; the choice lasts for the session.
    """
    how: dict[str, Any] = {"persist_state": persist_state, **more}
    chosen: T = st.segmented_control(label, options, default=default, required=True, key=key, **how)
    return chosen


def download_buttons(stem: str, key: str, files: Files) -> None:
    """A button for each file that can be taken away; it is made when it is asked for.

    Parameters
    ----------
    stem
        The names of all of them, before the suffix.
    key
        What the keys of the buttons begin with.
    """
    for suffix, (label, made) in files.items():
        name, id = f"{stem}.{suffix}", f"{key}-{suffix}"
        st.download_button(label, made, name, _MIMES[suffix], on_click="ignore", key=id, width="stretch")
