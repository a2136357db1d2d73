"""Draw a digit and have it read."""

import streamlit as st

from mnist_core import ink
from mnist_core.model.bundle import model_names
from mnist_ui import resources, state
from mnist_ui.canvas import SIDE, canvas
from mnist_ui.figures.answer import answer
from mnist_ui.figures.strip import strip
from mnist_ui.memory import keep_drawing
from mnist_ui.messages import explained

PENS = {"Thin pen": 10, "Medium": 20, "Thick": 36}

st.title("Draw a digit", anchor=False)


@st.fragment
def drawing_and_reading() -> None:
    """Everything that follows the pen; only this runs again after a stroke."""
    prediction, steps = None, ink.empty_stages()
    with st.container(horizontal=True, gap="large", vertical_alignment="center", key="desk"):
        left, right = st.container(width=SIDE), st.container(width="stretch")
    with left:
        paper = st.container()
        tools = st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="tools")
    with tools:
        shown = state.canvas()
        pen = st.segmented_control(
            "Pen width",
            PENS,
            default="Medium",
            required=True,
            key=state.PEN,
            persist_state="session",
            label_visibility="collapsed",
        )
        shown.take_pen(PENS[pen])
        st.button("Undo", on_click=shown.undo)
        st.button("Clear", on_click=shown.clear)
    drawing = None
    with paper, explained():
        drawing = canvas()
    with right, explained():
        if drawing:
            steps = ink.stages(drawing)
            prediction = resources.model(state.model_name())[0].predict(ink.as_digit(steps))
    right.html(answer(prediction))
    st.subheader("How it sees your drawing", anchor=False)
    st.html(strip(steps))
    keep_drawing()


drawing_and_reading()

names = list(dict.fromkeys([*model_names(), state.model_name()]))
if len(names) > 1:
    chosen = st.selectbox("Model that reads", names, index=names.index(state.model_name()), width=SIDE)
    if chosen != state.model_name():
        state.choose_model(chosen)
        st.rerun()
