"""The one place that turns an error of the library into words on a page."""

import contextlib
import re
from collections.abc import Iterator
from typing import Protocol

import streamlit as st

from mnist_core import errors
from mnist_core.discretion import without_places
from mnist_core.errors import BundleError, MnistError
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.model.bundle import SHIPPED
from mnist_ui.state import reader

_HEADLINES = {
    errors.EmptyDrawingError: N_("There is nothing to read yet."),
    errors.DrawingError: N_("This drawing cannot be read."),
    BundleError: N_("This model cannot be used."),
    errors.ConfigError: N_("These settings do not go together."),
    errors.DatasetError: N_("These images cannot be had."),
    errors.CollectionError: N_("The collection of drawings cannot be used."),
    errors.SearchError: N_("This search cannot be used."),
    errors.JobError: N_("This run cannot be changed."),
    errors.LimitError: N_("That is too much for now."),
}

_SECRET = re.compile(r"taught-[0-9a-f]{32}")


def headline(error: MnistError) -> str:
    """What went wrong, in one short sentence."""
    return _(next((text for kind, text in _HEADLINES.items() if isinstance(error, kind)), N_("That did not work.")))


def plain(text: str) -> str:
    """Text that may have come in with an address, so that Markdown makes no link or picture of it.

    What a visitor has taught has a secret name, which is left out: others may look at the screen.

    Examples
    --------
    >>> print(plain("[Win](//example.org)"))
    \\[Win](//example.org)
    >>> print(plain("No space left for taught/taught-0123456789abcdef0123456789abcdef."))
    No space left for taught/taught.
    """
    return _SECRET.sub("taught", without_places(text)).replace("[", "\\[")


@contextlib.contextmanager
def repeated() -> Iterator[None]:
    """Say an error of the library on the page in its own words, and go on after the block."""
    try:
        yield
    except MnistError as error:
        st.error(without_places(error))


class Troubled(Protocol):
    """Something of a session that has a page say once what did not work."""

    trouble: str


@contextlib.contextmanager
def noted(of: Troubled) -> Iterator[None]:
    """In a callback: have the page say afterwards what did not work."""
    try:
        yield
    except MnistError as error:
        of.trouble = plain(str(error))


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Say an error of the library on the page and go on after the block; anything else is a bug and stays visible."""
    try:
        yield
    except MnistError as error:
        st.error(f"**{headline(error)}** {plain(str(error))}", icon=":material/error:")
        is_own_model = isinstance(error, BundleError) and reader.model_name() != SHIPPED
        if is_own_model and st.button(_("Use the model that came with the app")):
            reader.choose_model(SHIPPED)
            st.rerun()
