"""Teach it: a new last layer from what the visitor said, what that changes, and whether to keep it."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number
from mnist_core.model.bundle import base_of
from mnist_core.readings.finding import READINGS
from mnist_core.teaching.taught import forget, gone, keep, note_use
from mnist_core.training.costs import seconds_expected
from mnist_core.training.presets import PRESETS
from mnist_core.training.speeds import read_speeds
from mnist_core.types import Drawing
from mnist_ui import resources, waiting
from mnist_ui.correction.own_drawings import attempt
from mnist_ui.durations import duration
from mnist_ui.figures.answer import before_and_after
from mnist_ui.figures.digits import reading_grid
from mnist_ui.messages import explained
from mnist_ui.state import people, reader, runs
from mnist_ui.state.limits import DAY_S, HOUR_S, OF_CLIENT, Limit, counted, network

if TYPE_CHECKING:
    from mnist_core.teaching.cost import Cost
    from mnist_core.teaching.teach import Taught

# What a full training run with the visitors' drawings begins with.
PRESET, NAME, DRAWINGS = "fine-tune", "with-drawings", "drawings"
MOST_SHOWN = 60
_TEACH = "teach"
# From one address: a class of 30, each of whom teaches four times at once and three times more in a lesson. They leave
# room for those of others, since what nobody keeps is gone an hour later.
MOST_TAUGHT_OF_CLIENT = 120
# In a day: two classes of 30. Who keeps another in the place of the one before takes no more room.
MOST_KEPT_OF_CLIENT = 60

taught_of_client = Limit(
    MOST_TAUGHT_OF_CLIENT, HOUR_S, OF_CLIENT, variable="MNIST_STUDIO_CLIENT_TEACHINGS_AN_HOUR", of=network
)
kept_of_client = Limit(MOST_KEPT_OF_CLIENT, DAY_S, OF_CLIENT, variable="MNIST_STUDIO_CLIENT_TAUGHT_A_DAY", of=network)


def offer_teaching() -> None:
    """The button to teach, once something was read wrong."""
    if people.answers().can_teach:
        resources.prepare_teaching()
    if st.session_state.get(_TEACH):
        with explained():
            _teach()
    answers = people.answers()
    if answers.can_teach and (people.trial() is None or answers.edition != answers.tried):
        st.button(_("Teach it"), key=_TEACH, type="primary", icon=":material/school:")


def _teach() -> None:
    """Fit a new last layer and let the visitor decide about it."""
    # What it takes is large, and nobody else needs it.
    from mnist_core.teaching.teach import teach

    base = base_of(reader.model_name())
    saying = _("The network first has to read all the training digits, once. Then press it again.")
    if waiting.found(READINGS, base, resources.known_images(), saying=saying) is None:
        return
    answers, before = people.answers(), people.trial()
    with st.spinner(_("It is learning from you…")), counted(answers.teachings, taught_of_client):
        people.try_out(teach(base, answers.lesson()))
    answers.tried = answers.edition
    if before:
        attempt(partial(forget, before.name))


def show_trial(digit: Drawing | None) -> None:
    """What teaching has changed, and whether to keep it, while that is undecided.

    Parameters
    ----------
    digit
        What is drawn now; None if it is nothing.
    """
    taught = people.trial()
    if taught is None:
        return
    with st.container(border=True, key="trial"), explained():
        if not note_use(taught.name):
            people.try_out(None)
            raise gone()
        st.subheader(_("It has learned from you"), anchor=False)
        if digit is not None:
            _show_both(taught, digit)
        st.markdown(_on_own(taught))
        _show_cost(taught)
        _show_decision(taught)


def _show_both(taught: "Taught", digit: Drawing) -> None:
    """What is read in this drawing before and after."""
    (before, card), (after, _card) = resources.model(taught.base), resources.model(taught.name)
    st.html(before_and_after(before.predict(digit), after.predict(digit), card.digits))


def _on_own(taught: "Taught") -> str:
    """What has changed for the visitor's drawings, in words."""
    before, after = (int(read.is_right.sum()) for read in (taught.before, taught.after))
    said = ngettext(
        "Of the **{count} drawing** that you told it about, it reads **{after}** right; before it was {before}.",
        "Of the **{count} drawings** that you told it about, it reads **{after}** right; before it was {before}.",
        len(taught.lesson),
    ).format(count=number(len(taught.lesson)), before=number(before), after=number(after))
    if not len(taught.unlike):
        return said
    unlike = ngettext(
        "{count} of them it still finds unlike all digits that it learned from, and so it goes on to doubt it.",
        "{count} of them it still finds unlike all digits that it learned from, and so it goes on to doubt them.",
        len(taught.unlike),
    ).format(count=number(len(taught.unlike)))
    return f"{said} {unlike}"


def _show_cost(taught: "Taught") -> None:
    """What it costs or gains on digits of other people."""
    cost = taught.cost
    st.markdown(cost_words(cost))
    st.markdown(cost.doubts)
    if not len(cost.newly_wrong):
        return
    label = ngettext(
        "Show the {count} that is newly wrong", "Show the {count} that are newly wrong", len(cost.newly_wrong)
    )
    if st.toggle(label.format(count=number(len(cost.newly_wrong))), key=f"newly-wrong-{len(cost.newly_wrong)}"):
        test = resources.dataset(cost.dataset).split("test")
        chosen = cost.newly_wrong[:MOST_SHOWN]
        images = np.ascontiguousarray(test.images[chosen])
        digits = resources.model(taught.name)[0].readings(images).digits
        st.html(reading_grid(images, test.labels[chosen].tolist(), digits.tolist()))
        st.caption(_("Below each: what it reads now. Before, each of them was read right."))


def cost_words(cost: "Cost") -> str:
    """What teaching costs or gains on the test images, honestly."""
    figures = _("On the {total} test digits of **{dataset}**: **{before} → {after}** read right").format(
        total=number(cost.total),
        dataset="MNIST" if cost.dataset == "mnist" else cost.dataset,
        before=number(cost.right_before),
        after=number(cost.right_after),
    )
    wrong, right = len(cost.newly_wrong), len(cost.newly_right)
    if not wrong and not right:
        return _("{figures}. None of them is read differently.").format(figures=figures)
    flips = _("{figures}; {wrong} newly wrong, {right} newly right.")
    return f"{flips.format(figures=figures, wrong=number(wrong), right=number(right))} {_worth(cost)}"


def _worth(cost: "Cost") -> str:
    """What such a difference means."""
    if not cost.matters:
        return _("A difference of this size can be chance.")
    if cost.change < 0:
        return _("That is more than chance: it has paid for your handwriting with that of others.")
    return _("That is more than chance: what you taught helps with the handwriting of others too.")


def _show_decision(taught: "Taught") -> None:
    """Keep, undo, or more."""
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Keep"), key="trial-keep", type="primary", icon=":material/check:"):
            _keep(taught)
        st.button(_("Undo"), key="trial-undo", icon=":material/undo:", on_click=_undo, args=(taught.name,))
        _offer_training(taught.base)
    st.caption(
        _(
            "Keep: it reads your drawings from now on, on all pages and when you come back with this browser. It is "
            "yours alone: nobody else sees it. Undo: it forgets."
        )
    )


def _undo(name: str) -> None:
    """Forget what was just taught; a callback."""
    if attempt(partial(forget, name)):
        people.try_out(None)


def _keep(taught: "Taught") -> None:
    """Read with what was taught from now on, in the place of what was taught before."""
    visitor = people.visitor()
    with counted(*() if visitor.taught and note_use(visitor.taught) else (kept_of_client,)):
        keep(taught.name, visitor.taught)
    if visitor.taught:
        attempt(partial(forget, visitor.taught))
    visitor.change(taught=taught.name)
    people.answers().taught = people.answers().tried
    people.try_out(None)
    reader.choose_model(taught.name)
    st.rerun()


def _offer_training(base: str) -> None:
    """A full training run with all drawings that are kept."""
    takes = duration(seconds_expected(PRESETS[PRESET].config, PRESET, read_speeds()))
    text = _(
        "Opens the Train page with a recipe that goes on from this model and learns from all drawings that visitors "
        "keep here, yours among them, and from pen strokes: all layers, not only the last one. Time: {time}."
    ).format(time=takes)
    may = bool(people.visitor().keeps)
    if not may:
        text = _("Only drawings that are kept can be trained with. You have not said that yours may be.")
    if st.button(
        _("Send my drawings to a full training run"),
        key="trial-train",
        icon=":material/model_training:",
        disabled=not may,
        help=text,
    ):
        train_with_drawings(base)


def train_with_drawings(base: str) -> None:
    """Open the Train page with a recipe that goes on from a model and learns from the visitors' drawings, too."""
    config = PRESETS[PRESET].config
    runs.plan_next(PRESET, replace(config, name=NAME, start_from=base, data=(*config.data, DRAWINGS)))
    st.switch_page("pages/train.py")
