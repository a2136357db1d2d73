"""What the visitor's browser keeps for the app: it outlives a reload and a restart of the server."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from mnist_ui.component import registered, script

_browser = registered("browser", js=script(__file__, "storage.js", "browser.js"))


@dataclass(frozen=True)
class StoredItem:
    """Something that the browser keeps, for pages of this address alone.

    Attributes
    ----------
    name
        What it is found under.
    is_of_tab
        Whether it is one tab's own and goes with it; else all tabs have it, and it stays.
    is_followed
        Whether what another tab keeps or forgets is told at once.
    most
        How many entries a collection has, those that were kept last; 0 for what is no collection.
    """

    name: str
    is_of_tab: bool = False
    is_followed: bool = False
    most: int = 0

    def keep(
        self, value: Any, *, is_sought: bool, on_found: Callable[[Any], object], edition: int | None = None
    ) -> None:
        """Have the browser keep this, or say what it has kept.

        Parameters
        ----------
        value
            What to keep; None or an empty one to forget it. Of a collection the entries that have changed; one without
            content is forgotten.
        is_sought
            Whether the browser is to say what it has kept.
        on_found
            Called with that before the page runs: with whatever a browser may send. A collection may be empty; of
            anything else it is only called where there is something, or with None when another tab has forgotten it.
        edition
            Number of changes so far: each is written once, because another tab may have written since. By default
            whatever is not sought is written.
        """
        key = f"browser-{self.name}"

        def hear() -> None:
            told = st.session_state[key]["found"]
            if isinstance(told, Mapping):
                on_found(told.get("value"))

        data = {**asdict(self), "value": value, "edition": edition, "is_sought": is_sought}
        _browser(key=key, data=data, default={"found": None}, on_found_change=hear)
