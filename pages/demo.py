"""The demo's stage: the pad and its answer fill a projector's screen, and draw by themselves while nobody else does."""

import streamlit as st

from mnist_core.language import gettext as _
from mnist_ui.draw.examples import load_examples
from mnist_ui.pad import pad
from mnist_ui.state import demo
from mnist_ui.state.sketch import as_strokes

# A drawing goes so long after its last stroke has settled, and the examples begin so long after the last visitor.
CLEAR_AFTER_S = 3
ORDER_AFTER_S = 12

st.title(_("Draw a digit"), anchor=False)


@st.fragment
def stage() -> None:
    """Everything that follows the pen."""
    pad(
        key="demo-pad",
        sketch=demo.demo_sketch(),
        remembers=False,
        arrangement="hall",
        clear_after_s=CLEAR_AFTER_S,
        order=[(_(example.name), as_strokes(example.drawing)) for example in load_examples()],
        order_after_s=ORDER_AFTER_S,
    )


stage()
