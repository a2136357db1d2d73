"""How good a model is, where it fails, how sure and how robust it is, how it learned, and better than what."""

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.readings.evaluation import Evaluation
from mnist_ui.address import PART
from mnist_ui.evaluate.certainty import show_certainty
from mnist_ui.evaluate.comparing import show_comparison, show_landscape
from mnist_ui.evaluate.confusion import show_confusion
from mnist_ui.evaluate.evaluation import (
    EVALUATE_ADDRESS,
    WRITER,
    choose_dataset,
    choose_model,
    evaluated,
    show_headline,
)
from mnist_ui.evaluate.learned import show_learned
from mnist_ui.evaluate.mistakes import show_mistakes
from mnist_ui.evaluate.reporting import offer_report
from mnist_ui.evaluate.robustness import show_robustness
from mnist_ui.evaluate.score_table import show_report
from mnist_ui.evaluate.writers import show_writers
from mnist_ui.messages import explained


def show_other(name: str, evaluation: Evaluation) -> None:
    """Another model on the same images."""
    show_comparison(name, evaluation.dataset)


def show_all(_name: str, _evaluation: Evaluation) -> None:
    """All models at once."""
    show_landscape()


# Each takes the model's name and how well it reads the chosen images; only the chosen one runs.
PARTS = {
    N_("What it confuses"): show_confusion,
    N_("Digit by digit"): show_report,
    N_("Mistakes"): show_mistakes,
    N_("By writer"): show_writers,
    N_("How sure"): show_certainty,
    N_("How robust"): show_robustness,
    N_("How it learned"): show_learned,
    N_("Two models"): show_other,
    N_("Size and speed"): show_all,
}

EVALUATE_ADDRESS.follow()
st.title(_("How good is it?"), anchor=False)

model, images = st.columns(2)
with model:
    name = choose_model()
with explained():
    with images:
        dataset = choose_dataset(name)
    evaluation = evaluated(name, dataset)
    if evaluation:
        show_headline(evaluation)
        part = EVALUATE_ADDRESS.choose_part(PARTS, key=PART, is_first_said=False, forgets=[WRITER])
        with explained():
            PARTS[part](name, evaluation)
        offer_report(name, dataset)
