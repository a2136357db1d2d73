"""The datasets by name, each in MNIST form."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from mnist_core.datasets.own.shelf import is_own_name, own_datasets, own_spec
from mnist_core.datasets.pen_strokes import PenStrokes
from mnist_core.datasets.spec import DatasetSpec
from mnist_core.errors import DatasetError
from mnist_core.language import gettext as _
from mnist_core.owners import By
from mnist_core.types import Dataset, Int16Array

log = logging.getLogger(__name__)

# A module of this package for each dataset, with its record as SPEC, in the order in which they are offered.
MODULES = (
    "mnist",
    "pen_digits",
    "uci_digits",
    "uji_digits",
    "tablet_digits",
    "semeion",
    "drawings",
)
_SPECS: list[DatasetSpec] = [import_module(f"mnist_core.datasets.{module}").SPEC for module in MODULES]

TRAINABLE: dict[str, DatasetSpec] = {spec.name: spec for spec in _SPECS if spec.is_to_learn_from}
"""What a model can learn from. Visitors' drawings are nothing to look through: nobody sees another's."""

DATASETS: dict[str, DatasetSpec] = {spec.name: spec for spec in _SPECS if spec.is_public}
"""The published datasets: everybody may look at them."""

FALLBACK = "uci-digits"


def spec_of(name: str) -> DatasetSpec:
    """The record of a dataset.

    Raises
    ------
    DatasetError
        If there is no such dataset.
    """
    if is_own_name(name):
        return own_spec(name)
    known = {**TRAINABLE, **DATASETS}
    if name not in known:
        raise DatasetError(f"The datasets are {', '.join(known)}. Received: {name!r}.")
    return known[name]


def load_dataset(name: str, *, download: bool = True, fallback: bool = False) -> Dataset:
    """A dataset in MNIST form, verified; its arrays are read-only and in memory once.

    Parameters
    ----------
    name
        One of `DATASETS`: "mnist", "pen-digits" (its strokes drawn as the app draws a visitor's), "uci-digits" (needs
        no download) and others; or "drawings" (the labelled ones of the visitors' collection, as it is now).
    download
        Whether it may be fetched when it is not on this machine.
    fallback
        Whether to give "uci-digits" where the wanted dataset cannot be had; the result's name says which one it is.

    Raises
    ------
    DatasetError
        If there is no such dataset, or it is damaged, missing or cannot be downloaded.
    """
    spec = spec_of(name)
    was_here = spec.is_here
    try:
        dataset = spec.load(download)
    except DatasetError as error:
        if not fallback or not spec.is_public:  # the place of drawings is not taken: whoever names them means them
            raise
        log.warning("Using %s instead of %s: %s", FALLBACK, name, error)
        return DATASETS[FALLBACK].load(download)
    if download and not was_here:
        for failure in spec.fetch_companions():
            log.warning("%s was fetched without what belongs to it: %s", name, failure)
    return dataset


def load_pen_strokes(name: str = "pen-digits", *, download: bool = True) -> PenStrokes:
    """The strokes that a dataset is drawn from, in the order of its images.

    Raises
    ------
    DatasetError
        If there is no such dataset or it has no strokes, or they are damaged, or missing and may not or cannot be
        downloaded.
    """
    load = spec_of(name).load_strokes
    if load is None:
        written = [each for each, spec in DATASETS.items() if spec.load_strokes]
        raise DatasetError(f"The datasets of pen strokes are {', '.join(written)}. Received: {name!r}.")
    return load(download)


def writers_of(name: str, *, download: bool = False) -> Int16Array | None:
    """Who wrote each image of a dataset, as a number of theirs, int16 (n,), in the order of its images.

    It is asked for what can be done without, so it gives None where that is not known, or nobody here knows it: the
    file is missing, damaged or cannot be had. The log says so.

    Raises
    ------
    DatasetError
        If there is no such dataset.
    """
    load = spec_of(name).load_writers
    if load is None:
        return None
    try:
        return load(download)
    except DatasetError as error:
        log.info("It is not known who wrote the images of %s: %s", name, error)
        return None


def measured_on() -> dict[str, DatasetSpec]:
    """The datasets that every model is measured on: the published ones that have test images."""
    return {name: spec for name, spec in DATASETS.items() if spec.is_to_test_with}


def watched_tests(names: Sequence[str]) -> str:
    """The dataset whose test images are shown while a network learns from these: the first of them that has some.

    Everybody may look on, so it is none that people brought.
    """
    shown = (name for name in names if not is_own_name(name))
    return next((name for name in shown if spec_of(name).splits.get("test") or spec_of(name).count), FALLBACK)


def training_images(name: str) -> int:
    """How many images of a dataset there are to learn from, without opening it; drawings as many as there are now.

    Raises
    ------
    DatasetError
        If there is no such dataset.
    """
    return spec_of(name).training_images


def dataset_in_words(name: str) -> str:
    """What people call a dataset within a sentence, in the language that is spoken; its name if nobody knows it."""
    return _(spec_of(name).words) if is_dataset(name) else name


def title_of_tests(name: str) -> str:
    """What people call the test images of a dataset, in the language that is spoken; its name if nobody knows it."""
    return _(spec_of(name).test_title) if is_dataset(name) else name


def is_dataset(name: str) -> bool:
    """Whether there is a dataset of that name."""
    if is_own_name(name):
        with suppress(DatasetError):
            own_spec(name)
            return True
    return name in TRAINABLE or name in DATASETS


def is_to_learn_from(name: object) -> bool:
    """Whether a name is that of something to learn from; one that people brought may be gone by now."""
    return name in TRAINABLE or is_own_name(name)


def to_look_at(by: By) -> dict[str, DatasetSpec]:
    """The datasets that somebody may look at: the published ones, and those that people brought and they may see."""
    return {**DATASETS, **{own.name: own_spec(own.name) for own in own_datasets(by)}}


def to_learn_from(by: By) -> dict[str, DatasetSpec]:
    """The datasets that somebody may have a network learn from."""
    own = {own.name: own_spec(own.name) for own in own_datasets(by)}
    return {**TRAINABLE, **{name: spec for name, spec in own.items() if spec.is_to_learn_from}}


def to_test_with(by: By) -> dict[str, DatasetSpec]:
    """The datasets whose test images somebody may have a model read."""
    own = {own.name: own_spec(own.name) for own in own_datasets(by)}
    return {**measured_on(), **{name: spec for name, spec in own.items() if spec.splits.get("test")}}
