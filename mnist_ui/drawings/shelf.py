"""Whose drawings are looked at: one's own, those of a class whose key one has, or all, for who runs the app."""

from dataclasses import dataclass

import streamlit as st

from mnist_core.collection import ALL, By, Filter, open_collection
from mnist_core.collection.records import DamagedRowError
from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.owners import KEEPER
from mnist_ui.address import PAGE, Parameter
from mnist_ui.drawings.address import DRAWING, DRAWINGS_ADDRESS, OF
from mnist_ui.state import drawings, people

MINE, EVERYBODYS = "mine", "all"


@dataclass(frozen=True)
class Shelf:
    """Drawings that may be seen and changed.

    Attributes
    ----------
    name
        As the address names it: "mine", "all", or the code of a class.
    by
        Who changes them, as the collection wants to know.
    filter
        Which they are.
    title
        The name of the class, as it was typed; empty for no class.
    """

    name: str
    by: By
    filter: Filter
    title: str = ""


def shelves() -> dict[str, Shelf]:
    """All that the visitor may see, by name; the own drawings first.

    Raises
    ------
    CollectionError
        If the collection cannot be opened.
    """
    owner = people.owner()
    found = [Shelf(MINE, owner, Filter(owner=owner)), *map(_of_class, people.keyring().keys.items())]
    if people.keeper():
        found.append(Shelf(EVERYBODYS, KEEPER, ALL))
    return {shelf.name: shelf for shelf in found if shelf}


def choose_shelf() -> Shelf:
    """The drawings that the visitor or the address asks for; what is not theirs to see is refused, and that is said.

    Raises
    ------
    CollectionError
        If the collection cannot be opened.
    """
    possible = shelves()
    parameter, asked = Parameter.one_of(OF, possible, MINE), DRAWINGS_ADDRESS.parameters.get(OF, MINE)
    # Which keys it has, the browser tells a moment after the page is shown first.
    if asked not in possible and (asked == EVERYBODYS or people.keyring().is_met):
        _refuse(asked)
    if len(possible) == 1:
        return possible[MINE]
    chosen = st.selectbox(
        _("Whose drawings"),
        possible,
        format_func=lambda name: shelf_words(possible[name]),
        **DRAWINGS_ADDRESS.bound(parameter, forgets=[DRAWING, PAGE], on_change=drawings.chosen().clear),
        width=320,
    )
    return possible[chosen]


def shelf_words(shelf: Shelf) -> str:
    """Whose drawings they are."""
    if shelf.name == MINE:
        return _("My own")
    if shelf.name == EVERYBODYS:
        return _("Everybody's")
    return _("Class {name}").format(name=shelf.title)


def _of_class(item: tuple[str, str]) -> Shelf | None:
    """The drawings of a class, with the key that the browser has; None if it is gone, damaged, or not its key."""
    code, key = item
    try:
        group = open_collection().classes.of_key(code, key)
    except DamagedRowError:
        return None
    return Shelf(group.code, key, Filter(group=group.id), group.name) if group else None


def _refuse(asked: str) -> None:
    """Say that the address asks for what this visitor may not see."""
    message = (
        _("The address asks for everybody's drawings. Those are for who runs this app, with its key. These are yours.")
        if asked == EVERYBODYS
        else _("The address asks for the drawings of “{name}”, whose key this browser does not have. These are yours.")
    )
    st.warning(message.format(name=in_markdown(asked[:40])), icon=":material/lock:")
