"""Which model is looked at on which images, and how good it is in one line."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.analysis.evaluation import Evaluation
from mnist_core.data import DATASETS
from mnist_core.model.bundle import model_names
from mnist_ui import resources, state
from mnist_ui.figures.answer import percent
from mnist_ui.figures.facts import facts
from mnist_ui.scores import TESTS

# What is stated as this probable is right as often, if what the model states is to be believed.
STATED_PERCENT = 90
# Reading these takes no time.
SMALL = "uci-digits"


def choose_model() -> str:
    """The model to look at; it is also the one that reads."""
    names = list(dict.fromkeys([*model_names(), state.model_name()]))
    chosen = st.selectbox("Model", names, index=names.index(state.model_name()))
    if chosen != state.model_name():
        state.choose_model(chosen)
        st.rerun()
    return chosen


def choose_dataset(name: str) -> str:
    """The images to look at: those that the model's readings of are known, or that are on this machine.

    Raises
    ------
    BundleError
        If there is no such model or it is damaged.
    """
    possible = [each for each in DATASETS if resources.evaluation(name, each) or resources.has_images(each)]
    return st.selectbox(
        "Images that it has not learned from",
        possible,
        format_func=lambda each: TESTS.get(each, (each,))[0],
        key=state.DATASET,
        bind="query-params",
    )


def evaluated(name: str, dataset: str) -> Evaluation | None:
    """How well a model reads a dataset: as it is stored, or read now; None while the visitor has not asked for that.

    Raises
    ------
    MnistError
        If the model cannot be used, or what is stored with it is damaged.
    """
    resources.model(name)  # what is known of a model that is damaged by now is not shown
    if known := resources.evaluation(name, dataset):
        return known
    place = st.empty()
    if dataset != SMALL:
        with place.container():
            if not _is_asked_for(name, dataset):
                return None
    found = resources.evaluate_now(name, dataset, partial(_show_progress, place))
    place.empty()
    return found


def show_headline(evaluation: Evaluation) -> None:
    """How good it is, in one line and in words."""
    score = evaluation.accuracy
    sure, right = evaluation.sure(STATED_PERCENT / 100)
    values = {
        "Read right": f"{100 * score.accuracy:.2f} %",
        "Wrong": f"{score.errors:,} of {score.images:,}",
        "Loss": f"{evaluation.loss:.4f}",
    }
    if sure:
        values[f"Right when {STATED_PERCENT} % sure or more"] = percent(right)
    st.html(facts(values))
    st.caption(
        f"On other digits of this kind it would read between {100 * score.low:.2f} % and {100 * score.high:.2f} % "
        f"right (with 95 % confidence). It was {STATED_PERCENT} % sure or more of {sure:,} of the {score.images:,}. "
        "The loss is the mean cross-entropy in nats: 0 would be certain and right each time."
    )


def _show_progress(place: DeltaGenerator, done: int, images: int) -> None:
    """How far it is."""
    place.progress(done / images, f"{done:,} of {images:,} read")


def _is_asked_for(name: str, dataset: str) -> bool:
    """A button, and whether it was pressed."""
    st.write(f"**{name}** has not read these images yet.")
    return st.button(
        "Evaluate now (about 5 s)", type="primary", icon=":material/play_arrow:", key=f"now-{name}-{dataset}"
    )
