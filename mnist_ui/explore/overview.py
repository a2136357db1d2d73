"""Overview: what a dataset looks like as a whole, beside another one if that is wanted."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from mnist_core.catalogue.overview import Overview, load_overview
from mnist_core.catalogue.overview_words import compare, sentences
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.types import CLASSES, Dataset, Float32Array, UInt8Array
from mnist_ui import resources
from mnist_ui.choices import choose
from mnist_ui.explore.address import EXPLORE_ADDRESS, OTHER
from mnist_ui.explore.exploring import at_hand, dataset_words, open_image
from mnist_ui.explore.tiles import show_tiles
from mnist_ui.figures import overview as figures
from mnist_ui.state import reader
from mnist_ui.widgets import PLAIN

# No pixel has a larger standard deviation: half of the images empty there and half full of ink.
LARGEST_SPREAD = 0.5
NOTHING = "nothing"

Images = list[UInt8Array | None]


def show_overview(dataset: Dataset) -> None:
    """What one sees in it, what each digit looks like, how many there are and how much ink they have."""
    looked_at = [dataset]
    other = _choose_other(dataset)
    if other:
        with st.spinner(_("The images are made ready…")):
            looked_at.append(resources.dataset(other))
    with st.spinner(_("All images are looked at, once…")):
        overviews = [load_overview(each) for each in looked_at]
    _say(overviews)
    if not overviews[0].images:
        return
    _show_digits(looked_at, overviews)
    _show_charts(overviews)


def _choose_other(dataset: Dataset) -> str | None:
    """Another dataset to compare with, if there is one."""
    words = {NOTHING: _("Nothing"), **{name: dataset_words(name) for name in at_hand() if name != dataset.name}}
    if len(words) == 1:
        return None
    chosen = choose(EXPLORE_ADDRESS, OTHER, _("Compare with"), list(words), words=words.__getitem__)
    return None if chosen == NOTHING else chosen


def _say(overviews: list[Overview]) -> None:
    """What one sees, in sentences."""
    names = [_("“{name}”").format(name=dataset_words(each.name)) for each in overviews]
    if len(overviews) == 1:
        said = sentences(overviews[0], names[0])
    else:
        said = compare(overviews[0], overviews[1], names[0], names[1])
    st.markdown("\n".join(f"- {sentence}" for sentence in said))


def _show_digits(looked_at: list[Dataset], overviews: list[Overview]) -> None:
    """The average, the most typical and the spread of each digit."""
    if len(overviews) > 1:
        first, second = (dataset_words(each.name) for each in overviews)
        said = _("In each pair, the upper image is of **{first}**, the lower one of **{second}**.")
        st.markdown(said.format(first=first, second=second))
    st.header(_("The average of each digit"), anchor=False)
    said = _("All training images of a digit laid on top of each other: bright where most of them have ink.")
    only_tests = any("train" not in each.splits for each in overviews)
    st.caption(f"{said} {_('Of what is only to test with, all images.')}" if only_tests else said)
    _show_each(overviews, lambda each: each.average, 1.0, N_("the average ({dataset})"))
    st.header(_("The most typical of each digit"), anchor=False)
    st.caption(_("Of all images of a digit, the one that is most like this average. Click one to see all about it."))
    for each, overview in zip(looked_at, overviews, strict=True):
        _show_typical(each, overview, looked_at[0])
    st.header(_("Where they differ"), anchor=False)
    st.caption(
        _(
            "Bright where some have ink and others have none, dark where all agree: the standard deviation of each "
            "pixel, in full white the largest that there can be."
        )
    )
    _show_each(overviews, lambda each: each.spread, LARGEST_SPREAD, N_("the spread ({dataset})"))


def _show_each(overviews: list[Overview], of: Callable[[Overview], Float32Array], full: float, alt: str) -> None:
    """One image of each digit; of two datasets below each other. The text is marked, with a place for the dataset."""
    rows = [_with_gaps(each, figures.as_images(of(each), full)) for each in overviews]
    st.html(figures.pairs_of_each(rows, [_(alt).format(dataset=dataset_words(each.name)) for each in overviews]))


def _with_gaps(overview: Overview, images: UInt8Array) -> Images:
    """Images of the ten digits, None for a digit that the dataset has none of."""
    return [images[digit] if overview.of_digit[digit] else None for digit in range(CLASSES)]


def _show_typical(dataset: Dataset, overview: Overview, first: Dataset) -> None:
    """The most typical image of each digit, each a way to all that is known of it."""
    indices = overview.typical[overview.typical >= 0]
    catalogue = resources.catalogue(dataset, reader.model_name())
    picked = show_tiles(
        catalogue,
        indices,
        key=f"overview-typical-{dataset.name}",
        title=_("The most typical image of each digit ({dataset})").format(dataset=dataset_words(dataset.name)),
        captions=[dataset.class_names[label] for label in dataset.labels[indices]],
    )
    if picked is not None:
        # It may be of the other dataset, which the whole page then is about, compared with the first one.
        open_image(catalogue, picked)
        if dataset.name != first.name:
            EXPLORE_ADDRESS.set({OTHER: first.name})
        st.rerun()


def _show_charts(overviews: list[Overview]) -> None:
    """How many images, how much ink, which shades: in a column for each dataset."""
    most = max(map(figures.most_ink, overviews))
    charts: dict[str, tuple[str, Callable[[Overview], go.Figure]]] = {
        N_("How many of each digit"): ("", figures.digit_counts),
        N_("How much ink"): (
            _("The ink of an image is the share of it that would be covered if all its ink were full."),
            lambda each: figures.ink_histogram(each, most),
        ),
        N_("Which shades"): (
            _("How many pixels have which intensity. Each line up is ten times as many."),
            figures.shade_histogram,
        ),
    }
    for title, (words, draw) in charts.items():
        st.header(_(title), anchor=False)
        if words:
            st.caption(words)
        columns = st.columns(len(overviews), gap="large")
        for column, each in zip(columns, overviews, strict=True):
            name = dataset_words(each.name)
            if len(overviews) > 1:
                column.markdown(f"**{name}**")
            column.plotly_chart(
                draw(each), key=f"overview-{title}-{each.name}", config=PLAIN, alt=f"{_(title)}: {name}"
            )
