"""Whose models, maps and runs are: a mark on the visitor's own among others', and the way back for what was deleted."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import streamlit as st

from mnist_core import trash
from mnist_core.language import gettext as _
from mnist_core.owners import By
from mnist_ui.choices import page_of
from mnist_ui.messages import repeated
from mnist_ui.state import people

T = TypeVar("T")

CHECK = "✓"
# So many of what can be brought back are on a page.
IN_PAGE = 10


def own_marks(owners: Mapping[str, str]) -> dict[str, str]:
    """A mark for each thing that is the visitor's own; empty where all of them are, or none: there is nothing to tell.

    Parameters
    ----------
    owners
        The owner of each thing.
    """
    mine = {name: people.is_mine(owner) for name, owner in owners.items()}
    if len(set(mine.values())) < 2:
        return {}
    return {name: CHECK if is_mine else "" for name, is_mine in mine.items()}


def own_first(things: Iterable[T], owner: Callable[[T], str]) -> list[T]:
    """Things in their order, but what is the visitor's own before what is not.

    Parameters
    ----------
    owner
        Gives the owner of one.
    """
    return sorted(things, key=lambda thing: not people.is_mine(owner(thing)))


def show_badge(owner: str, among: Iterable[str]) -> None:
    """Say of something that it is the visitor's own, where there is something of others too."""
    if people.is_mine(owner) and not all(people.is_mine(other) for other in among):
        st.badge(_("yours"), icon=":material/person:", color="blue")


def note_another(owner: str, text: str = "") -> None:
    """Say of something that it is somebody else's, and what can be done with it; nothing of what is the visitor's.

    Parameters
    ----------
    text
        What to say; by default what holds of a job.
    """
    if not people.may_change(owner):
        text = text or _("Somebody else's. You can look at it, use what comes of it, and download that.")
        st.caption(f":material/visibility: {text}")


def show_way_back(sentence: str) -> None:
    """Say before something is deleted how it comes back, or that it does not while the disk is nearly full.

    Parameters
    ----------
    sentence
        What holds while it is not.
    """
    st.write(_("The disk is nearly full, so this cannot be brought back.") if trash.is_scarce() else sentence)


def offer_return(
    key: str, deleted: Mapping[str, tuple[str, str]], restore: Callable[[str, By], object], *, title: str
) -> None:
    """A list of what was deleted within the last day and is the visitor's to bring back; nothing if nothing is.

    Parameters
    ----------
    key
        Tells it from other lists.
    deleted
        Of each thing by its id: its name and its owner.
    restore
        Brings one back, by its id.
    title
        What they are, as the list's title.
    """
    own = {id: name for id, (name, owner) in deleted.items() if people.may_change(owner)}
    if not own:
        return
    with st.popover(title, icon=":material/restore_from_trash:", key=f"returning-{key}"):
        st.caption(_("What was deleted can be brought back for a day."))
        for id, name in page_of(list(own.items()), IN_PAGE, f"returning-page-{key}"):
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.text(name, width="stretch")
                if st.button(_("Bring back"), key=f"return-{key}-{id}", icon=":material/undo:"):
                    with repeated():
                        restore(id, people.actor())
                        st.rerun()
