"""The drawing pad: the answer moves while the pen does. One HTML, one CSS and one JS file."""

from pathlib import Path

import streamlit as st

from mnist_ui import routes, state
from mnist_ui.figures.answer import answer

_KEY = "pad"
# A hand that writes on begins its next stroke before.
REST_MS = 200


def _file(name: str) -> str:
    return (Path(__file__).parent / name).read_text("utf-8")


_pad = st.components.v2.component(
    "mnist-studio-pad", html=_file("pad.html"), css=_file("pad.css"), js=_file("pad.js"), isolate_styles=False
)


def pad(rest_ms: int = REST_MS) -> bool:
    """Show the pad with its live answer, and note in the visitor's sketch what is drawn on it.

    Parameters
    ----------
    rest_ms
        The page hears of a stroke when none was begun for so long.

    Returns
    -------
    Whether what is drawn comes from before the page was loaded again, and not from the pen.
    """
    sketch = state.sketch()
    result = _pad(
        key=_KEY,
        data={
            "edition": sketch.edition,
            "strokes": sketch.shown_first,
            "is_new": sketch.is_new,
            "replay": sketch.is_replay,
            "url": routes.address(routes.READ),
            "model": state.model_name(),
            "empty": answer([]),
            "rest_ms": rest_ms,
        },
        default={"drawn": None},
        on_drawn_change=lambda: None,
    )
    drawn = result.drawn
    if isinstance(drawn, dict) and drawn.get("edition") == sketch.edition and isinstance(drawn.get("strokes"), list):
        sketch.update(drawn["strokes"])
        return drawn.get("is_kept") is True
    return False
