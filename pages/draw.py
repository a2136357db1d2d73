"""Draw a digit and have it read."""

import streamlit as st

from mnist_core import ink
from mnist_core.model.bundle import model_names
from mnist_ui import resources, state
from mnist_ui.canvas import SIDE, canvas
from mnist_ui.figures.answer import answer
from mnist_ui.figures.strip import strip
from mnist_ui.messages import explained

PEN_WIDTHS = (8, 40)
USUAL_PEN_WIDTH = 20

st.title("Draw a digit", anchor=False)


@st.fragment
def drawing_and_reading() -> None:
    """Everything that follows the pen; only this runs again after a stroke."""
    drawing = prediction = None
    with st.container(horizontal=True, gap="large", vertical_alignment="center", key="desk"):
        left, right = st.container(width=SIDE), st.container(width="stretch")
    with left:
        paper = st.container()
        with st.container(horizontal=True, vertical_alignment="bottom", key="tools"):
            width = st.slider("Pen width", *PEN_WIDTHS, USUAL_PEN_WIDTH, key=state.PEN_WIDTH)
            shown = state.canvas()
            st.button("Undo", icon=":material/undo:", on_click=shown.undo)
            st.button("Clear", icon=":material/delete:", on_click=shown.clear)
        with paper, explained():
            drawing = canvas(width)
    with right, explained():
        if drawing:
            prediction = resources.model(state.model_name())[0].predict(drawing)
    right.html(answer(prediction))
    st.subheader("How it sees your drawing", anchor=False)
    st.html(strip(ink.stages(drawing) if drawing else ink.empty_stages()))


drawing_and_reading()

names = dict.fromkeys([*model_names(), state.model_name()])
if len(names) > 1:
    st.selectbox("Model that reads", names, key=state.MODEL, bind="query-params", width=SIDE)
