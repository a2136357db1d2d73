"""Odd ones out: the images that are least like the others of their digit."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from mnist_core.catalogue.catalogue import Catalogue, Indices
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.language import percent as share_of_all
from mnist_core.survey.finding import ANOMALIES
from mnist_core.survey.oddness import AGREEMENT, WAYS, Oddness, oddness
from mnist_core.types import CLASSES, Dataset
from mnist_ui.choices import choose, slide
from mnist_ui.explore.address import ABOVE, DIGIT, EXPLORE_ADDRESS, METHOD
from mnist_ui.explore.exploring import known, open_image, show_wait, surveyed
from mnist_ui.explore.tiles import show_tiles
from mnist_ui.figures.answer import percent
from mnist_ui.figures.oddness import oddness_histogram
from mnist_ui.widgets import PLAIN

# Divides into full rows of 12, 10, 6, 5 or 4.
SHOWN = 60
ALL = N_("All")
# What needs the network, and what it is about.
OF_NETWORK = ("novelty", AGREEMENT)
# Beyond this the scale ends: a few images would take most of it.
MOST = 10.0
FINE, COARSE = 0.005, 0.05


class Scale(NamedTuple):
    """How oddness is measured: the axis, what its numbers mean, and what stands below an image."""

    axis: str
    meaning: str
    below: str


_RELATIVE = Scale(
    N_("How odd"),
    N_(
        "0 is an ordinary image of its digit. From 1 on, the method calls an image odd: of the training images of each "
        "digit, the oddest 5 %. 10 is so much or more. Each line up is ten times as many images."
    ),
    N_(
        "Below each image stand its label and how many times as far it is from the ordinary as where the method begins "
        "to call an image odd; where the frame is dashed, the model reads something else."
    ),
)
SCALES = {
    "pca": _RELATIVE,
    "forest": _RELATIVE,
    "novelty": Scale(
        N_("Novelty"),
        N_(
            "0 is familiar, 1 strange. From 0.5 on, an image is stranger than nearly all digits that the network was "
            "validated with. Each line up is ten times as many images."
        ),
        N_(
            "Below each image stand its label and how novel the network finds it; where the frame is dashed, the model "
            "reads something else."
        ),
    ),
    AGREEMENT: Scale(
        N_("Less odd by all three"),
        N_(
            "At 0.95, each of the three methods finds 95 % of the images of the same digit less odd. Each line up is "
            "ten times as many images."
        ),
        N_(
            "Below each image stand its label and how many images of its digit are less odd by each of the three "
            "methods; where the frame is dashed, the model reads something else."
        ),
    ),
}


def show_odd(dataset: Dataset) -> None:
    """A digit and a way to choose, how many are how odd, and the oddest of them."""
    catalogue = known(dataset)
    if ANOMALIES.known(dataset) is None:
        st.write(_("Three methods look for images that are unlike the others of their digit."))
    anomalies = surveyed(ANOMALIES, dataset)
    if anomalies is None:
        return
    way, digit = _choose()
    st.write(_(WAYS[way].sentence))
    novelty = catalogue.columns.get("novelty")
    if novelty is None and way in OF_NETWORK:
        message = _("This has to wait, because {reason}.").format(reason=_(catalogue.missing["novelty"]))
        st.info(message, icon=":material/hourglass_top:")
        show_wait(dataset)
        return
    found = oddness(way, anomalies, novelty)
    rows = _rows(catalogue, found, digit)
    if not len(rows):
        message = _("There are too few images of the digit {digit} to say which are odd.").format(digit=digit)
        st.info(message, icon=":material/search_off:")
        return
    threshold = _choose_threshold(found, rows, way)
    _show_found(catalogue, found, rows, threshold, way)


def _choose() -> tuple[str, int | None]:
    """Which way of finding them, and which digit; None for all."""
    ways = {name: _(way.name) for name, way in WAYS.items()}
    label = _("How to find them")
    way = choose(EXPLORE_ADDRESS, METHOD, label, list(ways), words=ways.__getitem__, forgets=[ABOVE])
    digits = [ALL, *map(str, range(CLASSES))]
    digit = choose(EXPLORE_ADDRESS, DIGIT, _("Which digit"), digits, words=_, forgets=[ABOVE])
    return way, None if digit == ALL else int(digit)


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
    first, step = min(max(found.threshold, low), high), FINE if high <= 1 else COARSE
    threshold = slide(EXPLORE_ADDRESS, ABOVE, _("From where on an image counts as odd"), (low, high), first, step)
    scale = SCALES[way]
    st.caption(_(scale.meaning))
    said = _("How many images are how odd. {above} of {count} are above the threshold.")
    place.plotly_chart(
        oddness_histogram(values, threshold, _(scale.axis)),
        key="odd-histogram",
        config=PLAIN,
        alt=said.format(above=number(int(np.sum(values > threshold))), count=number(len(values))),
    )
    return threshold


def _show_found(catalogue: Catalogue, found: Oddness, rows: Indices, threshold: float, way: str) -> None:
    """How many are above the threshold, and the oddest of them."""
    above = found.above(threshold, rows)
    message = (
        _("**{above}** of {count} images are above it ({share}). The {shown} oddest:")
        if len(above) > SHOWN
        else _("**{above}** of {count} images are above it ({share}).")
    )
    share = share_of_all(len(above) / len(rows))
    st.markdown(message.format(above=number(len(above)), count=number(len(rows)), share=share, shown=SHOWN))
    if not len(above):
        return
    shown = above[:SHOWN]
    scale = SCALES[way]
    captions = [f"{catalogue.dataset.labels[index]} · {_short(found.values[index], scale)}" for index in shown.tolist()]
    show_tiles(catalogue, shown, key="odd-grid", title=_("The oddest images"), captions=captions, on_pick=open_image)
    st.caption(
        _(scale.below)
        + " "
        + _(
            "Click one to see all about it. Odd is not wrong: most of these are digits that somebody wrote in a way of "
            "their own."
        )
    )


def _short(value: float, scale: Scale) -> str:
    """How odd an image is, in two or three digits: so many times, or a share."""
    if scale is _RELATIVE:
        return _("{count}×").format(count=number(value, 1 if value < MOST else 0))
    return percent(float(value))
