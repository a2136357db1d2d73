"""Which network sees the digits of a map, and which one reads them."""

from dataclasses import replace

import streamlit as st

from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.model.bundle import base_of
from mnist_core.readings.finding import READINGS
from mnist_core.types import Readings
from mnist_ui import waiting
from mnist_ui.map.atlas import Sheets
from mnist_ui.map.chart import images_of, reader_name
from mnist_ui.map.making import make_map_of
from mnist_ui.state import reader


def show_reading(sheets: Sheets, answers: Readings | None) -> None:
    """How far the model is with reading the digits of the map, while it is not through."""
    dataset, name = images_of(sheets.main), reader.model_name()
    if answers is not None or dataset is None:
        return
    with st.container(border=True):
        saying = _("**{model}** is reading the digits, once; then the map can be coloured by what it reads.")
        waiting.found(READINGS, name, dataset, saying=saying.format(model=in_markdown(reader.shown_name(name))))


def show_other_model(sheets: Sheets) -> None:
    """A word where the map is of another model than the visitor's, and a map of that one on request."""
    config, name = sheets.main.config, base_of(reader.model_name())  # teaching leaves what it sees as it was
    of = reader_name(sheets.main, name)
    if of == name:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="map-other-model"):
        message = (
            _(
                "This map shows what the network **{reader}** sees, and finds the place of your drawing with it. You "
                "have chosen **{model}**, which may see digits in another way."
            )
            if of
            else _("The network that this map is of, **{of}**, is not here any more, or was trained anew.")
        )
        names = {"reader": of or "", "model": name, "of": config.model}
        st.markdown(message.format(**{key: in_markdown(each) for key, each in names.items()}), width="stretch")
        can_make = images_of(sheets.main) is not None
        if st.button(
            _("Make a map of {model}").format(model=in_markdown(name)),
            icon=":material/scatter_plot:",
            disabled=not can_make,
        ):
            make_map_of(replace(config, model=name))
            st.rerun()
