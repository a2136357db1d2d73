"""Digits of a dataset in a gallery, each with what is known of it in words."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from mnist_core.analysis.catalogue import Catalogue
from mnist_ui.figures.answer import percent
from mnist_ui.gallery import Mark, gallery

SPLITS = {"train": "Training", "test": "Test"}
SIDE = 84
# A network is never certain.
MOST_SURE = 99


def show_tiles(
    catalogue: Catalogue,
    indices: Sequence[int] | npt.NDArray[np.int64],
    *,
    key: str,
    title: str,
    captions: Sequence[str] = (),
    side: int = SIDE,
    on_pick: Callable[[Catalogue, int], None] | None = None,
) -> int | None:
    """Images of a catalogue in a gallery; those that are misread are framed.

    Parameters
    ----------
    indices
        Places in the whole dataset.
    captions
        What stands below each; by default the label, and what it was misread as.
    on_pick
        Called with the catalogue and the place in the whole dataset of the image that was picked, before the page runs.

    Returns
    -------
    The place in the whole dataset of the image that was just picked; None in all other runs.
    """
    chosen = np.asarray(indices, np.int64)
    rows = chosen.tolist()
    picked = gallery(
        catalogue.dataset.images[chosen],
        captions or [caption(catalogue, index) for index in rows],
        [mark(catalogue, index) for index in rows],
        key=key,
        title=title,
        spoken=[sentence(catalogue, index) for index in rows],
        side=side,
        on_pick=(lambda position: on_pick(catalogue, rows[position])) if on_pick else None,
    )
    return None if picked is None else rows[picked]


def title_of(catalogue: Catalogue, index: int) -> str:
    """An image's name for people.

    Raises
    ------
    ConfigError
        If there is no such image.
    """
    split, number = catalogue.place(index)
    return f"{split_in_words(split)} image {number:,}"


def split_in_words(name: str) -> str:
    """A split's name for people."""
    return SPLITS.get(name, name.capitalize())


def caption(catalogue: Catalogue, index: int) -> str:
    """An image's label; of one that is misread also as what, and how sure the model was."""
    label = str(catalogue.dataset.labels[index])
    if not is_misread(catalogue, index):
        return label
    probability = min(round(100 * float(catalogue.columns["probability"][index])), MOST_SURE)
    return f"{label} → {catalogue.columns['read'][index]}  {probability} %"


def sentence(catalogue: Catalogue, index: int) -> str:
    """What is known of an image, in a few words."""
    said = f"{title_of(catalogue, index)}: labelled {catalogue.dataset.labels[index]}"
    if catalogue.readings is None:
        return f"{said}."
    read, probability = (catalogue.columns[name][index] for name in ("read", "probability"))
    also = "also " if not is_misread(catalogue, index) else ""
    return f"{said}, {also}read as {read} ({percent(float(probability))})."


def mark(catalogue: Catalogue, index: int) -> Mark:
    """How an image is framed: not at all unless it is misread."""
    return "wrong" if is_misread(catalogue, index) else ""


def is_misread(catalogue: Catalogue, index: int) -> bool:
    """Whether the model is known to read another digit than the label."""
    return catalogue.readings is not None and not catalogue.columns["is_right"][index]
