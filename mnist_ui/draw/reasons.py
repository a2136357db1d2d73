"""Why a digit was read: three explanations side by side, and a word where they do not agree, once somebody looks."""

from contextlib import suppress

import streamlit as st

from mnist_core.explanation.erasure import MOST, Erasure
from mnist_core.explanation.explanation import Explanation, erased_pixels
from mnist_core.jobs import Job
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number, percent
from mnist_core.readings.finding import READINGS
from mnist_core.readings.readings import DatasetReadings
from mnist_core.types import CLASSES, Drawing
from mnist_ui import resources, waiting
from mnist_ui.draw.explaining import DroppedError, Reasons, known_reasons, reasons
from mnist_ui.draw.sight import is_seen
from mnist_ui.figures.heatmap import heatmap, marked, neighbours_row
from mnist_ui.messages import explained
from mnist_ui.session import is_outdated
from mnist_ui.state import paper, reader
from mnist_ui.state.sketch import as_strokes
from mnist_ui.widgets import one_of

# What the eight digits are, by the dataset that they are from.
LIKE = {
    "mnist": N_("Of MNIST's {count} training digits, the eight that it finds most like yours, and what they are."),
    "uci-digits": N_(
        "Of the {count} training digits that came with the app, the eight that it finds most like yours, "
        "and what they are. With MNIST on this machine there would be more to choose from."
    ),
}

_KEY = "reasons"


def show_reasons(drawing: Drawing, *, is_whole: bool) -> None:
    """Which ink spoke for the answer, which training digits are like it, and what would change it, once that is seen.

    Parameters
    ----------
    drawing
        One digit.
    is_whole
        Whether it is all that was drawn, so that the visitor may go on with a part of it.
    """
    with st.container(key=_KEY), explained():
        st.subheader(_("Why this answer?"), anchor=False)
        found = _found(drawing, is_seen=is_seen(_KEY))
        if found:
            _show(found, drawing, is_whole=is_whole)
        else:
            st.markdown(_("Finding out why…"))


def _found(drawing: Drawing, *, is_seen: bool) -> Reasons | None:
    """The reasons, if they are known; otherwise worked out for whoever sees where they will be."""
    name = reader.model_name()
    known = known_reasons(name, drawing)
    if known or not is_seen:
        return known
    read: DatasetReadings | Job | None = None
    with explained():
        read = resources.readings(name)
    with suppress(DroppedError):
        return reasons(name, drawing, read, is_outdated)
    return None


def _show(found: Reasons, drawing: Drawing, *, is_whole: bool) -> None:
    """The three explanations."""
    for sentence in found.why.disagreement:
        st.warning(sentence, icon=":material/call_split:")
    ink, likeness, change = st.columns(3, gap="large")
    with ink:
        _show_ink(found.why)
    with likeness:
        _show_likeness(found)
    with change:
        _show_change(found.why, drawing, can_try=is_whole and drawing.pixels is None)


def _show_likeness(found: Reasons) -> None:
    """The training digits that are most like it."""
    st.markdown(_("**What is it most like?**"))
    if found.job:
        saying = _("The network first has to read all the training digits, once.")
        waiting.found(READINGS, reader.model_name(), resources.known_images(), saying=saying)
    elif found.alike and found.why.neighbours:
        labels = found.why.neighbours.labels.tolist()
        st.html(neighbours_row(found.alike.images, labels, found.why.prediction.digit))
        st.write(_(LIKE[found.alike.dataset]).format(count=number(found.alike.count)))


def _show_ink(why: Explanation) -> None:
    """The digit in two colours, for any of the ten digits."""
    st.markdown(_("**Which ink speaks for it?**"))
    place = st.container()
    read = why.prediction.digit
    asked = one_of(_("What if it were a …"), range(CLASSES), read, f"{paper.ASKED}-{read}", wrap=True)
    place.html(heatmap(why.occlusion, asked))


def _show_change(why: Explanation, drawing: Drawing, *, can_try: bool) -> None:
    """The smallest piece without which another digit is read."""
    st.markdown(_("**What would change its mind?**"))
    erasure = why.erasure
    if erasure is None:
        text = _(
            "None of the pieces that were tried, up to {most} of the ink: it is read the same without any of them."
        )
        st.write(text.format(most=percent(MOST, 0)))
        return
    st.html(marked(why.occlusion.pixels, erased_pixels(drawing, why.occlusion.pixels, erasure), _in_words(erasure)))
    if can_try:
        erase, left = paper.sketch().restart, as_strokes(erasure.left)
        st.button(_("Erase it"), icon=":material/ink_eraser:", on_click=erase, args=(left,))


def _in_words(erasure: Erasure) -> str:
    """What the erasure does."""
    text = _("Without the marked {share} of the ink it would read a {digit}.")
    return text.format(share=percent(max(0.01, erasure.share), 0), digit=erasure.prediction.digit)
