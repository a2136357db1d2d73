"""Shape of the data: how few numbers describe a digit, and one digit rebuilt from some of them."""

import numpy as np
import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.language import ngettext
from mnist_core.language import noop as N_
from mnist_core.language import percent as share_of_all
from mnist_core.reader.answer import percent
from mnist_core.survey.components import Components
from mnist_core.survey.finding import COMPONENTS
from mnist_core.types import Dataset, UInt8Array
from mnist_ui import resources
from mnist_ui.choices import choose, slide
from mnist_ui.explore.address import COMPONENT_COUNT, EXPLORE_ADDRESS, REBUILT
from mnist_ui.explore.exploring import surveyed
from mnist_ui.figures.components import component_row, rebuilt_row, rebuilt_trio, variance_curve
from mnist_ui.state import paper
from mnist_ui.widgets import PLAIN

MARKED = (0.9, 0.95, 0.99)
SHOWN = 10
AT_FIRST = 20
STATIONS = (0, 1, 2, 5, 10, 20, 35, 50, 100, 200)
OWN = N_("My drawing")


def show_shape(dataset: Dataset) -> None:
    """What principal components explain, what they look like, and a digit rebuilt from them."""
    st.write(
        _(
            "An image is 28×28 = 784 numbers, but digits use few of the pictures that could be made of these. "
            "Principal component analysis (PCA) finds the directions in which the images differ most, the most "
            "important one first. A digit is then the average image, plus so much of the first component, so much of "
            "the second, and so on."
        )
    )
    components = surveyed(COMPONENTS, dataset)
    if components is None:
        return
    _show_curve(components)
    _show_components(components)
    _show_rebuilding(components)


def _show_curve(components: Components) -> None:
    """How many components explain how much."""
    marks = {share: components.needed(share) for share in MARKED}
    message = _("{count} for {share}")
    counts = ", ".join(message.format(count=count, share=share_of_all(share, 0)) for share, count in marks.items())
    st.header(_("How many numbers does a digit need?"), anchor=False)
    message = _(
        "So many components explain this share of all differences between the images (their variance): **{counts}**."
    )
    st.write(message.format(counts=counts))
    st.plotly_chart(
        variance_curve(components.shares, marks),
        key="shape-variance",
        config=PLAIN,
        alt=_("Share of the variance that the first components explain: {counts}").format(counts=counts),
    )


def _show_components(components: Components) -> None:
    """The first components as images."""
    st.header(_("The first components"), anchor=False)
    st.write(
        _(
            "Adding some of a component puts ink where it is blue and takes ink away where it is orange; taking some "
            "of it away does the opposite. The figure below each is the share of the variance that it explains alone."
        )
    )
    st.html(component_row(components.axes[:SHOWN], components.ratios[:SHOWN].tolist()))


def _show_rebuilding(components: Components) -> None:
    """A digit of one's choice, rebuilt from as many components as one likes."""
    st.header(_("Rebuild a digit"), anchor=False)
    image = _choose_image(components.dataset)
    most = len(components)
    count = slide(EXPLORE_ADDRESS, COMPONENT_COUNT, _("How many components"), (0, most), min(AT_FIRST, most), 1)
    rebuilt = components.rebuild(image, count)
    st.html(rebuilt_trio(image, rebuilt, _from(count)))
    share, away = percent(components.share(count)), percent(components.error(image, count))
    st.write(_away(count).format(count=count, share=share, away=away))
    stations = [each for each in STATIONS if each <= most]
    st.caption(_("The same digit from so many components; 0 is the average of all images."))
    st.html(rebuilt_row([components.rebuild(image, each) for each in stations], stations))


def _choose_image(dataset: Dataset) -> UInt8Array:
    """A test image of one of the digits, or what the visitor has drawn last: uint8 (28, 28)."""
    own = paper.sketch().digit()
    choices = [OWN] if own is not None else []
    images, labels = resources.watched(dataset.name)
    there = list(map(str, sorted(set(labels.tolist()))))
    help = None if choices else _("Draw a digit on the first page, and it can be chosen here.")
    first = [*choices, str(labels[0])][0]
    chosen = choose(EXPLORE_ADDRESS, REBUILT, _("Which one"), [*choices, *there], first=first, words=_, help=help)
    if chosen == OWN and own is not None:
        return own
    return np.asarray(images[np.flatnonzero(labels == int(chosen))[0]])


def _from(count: int) -> str:
    """What an image is rebuilt from."""
    if not count:
        return _("from the average alone")
    return ngettext("from {count} component", "from {count} components", count).format(count=count)


def _away(count: int) -> str:
    """How far a pixel is from what it was, with places for the figures."""
    if not count:
        return _(
            "From the average alone, which explain {share} of the variance, a pixel is {away} of full ink away from "
            "what it was (root mean square)."
        )
    return ngettext(
        "From {count} component, which explain {share} of the variance, a pixel is {away} of full ink away from what "
        "it was (root mean square).",
        "From {count} components, which explain {share} of the variance, a pixel is {away} of full ink away from what "
        "it was (root mean square).",
        count,
    )
