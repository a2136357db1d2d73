"""Odd ones out: the images that are least like the others of their digit."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from mnist_core.analysis.anomalies import Anomalies, load_anomalies
from mnist_core.analysis.catalogue import Catalogue, Indices
from mnist_core.analysis.oddness import AGREEMENT, WAYS, Oddness, oddness
from mnist_core.types import CLASSES, Dataset
from mnist_ui import state
from mnist_ui.choices import choose, slide
from mnist_ui.exploring import known, open_image, show_wait
from mnist_ui.figures.answer import percent
from mnist_ui.figures.oddness import oddness_histogram
from mnist_ui.survey import wait_for_survey
from mnist_ui.tiles import show_tiles

# Divides into full rows of 12, 10, 6, 5 or 4.
SHOWN = 60
ALL = "All"
# What needs the network, and what it is about.
OF_NETWORK = ("novelty", AGREEMENT)
# Beyond this the scale ends: a few images would take most of it.
MOST = 10.0
FINE, COARSE = 0.005, 0.05


class Scale(NamedTuple):
    """How oddness is measured: the axis, what its numbers mean, and what the number below an image means."""

    axis: str
    meaning: str
    below: str


_RELATIVE = Scale(
    "How odd",
    "0 is an ordinary image of its digit. From 1 on, the method calls an image odd: of the training images of each "
    "digit, the oddest 5 %. 10 is so much or more. Each line up is ten times as many images.",
    "how many times as far it is from the ordinary as where the method begins to call an image odd",
)
SCALES = {
    "pca": _RELATIVE,
    "forest": _RELATIVE,
    "novelty": Scale(
        "Novelty",
        "0 is familiar, 1 strange. At 0.5 begin the rarest 1 % of the digits that the network was validated with. Each "
        "line up is ten times as many images.",
        "how novel the network finds it",
    ),
    AGREEMENT: Scale(
        "Less odd by all three",
        "At 0.95, each of the three methods finds 95 % of the images of the same digit less odd. Each line up is ten "
        "times as many images.",
        "how many images of its digit are less odd by each of the three methods",
    ),
}


def show_odd(dataset: Dataset) -> None:
    """A digit and a way to choose, how many are how odd, and the oddest of them."""
    catalogue = known(dataset)
    anomalies = load_anomalies(dataset)
    if anomalies is None:
        st.write("Three methods look for images that are unlike the others of their digit.")
        wait_for_survey(dataset, lambda: load_anomalies(dataset) is not None)
        return
    way, digit = _choose()
    st.write(WAYS[way].sentence)
    found = _oddness(catalogue, anomalies, way)
    if found is None:
        st.info(f"This has to wait, because {catalogue.missing['novelty']}.", icon=":material/hourglass_top:")
        show_wait(dataset)
        return
    rows = _rows(catalogue, found, digit)
    if not len(rows):
        st.info(f"There are too few images of the digit {digit} to say which are odd.", icon=":material/search_off:")
        return
    threshold = _choose_threshold(found, rows, way)
    _show_found(catalogue, found, rows, threshold, way)


def _choose() -> tuple[str, int | None]:
    """Which way of finding them, and which digit; None for all."""
    ways = list(WAYS)
    way = choose(
        state.METHOD, "How to find them", ways, ways[0], words=lambda each: WAYS[each].name, forgets=[state.ABOVE]
    )
    digit = choose(state.DIGIT, "Which digit", [ALL, *map(str, range(CLASSES))], ALL, forgets=[state.ABOVE])
    return way, None if digit == ALL else int(digit)


def _oddness(catalogue: Catalogue, anomalies: Anomalies, way: str) -> Oddness | None:
    """How odd each image is; None while the model has not read them and that is needed."""
    novelty = catalogue.columns.get("novelty")
    return None if way in OF_NETWORK and novelty is None else oddness(way, anomalies, novelty)


def _rows(catalogue: Catalogue, found: Oddness, digit: int | None) -> Indices:
    """The images that are looked at."""
    is_chosen = np.isfinite(found.values)
    if digit is not None:
        is_chosen &= catalogue.dataset.labels == digit
    return np.flatnonzero(is_chosen)


def _choose_threshold(found: Oddness, rows: Indices, way: str) -> float:
    """How many are how odd, and from where on they are to be shown."""
    values = np.minimum(found.values[rows], MOST)
    place = st.container()
    low = float(np.floor(values.min()))
    high = max(float(np.ceil(values.max())), low + 1)
    first = min(max(found.threshold, low), high)
    threshold = slide(
        state.ABOVE, "From where on an image counts as odd", (low, high), first, FINE if high <= 1 else COARSE
    )
    axis, meaning, _ = SCALES[way]
    st.caption(meaning)
    place.plotly_chart(
        oddness_histogram(values, threshold, axis),
        key="odd-histogram",
        config={"displayModeBar": False},
        alt=f"How many images are how odd. {np.sum(values > threshold):,} of {len(values):,} are above the threshold.",
    )
    return threshold


def _show_found(catalogue: Catalogue, found: Oddness, rows: Indices, threshold: float, way: str) -> None:
    """How many are above the threshold, and the oddest of them."""
    above = found.above(threshold, rows)
    share = len(above) / len(rows)
    said = f"**{len(above):,}** of {len(rows):,} images are above it ({100 * share:.1f} %)."
    st.markdown(said + (f" The {SHOWN} oddest:" if len(above) > SHOWN else ""))
    if not len(above):
        return
    shown = above[:SHOWN]
    scale = SCALES[way]
    captions = [f"{catalogue.dataset.labels[index]} · {_short(found.values[index], scale)}" for index in shown.tolist()]
    show_tiles(catalogue, shown, key="odd-grid", title="The oddest images", captions=captions, on_pick=open_image)
    st.caption(
        f"Below each image stand its label and {scale.below}; where the frame is dashed, the model reads something "
        "else. Click one to see all about it. Odd is not wrong: most of these are digits that somebody wrote in a way "
        "of their own."
    )


def _short(value: float, scale: Scale) -> str:
    """How odd an image is, in two or three digits: so many times, or a share."""
    if scale is _RELATIVE:
        return f"{value:.1f}×" if value < MOST else f"{value:.0f}×"
    return percent(float(value))
