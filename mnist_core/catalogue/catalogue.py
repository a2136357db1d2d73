"""A dataset with everything that is known of each image, so that any of it can be filtered and sorted by."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from mnist_core.catalogue.query import LIKENESS, SORTS, WHOLE, Query
from mnist_core.catalogue.traits import Traits, load_traits
from mnist_core.datasets import positions as place
from mnist_core.errors import ConfigError, DatasetError
from mnist_core.labels.check import LabelCheck
from mnist_core.language import noop as N_
from mnist_core.readings.neighbours import Neighbours, distances_from, nearest_to
from mnist_core.readings.readings import DatasetReadings
from mnist_core.types import Dataset, Float32Array, frozen

Indices = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NEIGHBOURS = 10
# What the columns that are not measured on the images alone wait for.
OF_THE_MODEL = ("read", "is_right", "probability", "loss", "novelty")
OF_THE_CHECK = ("is_suspect", "suggested")
NOT_READ = N_("the model has not read all images of this dataset yet")
NOT_CHECKED = N_("the labels of this dataset have not been checked yet")


@dataclass(frozen=True, eq=False)
class Catalogue:
    """A dataset with one value for each image in every column that is known.

    Attributes
    ----------
    dataset
        The images and their labels.
    traits
        What is measured on the images alone.
    readings
        What a model makes of them; None while that is not known.
    check
        Which labels are suspected to be wrong; None while that is not known.
    """

    dataset: Dataset
    traits: Traits
    readings: DatasetReadings | None = None
    check: LabelCheck | None = None

    def __len__(self) -> int:
        return len(self.dataset)

    @cached_property
    def columns(self) -> Mapping[str, np.ndarray]:
        """Every column that is known, each with one value for each image in the dataset's order, read-only.

        label
            uint8.
        ink, slant, typicality
            float32: 0 to 1, degrees and -1 to 1, as in `Traits`.
        read
            uint8: the digit that the model reads.
        is_right
            bool: whether that is the label.
        probability
            float32, 0.1 to 1: of the digit read.
        loss
            float32: cross-entropy of the label in nats, 0 to 87.3 (the probability is taken for at least 1.2e-38).
        novelty
            float32: 0 like the training digits ... 1 unlike them.
        is_suspect
            bool: whether the label is suspected to be wrong.
        suggested
            uint8: the digit that the check of the labels finds most probable.
        """
        columns: dict[str, Any] = {"label": self.dataset.labels, **vars(self.traits)}
        if self.readings is not None:
            of = self.readings
            values = (of.digits, of.is_right, of.probability, of.losses, of.novelty)
            columns |= dict(zip(OF_THE_MODEL, values, strict=True))
        if self.check is not None:
            columns |= {name: getattr(self.check, name) for name in OF_THE_CHECK}
        return {name: frozen(column) for name, column in columns.items()}

    @property
    def missing(self) -> Mapping[str, str]:
        """The columns that are not known yet, each with what it waits for, to go on after "because"."""
        waiting = dict.fromkeys(OF_THE_MODEL, NOT_READ) | dict.fromkeys(OF_THE_CHECK, NOT_CHECKED)
        return {column: reason for column, reason in waiting.items() if column not in self.columns}

    @property
    def sorts(self) -> tuple[str, ...]:
        """What can be sorted by now; likeness needs an image besides."""
        return tuple(sort for sort in SORTS if sort not in self.missing)

    def possible(self, query: Query) -> tuple[Query, tuple[str, ...]]:
        """The part of a question that can be answered now, and the columns that the rest waits for.

        The latter are keys of `missing`.
        """
        waiting = tuple(column for column in query.needs if column in self.missing)
        for column in waiting:
            query = query.without(column)
        return query, waiting

    def find(self, query: Query) -> Indices:
        """The images that a question is for, in the order that it asks for.

        Images with the same value keep the dataset's order, whichever way it is sorted.

        Returns
        -------
        int64 (found,): places in the whole dataset.

        Raises
        ------
        ConfigError
            If it needs a column that is missing, a split that the dataset does not have or an image that there is not.
        """
        for column in query.needs:
            if column in self.missing:
                raise ConfigError(f"The images cannot be chosen by {column}, because {self.missing[column]}.")
        found = np.flatnonzero(self._is_wanted(query))
        if query.sort == SORTS[0]:
            return found[::-1] if query.descending else found
        values = self.likeness(query.like)[found] if query.sort == LIKENESS else self.columns[query.sort][found]
        return found[np.argsort(-values if query.descending else values, kind="stable")]

    def likeness(self, index: int | None) -> Float32Array:
        """The distance of all images from one of them: Euclidean, in feature space or, without readings, in pixels.

        Returns
        -------
        float32 (n,), 0 for the image itself.

        Raises
        ------
        ConfigError
            If there is no such image.
        """
        return distances_from(self._vectors, self._vectors[self._checked(index)])

    def neighbours(self, index: int, count: int = NEIGHBOURS) -> Neighbours:
        """The images of the whole dataset that are nearest to one of them, itself not among them.

        Measured as `likeness` is.

        Raises
        ------
        ConfigError
            If there is no such image.
        BundleError
            If its features are not finite numbers.
        """
        return nearest_to(self._vectors, self.dataset.labels, self._checked(index), count)

    def place(self, index: int) -> tuple[str, int]:
        """The split of an image and its number within that, counted from 0: ("test", 947).

        Raises
        ------
        ConfigError
            If there is no such image.
        """
        return place.place(self.dataset, index)

    def name(self, index: int) -> str:
        """An image as an address names it: "test-947".

        Raises
        ------
        ConfigError
            If there is no such image.
        """
        return place.image_name(self.dataset, index)

    def index_of(self, text: str) -> int:
        """The place in the whole dataset of an image that is named as in "test-947".

        Raises
        ------
        ConfigError
            If this names no image of the dataset.
        """
        return place.index_of(self.dataset, text)

    @property
    def _vectors(self) -> np.ndarray:
        """What images are compared by, (n, d)."""
        if self.readings is not None:
            return self.readings.features
        return self.dataset.images.reshape(len(self), -1)

    def _checked(self, index: int | None) -> int:
        """The place of an image that there is."""
        self.place(-1 if index is None else index)
        return int(index or 0)

    def _is_wanted(self, query: Query) -> Mask:
        """Which images all filters of a question let through."""
        is_wanted = np.ones(len(self), np.bool_)
        if query.split is not None:
            self._keep_split(is_wanted, query.split)
        for column, digits in (("label", query.labels), ("read", query.read)):
            if digits:
                is_wanted &= np.isin(np.arange(256), digits)[self.columns[column]]
        if query.right is not None:
            is_wanted &= self.columns["is_right"] == query.right
        for column, (low, high) in (("probability", query.probability), ("novelty", query.novelty)):
            if (low, high) != WHOLE:
                is_wanted &= (self.columns[column] >= low) & (self.columns[column] <= high)
        if query.suspects:
            is_wanted &= self.columns["is_suspect"]
        return is_wanted

    def _keep_split(self, is_wanted: Mask, name: str) -> None:
        """Let through what belongs to a split."""
        splits = self.dataset.splits
        if name not in splits:
            raise ConfigError(f"The splits of {self.dataset.name} are {', '.join(splits)}. Received: {name!r:.80}.")
        belongs = np.zeros_like(is_wanted)
        belongs[splits[name]] = True
        is_wanted &= belongs


def open_catalogue(
    dataset: Dataset, readings: DatasetReadings | None = None, check: LabelCheck | None = None
) -> Catalogue:
    """The catalogue of a dataset with what is known of it now.

    Raises
    ------
    DatasetError
        If the readings or the check are of another number of images.
    """
    if readings is not None and len(readings) != len(dataset):
        raise _other_images(dataset, "readings", len(readings))
    if check is not None and len(check.is_suspect) != len(dataset):
        raise _other_images(dataset, "check of its labels", len(check.is_suspect))
    return Catalogue(dataset, load_traits(dataset), readings, check)


def _other_images(dataset: Dataset, what: str, received: int) -> DatasetError:
    """The complaint about what belongs to another dataset."""
    return DatasetError(f"{dataset.name} has {len(dataset):,} images, and so must its {what}. Received: {received:,}.")
