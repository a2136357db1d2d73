"""The datasets by name, each in MNIST form."""

import logging
from importlib import import_module

from mnist_core.datasets.spec import DatasetSpec
from mnist_core.errors import DatasetError
from mnist_core.language import gettext as _
from mnist_core.types import Dataset

log = logging.getLogger(__name__)

# A module of this package for each dataset, with its record as SPEC, in the order in which they are offered.
MODULES = (
    "mnist",
    "pen_digits",
    "uci_digits",
    "drawings",
)
_SPECS: list[DatasetSpec] = [import_module(f"mnist_core.datasets.{module}").SPEC for module in MODULES]

TRAINABLE: dict[str, DatasetSpec] = {spec.name: spec for spec in _SPECS}
"""What a model can learn from. Visitors' drawings are nothing to look through: nobody sees another's."""

DATASETS: dict[str, DatasetSpec] = {name: spec for name, spec in TRAINABLE.items() if spec.is_public}
"""The published datasets: everybody may look at them, and every model is measured on them."""

FALLBACK = "uci-digits"


def spec_of(name: str) -> DatasetSpec:
    """The record of a dataset.

    Raises
    ------
    DatasetError
        If there is no such dataset.
    """
    if name not in TRAINABLE:
        raise DatasetError(f"The datasets are {', '.join(TRAINABLE)}. Received: {name!r}.")
    return TRAINABLE[name]


def load_dataset(name: str, *, download: bool = True, fallback: bool = False) -> Dataset:
    """A dataset in MNIST form, verified; its arrays are read-only and in memory once.

    Parameters
    ----------
    name
        "mnist", "pen-digits" (its strokes drawn as the app draws a visitor's), "uci-digits" (needs no download), or
        "drawings" (the labelled ones of the visitors' collection, as it is now).
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
    try:
        return spec.load(download)
    except DatasetError as error:
        if not fallback or not spec.is_public:  # the place of drawings is not taken: whoever names them means them
            raise
        log.warning("Using %s instead of %s: %s", FALLBACK, name, error)
        return DATASETS[FALLBACK].load(download)


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
    return _(TRAINABLE[name].words) if name in TRAINABLE else name


def title_of_tests(name: str) -> str:
    """What people call the test images of a dataset, in the language that is spoken; its name if nobody knows it."""
    return _(TRAINABLE[name].test_title) if name in TRAINABLE else name
