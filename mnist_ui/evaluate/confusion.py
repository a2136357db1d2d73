"""What is taken for what: the confusion matrix, and the images of the cell that was chosen."""

from collections.abc import Sequence
from typing import Any, Literal

import streamlit as st

from mnist_core.datasets.registry import spec_of
from mnist_core.installation import PROGRAM
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.reader.answer import percent
from mnist_core.readings.confusions import in_cell, most_confused, two_best
from mnist_core.readings.evaluation import Evaluation
from mnist_core.types import CLASSES, Dataset
from mnist_ui import resources
from mnist_ui.explore.exploring import open_page_at
from mnist_ui.figures.confusion import confusion_matrix, matrix_words
from mnist_ui.gallery import gallery
from mnist_ui.widgets import PLAIN, one_of

# Row and column of the matrix whose images are shown.
LABEL, READ = "label", "read"
CHART = "confusion"
COUNTS, SHARES = N_("Images"), N_("Percent of the row")
SHOWN = 60
ROOM = 560
# The cell that was clicked last: to click it again lets it go, which is to choose it again.
_CLICKED = "_clicked"

NO_PICTURES = N_("The pictures are not on this machine, only what the model made of them. `{program} fetch` gets them.")


def show_confusion(_name: str, evaluation: Evaluation) -> None:
    """The matrix, and beside it the images of one cell."""
    matrix, cell = st.columns([3, 2], gap="large")
    with cell:
        label, read = _choose_cell(evaluation)
        _show_cell(evaluation, label, read)
    with matrix:
        written = one_of(_("In each cell"), [COUNTS, SHARES], COUNTS, "cells", format_func=_, persist_state="page")
        st.plotly_chart(
            confusion_matrix(evaluation.confusion, (label, read), shares=written == SHARES),
            key=CHART,
            on_select=_take_click,
            selection_mode="points",
            config=PLAIN,
            alt=matrix_words(evaluation.confusion),
        )
        st.caption(
            _(
                "Blue was read right, orange wrong; the stronger the colour, the more (each on a logarithmic scale of "
                "its own, or mistakes could not be seen). Click a cell to see its images, or choose it beside."
            )
        )


def _choose_cell(evaluation: Evaluation) -> tuple[int, int]:
    """The cell to look at; at first the most frequent mistake."""
    for key, digit in zip((LABEL, READ), most_confused(evaluation), strict=True):
        st.session_state.setdefault(key, digit)
    left, right = st.columns(2)
    name_of = spec_of(evaluation.dataset).class_names.__getitem__
    label = left.selectbox(_("True digit"), range(CLASSES), 0, name_of, key=LABEL, persist_state="session")
    read = right.selectbox(_("Read as"), range(CLASSES), 0, name_of, key=READ, persist_state="session")
    return label, read


def _take_click() -> None:
    """Choose the cell that was clicked."""
    points: list[dict[str, Any]] = st.session_state[CHART].selection.points
    if points:
        st.session_state[_CLICKED] = points[0]["y"], points[0]["x"]
    if _CLICKED in st.session_state:
        st.session_state[LABEL], st.session_state[READ] = st.session_state[_CLICKED]


def _show_cell(evaluation: Evaluation, label: int, read: int) -> None:
    """The images of one cell, those that it found hardest first."""
    indices = in_cell(evaluation, label, read)
    title = _("{count} of the {label}s were read as {read}").format(count=number(len(indices)), label=label, read=read)
    hardest = _("**{title}**; the {count} hardest:").format(title=title, count=SHOWN)
    st.markdown(hardest if len(indices) > SHOWN else f"**{title}**")
    if not len(indices):
        return
    shown = indices[:SHOWN].tolist()
    test = resources.test_images(evaluation)
    if test is None:
        st.info(_(NO_PICTURES).format(program=PROGRAM), icon=":material/image_not_supported:")
        stated = [two_best(evaluation.probabilities[index])[0][1] for index in shown]
        rows = [{"image": i, "read as": read, "probability": each} for i, each in zip(shown, stated, strict=True)]
        titles = {"image": _("image"), "read as": _("read as"), "probability": _("probability")}
        st.dataframe(rows, hide_index=True, column_config=titles)
        return
    sure = [percent(float(evaluation.probability[index])) for index in shown]
    show_images(evaluation, test, shown, sure, key="cell", title=title)


def show_images(
    evaluation: Evaluation,
    test: Dataset,
    shown: Sequence[int],
    captions: Sequence[str],
    *,
    key: str,
    title: str,
    height: int | Literal["content"] = ROOM,
) -> None:
    """Test images side by side, framed by how they were read; one that is picked is shown on the Explore page.

    Parameters
    ----------
    shown, captions
        The n images by their place among the test images, and a few characters below each.
    key, title, height
        The gallery's key, what the images are for who cannot see them, and the pixels that they may take.
    """
    spoken = _("Test image {image}: a {label} read as {read} ({share})")
    with st.container(height=height, border=False):
        picked = gallery(
            test.images[shown],
            captions,
            ["right" if evaluation.is_right[index] else "wrong" for index in shown],
            key=key,
            title=title,
            spoken=[
                spoken.format(
                    image=number(index),
                    label=evaluation.labels[index],
                    read=evaluation.digits[index],
                    share=percent(float(evaluation.probability[index])),
                )
                for index in shown
            ],
        )
    st.caption(_("A click on an image shows all that is known of it."))
    if picked is not None:
        open_page_at(evaluation.dataset, f"test-{shown[picked]}")
