"""The one place that caches: what all visitors share, found by name."""

import contextlib
from pathlib import Path

import streamlit as st

from mnist_core.analysis.readings import Readings, load_readings
from mnist_core.data import load_dataset
from mnist_core.errors import DatasetError, MnistError
from mnist_core.jobs import Job
from mnist_core.jobs.runs import some_of_each, start_reading
from mnist_core.model.activations import LayerProbe, open_probe
from mnist_core.model.bundle import CARD, model_folder, standard_model
from mnist_core.model.card import ModelCard
from mnist_core.model.recognizer import Recognizer, open_recognizer
from mnist_core.types import Dataset, UInt8Array
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
    return _open(folder, _stamp(folder))


@st.cache_resource(show_spinner=False, max_entries=8)
def _open(folder: Path, stamp: int) -> tuple[Recognizer, ModelCard]:  # noqa: ARG001  the cache looks at it
    return open_recognizer(folder)


def probe(name: str) -> LayerProbe:
    """A model opened so that each of its layers can be seen; loaded again when the model has been replaced.

    Raises
    ------
    BundleError
        As `model`.
    """
    folder = model_folder(name)
    return _open_probe(folder, _stamp(folder))


def _stamp(folder: Path) -> int:
    """When the model in a folder was put there."""
    card = folder / CARD
    return card.stat().st_mtime_ns if card.exists() else 0


@st.cache_resource(show_spinner=False, max_entries=8)
def _open_probe(folder: Path, stamp: int) -> LayerProbe:  # noqa: ARG001  the cache looks at it
    return open_probe(folder)


@st.cache_resource(show_spinner=False, max_entries=8)
def examples(name: str) -> UInt8Array:
    """Two training images of each digit, uint8 (20, 28, 28), of a dataset or of the one that came with the app."""
    training = load_dataset(name, download=False, fallback=True).split("train")
    return some_of_each(training)[0]


@st.cache_resource(show_spinner=False, max_entries=8)
def watched(name: str) -> tuple[UInt8Array, UInt8Array]:
    """The test digits that are shown while a network learns from a dataset: uint8 (20, 28, 28) and labels (20,)."""
    return some_of_each(load_dataset(name, download=False, fallback=True).split("test"))


def known_images() -> Dataset:
    """The images that a drawing is compared with: MNIST where it is at hand, or what came with the app."""
    try:
        return _dataset("mnist")
    except DatasetError:
        return _dataset("uci-digits")


@st.cache_resource(show_spinner=False)
def _dataset(name: str) -> Dataset:
    return load_dataset(name, download=False)


def readings(name: str) -> Readings | Job:
    """What a model makes of the known images, or the job that finds out while that is not there; this starts it.

    Raises
    ------
    MnistError
        If there is no such model, or no job can be started.
    """
    images = known_images()
    return load_readings(name, images) or start_reading(name, images) or readings(name)


def warm_up() -> None:
    """Load what the first visitor needs, and what takes a while have made."""
    component()
    with contextlib.suppress(MnistError):  # the page that needs the model says what is wrong with it
        model(standard_model())
        readings(standard_model())
