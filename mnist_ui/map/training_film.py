"""The film of a training: how a network pulls digits apart, epoch by epoch."""

from contextlib import suppress

import numpy as np
import streamlit as st

from mnist_core.errors import BundleError
from mnist_core.foreign import in_markdown
from mnist_core.language import current, number
from mnist_core.language import gettext as _
from mnist_core.maps.film import Film, has_snapshots
from mnist_core.maps.finding import FILM
from mnist_core.model.bundle import graph_digest, model_names
from mnist_ui import resources, waiting
from mnist_ui.figures.digits import digit_grid
from mnist_ui.map.chart import BY_LABEL, HEIGHT
from mnist_ui.space import Colouring, Layout, SpaceView, space
from mnist_ui.state import reader


def show_film() -> None:
    """The film of one of the models that have one, or how to come by one.

    Raises
    ------
    MnistError
        If a film cannot be made or shown.
    """
    names = _filmed()
    if not names:
        st.info(
            _(
                "There is no film yet. **Train** a network in this app: while it learns, the app notes what it sees in "
                "the same digits after each epoch, and here you can watch them come together in ten groups."
            ),
            icon=":material/movie:",
        )
        st.page_link("pages/train.py", label=_("Train a network"), icon=":material/model_training:")
        return
    used = reader.model_name()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = names.index(used) if used in names else 0
        name = st.selectbox(_("Network"), names, first, key="map-film", width=320)
        flat = st.toggle(_("Flat"), key="map-film-flat", persist_state="session")
    dimensions = 2 if flat else 3
    saying = _("The film of how **{model}** learned is being made, once.").format(model=in_markdown(name))
    film = waiting.found(FILM, name, dimensions, saying=saying, offer=_offer, can_stop=True)
    if film:
        _show(film, name, dimensions)


def _offer() -> bool:
    """A button to have the film made."""
    if st.button(_("Make the film"), type="primary", icon=":material/movie:"):
        return True
    st.caption(_("It takes about a minute, once."))
    return False


def _filmed() -> list[str]:
    """The models that a film can be made of."""
    found = []
    for name in model_names():
        with suppress(BundleError):  # other pages say what is wrong with it
            found += [name] * has_snapshots(name)
    return found


def _show(film: Film, name: str, dimensions: int) -> None:
    """The film, and the digit that was clicked."""
    st.write(
        _(
            "Each dot is one of {count} digits that **{model}** was checked with while it learned. Press play: epoch "
            "by epoch it sorts them. A dot moves where the network begins to see something else in its digit."
        ).format(count=number(len(film.labels)), model=in_markdown(name))
    )
    view = resources.made(("film", graph_digest(name), str(dimensions), current()), lambda: _view(film))
    picked = space(view, key="map-film-space")
    if picked.point is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            image = np.array(film.images[picked.point])
            st.html(digit_grid(image[np.newaxis], _("The digit that was clicked")), width=110)
            message = _("The digit that you clicked is labelled **{label}**.")
            st.markdown(message.format(label=film.labels[picked.point]))


def _view(film: Film) -> SpaceView:
    """A film as the browser shows it."""
    first, later = _("Before training"), _("Epoch {number}")
    names = [later.format(number=epoch) if epoch else first for epoch in film.epochs.tolist()]
    return SpaceView(
        tuple(Layout(words, frame) for words, frame in zip(names, film.coordinates, strict=True)),
        film.labels,
        (Colouring.of_digits(_(BY_LABEL), film.labels),),
        dataset=None,
        is_film=True,
        height=HEIGHT,
        title=_("Map of digits while the network learned"),
    )
