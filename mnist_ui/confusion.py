"""What is taken for what: the confusion matrix, and the images of the cell that was chosen."""

from typing import Any

import streamlit as st

from mnist_core.analysis.confusions import in_cell, most_confused, two_best
from mnist_core.analysis.evaluation import Evaluation
from mnist_core.types import CLASSES
from mnist_ui import resources, state
from mnist_ui.figures.confusion import confusion_matrix, in_words
from mnist_ui.figures.mistakes import ReadImage, read_images

CHART = "confusion"
COUNTS, SHARES = "Images", "Percent of the row"
SHOWN = 60
# The cell that was clicked last: to click it again lets it go, which is to choose it again.
_CLICKED = "_clicked"

NO_PICTURES = (
    "The pictures are not on this machine, only what the model made of them. `python -m mnist_core fetch` gets them."
)


def show_confusion(_name: str, evaluation: Evaluation) -> None:
    """The matrix, and beside it the images of one cell."""
    matrix, cell = st.columns([3, 2], gap="large")
    with cell:
        label, read = _choose_cell(evaluation)
        _show_cell(evaluation, label, read)
    with matrix:
        number = st.segmented_control(
            "In each cell", [COUNTS, SHARES], default=COUNTS, required=True, key="cells", persist_state="page"
        )
        st.plotly_chart(
            confusion_matrix(evaluation.confusion, (label, read), shares=number == SHARES),
            key=CHART,
            on_select=_take_click,
            selection_mode="points",
            config={"displayModeBar": False},
            alt=in_words(evaluation.confusion),
        )
        st.caption(
            "Blue was read right, orange wrong; the stronger the colour, the more (each on a logarithmic scale of its "
            "own, or mistakes could not be seen). Click a cell to see its images, or choose it beside."
        )


def _choose_cell(evaluation: Evaluation) -> tuple[int, int]:
    """The cell to look at; at first the most frequent mistake."""
    for key, digit in zip((state.LABEL, state.READ), most_confused(evaluation), strict=True):
        st.session_state.setdefault(key, digit)
    left, right = st.columns(2)
    label = left.selectbox("True digit", range(CLASSES), key=state.LABEL, persist_state="session")
    read = right.selectbox("Read as", range(CLASSES), key=state.READ, persist_state="session")
    return label, read


def _take_click() -> None:
    """Choose the cell that was clicked."""
    points: list[dict[str, Any]] = st.session_state[CHART].selection.points
    if points:
        st.session_state[_CLICKED] = points[0]["y"], points[0]["x"]
    if _CLICKED in st.session_state:
        st.session_state[state.LABEL], st.session_state[state.READ] = st.session_state[_CLICKED]


def _show_cell(evaluation: Evaluation, label: int, read: int) -> None:
    """The images of one cell, those that it found hardest first."""
    indices = in_cell(evaluation, label, read)
    title = f"{len(indices):,} of the {label}s were read as {read}"
    st.markdown(f"**{title}**" + (f"; the {SHOWN} hardest:" if len(indices) > SHOWN else ""))
    if not len(indices):
        return
    shown = indices[:SHOWN].tolist()
    guesses = {index: two_best(evaluation.probabilities[index]) for index in shown}
    test = resources.test_images(evaluation)
    if test is None:
        st.info(NO_PICTURES, icon=":material/image_not_supported:")
        st.dataframe(
            [{"image": index, "read as": read, "probability": guesses[index][0][1]} for index in shown], hide_index=True
        )
        return
    st.html(read_images([ReadImage(i, test.images[i], label, guesses[i]) for i in shown], title))
