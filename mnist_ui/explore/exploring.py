"""What the parts of the Explore page share: which dataset is looked at, and what is known of it."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.catalogue.catalogue import NOT_READ, Catalogue
from mnist_core.catalogue.query import LIKENESS, PARAMETERS, Query
from mnist_core.datasets import DATASETS
from mnist_core.datasets.registry import ARCHIVES
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.types import Dataset
from mnist_ui import resources
from mnist_ui.messages import plain
from mnist_ui.state import exploring, reader
from mnist_ui.train.knobs import DATA_WORDS
from mnist_ui.waiting import wait_for_reading

PAGE = "pages/explore.py"
BROWSE = "Browse"
# What asks for certain images: an address with any of these that names no part means the part to browse them.
ASKING = {exploring.PAGE, *PARAMETERS}
# What means nothing once other images are looked at.
OF_ONE_DATASET = (
    exploring.PAGE,
    exploring.IMAGE,
    exploring.OTHER,
    exploring.ABOVE,
    exploring.AMONG,
    exploring.LIST_PAGE,
    "like",
)

Part = Callable[[Dataset], None]


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
    possible = at_hand()
    named = exploring.exploration().parameters.get(exploring.DATASET, possible[0])
    if named not in possible:
        message = (
            _("The address asks for the images “{images}”, which are not on this machine. These are others.")
            if named in DATASETS
            else _("The address asks for the images “{images}”, which nobody knows. These are others.")
        )
        st.warning(message.format(images=plain(named[:40])), icon=":material/link_off:")
    key = "explore-dataset"
    st.session_state[key] = named if named in possible else possible[0]
    chosen = place.selectbox(
        _("Images"), possible, format_func=in_words, key=key, on_change=_change_dataset, args=(key,)
    )
    with st.spinner(_("The images are made ready…")):
        return resources.dataset(chosen)


def at_hand() -> list[str]:
    """The datasets that are on this machine, without opening any: the first time, that takes seconds."""
    return [name for name in DATASETS if name not in ARCHIVES or ARCHIVES[name].is_here]


def choose_part(parts: Mapping[str, Part]) -> str:
    """The part of the page to look at; the first one if the address names none, or none that there is."""
    parameters = exploring.exploration().parameters
    key, first = "explore-part", BROWSE if parameters.keys() & ASKING else next(iter(parts))
    named = parameters.get(exploring.PART, first)
    st.session_state[key] = named if named in parts else first
    chosen = st.segmented_control(
        _("What to look at"),
        parts,
        format_func=_,
        required=True,
        wrap=True,
        key=key,
        on_change=_change_part,
        args=(key,),
        label_visibility="collapsed",
    )
    return chosen or first


def known(dataset: Dataset) -> Catalogue:
    """All that is known by now of a dataset with the visitor's model; what is not known of it is begun.

    Raises
    ------
    MnistError
        If the model cannot be used, or no job can be started.
    """
    name = reader.model_name()
    with st.spinner(_("The images are measured, once…")):
        resources.readings(name, dataset)
        return resources.catalogue(dataset, name)


def show_wait(dataset: Dataset) -> None:
    """How far the model is with reading a dataset, while it is not through; nothing otherwise."""
    name = reader.model_name()
    if NOT_READ not in resources.catalogue(dataset, name).missing.values():
        return
    with st.container(border=True):
        wait_for_reading(
            name,
            _(
                "**{model}** is reading all {count} images, once. What it makes of them can then be filtered and "
                "sorted by; everything else works already."
            ).format(model=reader.shown_name(name), count=number(len(dataset))),
            dataset,
        )


def asked_image(catalogue: Catalogue) -> int:
    """Which image the address names.

    Raises
    ------
    ConfigError
        If there is no such image.
    """
    return catalogue.index_of(exploring.exploration().parameters.get(exploring.IMAGE, ""))


def ask(catalogue: Catalogue, query: Query) -> None:
    """Browse what another question is for; to be called before the page runs, as a callback."""
    exploring.exploration().ask(query, catalogue.dataset)
    exploring.exploration().set(**{exploring.PART: BROWSE})


def open_image(catalogue: Catalogue, index: int) -> None:
    """Show one image; to be called before the page runs, as a callback."""
    exploring.exploration().set(**{exploring.DATASET: catalogue.dataset.name, exploring.IMAGE: catalogue.name(index)})


def close_image() -> None:
    """Go back to the part of the page that the image was chosen in; a callback."""
    exploring.exploration().set(**{exploring.IMAGE: None})


def open_page_at(dataset: str, name: str) -> None:
    """Leave another page for this one, to see an image.

    Parameters
    ----------
    dataset
        The name of its dataset.
    name
        The image as an address names it: "test-947".
    """
    exploring.exploration().set(**{exploring.DATASET: dataset, exploring.IMAGE: name})
    # Named, as Streamlit refuses to clear parameters that widgets of the other page are bound to.
    st.switch_page(PAGE, query_params=reader.model_in_address())


def address_of(dataset: str, name: str) -> str:
    """The address of an image on this page with the visitor's model, as seen from another page; see `open_page_at`."""
    return f"explore?{urlencode({exploring.DATASET: dataset, exploring.IMAGE: name, **reader.model_in_address()})}"


def in_words(name: str) -> str:
    """A dataset's name for people."""
    words = _(DATA_WORDS.get(name, name))
    return words[0].upper() + words[1:]


def _change_dataset(key: str) -> None:
    """Look at other images: what was asked of the ones before is asked of these, if it has a meaning there."""
    like_one = dict.fromkeys(("sort", "order")) if exploring.exploration().parameters.get("sort") == LIKENESS else {}
    exploring.exploration().set(
        **{**dict.fromkeys(OF_ONE_DATASET), **like_one, exploring.DATASET: st.session_state[key]}
    )


def _change_part(key: str) -> None:
    """Look at another part."""
    exploring.exploration().set(**{exploring.PART: st.session_state[key], exploring.IMAGE: None})
