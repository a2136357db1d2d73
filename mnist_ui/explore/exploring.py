"""What the parts of the Explore page share: which dataset is looked at, and what is known of it."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.catalogue.catalogue import NOT_READ, Catalogue
from mnist_core.catalogue.query import LIKENESS, PARAMETERS, Query
from mnist_core.datasets import DATASETS
from mnist_core.datasets.registry import dataset_in_words
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.readings.finding import READINGS
from mnist_core.types import Dataset
from mnist_ui import resources, state, waiting
from mnist_ui.messages import plain

PAGE = "pages/explore.py"
BROWSE = "Browse"
# What asks for certain images: an address with any of these that names no part means the part to browse them.
ASKING = {state.PAGE, *PARAMETERS}
# What means nothing once other images are looked at.
OF_ONE_DATASET = (state.PAGE, state.IMAGE, state.OTHER, state.ABOVE, state.AMONG, state.LIST_PAGE, "like")

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
    named = state.exploration().parameters.get(state.DATASET, possible[0])
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
    return [name for name, spec in DATASETS.items() if spec.is_here]


def choose_part(parts: Mapping[str, Part]) -> str:
    """The part of the page to look at; the first one if the address names none, or none that there is."""
    parameters = state.exploration().parameters
    key, first = "explore-part", BROWSE if parameters.keys() & ASKING else next(iter(parts))
    named = parameters.get(state.PART, first)
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
    name = state.model_name()
    with st.spinner(_("The images are measured, once…")):
        resources.readings(name, dataset)
        return resources.catalogue(dataset, name)


def show_wait(dataset: Dataset) -> None:
    """How far the model is with reading a dataset, while it is not through; nothing otherwise."""
    name = state.model_name()
    if NOT_READ not in resources.catalogue(dataset, name).missing.values():
        return
    with st.container(border=True):
        saying = _(
            "**{model}** is reading all {count} images, once. What it makes of them can then be filtered and "
            "sorted by; everything else works already."
        ).format(model=state.shown_name(name), count=number(len(dataset)))
        waiting.found(READINGS, name, dataset, saying=saying)


def asked_image(catalogue: Catalogue) -> int:
    """Which image the address names.

    Raises
    ------
    ConfigError
        If there is no such image.
    """
    return catalogue.index_of(state.exploration().parameters.get(state.IMAGE, ""))


def ask(catalogue: Catalogue, query: Query) -> None:
    """Browse what another question is for; to be called before the page runs, as a callback."""
    state.exploration().ask(query, catalogue.dataset)
    state.exploration().set(**{state.PART: BROWSE})


def open_image(catalogue: Catalogue, index: int) -> None:
    """Show one image; to be called before the page runs, as a callback."""
    state.exploration().set(**{state.DATASET: catalogue.dataset.name, state.IMAGE: catalogue.name(index)})


def close_image() -> None:
    """Go back to the part of the page that the image was chosen in; a callback."""
    state.exploration().set(**{state.IMAGE: None})


def open_page_at(dataset: str, name: str) -> None:
    """Leave another page for this one, to see an image.

    Parameters
    ----------
    dataset
        The name of its dataset.
    name
        The image as an address names it: "test-947".
    """
    state.exploration().set(**{state.DATASET: dataset, state.IMAGE: name})
    # Named, as Streamlit refuses to clear parameters that widgets of the other page are bound to.
    st.switch_page(PAGE, query_params=state.model_in_address())


def address_of(dataset: str, name: str) -> str:
    """The address of an image on this page with the visitor's model, as seen from another page; see `open_page_at`."""
    return f"explore?{urlencode({state.DATASET: dataset, state.IMAGE: name, **state.model_in_address()})}"


def in_words(name: str) -> str:
    """A dataset's name for people."""
    words = dataset_in_words(name)
    return words[0].upper() + words[1:]


def _change_dataset(key: str) -> None:
    """Look at other images: what was asked of the ones before is asked of these, if it has a meaning there."""
    like_one = dict.fromkeys(("sort", "order")) if state.exploration().parameters.get("sort") == LIKENESS else {}
    state.exploration().set(**{**dict.fromkeys(OF_ONE_DATASET), **like_one, state.DATASET: st.session_state[key]})


def _change_part(key: str) -> None:
    """Look at another part."""
    state.exploration().set(**{state.PART: st.session_state[key], state.IMAGE: None})
