"""Taking the reader home: a button for one file with the pad and a model, and the way to the page of the pad alone."""

from functools import partial
from typing import Literal
from urllib.parse import urlencode

import streamlit as st

from mnist_core.language import current, spoken
from mnist_core.language import gettext as _
from mnist_core.model.bundle import is_taught, standard_model
from mnist_core.reader.words import page_words
from mnist_ui import routes
from mnist_ui.reader_page import FILE_NAME


def offer_reader(model: str, key: str, width: Literal["content", "stretch"] = "content") -> None:
    """A button for the file; it is made when it is asked for.

    Parameters
    ----------
    model
        Its name.
    key
        Of the button.
    """
    words = page_words()
    st.download_button(
        words["take"],
        partial(_file, model, current()),
        FILE_NAME,
        "text/html",
        on_click="ignore",
        icon=":material/smartphone:",
        key=key,
        width=width,
        help=words["take_note"],
    )


def link_to_reader(model: str) -> None:
    """A link to the page of the reader, which knows the models of all visitors."""
    if is_taught(model):
        return
    asked = {"language": current().replace("_", "-")} | ({} if model == standard_model() else {"model": model})
    address = f"{routes.address(routes.READER)}/?{urlencode(asked)}"
    st.link_button(_("The reader on its own"), address, icon=":material/open_in_new:")


def _file(model: str, language: str) -> bytes:
    """The file, in the language of whoever asked for it; the server makes it outside of the visitor's run."""
    from mnist_core.reader.page.home import home_page  # only a few visitors ever need it

    with spoken(language):
        return home_page(model).encode()
