"""Why a digit was read: three explanations side by side, and a word where they do not agree."""

import streamlit as st

from mnist_core.analysis.erasure import Erasure
from mnist_core.analysis.explanation import Explanation, erased_pixels, explain
from mnist_core.types import CLASSES, Drawing
from mnist_ui import resources, state
from mnist_ui.figures.heatmap import heatmap, marked, neighbours_row
from mnist_ui.sketch import as_strokes

LOOK_EVERY_S = 1.0


def show_reasons(drawing: Drawing, *, is_whole: bool) -> None:
    """Which ink spoke for the answer, which training digits are like it, and what would change it.

    Parameters
    ----------
    drawing
        One digit.
    is_whole
        Whether it is all that was drawn, so that the visitor may go on with a part of it.

    Raises
    ------
    MnistError
        If the drawing holds no ink, or the model cannot be used.
    """
    name = state.model_name()
    readings = resources.readings(name)
    why = explain(resources.model(name)[0], drawing, readings)
    st.subheader("Why this answer?", anchor=False)
    for sentence in why.disagreement:
        st.warning(sentence, icon=":material/call_split:")
    ink, likeness, change = st.columns(3, gap="large")
    with ink:
        _show_ink(why)
    with likeness:
        st.markdown("**What is it most like?**")
        if why.neighbours is None:
            _wait_for_readings(name)
        else:
            images = resources.known_images().images[why.neighbours.indices]
            st.html(neighbours_row(images, why.neighbours.labels.tolist(), why.prediction.digit))
            st.write(
                "Of all the digits that it learned from, the eight that it finds most like yours, and what they are."
            )
    with change:
        _show_change(why, drawing, can_try=is_whole and drawing.pixels is None)


def _show_ink(why: Explanation) -> None:
    """The digit in two colours, for any of the ten digits."""
    st.markdown("**Which ink speaks for it?**")
    place = st.container()
    asked = st.segmented_control(
        "What if it were a …",
        range(CLASSES),
        default=why.prediction.digit,
        required=True,
        wrap=True,
        key=f"{state.ASKED}-{why.prediction.digit}",
        persist_state="session",
    )
    place.html(heatmap(why.occlusion, asked))


def _show_change(why: Explanation, drawing: Drawing, *, can_try: bool) -> None:
    """The smallest piece without which another digit is read."""
    st.markdown("**What would change its mind?**")
    erasure = why.erasure
    if erasure is None:
        st.write("No single piece of up to 60 % of the ink: erase any, and it is still read the same.")
        return
    st.html(marked(why.occlusion.pixels, erased_pixels(drawing, why.occlusion.pixels, erasure), _in_words(erasure)))
    if can_try:
        st.button(
            "Erase it",
            icon=":material/ink_eraser:",
            on_click=state.sketch().restart,
            args=(as_strokes(erasure.left),),
        )


def _in_words(erasure: Erasure) -> str:
    """What the erasure does."""
    share = max(1, round(100 * erasure.share))
    return f"Without the marked {share} % of the ink it would read a {erasure.prediction.digit}."


@st.fragment(run_every=LOOK_EVERY_S)
def _wait_for_readings(name: str) -> None:
    """Say that the training digits are still being looked through, until they are."""
    if resources.readings(name):
        st.rerun()
    st.write("The network is still reading all the digits that it learned from, once for each model. A moment.")
