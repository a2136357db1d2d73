"""The one place that caches: what all visitors share, found by name."""

import contextlib
from pathlib import Path

import streamlit as st

from mnist_core.errors import MnistError
from mnist_core.model.bundle import CARD, SHIPPED, model_folder
from mnist_core.model.card import ModelCard
from mnist_core.model.recognizer import Recognizer, open_recognizer
from mnist_ui.canvas import component

STYLE = Path(__file__).with_name("style.css")


def model(name: str) -> tuple[Recognizer, ModelCard]:
    """A model's recognizer and card; loaded again when the model has been replaced.

    Raises
    ------
    BundleError
        If there is no such model, or it is damaged or made for a newer version.
    """
    folder = model_folder(name)
    card = folder / CARD
    return _open(folder, card.stat().st_mtime_ns if card.exists() else 0)


@st.cache_resource(show_spinner=False, max_entries=8)
def _open(folder: Path, _stamp: int) -> tuple[Recognizer, ModelCard]:
    return open_recognizer(folder)


def warm_up() -> None:
    """Load what the first visitor needs."""
    component()
    with contextlib.suppress(MnistError):  # the page that needs the model says what is wrong with it
        model(SHIPPED)
