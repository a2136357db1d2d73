"""One collected drawing: its strokes, what was read then and what is read now, what it is, and deleting it."""

from functools import partial

import streamlit as st

from mnist_core.collection import Entry, alias_in_words, open_collection
from mnist_core.collection.records import TAUGHT
from mnist_core.errors import CollectionError
from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.model.doubt import verdict
from mnist_core.reader.answer import bars, percent
from mnist_core.types import CLASSES
from mnist_ui import resources
from mnist_ui.drawings.address import DRAWING, DRAWINGS_ADDRESS
from mnist_ui.drawings.collected import confirm_deletion, moment, relabel, sentence, sign
from mnist_ui.drawings.shelf import Shelf
from mnist_ui.figures.facts import facts
from mnist_ui.figures.robustness import large_digit
from mnist_ui.figures.strokes import strokes_picture
from mnist_ui.messages import explained, told
from mnist_ui.state import reader
from mnist_ui.state.letters import letter


def show_drawing(shelf: Shelf) -> None:
    """The drawing that the address names; one that is not the visitor's to see is refused, and that is said."""
    close = partial(DRAWINGS_ADDRESS.set, {DRAWING: None})
    st.button(_("Back"), icon=":material/arrow_back:", on_click=close, type="tertiary", key="drawing-back")
    id = DRAWINGS_ADDRESS.parameters.get(DRAWING, "")
    try:
        entry = open_collection().drawings.entry(id, shelf.by)
    except CollectionError as error:
        message = _("The address asks for a drawing that you cannot see here. {reason}")
        st.warning(message.format(reason=told(error)), icon=":material/lock:")
        return
    _choose_label(shelf, entry)
    _show_pictures(entry)


def _show_pictures(entry: Entry) -> None:
    """How it was drawn, what a network sees of it, and what one reads in it."""
    drawn, seen, reading = st.columns([4, 4, 5], gap="medium")
    with drawn:
        st.markdown(f"**{_('As it was drawn')}**")
        st.html(strokes_picture(entry.drawing, sentence(entry)))
        st.caption(_("Each stroke in a colour; the dot is where it began."))
    with seen:
        st.markdown(f"**{_('As a network sees it: 28 x 28 pixels')}**")
        st.html(large_digit(entry.image, sentence(entry)))
    with reading:
        _show_then(entry)
        with explained():
            _show_now(entry)


def _show_then(entry: Entry) -> None:
    """What was read when it was drawn, and by which model."""
    st.markdown(f"**{_('What was read then')}**")
    model = _("a model taught by its visitor") if entry.model == TAUGHT else entry.model
    values = {
        _("Read"): sign(entry),
        _("Probability"): percent(entry.probability),
        _("Novelty"): number(entry.novelty, 2),
        _("Model"): model,
    }
    if entry.alias:
        values[_("By")] = alias_in_words(entry.alias)
    st.html(f'<div class="in-pairs">{facts(values)}</div>')
    st.caption(_("Drawn {time}.").format(time=moment(entry)))


def _show_now(entry: Entry) -> None:
    """What the visitor's model reads in it now."""
    name = reader.model_name()
    recognizer, card = resources.model(name)
    prediction = recognizer.predict(entry.drawing)
    said = verdict(prediction, card.digits, card.reliability)
    message = _("**{model} reads it now as {sign}.** {headline}. {reason}")
    st.markdown(
        message.format(
            model=in_markdown(reader.shown_name(name)), sign=said.sign, headline=said.headline, reason=said.reason
        )
    )
    st.html(bars(prediction.probabilities.tolist(), said.sign))


def _choose_label(shelf: Shelf, entry: Entry) -> None:
    """What it is, with a click or the key of the digit."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="drawing-label"):
        st.markdown(f"**{_('It is a')}**", width="content")
        for digit in range(CLASSES):
            _button(shelf, entry, digit, str(digit), str(digit))
        _button(shelf, entry, None, _("No digit, or not said"), None)
        confirm_deletion(shelf, [entry.id], key="delete-drawing")


def _button(shelf: Shelf, entry: Entry, label: int | None, text: str, key: str | None) -> None:
    """One of the labels."""
    st.button(
        text,
        key=f"drawing-label-{label}",
        type="primary" if label == entry.label else "secondary",
        shortcut=letter(key),
        on_click=relabel,
        args=(shelf, entry.id, label),
    )
