"""What the visitor drew a box or a lasso around: how many of each digit, the digits themselves, and a table of them."""

from dataclasses import replace

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number
from mnist_core.maps.embedding import Embedding, Indices
from mnist_core.maps.projector import map_csv
from mnist_core.types import Readings
from mnist_ui.gallery import gallery
from mnist_ui.map.atlas import Sheets
from mnist_ui.map.chart import images_of
from mnist_ui.map.locating import counted, look_at, named, title_of

IN_PAGE = 60


def show_selection(sheets: Sheets, selected: Indices, answers: Readings | None) -> None:
    """The selected points; how to select some, while there are none.

    Parameters
    ----------
    selected
        int64 (m,): which points.
    """
    if not len(selected):
        st.caption(
            _("Choose **Box** or **Lasso** above the map and draw around some points: the digits there are shown here.")
        )
        return
    main = sheets.main
    labels = main.labels[selected]
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="map-chosen"
    ):
        message = ngettext(
            "**{count} digit is selected:** {digits}.", "**{count} digits are selected:** {digits}.", len(selected)
        )
        st.markdown(message.format(count=number(len(selected)), digits=counted(labels.tolist())))
        st.download_button(
            _("Table of these"),
            lambda: map_csv(_part(main, selected), answers and answers.part(selected)),
            f"{len(selected)}-digits.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/table:",
            key="map-selected-csv",
        )
    if images_of(main) is not None:
        _show_page(main, selected, answers)


def _show_page(main: Embedding, selected: Indices, answers: Readings | None) -> None:
    """One page of the selected digits; a click looks at one."""
    pages = -(-len(selected) // IN_PAGE)
    key = f"map-page-{len(selected)}-{selected[0]}-{selected[-1]}"
    page: int = st.pagination(pages, max_visible_pages=5, key=key) if pages > 1 else 1
    shown = selected[(page - 1) * IN_PAGE : page * IN_PAGE]
    dataset = images_of(main)
    assert dataset is not None
    indices = main.indices[shown]
    captions = [_caption(main, row, answers) for row in shown.tolist()]
    gallery(
        dataset.images[indices],
        captions,
        ["wrong" if answers is not None and not answers.is_right[row] else "" for row in shown.tolist()],
        key="map-selected",
        title=_("The selected digits"),
        spoken=[f"{title_of(main, index)}: {caption}" for index, caption in zip(indices, captions, strict=True)],
        side=2 * 28,
        on_pick=lambda position: look_at(named(main, int(indices[position]))),
    )


def _caption(main: Embedding, row: int, answers: Readings | None) -> str:
    """A digit's label, and what it is misread as."""
    label = str(main.labels[row])
    return label if answers is None or answers.is_right[row] else f"{label} → {answers.digits[row]}"


def _part(embedding: Embedding, rows: Indices) -> Embedding:
    """Some points of a map."""
    return replace(
        embedding,
        indices=embedding.indices[rows],
        labels=embedding.labels[rows],
        coordinates=embedding.coordinates[rows],
        vectors=embedding.vectors[rows],
    )
