"""The visitor's own drawings: whether they are kept, what is kept, taking them home, and deleting them."""

import contextlib
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from mnist_core.belongings import disown
from mnist_core.collection import Entry, Filter, open_collection
from mnist_core.errors import MnistError
from mnist_core.language import current, ngettext, number, spoken
from mnist_core.language import gettext as _
from mnist_core.model.bundle import standard_model
from mnist_core.teaching.lesson import MOST_CORRECTIONS
from mnist_core.teaching.taught import forget
from mnist_core.types import CLASSES
from mnist_ui.messages import explained, headline, told
from mnist_ui.reader_home import offer_reader
from mnist_ui.state import people, reader
from mnist_ui.state.answers import Answer


def restore_answers() -> None:
    """Take in what the collection has of the visitor's earlier visits, once; while it cannot be used, try again."""
    answers, visitor = people.answers(), people.visitor()
    if answers.is_restored or not visitor.keeps:
        return
    own = Filter(owner=visitor.token, labels=tuple(range(CLASSES)))
    is_told, answers.is_told = answers.is_told or bool(answers.trouble), True
    with contextlib.suppress(MnistError) if is_told else explained():  # of the same trouble one is told once
        answers.restore(open_collection().drawings.entries(own, limit=MOST_CORRECTIONS))
        answers.is_restored = True
        if not visitor.taught:
            answers.edition += 1  # there is something to teach


def ask_consent() -> None:
    """Ask whether drawings may be kept, as long as the visitor has not said and there is one."""
    visitor = people.visitor()
    if visitor.keeps is not None or not people.answers().own():
        return
    with st.container(border=True, key="consent"):
        st.markdown(
            _(
                "**May your drawings be kept?** Your drawing, what was read and what you said are kept in this "
                "collection on the computer that runs this app, nothing about you. You can delete them at any time."
            )
        )
        with st.container(horizontal=True, gap="small"):
            st.button(_("Keep my drawings"), key="consent-yes", type="primary", on_click=_consent)
            st.button(_("Do not keep"), key="consent-no", on_click=visitor.change, kwargs={"keeps": False})


def _consent() -> None:
    """Keep what was said so far, and what will be said; a callback."""
    people.visitor().change(keeps=True)
    attempt(lambda: people.answers().keep_all(open_collection, people.owner()))


def show_own_drawings() -> None:
    """A button behind which a visitor finds what is known and kept, where there is anything."""
    answers, visitor = people.answers(), people.visitor()
    tell_trouble()
    if not (answers.said or visitor.keeps or visitor.taught or visitor.is_member or visitor.is_owner):
        return
    with st.popover(_("My drawings"), icon=":material/folder_shared:", key="own-drawings", on_change="rerun") as opened:
        if opened.open:
            _show_inside()


def _show_inside() -> None:
    """What is kept, and what can be done with it."""
    answers, visitor = people.answers(), people.visitor()
    with explained():
        st.markdown(_kept_words())
    if visitor.keeps is False:
        st.button(_("Keep my drawings"), key="keep-after-all", on_click=_consent)
    if visitor.taught:
        st.markdown(_("You have taught a model: **Taught by you**. Nobody else can use or see it."))
    _offer_take_home()
    if answers.said or visitor.keeps or visitor.taught or visitor.is_member or visitor.is_owner:
        _offer_deletion()


def _kept_words() -> str:
    """What the collection has of the visitor."""
    visitor = people.visitor()
    if not (visitor.keeps or visitor.is_member):
        if visitor.is_owner:
            return _("No drawing of yours is kept. What you trained or made for all to see is yours to change.")
        return _("Nothing is kept of you. What you say teaches in this session only.")
    count = open_collection().drawings.count(Filter(owner=people.owner()))
    return ngettext(
        "**{count} drawing** of yours is kept in the collection.",
        "**{count} drawings** of yours are kept in the collection.",
        count,
    ).format(count=number(count))


def _offer_take_home() -> None:
    """A button for one zip with all that is the visitor's; it is made when it is asked for."""
    answers, visitor = people.answers(), people.visitor()
    if not answers.own() and not visitor.taught:
        return
    st.download_button(
        _("Take it home"),
        partial(_zip, answers.own(), visitor.taught or None, current()),
        "mnist-studio.zip",
        "application/zip",
        on_click="ignore",
        icon=":material/redeem:",
        key="take-home",
        width="stretch",
        help=_("One zip: your drawings as pictures and as a table, and your model if you have taught one."),
    )
    if visitor.taught:
        offer_reader(visitor.taught, "take-reader-home", "stretch")


def _zip(entries: Sequence[Answer | Entry], taught: str | None, language: str) -> bytes:
    """The zip, in the language of whoever asked for it; the server makes it outside of the visitor's run."""
    from mnist_core.teaching.take_home import take_home  # only a few visitors ever need it

    with spoken(language):
        return take_home(entries, taught)


def _offer_deletion() -> None:
    """Away with everything, after a second thought."""
    st.markdown(
        _(
            "**Delete my drawings** deletes all that is kept of you: your drawings in the collection, what you said of "
            "them, your model if you have taught one, and what this browser keeps. It cannot be had back. What "
            "you trained or made for all to see stays, and nothing says any more that it was yours."
        )
    )
    is_sure = st.checkbox(_("Yes, delete all of it"), key="delete-sure")
    label, icon = _("Delete my drawings"), ":material/delete:"
    st.button(label, key="delete-own", icon=icon, disabled=not is_sure, on_click=_delete, width="stretch")


def _delete() -> None:
    """Delete all that is the visitor's; a callback."""
    visitor, answers = people.visitor(), people.answers()
    if not attempt(lambda: open_collection().delete_all(visitor.token)):
        return
    if visitor.is_owner and not attempt(partial(disown, visitor.token)):
        return
    trial = people.trial()
    for name in filter(None, (visitor.taught, trial.name if trial else "")):
        if not attempt(partial(forget, name)):
            return
    if visitor.is_taught_used:
        reader.choose_model(standard_model())
    people.try_out(None)
    answers.forget()
    visitor.forget()
    answers.news = _("Deleted. Nothing of you is kept any more.")


def attempt(do: Callable[[], object]) -> bool:
    """Do something in a callback, and whether it worked; the page then tells what went wrong."""
    try:
        do()
    except MnistError as error:
        people.answers().trouble = f"**{headline(error)}** {told(error)}"
        return False
    return True


def tell_trouble() -> None:
    """Say once what went wrong in a callback, or what it did."""
    answers = people.answers()
    if answers.trouble:
        st.error(answers.trouble, icon=":material/error:")
    if answers.news:
        st.toast(answers.news, icon=":material/delete:")
    answers.trouble = answers.news = ""
