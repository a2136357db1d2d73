"""A map to take away: a page that turns, a table, and the files of TensorBoard's Embedding Projector."""

from functools import partial

import numpy as np
import streamlit as st

from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.maps.embedding import Embedding
from mnist_core.maps.library import MapInfo, shown_name
from mnist_core.maps.projector import map_csv, projector_zip
from mnist_core.types import Readings
from mnist_ui.figures.point_cloud import point_cloud
from mnist_ui.map.atlas import Sheets
from mnist_ui.map.chart import images_of
from mnist_ui.map.locating import title_of
from mnist_ui.widgets import Files, download_buttons


def offer_files(sheets: Sheets, answers: Readings | None) -> None:
    """A button that offers each map of an atlas as files; each is written when somebody asks for it."""
    with st.popover(_("Take away"), icon=":material/download:", key="map-files"):
        infos = {info.name: (info, each) for info, each in zip(sheets.atlas.infos, sheets.all, strict=True)}
        names = list(infos)
        first = names.index(sheets.atlas.main.name)
        info, embedding = infos[
            st.selectbox(
                _("Which map"),
                names,
                first,
                format_func=lambda name: shown_name(infos[name][0]),
                key=f"map-away-{sheets.atlas.id}",
            )
        ]
        page, zipped = partial(as_page, info, embedding, answers), partial(_projector, embedding, answers)
        files: Files = {
            "html": (_("HTML: turns in any browser, needs no network"), page),
            "csv": (_("CSV: a line for each digit"), partial(map_csv, embedding, answers)),
            "zip": (_("ZIP: for TensorBoard's Embedding Projector"), zipped),
        }
        download_buttons(f"map-{info.id}", "map", files)
        st.caption(_("PNG: the arrow above the map (Save picture) saves it as you see it now."))


def as_page(info: MapInfo, embedding: Embedding, answers: Readings | None) -> str:
    """A map as one HTML file that needs nothing else."""
    rows = range(len(embedding))
    labels, indices = embedding.labels.tolist(), embedding.indices.tolist()
    message = _("{label}, read as {read}") if answers else "{label}"
    read = answers.digits.tolist() if answers else labels
    texts = [
        f"{message.format(label=labels[row], read=read[row])}<br>{title_of(embedding, indices[row])}" for row in rows
    ]
    title = _("{map}: {count} digits").format(map=in_html(shown_name(info)), count=number(info.points))
    page: str = point_cloud(embedding.coordinates, embedding.labels, texts, title).to_html(include_plotlyjs=True)
    return page


def _projector(embedding: Embedding, answers: Readings | None) -> bytes:
    """The projector's files, with pictures where there are some."""
    dataset = images_of(embedding)
    images = None if dataset is None else np.asarray(dataset.images[embedding.indices])
    return projector_zip(embedding, images, answers)
