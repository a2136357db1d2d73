"""What the visitor's browser keeps: the drawing, so that it survives a reload and a restart of the server."""

import streamlit as st

from mnist_ui.state import paper

_KEY = "memory"

# A tab's session storage: it outlives the page and the server, but not the tab, and no other visitor sees it.
_SCRIPT = """
const KEY = "mnist-studio-drawing";

export default function ({ data, setStateValue }) {
  try {
    if (!data.is_new) {
      sessionStorage.setItem(KEY, JSON.stringify(data.strokes));
      return;
    }
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    if (kept.length) setStateValue("kept", kept);
  } catch (error) {
    console.warn("The drawing is not kept:", error);
  }
}
"""

_memory = st.components.v2.component("mnist-studio-memory", js=_SCRIPT)


def keep_drawing() -> None:
    """Have the browser keep the drawing; in a new session, take back the one that it has kept."""
    sketch = paper.sketch()
    _memory(
        key=_KEY,
        data={"is_new": sketch.is_new, "strokes": sketch.strokes},
        default={"kept": None},
        on_kept_change=lambda: sketch.take_back(st.session_state[_KEY]["kept"]),
    )
