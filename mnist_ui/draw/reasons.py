"""Why a digit was read: three explanations side by side, and a word where they do not agree."""

from threading import Lock

import streamlit as st

from mnist_core.explanation.erasure import MOST, Erasure
from mnist_core.explanation.explanation import Explanation, erased_pixels, explain
from mnist_core.jobs import Job
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number, percent
from mnist_core.readings.finding import READINGS
from mnist_core.readings.readings import DatasetReadings
from mnist_core.types import CLASSES, Drawing
from mnist_ui import resources, waiting
from mnist_ui.figures.heatmap import heatmap, marked, neighbours_row
from mnist_ui.messages import explained
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

# Where many draw, the pad's live answers come first: these would all wait for each other anyway.
_one_at_a_time = Lock()


def show_reasons(drawing: Drawing, *, is_whole: bool) -> None:
    """Which ink spoke for the answer, which training digits are like it, and what would change it.

    Parameters
    ----------
    drawing
        One digit.
    is_whole
        Whether it is all that was drawn, so that the visitor may go on with a part of it.

    Raises
    ------
    MnistError
        If the drawing holds no ink, or the model cannot be used.
    """
    name = reader.model_name()
    recognizer, _card = resources.model(name)
    found: DatasetReadings | Job | None = None
    with explained():
        found = resources.readings(name)
    with _one_at_a_time:
        why = explain(recognizer, drawing, found if isinstance(found, DatasetReadings) else None)
    st.subheader(_("Why this answer?"), anchor=False)
    for sentence in why.disagreement:
        st.warning(sentence, icon=":material/call_split:")
    ink, likeness, change = st.columns(3, gap="large")
    with ink:
        _show_ink(why)
    with likeness:
        st.markdown(_("**What is it most like?**"))
        if isinstance(found, Job):
            saying = _("The network first has to read all the training digits, once.")
            waiting.found(READINGS, name, resources.known_images(), saying=saying)
        elif why.neighbours:
            known = resources.known_images()
            images = known.images[why.neighbours.indices]
            st.html(neighbours_row(images, why.neighbours.labels.tolist(), why.prediction.digit))
            st.write(_(LIKE[known.name]).format(count=number(len(known.split("train")))))
    with change:
        _show_change(why, drawing, can_try=is_whole and drawing.pixels is None)


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
