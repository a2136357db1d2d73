"""Digits of a dataset in a gallery, each with what is known of it in words."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from mnist_core.catalogue.catalogue import Catalogue
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.reader.answer import percent
from mnist_ui.gallery import Mark, gallery

SPLITS = {"train": N_("Training"), "test": N_("Test")}
TITLES = {"train": N_("Training image {number}"), "test": N_("Test image {number}")}
TITLES_WITHIN = {"train": N_("training image {number}"), "test": N_("test image {number}")}
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
        side=SIDE,
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
    return title(*catalogue.place(index))


def title_within(catalogue: Catalogue, index: int) -> str:
    """An image's name within a sentence; errors as of `title_of`."""
    return title(*catalogue.place(index), TITLES_WITHIN)


def title(split: str, place: int, titles: Mapping[str, str] = TITLES) -> str:
    """The name of an image for people, by its split and its number within that."""
    if split in titles:
        return _(titles[split]).format(number=number(place))
    return _("{split} image {number}").format(split=split.capitalize(), number=number(place))


def split_words(name: str) -> str:
    """A split's name for people."""
    return _(SPLITS[name]) if name in SPLITS else name.capitalize()


def caption(catalogue: Catalogue, index: int) -> str:
    """An image's label; of one that is misread also as what, and how sure the model was."""
    names = catalogue.dataset.class_names
    label = names[catalogue.dataset.labels[index]]
    if not is_misread(catalogue, index):
        return label
    probability = min(round(100 * float(catalogue.columns["probability"][index])), MOST_SURE)
    return f"{label} → {names[catalogue.columns['read'][index]]}  {probability} %"


def sentence(catalogue: Catalogue, index: int) -> str:
    """What is known of an image, in a few words."""
    names = catalogue.dataset.class_names
    known = {"image": title_of(catalogue, index), "label": names[catalogue.dataset.labels[index]]}
    if catalogue.readings is None:
        return _("{image}: labelled {label}.").format(**known)
    read, probability = (catalogue.columns[name][index] for name in ("read", "probability"))
    message = (
        _("{image}: labelled {label}, read as {read} ({sure}).")
        if is_misread(catalogue, index)
        else _("{image}: labelled {label}, also read as {read} ({sure}).")
    )
    return message.format(**known, read=names[read], sure=percent(float(probability)))


def mark(catalogue: Catalogue, index: int) -> Mark:
    """How an image is framed: not at all unless it is misread."""
    return "wrong" if is_misread(catalogue, index) else ""


def is_misread(catalogue: Catalogue, index: int) -> bool:
    """Whether the model is known to read another digit than the label."""
    return catalogue.readings is not None and not catalogue.columns["is_right"][index]
