"""A test set of one's own: how well a model reads the drawings that somebody said what they are."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import numpy as np
import streamlit as st

from mnist_core.collection import Entry, open_collection
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number, percent
from mnist_core.model.bundle import base_of, graph_digest
from mnist_core.readings.confusions import most_confused
from mnist_core.readings.evaluation import Evaluation
from mnist_core.types import CLASSES
from mnist_ui import resources
from mnist_ui.correction.teaching import DRAWINGS, train_with_drawings
from mnist_ui.drawings.collected import damage_words, show_nothing, show_tiles
from mnist_ui.drawings.query import DIGITS, DrawingQuery
from mnist_ui.drawings.shelf import Shelf
from mnist_ui.figures.confusion import confusion_matrix, matrix_words
from mnist_ui.figures.facts import facts
from mnist_ui.state import drawings, reader
from mnist_ui.widgets import PLAIN

# The interval is narrow with so many, and as many take some seconds.
MOST_TESTED = 2_000
MOST_SHOWN = 60
# With fewer the interval is so wide that there is little to say.
FEW = 30
# From so many on a hundredth of a percent tells something.
MANY = 1_000
HEIGHT = 400


def show_labelled_set(shelf: Shelf, query: DrawingQuery) -> None:
    """How well the visitor's model reads them, beside how well it reads MNIST, and which it does not.

    Raises
    ------
    MnistError
        If the collection cannot be read, or the model cannot be used.
    """
    labelled = replace(query, said=tuple(each for each in query.said if each in DIGITS) or DIGITS)
    filter = labelled.within(shelf)
    collection = open_collection()
    count = collection.drawings.count(filter)
    if not count:
        _show_none(shelf, query)
        return
    entries, damaged = collection.drawings.found(filter, MOST_TESTED)
    if damaged:
        st.warning(damage_words(damaged), icon=":material/broken_image:")
    if not entries:
        return
    evaluation = _evaluated(entries)
    if count > MOST_TESTED:
        message = _("These are the newest {count}; a test of all would take too long.")
        st.caption(message.format(count=number(MOST_TESTED)))
    _show_score(evaluation)
    if query.right or query.read:
        st.warning(
            _("These drawings were chosen by how they were read. What share of such a choice is right says little."),
            icon=":material/filter_alt:",
        )
    _show_failures(entries, evaluation)
    _offer_training()


def _show_none(shelf: Shelf, query: DrawingQuery) -> None:
    """Say what is missing."""
    if open_collection().drawings.count(query.within(shelf)):
        message = _("Nobody has said yet what these drawings are. Click one under “Drawings” and say it.")
        st.info(message, icon=":material/label_off:")
    else:
        show_nothing(shelf, query)


def _evaluated(entries: Sequence[Entry]) -> Evaluation:
    """What the visitor's model makes of drawings with a label; done once for the same drawings and model."""
    name = reader.model_name()
    recognizer, _card = resources.model(name)
    digest = graph_digest(name)
    of = sha256("".join(f"{each.id}{each.label}" for each in entries).encode()).hexdigest()

    def test() -> Evaluation:
        with st.spinner(_("It reads them…")):
            probabilities, novelty = recognizer.predict_many(np.stack([each.image for each in entries]))
        labels = np.array([each.label for each in entries], np.uint8)
        return Evaluation(probabilities, novelty, labels=labels, model=digest, dataset=DRAWINGS)

    return drawings.tested(f"{digest} {of}", test)


def _show_score(evaluation: Evaluation) -> None:
    """The accuracy with its interval, and what that means beside MNIST's."""
    score = evaluation.accuracy
    decimals = 2 if score.images >= MANY else 1
    low, high = (percent(share, decimals) for share in (score.low, score.high))
    values = {
        _("Model"): reader.shown_name(reader.model_name()),
        _("Drawings"): number(score.images),
        _("Read right"): percent(score.accuracy, decimals),
        _("95 % interval"): _("{low} to {high}").format(low=low, high=high),
    }
    st.html(facts(values))
    st.markdown(_meaning(evaluation))
    st.caption(
        _(
            "The interval is for other digits of the same hands, and holds if all drawings are told about, not only "
            "those that were read wrong. What is in doubt counts as its most probable digit, as on MNIST."
        )
    )


def _meaning(evaluation: Evaluation) -> str:
    """What the accuracy means, in one sentence or two."""
    known = resources.evaluation(reader.model_name(), "mnist")
    if known is None:
        return _("How well this model reads MNIST's test digits is not known yet: the Evaluate page finds out.")
    score, mnist = evaluation.accuracy, float(known.is_right.mean())
    figures = {"share": percent(mnist, 2), "count": number(len(known))}
    if score.images < FEW:
        return _(
            "On MNIST's {count} test digits it is **{share}**. These are too few to tell whether they are harder: "
            "about {few} would do."
        ).format(**figures, few=FEW)
    if mnist > score.high:
        return _(
            "On MNIST's {count} test digits it is **{share}**: these drawings are **harder** for it, more than chance. "
            "It has not learned from such hands."
        ).format(**figures)
    if mnist < score.low:
        return _(
            "On MNIST's {count} test digits it is **{share}**: these drawings are **easier** for it, more than chance."
        ).format(**figures)
    return _(
        "On MNIST's {count} test digits it is **{share}**: it reads these **about as well**; the difference can be "
        "chance."
    ).format(**figures)


def _show_failures(entries: Sequence[Entry], evaluation: Evaluation) -> None:
    """What is taken for what, and the drawings that are read wrong."""
    wrong = np.flatnonzero(~evaluation.is_right).tolist()
    if not wrong:
        st.success(_("It reads every one of them right."), icon=":material/check_circle:")
        return
    chart, tiles = st.columns([2, 3], gap="large")
    with chart:
        _show_confusion(evaluation)
    with tiles:
        st.markdown(_hardest(evaluation))
        shown = wrong[:MOST_SHOWN]
        captions = [f"{evaluation.labels[place]} → {evaluation.digits[place]}" for place in shown]
        title = _("Drawings that it reads wrong")
        show_tiles([entries[place] for place in shown], key="drawings-wrong", title=title, captions=captions)
        if len(wrong) > MOST_SHOWN:
            message = _("Of {count} drawings that it reads wrong, the newest {shown} are shown.")
            st.caption(message.format(count=number(len(wrong)), shown=number(len(shown))))


def _show_confusion(evaluation: Evaluation) -> None:
    """A small confusion matrix; its most frequent mistake is framed."""
    matrix = evaluation.confusion
    figure = confusion_matrix(matrix, most_confused(evaluation), shares=False)
    figure.update_layout(height=HEIGHT, clickmode="none")
    st.plotly_chart(figure, key="drawings-confusion", config=PLAIN, alt=matrix_words(matrix))
    st.caption(_("Its most frequent mistake is framed."))


def _hardest(evaluation: Evaluation) -> str:
    """The digit that is read wrong most often."""
    wrong = np.bincount(evaluation.labels[~evaluation.is_right], minlength=CLASSES)
    of_each = np.bincount(evaluation.labels, minlength=CLASSES)
    digit = int(np.argmax(wrong))
    return ngettext(
        "Hardest for it: **{digit}**, of which it reads {wrong} of {count} wrong.",
        "Hardest for it: **{digit}**, of which it reads {wrong} of {count} wrong.",
        int(wrong[digit]),
    ).format(digit=digit, wrong=number(int(wrong[digit])), count=number(int(of_each[digit])))


def _offer_training() -> None:
    """A way to the Train page with the drawings among the data."""
    if st.button(_("Train with these"), icon=":material/model_training:", key="drawings-train"):
        train_with_drawings(base_of(reader.model_name()))
    st.caption(
        _(
            "Opens the Train page with a recipe that goes on from this model. It learns from all drawings of the "
            "collection that somebody said what they are, of four visitors in five; those of the fifth are its test."
        )
    )
