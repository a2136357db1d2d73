"""Collected drawings side by side, a page at a time; several can be chosen and deleted."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlencode

import numpy as np
import streamlit as st
from babel.dates import format_datetime, get_timezone

from mnist_core.collection import Entry, Filter, alias_in_words, open_collection
from mnist_core.language import current, ngettext, number
from mnist_core.language import gettext as _
from mnist_core.model.doubt import UNKNOWN
from mnist_core.reader.answer import percent
from mnist_ui.choices import choose_page
from mnist_ui.correction.own_drawings import attempt
from mnist_ui.drawings.address import DRAWING, DRAWINGS_ADDRESS
from mnist_ui.drawings.drawing_files import offer_files
from mnist_ui.drawings.query import DrawingQuery, clear
from mnist_ui.drawings.shelf import MINE, Shelf
from mnist_ui.gallery import Mark, gallery
from mnist_ui.state import drawings, people

# Divides into full rows of 12, 10, 6, 5 or 4.
IN_PAGE = 60
MOST_CHOSEN = 5_000
# Stands for what nobody said.
UNSAID = "–"
_CHOOSING = "drawings-choosing"


def show_collected(shelf: Shelf, query: DrawingQuery) -> None:
    """How many there are, and one page of them.

    Raises
    ------
    CollectionError
        If the collection cannot be read.
    """
    filter = query.within(shelf)
    count = open_collection().drawings.count(filter)
    with st.container(horizontal=True, vertical_alignment="center", key="drawings-found"):
        found = ngettext("**{count}** drawing", "**{count}** drawings", count)
        st.markdown(found.format(count=number(count)), width="stretch")
        is_choosing = st.toggle(_("Choose several"), key=_CHOOSING, disabled=not count)
        offer_files(shelf.name, filter, count)
        edition = urlencode({k: v for k, v in query.to_parameters().items() if v}) + shelf.name
        page = choose_page(DRAWINGS_ADDRESS, count, IN_PAGE, edition)
    entries, damaged = open_collection().drawings.found(filter, IN_PAGE, page.start)
    if damaged:
        _show_damaged(shelf, damaged)
    if not entries:
        if not damaged:
            show_nothing(shelf, query)
        return
    if is_choosing:
        _show_chosen(shelf, filter, count, entries)
    _show_page(entries, page, count, is_choosing=is_choosing)


def show_nothing(shelf: Shelf, query: DrawingQuery) -> None:
    """Say what to do where there is no drawing."""
    if query != DrawingQuery():
        st.info(_("No drawing is like that. Take a filter away."), icon=":material/search_off:")
        st.button(_("Take all filters away"), icon=":material/filter_alt_off:", on_click=clear, key="drawings-clear")
        return
    if shelf.name != MINE:
        st.info(_("Nothing has been drawn here yet. What is drawn and kept appears on this page."), icon=_EMPTY)
        return
    message = (
        _("Nothing of yours is kept yet. Draw a digit and say whether it was read right: then it appears here.")
        if people.visitor().keeps
        else _(
            "Nothing of yours is kept. Draw a digit, say whether it was read right, and choose “Keep my drawings”: "
            "then it appears here, for you alone to see."
        )
    )
    st.info(message, icon=_EMPTY)
    st.page_link("pages/draw.py", label=_("Draw a digit"), icon=":material/draw:")


_EMPTY = ":material/draw:"


def show_tiles(
    entries: Sequence[Entry], *, key: str, title: str, captions: Sequence[str] = (), is_choosing: bool = False
) -> None:
    """Drawings in a gallery; one that is picked is shown alone, or chosen."""
    chosen = drawings.chosen()
    marks: list[Mark] = ["chosen" if is_choosing and each.id in chosen else mark(each) for each in entries]
    ids = [each.id for each in entries]
    gallery(
        np.stack([each.image for each in entries]),
        captions or [caption(each) for each in entries],
        marks,
        key=key,
        title=title,
        spoken=[sentence(each) for each in entries],
        on_pick=lambda place: _pick(ids[place], is_choosing=is_choosing),
    )


def caption(entry: Entry) -> str:
    """What it was said to be; of one that was not read as that, also what was read."""
    said = UNSAID if entry.label is None else str(entry.label)
    return said if entry.is_right else f"{said} → {sign(entry)}"


def sign(entry: Entry) -> str:
    """What was read in it."""
    return UNKNOWN if entry.digit is None else str(entry.digit)


def mark(entry: Entry) -> Mark:
    """How it is framed: not at all unless it was not read right."""
    if entry.digit is None:
        return "doubt"
    return "wrong" if entry.is_right is False else ""


def sentence(entry: Entry) -> str:
    """What is known of it, in a few words."""
    words = {"label": entry.label, "read": sign(entry), "time": moment(entry), "sure": percent(entry.probability)}
    if entry.label is None:
        known = _("Nobody said what it is; read as {read} ({sure}). {time}").format(**words)
    else:
        known = _("Said to be {label}, read as {read} ({sure}). {time}").format(**words)
    return f"{alias_in_words(entry.alias)}: {known}" if entry.alias else known


def moment(entry: Entry) -> str:
    """When it was drawn, in the visitor's own time."""
    try:
        zone = get_timezone(st.context.timezone)
    except LookupError:
        zone = get_timezone("UTC")
    return str(format_datetime(entry.created, "medium", tzinfo=zone, locale=current()))


def delete(shelf: Shelf, ids: Iterable[str]) -> None:
    """Delete drawings, all of them or none; a callback."""
    gone = list(ids)
    drawings.chosen().clear()
    if attempt(lambda: open_collection().drawings.delete(gone, shelf.by)):
        said = people.answers().said
        people.answers().said = {name: each for name, each in said.items() if each.id not in set(gone)}
        DRAWINGS_ADDRESS.set({DRAWING: None})
        message = ngettext("{count} drawing is deleted.", "{count} drawings are deleted.", len(gone))
        st.toast(message.format(count=number(len(gone))), icon=":material/delete:")


def relabel(shelf: Shelf, id: str, label: int | None) -> None:
    """Say anew what a drawing is; a callback."""
    if attempt(lambda: open_collection().drawings.relabel(id, label, shelf.by)):
        said = people.answers().said
        for name, each in [*said.items()]:
            if each.id == id and label is None:
                del said[name]
            elif each.id == id and label is not None:
                said[name] = replace(each, label=label)
        people.answers().edition += 1


def _show_page(entries: Sequence[Entry], page: slice, count: int, *, is_choosing: bool) -> None:
    """The drawings of a page, and how to read what is below them."""
    first, last = number(page.start + 1), number(page.stop)
    title = _("Drawings {first} to {last} of {count}").format(first=first, last=last, count=number(count))
    show_tiles(entries, key="drawings-grid", title=title, is_choosing=is_choosing)
    if is_choosing:
        st.caption(_("A click, or the arrow keys and Enter, chooses a drawing or lets it go. Those chosen are framed."))
        return
    st.caption(
        _(
            "Below each drawing is what it was said to be, – if nothing was said. The arrow says what was read "
            "instead, ? if that was in doubt. A click, or the arrow keys and Enter, shows all that is known of it."
        )
    )


def _show_chosen(shelf: Shelf, filter: Filter, count: int, entries: Sequence[Entry]) -> None:
    """What can be done with several drawings, and how many are chosen."""
    chosen = drawings.chosen()
    with st.container(horizontal=True, vertical_alignment="center", key="drawings-chosen"):
        st.button(_("This page"), icon=":material/select_all:", on_click=_choose, args=([e.id for e in entries],))
        most = min(count, MOST_CHOSEN)
        all_of_them = _("All {count}") if count <= MOST_CHOSEN else _("The newest {count}")
        st.button(all_of_them.format(count=number(most)), key="choose-all", on_click=_choose_all, args=(filter,))
        st.button(_("None"), key="choose-none", disabled=not chosen, on_click=chosen.clear)
        confirm_deletion(shelf, list(chosen), key="delete-chosen")


def confirm_deletion(shelf: Shelf, ids: Sequence[str], *, key: str) -> None:
    """A button that deletes drawings, after a second thought."""
    label = ngettext("Delete {count} drawing", "Delete {count} drawings", len(ids)).format(count=number(len(ids)))
    with st.popover(label, icon=":material/delete:", disabled=not ids, key=key):
        st.markdown(_("They are deleted for good: from the collection, and from what networks can learn from later."))
        st.button(
            _("Yes, delete"), type="primary", key=f"{key}-yes", disabled=not ids, on_click=delete, args=(shelf, ids)
        )


def damage_words(damaged: int) -> str:
    """That so many drawings are damaged, and what that means."""
    return ngettext(
        "{count} drawing here is damaged: it is not shown, and in no file that is taken away. It can only be deleted.",
        "{count} drawings here are damaged: they are not shown, and in no file that is taken away. They can only be "
        "deleted.",
        damaged,
    ).format(count=number(damaged))


def _show_damaged(shelf: Shelf, damaged: int) -> None:
    """That drawings are damaged, and a button that deletes these and whatever else is damaged on the shelf."""
    st.warning(damage_words(damaged), icon=":material/broken_image:")
    label, icon = _("Delete what is damaged"), ":material/delete:"
    st.button(label, icon=icon, key="delete-damaged", on_click=_delete_damaged, args=(shelf,))


def _delete_damaged(shelf: Shelf) -> None:
    """Delete all damaged drawings of a shelf; a callback."""
    attempt(lambda: open_collection().drawings.delete_damaged(shelf.filter, shelf.by))


def _pick(id: str, *, is_choosing: bool) -> None:
    """Show a drawing, or choose it or let it go."""
    chosen = drawings.chosen()
    if not is_choosing:
        DRAWINGS_ADDRESS.set({DRAWING: id})
    elif id in chosen:
        del chosen[id]
    elif len(chosen) < MOST_CHOSEN:
        chosen[id] = None


def _choose(ids: Sequence[str]) -> None:
    """Choose these, too; a callback."""
    chosen = drawings.chosen()
    chosen.update(dict.fromkeys(ids[: MOST_CHOSEN - len(chosen)]))


def _choose_all(filter: Filter) -> None:
    """Choose all that were found; a callback."""
    drawings.chosen().clear()
    attempt(lambda: _choose([each.id for each in open_collection().drawings.entries(filter, MOST_CHOSEN)]))
