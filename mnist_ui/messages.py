"""The one place that turns an error of the library into words on a page."""

import contextlib
from collections.abc import Iterator
from typing import Protocol

import streamlit as st

from mnist_core import errors
from mnist_core.discretion import without_places
from mnist_core.errors import BundleError, MnistError
from mnist_core.foreign import in_markdown
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
    errors.JobError: N_("This work cannot be started or changed."),
    errors.OwnerError: N_("This is not yours to change."),
    errors.LimitError: N_("That is too much for now."),
    errors.ExtraError: N_("This is not installed here."),
}


def headline(error: MnistError) -> str:
    """What went wrong, in one short sentence."""
    return _(next((text for kind, text in _HEADLINES.items() if isinstance(error, kind)), N_("That did not work.")))


def told(error: object) -> str:
    """What an error says as Markdown for visitors: literally, and without the places of files on this machine."""
    return in_markdown(without_places(error))


@contextlib.contextmanager
def repeated() -> Iterator[None]:
    """Say an error of the library on the page in its own words, and go on after the block."""
    try:
        yield
    except MnistError as error:
        st.error(told(error))


def said_of_bug(error: Exception) -> bool:
    """Say on the page, in a sentence, that something went wrong that nobody foresaw; Streamlit has it in its log.

    Returns
    -------
    Whether Streamlit need say nothing itself, as `st.App` wants to know of its `on_script_error`.
    """
    if isinstance(error, MnistError):
        st.error(f"**{headline(error)}** {told(error)}", icon=":material/error:")
    else:
        st.error(_("Something went wrong here. It has been noted; open the page again."), icon=":material/error:")
    return True


class Troubled(Protocol):
    """Something of a session that has a page say once what did not work."""

    trouble: str


@contextlib.contextmanager
def noted(of: Troubled) -> Iterator[None]:
    """In a callback: have the page say afterwards what did not work."""
    try:
        yield
    except MnistError as error:
        of.trouble = told(error)


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Say an error of the library on the page and go on after the block; anything else is a bug and stays visible."""
    try:
        yield
    except MnistError as error:
        st.error(f"**{headline(error)}** {told(error)}", icon=":material/error:")
        is_own_model = isinstance(error, BundleError) and reader.model_name() != SHIPPED
        if is_own_model and st.button(_("Use the model that came with the app")):
            reader.choose_model(SHIPPED)
            st.rerun()
