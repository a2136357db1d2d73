"""One image: large, with all that is known of it, and the images that are most like it."""

import numpy as np
import streamlit as st

from mnist_core.analysis.catalogue import Catalogue, Indices
from mnist_core.analysis.query import LIKENESS, Query
from mnist_core.errors import ConfigError
from mnist_core.types import Dataset
from mnist_ui import state
from mnist_ui.browsing import asked_query
from mnist_ui.exploring import ask, asked_image, close_image, known, open_image, show_wait
from mnist_ui.figures.answer import bars, percent
from mnist_ui.figures.facts import facts
from mnist_ui.figures.pixels import pixel_values
from mnist_ui.figures.robustness import large_digit
from mnist_ui.messages import plain
from mnist_ui.tiles import is_misread, sentence, show_tiles, title_of

FAMILIAR = 0.5  # of novelty: where the rarest 1 % of validation digits begin


def show_image(dataset: Dataset) -> None:
    """The image that the address names; if there is no such image, that is said.

    Raises
    ------
    MnistError
        If the model cannot be used.
    """
    catalogue = known(dataset)
    st.button("Back", icon=":material/arrow_back:", on_click=close_image, type="tertiary")
    try:
        index = asked_image(catalogue)
    except ConfigError as error:
        st.warning(f"The address asks for an image that there is not. {plain(str(error))}", icon=":material/link_off:")
        return
    query = asked_query(catalogue)
    _show_way(catalogue, catalogue.find(query), index)
    picture, reading, rest = st.columns([4, 5, 4], gap="medium")
    with picture:
        _show_picture(catalogue, index)
    with reading:
        _show_reading(catalogue, index)
    with rest:
        _show_traits(catalogue, index)
        _offer_map(catalogue, index)
    _show_neighbours(catalogue, query, index)
    show_wait(dataset)


def _show_way(catalogue: Catalogue, found: Indices, index: int) -> None:
    """Its name, its place among the results, and the ones before and after it there; or in the dataset."""
    at = np.flatnonzero(found == index)
    row, place = (found, int(at[0])) if len(at) else (np.arange(len(catalogue)), index)
    with st.container(horizontal=True, vertical_alignment="center", key="explore-way"):
        st.subheader(title_of(catalogue, index), anchor=False, width="content")
        said = f"number {place + 1:,} of {len(row):,}" if len(at) else "not among the images found"
        st.caption(said, width="stretch")
        for word, icon, step in (("Previous", "chevron_left", -1), ("Next", "chevron_right", 1)):
            other = place + step
            is_there = 0 <= other < len(row)
            st.button(
                word,
                icon=f":material/{icon}:",
                icon_position="left" if step < 0 else "right",
                disabled=not is_there,
                on_click=open_image,
                args=(catalogue, int(row[other])) if is_there else (),
                key=f"explore-{word}",
            )


def _show_picture(catalogue: Catalogue, index: int) -> None:
    """The image, large, or its pixels as numbers."""
    image = np.asarray(catalogue.dataset.images[index])
    place = st.container()
    if st.toggle("Pixel values", key="explore-pixels", persist_state="session"):
        place.plotly_chart(
            pixel_values(image),
            key="explore-pixel-chart",
            config={"displayModeBar": False},
            alt="The image, 28 by 28 pixels; each square says its value from 0 to 255 when it is pointed at.",
        )
    else:
        place.html(large_digit(image, sentence(catalogue, index)))


def _show_reading(catalogue: Catalogue, index: int) -> None:
    """What the model makes of it."""
    label = int(catalogue.dataset.labels[index])
    if catalogue.readings is None:
        st.markdown(f"It is labelled **{label}**. The model has not read it yet.")
        return
    read, probability = int(catalogue.columns["read"][index]), float(catalogue.columns["probability"][index])
    agrees = (
        "and that is what the model reads" if not is_misread(catalogue, index) else f"but the model reads **{read}**"
    )
    st.markdown(f"It is labelled **{label}**, {agrees}: {percent(probability)} sure.")
    st.html(bars(catalogue.readings.probabilities[index].tolist(), str(read)))


def _show_traits(catalogue: Catalogue, index: int) -> None:
    """What is measured of it, and how that compares."""
    columns, label = catalogue.columns, int(catalogue.dataset.labels[index])
    values = {
        "Typicality": f"{columns['typicality'][index]:.2f}",
        "Ink": percent(float(columns["ink"][index])),
        "Slant": f"{columns['slant'][index]:+.0f}°",
    }
    if "loss" in columns:
        values |= {"Loss": f"{columns['loss'][index]:.3f}", "Novelty": f"{columns['novelty'][index]:.2f}"}
    st.html(f'<div class="in-pairs">{facts(values)}</div>')
    st.write(" ".join(_sentences(catalogue, index, label)))


def _offer_map(catalogue: Catalogue, index: int) -> None:
    """A way to the image's place on the map."""
    st.page_link(
        "pages/map.py",
        label="Its place on the map",
        icon=":material/scatter_plot:",
        query_params={state.DATASET: catalogue.dataset.name, state.IMAGE: catalogue.name(index)},
    )


def _sentences(catalogue: Catalogue, index: int, label: int) -> list[str]:
    """How it compares with the others."""
    columns = catalogue.columns
    same = columns["label"] == label
    typicality = columns["typicality"]
    above = float(np.mean(typicality[same] > typicality[index]))
    said = [f"{_share(above)} of the {label}s are more like the average {label} than this one."]
    if "novelty" in columns:
        novelty = float(columns["novelty"][index])
        familiar = (
            "The model has learned from digits like this" if novelty < FAMILIAR else "To the model this is strange"
        )
        below = float(np.mean(columns["novelty"] < novelty))
        said.append(f"{familiar}: it finds {_share(below)} of all images here more familiar.")
    if "is_suspect" in columns and columns["is_suspect"][index]:
        said.append(f"Its label is in doubt: networks that had never seen it read **{columns['suggested'][index]}**.")
    return said


def _share(share: float) -> str:
    """A share in whole percent, or none or all."""
    if share in (0.0, 1.0):
        return "all" if share else "none"
    return f"{min(max(round(100 * share), 1), 99)} %"


def _show_neighbours(catalogue: Catalogue, query: Query, index: int) -> None:
    """The images most like it, each a way on."""
    near = catalogue.neighbours(index)
    how = "that the model finds most like it" if catalogue.readings else "whose pixels are most like it"
    label = int(catalogue.dataset.labels[index])
    agree = int((near.labels == label).sum())
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**The {len(near.indices)} images {how}**: {agree} of them are labelled {label}, too.")
        st.button(
            "All images by likeness",
            icon=":material/sort:",
            on_click=_sort_by_likeness,
            args=(catalogue, query, index),
            type="tertiary",
        )
    show_tiles(catalogue, near.indices, key="explore-near", title="The images most like it", on_pick=open_image)


def _sort_by_likeness(catalogue: Catalogue, query: Query, index: int) -> None:
    """Show all images, those most like this one first; a callback."""
    ask(catalogue, Query(split=query.split, sort=LIKENESS, like=index))
