"""What the parts of the Explore page share: which dataset is looked at, and what is known of it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.catalogue.catalogue import NOT_READ, Catalogue
from mnist_core.catalogue.query import LIKENESS, PARAMETERS, Query
from mnist_core.datasets import DATASETS
from mnist_core.datasets.own import own_datasets
from mnist_core.datasets.registry import dataset_in_words
from mnist_core.errors import JobError, LimitError
from mnist_core.foreign import in_markdown
from mnist_core.jobs.finding import Finding
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.readings.finding import READINGS
from mnist_core.types import Dataset
from mnist_ui import resources, waiting
from mnist_ui.address import DATASET, IMAGE, PAGE, PART, Parameter
from mnist_ui.explore.address import ABOVE, AMONG, EXPLORE_ADDRESS, LIST_PAGE, OTHER
from mnist_ui.state import people, reader

PATH = "pages/explore.py"
BROWSE = "Browse"
# What asks for certain images: an address with any of these that names no part means the part to browse them.
ASKING = {PAGE, *PARAMETERS}
# What means nothing once other images are looked at.
OF_ONE_DATASET = (PAGE, IMAGE, OTHER, ABOVE, AMONG, LIST_PAGE, "like")

Part = Callable[[Dataset], None]
T = TypeVar("T")

# From here on that takes minutes.
MANY = 20_000


def choose_dataset(place: DeltaGenerator) -> Dataset:
    """The images to look at: of those on this machine the ones that the visitor or the address names.

    Parameters
    ----------
    place
        Where they are chosen; what there is to say of that stands where the page is.

    Raises
    ------
    DatasetError
        If they are damaged.
    """
    possible = [*at_hand(), *(own.name for own in own_datasets(people.actor()))]
    parameter = Parameter.one_of(DATASET, possible, possible[0], is_default_said=True)
    named = EXPLORE_ADDRESS.nonsense(parameter)
    if named is not None:
        message = (
            _("The address asks for the images “{images}”, which are not on this machine. These are others.")
            if named in DATASETS
            else _("The address asks for the images “{images}”, which nobody knows. These are others.")
        )
        st.warning(message.format(images=in_markdown(named[:40])), icon=":material/link_off:")
    # What was asked of the images before is asked of these, if it has a meaning there.
    like_one = ("sort", "order") if EXPLORE_ADDRESS.parameters.get("sort") == LIKENESS else ()
    chosen = place.selectbox(
        _("Images"),
        possible,
        format_func=dataset_words,
        **EXPLORE_ADDRESS.bound(parameter, forgets=(*OF_ONE_DATASET, *like_one)),
    )
    with st.spinner(_("The images are made ready…")):
        return resources.dataset(chosen)


def at_hand() -> list[str]:
    """The datasets that are on this machine, without opening any: the first time, that takes seconds."""
    return [name for name, spec in DATASETS.items() if spec.is_here]


def choose_part(parts: Mapping[str, Part]) -> str:
    """The part of the page to look at; the first one if the address names none, or none that there is."""
    first = BROWSE if EXPLORE_ADDRESS.parameters.keys() & ASKING else None
    return EXPLORE_ADDRESS.choose_part(parts, first, forgets=[IMAGE])


def known(dataset: Dataset) -> Catalogue:
    """All that is known by now of a dataset with the visitor's model; what is not known of it is begun.

    Raises
    ------
    MnistError
        If the model cannot be used.
    """
    name = reader.model_name()
    with st.spinner(_("The images are measured, once…")):
        with suppress(JobError, LimitError):  # `show_wait` says so in its place
            resources.readings(name, dataset)
        return resources.catalogue(dataset, name)


def show_wait(dataset: Dataset) -> None:
    """How far the model is with reading a dataset, while it is not through; nothing otherwise."""
    name = reader.model_name()
    if NOT_READ not in resources.catalogue(dataset, name).missing.values():
        return
    with st.container(border=True):
        saying = _(
            "**{model}** is reading all {count} images, once. What it makes of them can then be filtered and "
            "sorted by; everything else works already."
        ).format(model=in_markdown(reader.shown_name(name)), count=number(len(dataset)))
        waiting.found(READINGS, name, dataset, saying=saying)


def surveyed(finding: Finding[[Dataset], T], dataset: Dataset) -> T | None:
    """A part of what a look over a dataset's images finds out; None while that is not known, and how far it is.

    Raises
    ------
    MnistError
        If what is kept of it cannot be read.
    """
    known = finding.known(dataset)
    if known is not None:
        return known
    with st.container(border=True):
        return waiting.found(finding, dataset, saying=_survey_words(len(dataset)))


def _survey_words(count: int) -> str:
    """What is done with so many images, and how long that takes."""
    message = (
        _(
            "All {count} images are looked over, once: how they usually differ, and which are odd. That takes a minute "
            "or two; everything else works meanwhile."
        )
        if count > MANY
        else _(
            "All {count} images are looked over, once: how they usually differ, and which are odd. That takes some "
            "seconds; everything else works meanwhile."
        )
    )
    return message.format(count=number(count))


def asked_image(catalogue: Catalogue) -> int:
    """Which image the address names.

    Raises
    ------
    ConfigError
        If there is no such image.
    """
    return catalogue.index_of(EXPLORE_ADDRESS.parameters.get(IMAGE, ""))


def ask(catalogue: Catalogue, query: Query) -> None:
    """Browse what another question is for, from the first page on; to be called before the page runs, as a callback."""
    dataset, nothing = catalogue.dataset, dict.fromkeys((*PARAMETERS, PAGE, IMAGE))
    EXPLORE_ADDRESS.set({**nothing, DATASET: dataset.name, **query.to_parameters(dataset), PART: BROWSE})


def asking(catalogue: Catalogue, key: str, value: Any, question: Callable[[Any], Query]) -> dict[str, Any]:
    """What a widget is given that shows a part of a question, and asks another one when that is changed."""
    st.session_state[key] = value
    return {"key": key, "on_change": lambda: ask(catalogue, question(st.session_state[key]))}


def open_image(catalogue: Catalogue, index: int) -> None:
    """Show one image; to be called before the page runs, as a callback."""
    EXPLORE_ADDRESS.set({DATASET: catalogue.dataset.name, IMAGE: catalogue.name(index)})


def close_image() -> None:
    """Go back to the part of the page that the image was chosen in; a callback."""
    EXPLORE_ADDRESS.set({IMAGE: None})


def open_page_at(dataset: str, name: str) -> None:
    """Leave another page for this one, to see an image.

    Parameters
    ----------
    dataset
        The name of its dataset.
    name
        The image as an address names it: "test-947".
    """
    EXPLORE_ADDRESS.set({DATASET: dataset, IMAGE: name})
    # Named, as Streamlit refuses to clear parameters that widgets of the other page are bound to.
    st.switch_page(PATH, query_params=reader.model_in_address())


def address_of(dataset: str, name: str) -> str:
    """The address of an image on this page with the visitor's model, as seen from another page; see `open_page_at`."""
    return f"explore?{urlencode({DATASET: dataset, IMAGE: name, **reader.model_in_address()})}"


def dataset_words(name: str) -> str:
    """A dataset's name for people."""
    words = dataset_in_words(name)
    return words[0].upper() + words[1:]
