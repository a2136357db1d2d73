"""The report of a model as a file to take away."""

import contextlib
from functools import partial

import streamlit as st

from mnist_core.datasets import DATASETS, load_dataset
from mnist_core.errors import DatasetError, MnistError
from mnist_core.language import SOURCE, spoken
from mnist_core.language import gettext as _
from mnist_core.model.bundle import is_taught, model_folder, model_names, read_card, read_history
from mnist_core.readings.comparison import Comparison
from mnist_core.report.report import html_report
from mnist_core.robustness.robustness import load_robustness
from mnist_ui import resources
from mnist_ui.evaluate.comparing import OTHER


def offer_report(model: str, dataset: str) -> None:
    """A button for one HTML file with all figures of a model; it is written when somebody asks for it.

    The model that it was compared with last is in it too.

    Parameters
    ----------
    dataset
        What comes first in it; other datasets follow as far as the model's readings of them are known.
    """
    st.download_button(
        _("Download as a report"),
        partial(written_report, model, dataset, st.session_state.get(OTHER)),
        f"{'taught' if is_taught(model) else model}-report.html",
        "text/html",
        on_click="ignore",
        icon=":material/description:",
        help=_("One file with all figures, for a browser or for paper. It needs no network."),
        key=f"report-{model}-{dataset}",
    )


def written_report(model: str, dataset: str, other: str | None = None) -> str:
    """The report of what is known of a model, in English: it goes to people whose language nobody knows.

    Parameters
    ----------
    other
        A model to compare it with.

    Raises
    ------
    MnistError
        If the model cannot be used, or has read none of the datasets.
    """
    names = dict.fromkeys([dataset, *DATASETS])
    known = [found for name in names if (found := resources.evaluation(model, name))]
    if not known:
        message = _("{model} has not read any test images yet. Evaluate it on {dataset} first.")
        raise DatasetError(message.format(model=model, dataset=dataset))
    compared = _comparison(model, other, dataset) if other and other != model else None
    card = read_card(model_folder(model))
    robustness = history = None
    with contextlib.suppress(MnistError):
        robustness = load_robustness(model, load_dataset(dataset, download=False))
    with contextlib.suppress(MnistError):
        history = read_history(model_folder(model), card)
    title = card.name if is_taught(model) else model  # the name of a model that was taught is a secret
    with spoken(SOURCE):
        return html_report(title, card, known, compared, robustness, other=other or "", history=history)


def _comparison(model: str, other: str, dataset: str) -> Comparison | None:
    """What differs between the two, if both have read the images."""
    if other not in model_names():
        return None
    a, b = resources.evaluation(model, dataset), resources.evaluation(other, dataset)
    return resources.comparison(a, b) if a and b else None
