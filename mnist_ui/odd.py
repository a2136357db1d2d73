"""Odd ones out: the images that are least like the others of their digit."""

import numpy as np
import streamlit as st

from mnist_core.analysis.anomalies import Anomalies, load_anomalies
from mnist_core.analysis.catalogue import Catalogue, Indices
from mnist_core.analysis.oddness import AGREEMENT, WAYS, Oddness, oddness
from mnist_core.types import CLASSES, Dataset
from mnist_ui.exploring import known, open_image, show_wait
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
STEPS = 200


# What is on the axis, and what its numbers mean.
_RELATIVE = (
    "How odd",
    "0 is an ordinary image of its digit. From 1 on, the method calls an image odd: of the training images of each "
    "digit, the oddest 5 %. 10 is so much or more. Each line up is ten times as many images.",
)
AXES = {
    "pca": _RELATIVE,
    "forest": _RELATIVE,
    "novelty": (
        "Novelty",
        "0 is familiar, 1 strange. At 0.5 begin the rarest 1 % of the digits that the network was validated with. Each "
        "line up is ten times as many images.",
    ),
    AGREEMENT: (
        "Less odd by all three",
        "At 0.95, each of the three methods finds 95 % of the images of the same digit less odd. Each line up is ten "
        "times as many images.",
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
    threshold = _choose_threshold(catalogue, found, rows, way, digit)
    _show_found(catalogue, found, rows, threshold)


def _choose() -> tuple[str, int | None]:
    """Which way of finding them, and which digit; None for all."""
    way = st.segmented_control(
        "How to find them",
        WAYS,
        default=next(iter(WAYS)),
        required=True,
        wrap=True,
        format_func=lambda each: WAYS[each].name,
        key="odd-way",
        persist_state="session",
    )
    digit = st.segmented_control(
        "Which digit",
        [ALL, *range(CLASSES)],
        default=ALL,
        required=True,
        wrap=True,
        key="odd-digit",
        persist_state="session",
    )
    return way, None if digit == ALL else digit


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


def _choose_threshold(catalogue: Catalogue, found: Oddness, rows: Indices, way: str, digit: int | None) -> float:
    """How many are how odd, and from where on they are to be shown."""
    values = np.minimum(found.values[rows], MOST)
    place = st.container()
    low, high = float(np.floor(10 * values.min()) / 10), float(np.ceil(10 * values.max()) / 10)
    threshold: float = st.slider(
        "From where on an image counts as odd",
        low,
        high,
        min(found.threshold, high),
        step=(high - low) / STEPS,
        format="%.2f",
        key=f"odd-from-{catalogue.dataset.name}-{way}-{digit}",
        persist_state="session",
    )
    st.caption(AXES[way][1])
    place.plotly_chart(
        oddness_histogram(values, threshold, AXES[way][0]),
        key="odd-histogram",
        config={"displayModeBar": False},
        alt=f"How many images are how odd. {np.sum(values > threshold):,} of {len(values):,} are above the threshold.",
    )
    return threshold


def _show_found(catalogue: Catalogue, found: Oddness, rows: Indices, threshold: float) -> None:
    """How many are above the threshold, and the oddest of them."""
    above = found.above(threshold, rows)
    share = len(above) / len(rows)
    said = f"**{len(above):,}** of {len(rows):,} images are above it ({100 * share:.1f} %)."
    st.markdown(said + (f" The {SHOWN} oddest:" if len(above) > SHOWN else ""))
    if not len(above):
        return
    shown = above[:SHOWN]
    captions = [f"{catalogue.dataset.labels[index]} · {_short(found.values[index])}" for index in shown.tolist()]
    show_tiles(catalogue, shown, key="odd-grid", title="The oddest images", captions=captions, on_pick=open_image)
    st.caption(
        "Below each image stand its label and how odd it is; where the frame is dashed, the model reads something "
        "else. Click one to see all about it. Odd is not wrong: most of these are digits that somebody wrote in a way "
        "of their own."
    )


def _short(value: float) -> str:
    """How odd an image is, in three digits or so."""
    return f"{value:.3f}" if value < 1 else f"{value:.1f}" if value < 100 else f"{value:.0f}"
