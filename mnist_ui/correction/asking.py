"""Was this right? What the visitor says of what was read, with a click or a key."""

import functools
from collections.abc import Sequence

import streamlit as st

from mnist_core import ink
from mnist_core.collection import open_collection
from mnist_core.language import gettext as _
from mnist_core.model.doubt import UNKNOWN, verdict
from mnist_core.types import CLASSES, Drawing, Prediction
from mnist_ui.correction.own_drawings import ask_consent, restore_answers, show_own_drawings
from mnist_ui.correction.teaching import offer_teaching, show_trial
from mnist_ui.correction.visitor import keep
from mnist_ui.draw.examples import load_examples
from mnist_ui.messages import explained
from mnist_ui.state import paper, people, reader
from mnist_ui.state.letters import are_letters_on, choose_letters, letter
from mnist_ui.state.sketch import Stroke, as_strokes

_BUTTON = "right-"
_YES, _NO_DIGIT = "yes", "none"


def ask(digit: Drawing | None, whole: Drawing | None, read: Sequence[Prediction]) -> None:
    """Ask whether a digit was read right; what is said of it is noted, and kept if the visitor wants that.

    Parameters
    ----------
    digit
        The one digit; None before there is one.
    whole
        All of what it is a part of, or itself.
    read
        All digits of that.
    """
    keep()
    restore_answers()
    sign = ""
    with st.container(key="right"):
        if digit is None or not read:
            st.caption(_("Once you have drawn, say whether it was right: the network can learn from you."))
        else:
            place = next((number for number, each in enumerate(read) if each.drawing is digit), 0)
            sign = verdict(read[place], 0).sign
            with explained():
                _ask(digit, read[place], place if len(read) > 1 else None, is_hand=_is_hand(whole))
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="right-next"):
            _show_next(digit, sign, whole)
        ask_consent()
    show_trial(digit)


def _ask(digit: Drawing, prediction: Prediction, place: int | None, *, is_hand: bool) -> None:
    """The question, and all that can be answered."""
    image = ink.digit_pixels(digit)
    sign = verdict(prediction, 0).sign
    if pressed := _pressed(sign):
        label = None if pressed == _NO_DIGIT else int(pressed)
        people.answers().say(digit, prediction, label, reader.model_name(), can_keep=is_hand)
        if people.visitor().keeps:
            with explained():
                people.answers().keep(open_collection, people.owner(), label, image)
    said = people.answers().of(image)
    now = _NO_DIGIT if said and said.label is None else str(said.label) if said else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="right-row"):
        st.markdown(f"**{_question(sign, place)}**", width="content")
        if sign != UNKNOWN:
            _button(_("Yes"), _YES, "y", is_on=now == sign)
            st.markdown(_("No, it is"), width="content")
        for each in map(str, range(CLASSES)):
            _button(each, each, each, is_on=now == each and each != sign)
        _button(_("Not a digit"), _NO_DIGIT, "n", is_on=now == _NO_DIGIT)


def _button(label: str, name: str, key: str, *, is_on: bool) -> None:
    """One of the answers; `_pressed` looks which it was."""
    kind = "primary" if is_on else "secondary"
    st.button(label, key=_BUTTON + name, type=kind, shortcut=letter(key))  # type: ignore[arg-type]


def _pressed(sign: str) -> str:
    """What the visitor has just said it is: a digit, or that it is none; empty if nothing was said.

    It is asked once the page knows the drawing that the pad has told together with the press, and so belongs to it.
    """
    if st.session_state.get(_BUTTON + _YES) and sign != UNKNOWN:
        return sign
    possible = [*map(str, range(CLASSES)), _NO_DIGIT]
    return next((each for each in possible if st.session_state.get(_BUTTON + each)), "")


def _question(sign: str, place: int | None) -> str:
    """What is asked of a digit."""
    if sign == UNKNOWN:
        return _("What is it?") if place is None else _("What is digit {place}?").format(place=place + 1)
    if place is None:
        return _("Was this right?")
    return _("Was digit {place}, {digit}, right?").format(place=place + 1, digit=sign)


def _show_next(digit: Drawing | None, sign: str, whole: Drawing | None) -> None:
    """What was noted, and what can be done with it; `sign` is what is read now."""
    answers = people.answers()
    said = answers.of(ink.digit_pixels(digit)) if digit else None
    if said:
        not_kept = "" if said.label is None else _not_kept(whole)
        st.caption(f"{_noted(said.label, sign)} {not_kept}", width="content")
    elif digit is not None:
        with st.container(key="right-keys", width="content", horizontal=True, vertical_alignment="center"):
            if are_letters_on():
                st.caption(_keys(sign), width="content")
            choose_letters()
    offer_teaching()
    show_own_drawings()


def _keys(sign: str) -> str:
    """Which keys say the same as the buttons that are there."""
    if sign == UNKNOWN:
        return _("Click, or press the key of the digit, or N.")
    return _("Click, or press Y, the key of the digit, or N.")


def _noted(label: int | None, sign: str) -> str:
    """That it was noted."""
    if label is None:
        return _("Noted: not a digit. Only digits can be taught, and only they are kept.")
    if str(label) == sign:
        return _("Noted: {digit}, as it was read.").format(digit=label)
    return _("Noted: it is a {digit}. Teach it, and it may read it right.").format(digit=label)


def _not_kept(whole: Drawing | None) -> str:
    """A word where it is nothing to be kept; an empty text where it may be."""
    if whole is not None and whole.pixels is not None:
        return _("Pictures are never kept; this teaches in this session only.")
    return "" if _is_hand(whole) else _("Examples are not kept.")


def _is_hand(whole: Drawing | None) -> bool:
    """Whether it is the visitor's own hand: no picture, and no example as it was."""
    return whole is not None and whole.pixels is None and paper.sketch().strokes not in _examples()


@functools.cache
def _examples() -> list[list[Stroke]]:
    """The strokes of the drawings to try."""
    return [as_strokes(example.drawing) for example in load_examples()]
