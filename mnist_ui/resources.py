"""The one place that caches: what all visitors share, found by name."""

import contextlib
import functools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import streamlit as st

from mnist_core.catalogue.catalogue import Catalogue, open_catalogue
from mnist_core.datasets import load_dataset
from mnist_core.datasets.registry import FALLBACK, spec_of
from mnist_core.errors import DatasetError, MnistError
from mnist_core.jobs import Job
from mnist_core.labels.check import LabelCheck, load_label_check
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.model.activations import LayerProbe, open_probe
from mnist_core.model.bundle import CARD, graph_digest, model_folder, standard_model
from mnist_core.model.card import ModelCard
from mnist_core.model.recognizer import Recognizer, open_recognizer
from mnist_core.owners import KEEPER
from mnist_core.readings.comparison import Comparison, compare
from mnist_core.readings.evaluation import Evaluation, fresh_evaluation
from mnist_core.readings.evaluation_file import stored_evaluation
from mnist_core.readings.finding import READINGS
from mnist_core.readings.readings import DatasetReadings, are_kept, load_readings
from mnist_core.readings.speed import milliseconds_a_digit
from mnist_core.store import forget_kept
from mnist_core.training.run_settings import some_of_each
from mnist_core.types import Dataset, UInt8Array
from mnist_ui.state.starts import asked

T = TypeVar("T")

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
    """The test digits that are shown while a network learns from a dataset: uint8 (20, 28, 28) and labels (20,).

    Of a dataset without test digits its training digits.
    """
    digits = load_dataset(name, download=False, fallback=True)
    return some_of_each(digits.split("test") if "test" in digits.splits else digits)


def known_images() -> Dataset:
    """The images that a drawing is compared with: MNIST where it is at hand, or what came with the app."""
    try:
        return dataset("mnist")
    except DatasetError:
        return dataset(FALLBACK)


@st.cache_resource(show_spinner=False)
def dataset(name: str) -> Dataset:
    """A dataset that is on this machine.

    Raises
    ------
    DatasetError
        If it is not.
    """
    return load_dataset(name, download=False)


def readings(name: str, images: Dataset | None = None) -> DatasetReadings | Job:
    """What a model makes of images, or the job that finds out while that is not there; this starts it.

    Parameters
    ----------
    images
        A dataset; the known images if it is None.

    Raises
    ------
    MnistError
        If there is no such model, or no job can be started.
    """
    of = images or known_images()
    known = READINGS.known(name, of)
    return asked(lambda by: READINGS.ask(by, name, of)) if known is None else known


def catalogue(images: Dataset, name: str) -> Catalogue:
    """All that is known by now of the images of a dataset, with what a model makes of them.

    Raises
    ------
    MnistError
        If there is no such model.
    """
    return _catalogue(images, load_readings(name, images), load_label_check(images))


# The same object is the same content, and a cached catalogue keeps its objects alive.
@st.cache_resource(
    show_spinner=False, max_entries=8, hash_funcs=dict.fromkeys((Dataset, DatasetReadings, LabelCheck), id)
)
def _catalogue(images: Dataset, read: DatasetReadings | None, check: LabelCheck | None) -> Catalogue:
    return open_catalogue(images, read, check)


def milliseconds(name: str) -> float:
    """How long a model takes for one digit on this machine; measured once for each graph.

    Raises
    ------
    BundleError
        If there is no such model, or it is damaged or made for a newer version.
    """
    return _milliseconds(graph_digest(name), name)


@st.cache_resource(show_spinner=False, max_entries=256)
def _milliseconds(graph: str, _name: str) -> float:  # noqa: ARG001
    return milliseconds_a_digit(open_recognizer(model_folder(_name))[0])


def evaluation(name: str, dataset: str) -> Evaluation | None:
    """How well a model reads the test images of a dataset, if that is known.

    Raises
    ------
    BundleError
        If there is no such model, or what is stored with it is damaged or not its own.
    """
    with contextlib.suppress(LookupError):
        return _evaluation(graph_digest(name), dataset, lambda: stored_evaluation(name, dataset))
    return None


def evaluate_now(name: str, dataset: str, progress: Callable[[int, int], None]) -> Evaluation:
    """Have a model read the test images of a dataset, and know it from now on.

    Parameters
    ----------
    progress
        Called with how many images are read, and how many there are.

    Raises
    ------
    MnistError
        If the model cannot be used or the dataset is not on this machine.
    """
    found = fresh_evaluation(name, dataset, progress)
    return _evaluation(found.model, dataset, lambda: found)


@st.cache_resource(show_spinner=False, max_entries=16)
def _evaluation(graph: str, dataset: str, _get: Callable[[], Evaluation | None]) -> Evaluation:
    found = _get()
    if found is None:  # raised, as what is returned would be kept
        raise LookupError(f"{graph[:12]} has not read {dataset}")
    return found


def has_images(name: str) -> bool:
    """Whether the images of a dataset are on this machine."""
    with contextlib.suppress(DatasetError):
        return bool(len(dataset(name)))
    return False


def test_images(evaluation: Evaluation) -> Dataset | None:
    """The images that were evaluated; None where they are not on this machine.

    Raises
    ------
    DatasetError
        If those on this machine are others than were evaluated.
    """
    if not has_images(evaluation.dataset):
        return None
    test = dataset(evaluation.dataset).split("test")
    if not np.array_equal(test.labels, evaluation.labels):
        text = _(
            "The test images of {dataset} must be those that were evaluated, with the same {labels} labels. "
            "Received: {images} images with others. Evaluate the model again."
        )
        labels, images = number(len(evaluation.labels)), number(len(test))
        raise DatasetError(text.format(dataset=evaluation.dataset, labels=labels, images=images))
    return test


def comparison(a: Evaluation, b: Evaluation) -> Comparison:
    """What differs between two models on the same images.

    Raises
    ------
    DatasetError
        If they are evaluations of other images.
    """
    return _comparison((a.model, b.model, a.dataset, len(a.labels)), a, b)


@st.cache_resource(show_spinner=False, max_entries=64)
def _comparison(key: tuple[str, str, str, int], _a: Evaluation, _b: Evaluation) -> Comparison:  # noqa: ARG001
    return compare(_a, _b)


@st.cache_resource(show_spinner=False, max_entries=64)
def made(key: tuple[str, ...], _make: Callable[[], T]) -> T:  # noqa: ARG001
    """What is made of what all visitors share, once for each key.

    Parameters
    ----------
    key
        What it is, and of what by name.
    """
    return _make()


def warm_up() -> None:
    """Load what the first visitor needs, and have a job read the known images if none has; what is kept stays shut."""
    with contextlib.suppress(MnistError):  # the page that needs the model says what is wrong with it
        model(standard_model())
        name = "mnist" if spec_of("mnist").is_here else FALLBACK
        if not are_kept(standard_model(), name):
            READINGS.ask(KEEPER, standard_model(), load_dataset(name, download=False, fallback=True))


def let_go() -> None:
    """Let go of datasets and of what was found out about them: nobody is here, and who comes next opens them again."""
    for cached in (dataset, _catalogue):
        cached.clear()
    forget_kept()


@functools.cache
def prepare_teaching() -> None:
    """Have what teaching needs loaded, once: while a visitor reads that it can be taught."""
    threading.Thread(target=_prepare_teaching, daemon=True).start()


def _prepare_teaching() -> None:
    # SciPy and the makers of non-digits, which nobody needs who does not teach.
    from mnist_core.teaching.teach import prepare

    prepare()
