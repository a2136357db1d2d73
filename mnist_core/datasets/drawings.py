"""The visitors' labelled drawings as a dataset. It grows, and nothing of it is cached: what is deleted is gone."""

import logging

import numpy as np

from mnist_core.collection import open_collection
from mnist_core.datasets.spec import DatasetSpec
from mnist_core.errors import CollectionError, DatasetError
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.types import Dataset

log = logging.getLogger(__name__)

NAME = "drawings"
# Fewer say nothing about handwriting; the validation part alone would be a digit or two.
FEWEST_IMAGES = 20


def _load(_download: bool) -> Dataset:
    """The labelled drawings; training and test writers are different people, one in five being a test writer.

    Raises
    ------
    DatasetError
        If the collection cannot be read, or has too few to learn from.
    """
    try:
        train, test = open_collection().drawings.labelled()
    except CollectionError as error:
        raise DatasetError(str(error)) from error
    if len(train) < FEWEST_IMAGES:
        text = _(
            "There are {count} labelled drawings to learn from, and at least {least} are needed. Draw digits, "
            "say of each what it is, and allow it to be kept; or choose other images."
        )
        raise DatasetError(text, count=number(len(train)), least=number(FEWEST_IMAGES))
    both = [*train, *test]
    splits = {"train": slice(0, len(train)), "test": slice(len(train), len(both))}
    images = np.stack([entry.image for entry in both])
    labels = np.array([entry.label for entry in both], np.uint8)
    return Dataset(NAME, images, labels, splits, SPEC.provenance, SPEC.licence)


def _training_drawings() -> int:
    """How many labelled drawings there are to learn from; 0 where the collection cannot be read."""
    try:
        return open_collection().drawings.labelled_count()
    except CollectionError as error:
        log.warning("The visitors' drawings cannot be counted: %s", error)
        return 0


SPEC = DatasetSpec(
    name=NAME,
    words=N_("visitors' drawings"),
    test_title="Drawings of visitors",
    about="drawn by visitors of the app, who said of each what it is; not published",
    provenance="Drawn by the visitors of this app, with the labels that they gave",
    licence="Not published: it stays with whoever runs the app",
    load=_load,
    splits={},
    is_public=False,
    count=_training_drawings,
)
