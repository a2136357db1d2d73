"""The record of a dataset: what the app knows of it without opening it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np

from mnist_core.datasets.archive import Archive, Progress
from mnist_core.datasets.pen_strokes import PenStrokes
from mnist_core.errors import DatasetError
from mnist_core.types import DIGITS, Dataset, Int16Array

ARRAYS = ("images", "labels")
"""What a dataset is made of."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DatasetSpec:
    """All that there is to say of a dataset, in one place: whatever shows, trains on or measures with it looks here.

    Attributes
    ----------
    name
        What files, addresses and the command line call it: "pen-digits".
    words
        What people call it within a sentence, marked for translation.
    test_title, test_note
        A title for its test images and a sentence about them, both marked for translation.
    report_title
        The title in a report, which is in English for everybody; the other one by default.
    about
        A line of English on the card of a model that learned from it, with the licence.
    provenance, licence
        Who made it and under what terms it may be used.
    load
        Gives the dataset, of `splits` as they are here; its argument says whether it may be downloaded.
    splits
        How many images are in each split, in the order in which they lie, the training images first. A dataset that is
        only to learn from, or only to test with, has no other split. Empty for a dataset that grows.
    archive
        The file that it is made of; None if it needs no download.
    companions
        Files that are fetched along with it, and that it does without.
    load_strokes
        Of digits that were written with a pen: gives their strokes, in the order of the images.
    load_writers
        Gives who wrote each image, int16 (n,), in their order; only where it tells some people apart.
    class_names
        What each of its ten classes is called.
    is_public
        Whether everybody may look at it, and every model is measured on it.
    count
        Of one that grows: how many images there are to learn from now.
    """

    name: str
    words: str
    test_title: str
    test_note: str = ""
    report_title: str = ""
    about: str
    provenance: str
    licence: str
    load: Callable[[bool], Dataset]
    splits: Mapping[str, int]
    archive: Archive | None = None
    companions: tuple[Archive, ...] = ()
    load_strokes: Callable[[bool], PenStrokes] | None = None
    load_writers: Callable[[bool], Int16Array] | None = None
    class_names: tuple[str, ...] = DIGITS
    is_public: bool = True
    count: Callable[[], int] | None = None

    @property
    def is_here(self) -> bool:
        """Whether it can be loaded without a download, if its file is sound."""
        return self.archive is None or self.archive.is_here

    @property
    def training_images(self) -> int:
        """How many images there are to learn from, without opening it."""
        return self.count() if self.count else self.splits.get("train", 0)

    @property
    def is_to_learn_from(self) -> bool:
        """Whether it has training images, or may have some."""
        return bool(self.count or self.splits.get("train"))

    @property
    def is_to_test_with(self) -> bool:
        """Whether every model is measured on it: it is public, and has test images."""
        return self.is_public and bool(self.splits.get("test"))

    def fetch_companions(self, progress: Progress | None = None, scratch: Path | None = None) -> list[DatasetError]:
        """Download those of its companions that are not here. They can be done without, so nothing is raised.

        Parameters
        ----------
        progress, scratch
            As `Archive.download` takes them.

        Returns
        -------
        Why some could not be had.
        """
        failures = []
        for companion in self.companions:
            try:
                if not companion.is_here:
                    companion.download(progress, scratch)
            except DatasetError as error:
                failures.append(error)
        return failures

    def dataset(self, arrays: Mapping[str, np.ndarray]) -> Dataset:
        """The dataset of its "images", uint8 (n, 28, 28), and "labels", uint8 (n,), split after split.

        Raises
        ------
        DatasetError
            If there are more or fewer than `splits` says, or they are not in MNIST form.
        """
        images, labels = (arrays[name] for name in ARRAYS)
        ends = [0, *accumulate(self.splits.values())]
        received = len(images) if images.ndim else 0
        if received != ends[-1]:
            raise DatasetError(f"{self.name} must have {ends[-1]:,} images. Received: {received:,}.")
        splits = {name: slice(*part) for name, part in zip(self.splits, pairwise(ends), strict=True)}
        return Dataset(self.name, images, labels, splits, self.provenance, self.licence, self.class_names)
