"""The dataset, the model, or you? One doubtful label after the other for visitors to decide."""

from dataclasses import asdict

import numpy as np
import streamlit as st

from mnist_core.catalogue.catalogue import Catalogue, Indices
from mnist_core.labels.check import LabelCheck
from mnist_core.labels.published import DATASET, PUBLISHED, Published
from mnist_core.language import gettext as _
from mnist_core.language import ngettext
from mnist_core.reader.answer import percent
from mnist_core.types import CLASSES
from mnist_ui.explore.exploring import open_image
from mnist_ui.explore.tiles import show_tiles, title_of
from mnist_ui.figures.quiz import verdicts
from mnist_ui.figures.robustness import large_digit
from mnist_ui.state.letters import letter
from mnist_ui.state.quiz import Quiz, quiz_on

# Questions of a round.
ROUND = 10
UNSURE, UNSURE_SIGN = -1, "?"


def show_quiz(catalogue: Catalogue, check: LabelCheck, split: str, found: Indices) -> None:
    """One question, its answer, or how a round went.

    Parameters
    ----------
    found
        The images to ask about, in this order.
    """
    quiz = quiz_on(f"{catalogue.dataset.name}-{split}")
    asked = found[quiz.start : quiz.start + ROUND].tolist()
    said = {index: quiz.said[index] for index in asked if index in quiz.said}
    if quiz.at >= len(asked):
        _show_summary(catalogue, check, quiz, said, has_more=quiz.start + ROUND < len(found))
        return
    index = asked[quiz.at]
    if not quiz.said:
        st.write(
            _(
                "Each of these images is labelled as one digit, and the networks, which have not learned from it, read "
                "another. Who is right? Look first; then you are told what both of them say."
            )
        )
    at = _("**{number} of {count}**").format(number=quiz.at + 1, count=len(asked))
    st.markdown(at + _score(check, said))
    picture, words = st.columns([2, 3], gap="large")
    picture.html(large_digit(np.asarray(catalogue.dataset.images[index]), _("A digit. What do you see?")))
    with words:
        if index in quiz.said:
            _show_answer(catalogue, check, quiz, index, is_last=quiz.at + 1 == len(asked))
        else:
            _ask(quiz, index)


def agreements(check: LabelCheck, said: dict[int, int]) -> tuple[int, int]:
    """How often the visitor said what the dataset says, and how often what the networks say.

    Parameters
    ----------
    said
        What the visitor said, by the image's place in the whole dataset.
    """
    with_dataset = sum(int(check.dataset.labels[index]) == digit for index, digit in said.items())
    return with_dataset, sum(int(check.suggested[index]) == digit for index, digit in said.items())


def published(check: LabelCheck, index: int) -> Published | None:
    """What people said of an image, if that was published."""
    if check.dataset.name != DATASET:
        return None
    number = index - check.dataset.splits["test"].start
    return next((each for each in PUBLISHED if each.index == number), None)


def _ask(quiz: Quiz, index: int) -> None:
    """Ten buttons, and one for who cannot tell."""
    st.markdown(f"## {_('What do you see?')}")
    for row in (range(CLASSES // 2), range(CLASSES // 2, CLASSES)):
        with st.container(horizontal=True, key=f"quiz-row-{row.start}"):
            for digit in row:
                st.button(
                    f"**{digit}**",
                    key=f"quiz-{digit}",
                    on_click=quiz.answer,
                    args=(index, digit),
                    width="stretch",
                    shortcut=letter(str(digit)),
                )
    st.button(_("I cannot tell"), key="quiz-unsure", on_click=quiz.answer, args=(index, UNSURE), type="tertiary")


def _show_answer(catalogue: Catalogue, check: LabelCheck, quiz: Quiz, index: int, *, is_last: bool) -> None:
    """What everybody says, and the way on."""
    label, read = str(check.dataset.labels[index]), str(check.suggested[index])
    sure = percent(float(check.suggested_probability[index]))
    less = percent(float(check.given_probability[index]))
    yours = _sign(quiz.said[index])
    said = [
        (_("The dataset"), label, _("the model: {probability}").format(probability=less)),
        (_("The model"), read, _("{probability} sure").format(probability=sure)),
        (_("You"), yours, ""),
    ]
    st.html(verdicts(said, yours))
    st.write(_comment(yours, label, read))
    if known := published(check, index):
        st.write(_raters(known))
    with st.container(horizontal=True):
        label = _("How did I do?") if is_last else _("Next one")
        st.button(label, type="primary", on_click=quiz.go_on, key="quiz-next")
        st.button(
            _("All about this image"), type="tertiary", on_click=open_image, args=(catalogue, index), key="quiz-open"
        )
    st.caption(title_of(catalogue, index))


def _comment(yours: str, label: str, read: str) -> str:
    """Who agrees with the visitor."""
    if yours == label:
        return _("You agree with the dataset: then it is the model that is wrong.")
    if yours == read:
        return _("You agree with the model: then the label is wrong.")
    if yours == UNSURE_SIGN:
        return _("Perhaps nobody can tell: then neither label nor model is to be trusted here.")
    return _("You see something else than both of them.")


def _raters(known: Published) -> str:
    """What five people said of it."""
    return _(
        "Five people were asked, too, whether it is a {given} or a {suggested}. So many said {given}: {for_given}; "
        "{suggested}: {for_suggested}; neither: {for_neither}."
    ).format(**{name: value for name, value in asdict(known).items() if name != "index"})


def _score(check: LabelCheck, said: dict[int, int]) -> str:
    """How often the visitor agreed with whom so far in a round."""
    if not said:
        return ""
    with_dataset, with_model = agreements(check, said)
    message = _("you agreed with the dataset **{dataset}**, with the model **{model}**")
    return " · " + message.format(dataset=_times(with_dataset), model=_times(with_model))


def _show_summary(catalogue: Catalogue, check: LabelCheck, quiz: Quiz, said: dict[int, int], *, has_more: bool) -> None:
    """How the round went, all of its images, and another one."""
    with_dataset, with_model = agreements(check, said)
    st.markdown(f"## {_('How it went')}")
    with_neither = len(said) - with_dataset - with_model
    message = ngettext(
        "Of {count} doubtful image you agreed with the dataset **{dataset}**, with the model **{model}**, and with "
        "neither **{neither}**.",
        "Of {count} doubtful images you agreed with the dataset **{dataset}**, with the model **{model}**, and with "
        "neither **{neither}**.",
        len(said),
    )
    times = {"dataset": _times(with_dataset), "model": _times(with_model), "neither": _times(with_neither)}
    st.write(message.format(count=len(said), **times) + " " + _moral(with_dataset, with_model, with_neither))
    captions = [f"{check.dataset.labels[each]} · {check.suggested[each]} · {_sign(said[each])}" for each in said]
    title = _("The images of this round")
    show_tiles(catalogue, list(said), key="quiz-grid", title=title, captions=captions, on_pick=open_image)
    st.caption(_("Below each: what the dataset says, what the model says, and what you said."))
    with st.container(horizontal=True):
        if has_more:
            label = _("{count} more").format(count=ROUND)
            st.button(label, type="primary", on_click=quiz.play_on, args=(ROUND,), key="quiz-more")
        st.button(_("Start again"), on_click=quiz.restart, key="quiz-again")


def _moral(with_dataset: int, with_model: int, with_neither: int) -> str:
    """What that means."""
    if with_neither > with_dataset + with_model:
        return _("You mostly saw something else than both: some of these digits can be read in many ways.")
    if with_model > with_dataset:
        return _(
            "You find more labels wrong than readings: not even the answers that networks are tested with are certain."
        )
    if with_dataset > with_model:
        return _("You find more readings wrong than labels: the doubt was mostly the model's own fault.")
    return _("Both deserve the same doubt.")


def _sign(digit: int) -> str:
    """What a visitor said."""
    return UNSURE_SIGN if digit == UNSURE else str(digit)


def _times(count: int) -> str:
    """How often."""
    return ngettext("once", "{count} times", count).format(count=count)
