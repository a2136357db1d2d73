"""Teaching by corrections: from what a visitor said of a few drawings a model of the visitor's own, in about a second.

Only the last layer is fitted again (`refit`), on features that the model's readings of the training digits hold:
neither Keras nor TensorFlow is needed. What comes of it is an ordinary model under a name that nobody can guess, so
everything in the app works with it. Nothing about the person is kept, and the drawings are not in it.

What the change does to novelty depends on the network. In one that has learned what is no digit, a taught drawing's
logit rises above that of "no digit" as well. In one that only measures how far features are from those of training
digits, a taught drawing stays as far: it is then read as taught, and still found unlike a digit (`Taught.unlike`).
"""

import datetime
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import import_module

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from mnist_core.datasets import load_dataset
from mnist_core.errors import BundleError, DatasetError
from mnist_core.language import gettext as _
from mnist_core.model.bundle import (
    GRAPH,
    HISTORY,
    WEIGHTS,
    base_of,
    model_folder,
    new_taught_name,
    read_card,
    read_file,
    write_card,
    written_bundle,
)
from mnist_core.model.card import ModelCard
from mnist_core.model.last_layer import Head, read_last_layer, with_last_layer
from mnist_core.model.recognizer import Recognizer, open_recognizer
from mnist_core.readings.evaluation import Evaluation
from mnist_core.readings.evaluation_file import write_evaluations
from mnist_core.readings.readings import DatasetReadings, load_readings
from mnist_core.teaching.cost import Cost, cost_of, scribbles
from mnist_core.teaching.lesson import Lesson, varied
from mnist_core.teaching.refit import held_digits, refitted
from mnist_core.teaching.taught import TRIAL, make_room
from mnist_core.types import Dataset, Readings

# So many misread drawings count in full; of more, each counts less. Lessons of 80 drawings by ten of the visitors that
# `refit` speaks of, half of them misread, cost 27 of 10,000 validation digits where all of them together counted as
# eight (98 % of them were then read right), and 59 where each counted in full (100 %).
FULL_LESSON = 8
NEW_LAYER = "taught"
# What is imported only where it is needed, and then takes its time.
_NEEDED = (
    "scipy.optimize",
    "scipy.special",
    "h5py",
    "flatbuffers",
    "ai_edge_litert.schema_py_generated",
)

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Taught:
    """A model that a visitor has taught, and what came of it.

    Attributes
    ----------
    name
        The model's, which is a secret: whoever knows it may use the model and delete it.
    base
        The model that it was taught from.
    before, after
        What the base and what the taught model make of the drawings of the lesson.
    cost
        What it did to the test images.
    seconds
        How long teaching took.
    """

    name: str
    base: str
    lesson: Lesson
    before: Readings
    after: Readings
    cost: Cost
    seconds: float

    @property
    def unlike(self) -> Indices:
        """Which drawings are read as they are labelled, but still found unlike the digits that the model learned."""
        return np.flatnonzero(self.after.is_right & ~self.after.is_digit)


@dataclass(frozen=True, eq=False)
class _Base:
    """A model to teach, read once: what happens to its files meanwhile does not matter."""

    name: str
    card: ModelCard
    files: Mapping[str, bytes]
    known: DatasetReadings


def teach(base: str, lesson: Lesson) -> Taught:
    """Make a model that reads a visitor's drawings as the visitor says, and everything else as before where it can.

    Taught again, a model begins anew from its base: to take one correction back is to teach with the others. What comes
    of it is on trial, and gone an hour after its last use, unless `taught.keep` keeps it.

    Parameters
    ----------
    base
        The model's name. A taught one stands for the model that it was taught from.

    Raises
    ------
    DatasetError
        If the model has not read the training digits yet: start the job that does (`start_reading`) and wait for it.
    BundleError
        If there is no such model, it is damaged, its last layer cannot be found, or the new one cannot be written.
    LimitError
        If so many taught models are being tried that one more has no room.
    """
    start = time.perf_counter()
    make_room()
    with threadpool_limits(1, "blas"):  # on a busy machine threads wait for each other longer than they compute
        return _taught(_opened(base_of(base)), lesson, start)


def _taught(old: _Base, lesson: Lesson, start: float) -> Taught:
    """What comes of a lesson that began at a time."""
    recognizer = Recognizer(old.files[GRAPH])
    before = replace(recognizer.readings(lesson.images), labels=lesson.labels)
    misread = int((~before.is_right).sum())
    graph, weights = _fitted(old, recognizer, lesson, min(1, FULL_LESSON / max(misread, 1)))
    head = Head(graph)
    after = head.read(before)
    tests = head.read(_of_tests(old.known))
    found = _cost(old.known, recognizer, head, tests)
    name = new_taught_name()
    evaluation = Evaluation.of(tests, sha256(graph).hexdigest(), old.known.dataset.name)
    _write(name, old, lesson, {GRAPH: graph, WEIGHTS: weights}, evaluation)
    seconds = time.perf_counter() - start
    return Taught(name, old.name, lesson, before, after, found, seconds)


def cost(name: str) -> Cost:
    """What teaching did to the test images, of a model that was taught before.

    Raises
    ------
    BundleError
        If there is no such taught model, it is damaged, or its base is gone or another by now.
    DatasetError
        If its base has not read the test images.
    """
    folder = model_folder(name)
    card = read_card(folder)
    base = base_of(name)
    known = _known(base, _images())
    if not card.taught or known.model != card.taught["graph"]:
        raise BundleError(
            _("What teaching has changed can only be said of a taught model whose base is what it was. Teach it again.")
        )
    head = Head(read_file(folder, card, GRAPH))
    recognizer, _card = open_recognizer(model_folder(base))
    return _cost(known, recognizer, head, head.read(_of_tests(known)))


def _of_tests(known: DatasetReadings) -> Readings:
    """What a model makes of the test images."""
    return known.part(known.dataset.splits["test"])


def _cost(known: DatasetReadings, recognizer: Recognizer, head: Head, after: Readings) -> Cost:
    """What became of the test images, which are read already, and of what is no digit."""
    others = recognizer.readings(scribbles())
    return cost_of(known.dataset.name, _of_tests(known), after, others, head.read(others))


def prepare() -> None:
    """Load and make now what the first `teach` of a process needs besides the model: about 2 s of work."""
    for name in _NEEDED:
        import_module(name)
    scribbles()


def _opened(name: str) -> _Base:
    """A model and its readings, which must be of the same graph."""
    folder = model_folder(name)
    card = read_card(folder)
    files = {file: read_file(folder, card, file) for file in (GRAPH, WEIGHTS, HISTORY)}
    known = _known(name, _images())
    if known.model != card.files[GRAPH]:
        raise BundleError(_("The model was replaced by another just now. Teach it once more."))
    return _Base(name, card, files, known)


def _images() -> Dataset:
    """The training digits that a new layer is held to: MNIST where it is on this machine, or what came with the app."""
    return load_dataset("mnist", download=False, fallback=True)


def _known(name: str, images: Dataset) -> DatasetReadings:
    """What a model makes of images, which must be known."""
    known = load_readings(name, images)
    if known is None:
        text = _(
            "A model can be taught when it has read all images of {dataset} once, which {model} has not yet. Wait "
            "until the job that does so has ended, and try again."
        )
        raise DatasetError(text, dataset=images.name, model=name)
    return known


def _fitted(old: _Base, recognizer: Recognizer, lesson: Lesson, weight: float) -> tuple[bytes, bytes]:
    """The graph and the Keras file with a last layer for which each drawing counts so much."""
    layer = read_last_layer(old.files[GRAPH], old.files[WEIGHTS])
    images, count = varied(lesson.images)
    weights = np.full(len(images), weight / count)
    held = held_digits(old.known.features[old.known.dataset.splits["train"]])
    new = refitted(layer, held, recognizer.features(images), np.repeat(lesson.labels, count), weights)
    return with_last_layer(old.files[GRAPH], old.files[WEIGHTS], new)


def _write(name: str, old: _Base, lesson: Lesson, changed: Mapping[str, bytes], evaluation: Evaluation) -> None:
    """Write the taught model as a model of its own; its card claims nothing that was measured with another layer."""
    taught = {
        "base": old.name,
        "graph": old.known.model,
        "drawings": len(lesson),
        "dataset": old.known.dataset.name,
    }
    card = replace(
        old.card,
        name=f"{old.card.name}-{NEW_LAYER}",
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        scores={evaluation.dataset: evaluation.score},
        handwriting={},
        non_digits={},
        taught=taught,
        # Its new layer was held to all training digits, those among them that were kept aside before.
        reliability=None,
        files={},
    )
    with written_bundle(model_folder(name)) as part:
        for file, content in {**old.files, **changed}.items():
            (part / file).write_bytes(content)
        write_evaluations(part, [evaluation])
        write_card(part, card)
        (part / TRIAL).touch()
