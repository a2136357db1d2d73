"""The visitor, found again: the browser keeps a secret token and what belongs to it, and tells nobody but this app."""

from typing import Any

import streamlit as st

from mnist_ui.browser import StoredItem
from mnist_ui.state import people, reader

# Nothing is kept before the visitor has said or taught something; what another tab keeps or forgets is told at once, so
# that one visitor is never two.
_VISITOR = StoredItem("visitor", is_followed=True)


def meet() -> None:
    """Find the visitor again whom the browser knows, and have it keep what changes; to be called on every page."""
    visitor = people.visitor()

    def take(kept: Any) -> None:
        before = visitor.token
        if visitor.take(kept):
            if visitor.token != before:  # what was said here was another visitor's
                people.answers().forget()
                people.try_out(None)
            reader.use_taught()

    is_sought = not visitor.is_met and not visitor.edition
    _VISITOR.keep(visitor.kept(), edition=visitor.edition, is_sought=is_sought, on_found=take)
    visitor.told = visitor.edition


def keep() -> None:
    """Have the browser keep what has changed, from within a fragment: then the whole page runs."""
    visitor = people.visitor()
    if visitor.told != visitor.edition:
        visitor.told = visitor.edition
        st.rerun()
