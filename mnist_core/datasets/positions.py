"""Where an image is in a dataset, as people and addresses say it: "test-947" is image 947 of the test split."""

import re

from babel.lists import format_list

from mnist_core.errors import ConfigError
from mnist_core.language import current, number
from mnist_core.language import gettext as _
from mnist_core.types import Dataset

_NAME = re.compile(r"([a-z]+)-([0-9]{1,12})")


def place(dataset: Dataset, index: int) -> tuple[str, int]:
    """The split of an image and its number within that, counted from 0.

    Parameters
    ----------
    index
        Its place in the whole dataset.

    Raises
    ------
    ConfigError
        If there is no such image.
    """
    for name, part in dataset.splits.items():
        start, stop, __ = part.indices(len(dataset))
        if start <= index < stop:
            return name, index - start
    message = _("The images of {dataset} have the numbers 0 to {last}. Received: {received}.")
    raise ConfigError(message, dataset=dataset.name, last=number(len(dataset) - 1), received=index)


def image_name(dataset: Dataset, index: int) -> str:
    """An image as an address names it: "test-947".

    Raises
    ------
    ConfigError
        If there is no such image.
    """
    split, within = place(dataset, index)
    return f"{split}-{within}"


def index_of(dataset: Dataset, text: str) -> int:
    """The place in the whole dataset of an image that is named as in "test-947"; case and spaces around do not matter.

    Raises
    ------
    ConfigError
        If this names no image of the dataset.
    """
    match = _NAME.fullmatch(text.strip().lower())
    if match and match[1] in dataset.splits:
        start, stop, __ = dataset.splits[match[1]].indices(len(dataset))
        if start + int(match[2]) < stop:
            return start + int(match[2])
    message = _("An image of {dataset} is named {examples}. Received: {received}.")
    raise ConfigError(message, dataset=dataset.name, examples=_examples(dataset), received=f"{text!r:.80}")


def _examples(dataset: Dataset) -> str:
    """The names that there are: from which to which in each split."""
    lengths = {name: len(range(*part.indices(len(dataset)))) for name, part in dataset.splits.items()}
    ranges = [
        _("{first} to {last}").format(first=f"{name}-0", last=f"{name}-{length - 1}")
        for name, length in lengths.items()
        if length
    ]
    return str(format_list(ranges, style="or", locale=current()))
