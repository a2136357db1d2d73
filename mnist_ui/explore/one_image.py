"""One image: large, with all that is known of it, and the images that are most like it."""

from functools import partial

import numpy as np
import streamlit as st

from mnist_core.catalogue.catalogue import Catalogue, Indices
from mnist_core.catalogue.query import LIKENESS, Query
from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.language import percent as whole_percent
from mnist_core.reader.answer import bars, percent
from mnist_core.types import Dataset
from mnist_ui.address import DATASET, IMAGE
from mnist_ui.explore.browsing import asked_query
from mnist_ui.explore.exploring import ask, asked_image, close_image, known, open_image, show_wait
from mnist_ui.explore.tiles import is_misread, sentence, show_tiles, title_of
from mnist_ui.figures.facts import facts
from mnist_ui.figures.pixels import pixel_values
from mnist_ui.figures.robustness import large_digit
from mnist_ui.messages import told
from mnist_ui.widgets import PLAIN

# Whether the model finds it familiar, and how many images it finds more familiar: none, some or all.
_FAMILIAR = {
    (True, "none"): N_("The model has learned from digits like this: it finds none of all images here more familiar."),
    (True, "some"): N_(
        "The model has learned from digits like this: it finds {share} of all images here more familiar."
    ),
    (True, "all"): N_("The model has learned from digits like this: it finds all images here more familiar."),
    (False, "none"): N_("To the model this is strange: it finds none of all images here more familiar."),
    (False, "some"): N_("To the model this is strange: it finds {share} of all images here more familiar."),
    (False, "all"): N_("To the model this is strange: it finds all images here more familiar."),
}
_TYPICAL = {
    "none": N_("None of the {label}s are more like the average {label} than this one."),
    "some": N_("{share} of the {label}s are more like the average {label} than this one."),
    "all": N_("All of the {label}s are more like the average {label} than this one."),
}


def show_image(dataset: Dataset) -> None:
    """The image that the address names; if there is no such image, that is said.

    Raises
    ------
    MnistError
        If the model cannot be used.
    """
    catalogue = known(dataset)
    st.button(_("Back"), icon=":material/arrow_back:", on_click=close_image, type="tertiary")
    try:
        index = asked_image(catalogue)
    except ConfigError as error:
        message = _("The address asks for an image that there is not. {reason}").format(reason=told(error))
        st.warning(message, icon=":material/link_off:")
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
        st.header(title_of(catalogue, index), anchor=False, width="content")
        message = _("number {place} of {count}") if len(at) else _("not among the images found")
        st.caption(message.format(place=number(place + 1), count=number(len(row))), width="stretch")
        for word, icon, step in ((N_("Previous"), "chevron_left", -1), (N_("Next"), "chevron_right", 1)):
            other = place + step
            is_there = 0 <= other < len(row)
            st.button(
                _(word),
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
    if st.toggle(_("Pixel values"), key="explore-pixels", persist_state="session"):
        place.plotly_chart(
            pixel_values(image),
            key="explore-pixel-chart",
            config=PLAIN,
            alt=_("The image, 28 by 28 pixels; each square says its value from 0 to 255 when it is pointed at."),
        )
    else:
        place.html(large_digit(image, sentence(catalogue, index)))


def _show_reading(catalogue: Catalogue, index: int) -> None:
    """What the model makes of it."""
    label = int(catalogue.dataset.labels[index])
    if catalogue.readings is None:
        st.markdown(_("It is labelled **{label}**. The model has not read it yet.").format(label=label))
        return
    read, probability = int(catalogue.columns["read"][index]), float(catalogue.columns["probability"][index])
    message = (
        _("It is labelled **{label}**, but the model reads **{read}**: {sure} sure.")
        if is_misread(catalogue, index)
        else _("It is labelled **{label}**, and that is what the model reads: {sure} sure.")
    )
    st.markdown(message.format(label=label, read=read, sure=percent(probability)))
    st.html(bars(catalogue.readings.probabilities[index].tolist(), str(read)))


def _show_traits(catalogue: Catalogue, index: int) -> None:
    """What is measured of it, and how that compares."""
    columns, label = catalogue.columns, int(catalogue.dataset.labels[index])
    values = {
        _("Typicality"): number(float(columns["typicality"][index]), 2),
        _("Ink"): percent(float(columns["ink"][index])),
        _("Slant"): f"{columns['slant'][index]:+.0f}°",
    }
    if "loss" in columns:
        values |= {
            _("Loss"): number(float(columns["loss"][index]), 3),
            _("Novelty"): number(float(columns["novelty"][index]), 2),
        }
    st.html(f'<div class="in-pairs">{facts(values)}</div>')
    st.write(" ".join(_sentences(catalogue, index, label)))


def _offer_map(catalogue: Catalogue, index: int) -> None:
    """A way to the image's place on the map."""
    where = {DATASET: catalogue.dataset.name, IMAGE: catalogue.name(index)}
    label = _("Its place on the map")
    st.page_link("pages/map.py", label=label, icon=":material/scatter_plot:", query_params=where)


def _sentences(catalogue: Catalogue, index: int, label: int) -> list[str]:
    """How it compares with the others."""
    columns = catalogue.columns
    same = columns["label"] == label
    typicality = columns["typicality"]
    above = float(np.mean(typicality[same] > typicality[index]))
    said = [_(_TYPICAL[_how_many(above)]).format(share=_share(above), label=label)]
    if catalogue.readings is not None:
        novelty, is_digit = catalogue.readings.novelty, bool(catalogue.readings.is_digit[index])
        below = float(np.mean(novelty < novelty[index]))
        said.append(_(_FAMILIAR[is_digit, _how_many(below)]).format(share=_share(below)))
    if "is_suspect" in columns and columns["is_suspect"][index]:
        message = _("Its label is in doubt: networks that had never seen it read **{digit}**.")
        said.append(message.format(digit=columns["suggested"][index]))
    return said


def _share(share: float) -> str:
    """A share in whole percent, neither none nor all."""
    return whole_percent(min(max(round(100 * share), 1), 99) / 100, 0)


def _how_many(share: float) -> str:
    """Whether a share is none, some or all."""
    return {0.0: "none", 1.0: "all"}.get(share, "some")


def _show_neighbours(catalogue: Catalogue, query: Query, index: int) -> None:
    """The images most like it, each a way on."""
    near = catalogue.neighbours(index)
    label = int(catalogue.dataset.labels[index])
    agree = int((near.labels == label).sum())
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        message = (
            _("**The {count} images that the model finds most like it**: {agree} of them are labelled {label}, too.")
            if catalogue.readings
            else _("**The {count} images whose pixels are most like it**: {agree} of them are labelled {label}, too.")
        )
        st.markdown(message.format(count=len(near.indices), agree=agree, label=label))
        by_likeness = partial(ask, catalogue, Query(split=query.split, sort=LIKENESS, like=index))
        st.button(_("All images by likeness"), icon=":material/sort:", on_click=by_likeness, type="tertiary")
    show_tiles(catalogue, near.indices, key="explore-near", title=_("The images most like it"), on_pick=open_image)
