"""The end of a class: its own test set, whose digits were not read, and what to do with them."""

from functools import partial

import streamlit as st

from mnist_core.collection import Filter, Group, open_collection
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number, percent
from mnist_core.model.bundle import model_names, standard_model
from mnist_core.types import CLASSES
from mnist_ui import resources
from mnist_ui.classroom.class_result import ClassResult, result_of
from mnist_ui.correction.teaching import train_with_drawings
from mnist_ui.drawings.drawing_files import offer_files
from mnist_ui.figures.classroom import class_name, confusion_table, unread
from mnist_ui.figures.facts import facts
from mnist_ui.messages import noted
from mnist_ui.state import people, reader
from mnist_ui.widgets import one_of


def close(code: str) -> None:
    """End the collecting; a callback."""
    with noted(people.keyring()):
        open_collection().classes.close(code, people.keyring().keys[code])


def _reopen(code: str) -> None:
    """Go on with the collecting; a callback."""
    with noted(people.keyring()):
        open_collection().classes.reopen(code, people.keyring().keys[code])


def _delete(code: str) -> None:
    """Delete the class with all its drawings; a callback."""
    ring = people.keyring()
    with noted(ring):
        gone = open_collection().classes.delete(code, ring.keys[code])
        ring.forget(code)
        said = ngettext("Deleted, with {count} digit.", "Deleted, with {count} digits.", gone)
        st.toast(said.format(count=number(gone)), icon=":material/delete:")


def show_ending(group: Group) -> None:
    """What came of a class.

    Raises
    ------
    CollectionError
        If the collection cannot be read.
    """
    st.html(class_name(group.name))
    result = result_of(open_collection().drawings.entries(Filter(group=group.id), limit=None))
    with st.container(key="class-result"):
        if result is None:
            st.info(_("Nobody has sent a digit. Reopen the class to go on."), icon=":material/inbox:")
        else:
            _show_result(result)
    _show_ways(group, result)


def _show_result(result: ClassResult) -> None:
    """Your test set in numbers, and whose digits were not read."""
    st.header(_("Our class's test set"), anchor=False)
    accuracy = result.accuracy
    values = {
        _("Digits"): number(accuracy.images),
        _("Read right"): percent(accuracy.accuracy),
        _("95 % interval"): f"{percent(accuracy.low)} – {percent(accuracy.high)}",
        _("In doubt"): number(result.doubtful),
    }
    st.html(facts(values))
    st.markdown(_beside_mnist(result))
    matrix, members = st.columns([1, 1], gap="large")
    with matrix:
        st.html(confusion_table(result.confusion))
        st.caption(
            _(
                "Rows: the digit that was called. Columns: what was read, each digit as it was sent; “?” is in doubt, "
                "which counts as not read. The interval takes each digit for another hand, and so is a little narrow."
            )
        )
    with members:
        _show_unread(result)


def _beside_mnist(result: ClassResult) -> str:
    """What the class's accuracy means beside that on MNIST's test images."""
    score = resources.model(result.model)[1].scores.get("mnist") if result.model in model_names() else None
    if score is None:
        return _("How this model does on MNIST's test images is not known.")
    if score.accuracy > result.accuracy.high:
        said = _(
            "Of MNIST's test images the same model reads **{share}**: yours are **harder** for it. Fingers on glass "
            "write unlike the pens that it learned from, and now and then somebody draws another digit than was called."
        )
    elif score.accuracy < result.accuracy.low:
        said = _("Of MNIST's test images the same model reads **{share}**: yours are even **easier** for it.")
    else:
        said = _(
            "Of MNIST's test images the same model reads **{share}**. That lies within the interval: with so few "
            "digits, nobody can say whether yours are harder or easier for it."
        )
    return said.format(share=percent(score.accuracy))


def _show_unread(result: ClassResult) -> None:
    """Whose digits were not read, for the digit that is chosen; at first the hardest."""
    hardest = result.hardest
    if hardest is not None:
        text = _("**The hardest digit was the {digit}**: {right} of {all} were read.")
        right, drawn = (number(counts[hardest]) for counts in (result.right, result.drawn))
        st.markdown(text.format(digit=hardest, right=right, all=drawn))
    with st.container(key="class-digit-row"):
        first, key = result.worth_a_look, "class-digit"
        digit = one_of(_("Digit"), range(CLASSES), first, key, persist_state=None, label_visibility="collapsed")
    st.header(_("Whose {digit}s can it not read?").format(digit=digit), anchor=False)
    found = result.unread(digit)
    if not found:
        all_read = _("It has read every {digit} that you drew.")
        st.markdown(all_read.format(digit=digit) if result.drawn[digit] else "–")
        return
    st.html(unread(found, result.drawn_by(digit)))


def _show_ways(group: Group, result: ClassResult | None) -> None:
    """What can be done with a class that is over."""
    with st.container(horizontal=True, gap="small", key="class-ways"):
        reopen = partial(_reopen, group.code)
        st.button(_("Reopen"), key="class-reopen", icon=":material/lock_open:", on_click=reopen)
        if result:
            _offer_training()
            everything = Filter(group=group.id)
            offer_files(group.code, everything, open_collection().drawings.count(everything))
        with st.popover(_("Delete this class"), icon=":material/delete:", key="class-delete-box"):
            st.markdown(_("The class and **all its digits** are deleted for everybody. It cannot be had back."))
            is_sure = st.checkbox(_("Yes, delete all of it"), key="class-delete-sure")
            delete = partial(_delete, group.code)
            st.button(_("Delete this class"), key="class-delete", disabled=not is_sure, on_click=delete)


def _offer_training() -> None:
    """A training run with the digits that are kept."""
    text = _(
        "Opens the Train page with a recipe that goes on from this model and learns from all drawings that visitors "
        "keep here, your class's among them, and from pen strokes. Those of one hand in five are only tested with."
    )
    if st.button(_("Teach it with our digits"), key="class-train", icon=":material/model_training:", help=text):
        name = reader.model_name() if reader.model_name() in model_names() else standard_model()
        train_with_drawings(name)
