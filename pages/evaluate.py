"""How good a model is, where it fails, how sure and how robust it is, how it learned, and better than what."""

import streamlit as st

from mnist_core.analysis.evaluation import Evaluation
from mnist_ui import state
from mnist_ui.certainty import show_certainty
from mnist_ui.comparing import show_comparison, show_landscape
from mnist_ui.confusion import show_confusion
from mnist_ui.evaluation import choose_dataset, choose_model, evaluated, show_headline
from mnist_ui.learned import show_learned
from mnist_ui.messages import explained
from mnist_ui.mistakes import show_mistakes
from mnist_ui.reporting import offer_report
from mnist_ui.robustness import show_robustness
from mnist_ui.score_table import show_report


def show_other(name: str, evaluation: Evaluation) -> None:
    """Another model on the same images."""
    show_comparison(name, evaluation.dataset)


def show_all(_name: str, _evaluation: Evaluation) -> None:
    """All models at once."""
    show_landscape()


# Each takes the model's name and how well it reads the chosen images; only the chosen one runs.
PARTS = {
    "What it confuses": show_confusion,
    "Digit by digit": show_report,
    "Mistakes": show_mistakes,
    "How sure": show_certainty,
    "How robust": show_robustness,
    "How it learned": show_learned,
    "Two models": show_other,
    "Size and speed": show_all,
}
FIRST = next(iter(PARTS))

st.title("How good is it?", anchor=False)

model, images = st.columns(2)
with model:
    name = choose_model()
with explained():
    with images:
        dataset = choose_dataset(name)
    evaluation = evaluated(name, dataset)
    if evaluation:
        show_headline(evaluation)
        part = st.segmented_control(
            "What to look at",
            PARTS,
            default=FIRST,
            required=True,
            wrap=True,
            key=state.PART,
            bind="query-params",
            label_visibility="collapsed",
        )
        with explained():
            PARTS[part or FIRST](name, evaluation)  # an address may name none
        offer_report(name, dataset)
