"""What is taken for what: the confusion matrix, and the images of the cell that was chosen."""

from typing import Any

import streamlit as st

from mnist_core.analysis.confusions import in_cell, most_confused, two_best
from mnist_core.analysis.evaluation import Evaluation
from mnist_core.types import CLASSES, Dataset
from mnist_ui import resources, state
from mnist_ui.exploring import open_page_at
from mnist_ui.figures.answer import percent
from mnist_ui.figures.confusion import confusion_matrix, in_words
from mnist_ui.gallery import gallery

CHART = "confusion"
COUNTS, SHARES = "Images", "Percent of the row"
SHOWN = 60
ROOM = 560
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
    test = resources.test_images(evaluation)
    if test is None:
        st.info(NO_PICTURES, icon=":material/image_not_supported:")
        stated = [two_best(evaluation.probabilities[index])[0][1] for index in shown]
        rows = [{"image": i, "read as": read, "probability": each} for i, each in zip(shown, stated, strict=True)]
        st.dataframe(rows, hide_index=True)
        return
    _show_images(evaluation, test, label, shown, title)


def _show_images(evaluation: Evaluation, test: Dataset, label: int, shown: list[int], title: str) -> None:
    """Test images side by side; one that is picked is shown on the Explore page."""
    read = [int(evaluation.read[index]) for index in shown]
    sure = [percent(float(evaluation.probabilities[index].max())) for index in shown]
    names = [f"Test image {index:,}: a {label} read as" for index in shown]
    with st.container(height=ROOM, border=False):
        picked = gallery(
            test.images[shown],
            sure,
            ["right" if digit == label else "wrong" for digit in read],
            key="cell",
            title=title,
            spoken=[f"{name} {digit} ({share})" for name, digit, share in zip(names, read, sure, strict=True)],
        )
    st.caption("A click on an image shows all that is known of it.")
    if picked is not None:
        open_page_at(evaluation.dataset, f"test-{shown[picked]}")
