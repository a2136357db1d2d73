"""How well a model reads digits that were made harder to read: by eight dials, and in the fifteen ways of MNIST-C."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np

from mnist_core import paths
from mnist_core.errors import DatasetError, in_words
from mnist_core.language import gettext as _
from mnist_core.model.bundle import GRAPH, graph_digest, model_folder, write_card
from mnist_core.model.bundle import ROBUSTNESS as SHIPPED_FILE
from mnist_core.model.card import Accuracy
from mnist_core.model.recognizer import open_recognizer
from mnist_core.readings.evaluation import accuracy_of
from mnist_core.records import UNUSABLE, record
from mnist_core.robustness.corruption import CORRUPTIONS, corrupted
from mnist_core.robustness.dials import DIALS, generator
from mnist_core.store import read_values, write_values
from mnist_core.types import Dataset, Float32Array, Tell, UInt8Array, describe, untold

log = logging.getLogger(__name__)

# A higher one when the dials or the corruptions change: what was measured with others is measured again.
VERSION = 2
# What the record is called in its file.
VALUES = "robustness"
# Of a larger test split, so many images are used: reading all 10,000 of MNIST in each of a hundred ways takes minutes.
LIMIT = 2_000

# The dataset that records among a model's own files are of.
SHIPPED_OF = "mnist"

# What reads images (n, 28, 28): probabilities (n, 10) and novelty (n,).
Read = Callable[[UInt8Array], tuple[Float32Array, Float32Array]]


@dataclass(frozen=True)
class Robustness:
    """How well a model reads images that were changed.

    Attributes
    ----------
    available
        How many images there were; `images` of them were used.
    clean
        On the images as they are.
    dials
        For each dial of `DIALS`, at each of its values.
    corruptions
        For each kind of `CORRUPTIONS`.

    Raises
    ------
    DatasetError
        If a dial, a value or a kind is missing, or they were not all measured on the same number of images.
    """

    available: int
    clean: Accuracy
    dials: Mapping[str, tuple[Accuracy, ...]]
    corruptions: Mapping[str, Accuracy]

    def __post_init__(self) -> None:
        expected = {name: len(dial.values) for name, dial in DIALS.items()}
        received = {name: len(scores) for name, scores in self.dials.items()}
        if received != expected or set(self.corruptions) != set(CORRUPTIONS):
            raise DatasetError(
                f"A record of robustness has the dials {expected} and the {len(CORRUPTIONS)} kinds of corruption. "
                f"Received: {received} and {len(self.corruptions)} kinds. Measure it again."
            )
        everything = [*(score for scores in self.dials.values() for score in scores), *self.corruptions.values()]
        if any(score.images != self.images for score in everything) or self.available < self.images:
            raise DatasetError(
                f"All accuracies must be of the same {self.images} of {self.available} images. Measure them again."
            )

    @property
    def images(self) -> int:
        """How many images were used."""
        return self.clean.images

    @property
    def mean_corruption_error(self) -> float:
        """Share of images read wrongly, the mean over the fifteen kinds (Mu and Gilmer, 2019)."""
        return float(np.mean([1 - score.accuracy for score in self.corruptions.values()]))

    def to_json(self) -> dict[str, Any]:
        """The record as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The record that `to_json` gave.

        Raises
        ------
        DamagedError, DatasetError
            If it is none.
        """
        return record(cls, values)


def robustness(
    read: Read,
    images: UInt8Array,
    labels: UInt8Array,
    tell: Tell = untold,
    available: int | None = None,
) -> Robustness:
    """Read images as they are, at each value of each dial, and spoilt in each of the fifteen ways.

    Parameters
    ----------
    read
        From uint8 (n, 28, 28) to probabilities (n, 10) and novelty (n,): `predict_many` of a recognizer.
    images, labels
        uint8 (n, 28, 28) and what they show, uint8 (n,).
    tell
        Called with how many conditions are done, and how many there are.
    available
        How many images there were to choose from; as many as are given, if left out.

    Raises
    ------
    DatasetError
        Without any image, or if there is not one label for each.
    """
    if not len(images) or len(images) != len(labels):
        raise DatasetError(
            f"Robustness needs at least one image and a label for each. Received: {describe(images)} and "
            f"{describe(labels)}."
        )
    conditions = list(_conditions())
    scores: dict[tuple[str, float | None], Accuracy] = {}
    for done, (condition, change) in enumerate(conditions):
        tell(done, len(conditions))
        digits = read(change(images))[0].argmax(axis=1)
        scores[condition] = accuracy_of(int((digits == labels).sum()), len(labels))
    tell(len(conditions), len(conditions))
    clean = scores["", None]
    return Robustness(
        available=len(images) if available is None else available,
        clean=clean,
        dials={name: tuple(scores.get((name, v), clean) for v in dial.values) for name, dial in DIALS.items()},
        corruptions={kind: scores[kind, None] for kind in CORRUPTIONS},
    )


def some_images(dataset: Dataset) -> Dataset:
    """The test images that robustness is measured on: at most `LIMIT`, evenly spread, always the same.

    The first images of MNIST's test split are easier than the last ones (LeCun, Cortes, Burges, "The MNIST database of
    handwritten digits"), so they are taken from all of it.

    Raises
    ------
    DatasetError
        If the dataset has no test split.
    """
    test = dataset.split("test")
    rows = np.arange(min(LIMIT, len(test))) * len(test) // max(1, min(LIMIT, len(test)))
    images, labels = np.asarray(test.images)[rows], np.asarray(test.labels)[rows]
    return Dataset(dataset.name, images, labels, {}, dataset.provenance, dataset.licence)


def compute_robustness(name: str, dataset: Dataset, tell: Tell = untold) -> Robustness:
    """Measure how robust a model is on some test images of a dataset, and keep that in the place of what was there.

    Parameters
    ----------
    name
        The model's.
    tell
        As for `robustness`; if it raises, nothing is kept.

    Raises
    ------
    BundleError
        If there is no such model or it is damaged.
    DatasetError
        If the dataset has no test image, or the record cannot be written.
    """
    recognizer, card = open_recognizer(model_folder(name))
    some = some_images(dataset)
    found = robustness(recognizer.predict_many, some.images, some.labels, tell, len(dataset.split("test")))
    save_robustness(card.files[GRAPH], dataset, found)
    return found


def ship_robustness(folder: Path, dataset: Dataset) -> None:
    """Measure how robust the model in a folder is, and keep that among its files: whoever gets it knows it then.

    Raises
    ------
    BundleError
        If there is no such model or it is damaged.
    """
    recognizer, card = open_recognizer(folder)
    some = some_images(dataset)
    found = robustness(recognizer.predict_many, some.images, some.labels, available=len(dataset.split("test")))
    write_values(folder / SHIPPED_FILE, _facts(card.files[GRAPH], dataset), **{VALUES: found.to_json()})
    write_card(folder, card)


def load_robustness(name: str, dataset: Dataset) -> Robustness | None:
    """How robust a model is on a dataset, if that is known: from the data home, or from the model's own files.

    Returns
    -------
    None if it is not, or if the record cannot be used: it is damaged, or of another model, other images or other
    dials, which is logged.

    Raises
    ------
    BundleError
        If there is no such model.
    """
    facts = _facts(graph_digest(name), dataset)
    kept = _read(_path(facts["graph"], dataset), facts)
    return kept or (_read(model_folder(name) / SHIPPED_FILE, facts) if dataset.name == SHIPPED_OF else None)


def _read(path: Path, facts: Mapping[str, Any]) -> Robustness | None:
    """The record in a file; None if there is none of this model, these images and these dials."""
    try:
        return Robustness.from_json(read_values(path, facts, VALUES))
    except FileNotFoundError:
        return None
    except UNUSABLE as error:
        log.warning("The robustness in %s cannot be used and is measured again: %s.", path, error)
        return None


def save_robustness(graph: str, dataset: Dataset, found: Robustness) -> None:
    """Keep how robust a model is on a dataset, in the place of what was there.

    Parameters
    ----------
    graph
        SHA-256 of the model's LiteRT graph.

    Raises
    ------
    DatasetError
        If it cannot be written.
    """
    path = _path(graph, dataset)
    text = _("The robustness could not be written to {path}: {error}. Free some space and try again.")
    with in_words(DatasetError, text, path=path):
        write_values(path, _facts(graph, dataset), **{VALUES: found.to_json()})


def _conditions() -> Iterator[tuple[tuple[str, float | None], Callable[[UInt8Array], UInt8Array]]]:
    """What is done to the images, by dial and value, by kind, or by nothing."""
    yield ("", None), lambda images: images
    for name, dial in DIALS.items():
        for value in dial.values:
            if value != dial.neutral:
                yield (name, value), partial(_at, name, value)
    for kind in CORRUPTIONS:
        yield (kind, None), partial(_spoilt, kind)


def _at(name: str, value: float, images: UInt8Array) -> UInt8Array:
    """Images with one dial turned."""
    return DIALS[name](images, value, generator(name))


def _spoilt(kind: str, images: UInt8Array) -> UInt8Array:
    """Images spoilt in one way."""
    return corrupted(kind, images, generator(kind))


def _path(graph: str, dataset: Dataset) -> Path:
    """Where the record of a model and a dataset is kept: with the model's readings, so that it goes with them."""
    return paths.readings_folder() / graph[:12] / f"{dataset.name}-robustness.json"


def _facts(graph: str, dataset: Dataset) -> dict[str, Any]:
    """What a record must say, to be that of a model and a dataset."""
    values = {name: list(dial.values) for name, dial in DIALS.items()}
    return {"version": VERSION, "graph": graph, "images": dataset.digest, "limit": LIMIT, "values": values}
