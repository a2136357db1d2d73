"""Whether the visitor sees a part of the page, as the browser says."""

import streamlit as st

from mnist_ui.component import registered, script

_sight = registered("sight", js=script(__file__, "sight.js"), isolate_styles=False)


def is_seen(key: str) -> bool:
    """Whether a container is on the visitor's screen; when that changes, the fragment around it runs again.

    Parameters
    ----------
    key
        Of the container, in which this is called.
    """
    noted, told = seen_key(key), f"sight-{key}"

    def hear() -> None:
        st.session_state[noted] = st.session_state[told]["seen"] is True

    _sight(key=told, data={"place": f".st-key-{key}"}, default={"seen": False}, on_seen_change=hear)
    return bool(st.session_state.get(noted))


def seen_key(key: str) -> str:
    """Where the session notes whether a container is seen."""
    return f"_seen-{key}"
