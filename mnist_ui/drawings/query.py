"""Which of the collected drawings are looked for: what the address asks, and the widgets to ask it with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from mnist_core.collection import Filter, open_collection
from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.types import CLASSES
from mnist_ui.address import PAGE
from mnist_ui.drawings.address import CODE, DRAWING, DRAWINGS_ADDRESS, READ, RIGHT, SAID, SINCE
from mnist_ui.drawings.shelf import EVERYBODYS, Shelf

# Nothing said, and read with doubt: what stands for None in the address.
NONE, DOUBT = "none", "doubt"
DIGITS = tuple(map(str, range(CLASSES)))
VERDICTS = {"yes": N_("Right"), "no": N_("Wrong or in doubt")}
SPANS = {
    "hour": (N_("Last hour"), timedelta(hours=1)),
    "day": (N_("Last 24 hours"), timedelta(days=1)),
    "week": (N_("Last 7 days"), timedelta(days=7)),
    "month": (N_("Last 30 days"), timedelta(days=30)),
}
ANY = ""
_EITHER, _EVER = N_("Right or wrong"), N_("At any time")
LONGEST_CODE = 12
_KEY = "drawings-"
_FORGOTTEN = {PAGE: None, DRAWING: None}


@dataclass(frozen=True)
class DrawingQuery:
    """Drawings as they are asked for; without anything, all.

    Attributes
    ----------
    said, read
        Digits, and "none" for nothing said or "doubt" for a reading in doubt.
    right
        "yes", "no", or empty for both.
    since
        One of `SPANS`; empty for any time.
    code
        Of the class that they were drawn for.
    """

    said: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    right: str = ANY
    since: str = ANY
    code: str = ANY

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, str]) -> tuple["DrawingQuery", list[str]]:
        """What an address asks for, and those of its values that mean nothing.

        Examples
        --------
        >>> DrawingQuery.from_parameters({"said": "3,11", "right": "no"})
        (DrawingQuery(said=('3',), read=(), right='no', since='', code=''), ['said=11'])
        """
        said, no_labels = _several(parameters, SAID, (*DIGITS, NONE))
        read, no_readings = _several(parameters, READ, (*DIGITS, DOUBT))
        right, no_verdict = _several(parameters, RIGHT, tuple(VERDICTS))
        since, no_span = _several(parameters, SINCE, tuple(SPANS))
        code = parameters.get(CODE, ANY)[:LONGEST_CODE]
        found = cls(said, read, next(iter(right), ANY), next(iter(since), ANY), code)
        return found, [*no_labels, *no_readings, *no_verdict, *no_span]

    def to_parameters(self) -> dict[str, str | None]:
        """What the address says of it; None for what it leaves out."""
        listed = {SAID: ",".join(self.said), READ: ",".join(self.read)}
        return {**listed, RIGHT: self.right, SINCE: self.since, CODE: self.code}

    def within(self, shelf: Shelf, now: datetime | None = None) -> Filter:
        """Those of a shelf's drawings that are looked for.

        Raises
        ------
        CollectionError
            If there is no class of that code.
        """
        since = (now or datetime.now(UTC)) - SPANS[self.since][1] if self.since else None
        group = shelf.filter.group
        if self.code and shelf.name == EVERYBODYS:
            group = open_collection().classes.group(self.code).id
        right = {"yes": True, "no": False}.get(self.right)
        digits = _digits(self.read)
        return replace(shelf.filter, group=group, labels=_digits(self.said), digits=digits, right=right, since=since)


def asked() -> DrawingQuery:
    """What the address asks for; what of it means nothing is said."""
    query, nonsense = DrawingQuery.from_parameters(DRAWINGS_ADDRESS.parameters)
    if nonsense:
        values = in_markdown(", ".join(each[:40] for each in nonsense[:5]))
        message = _("Part of the address is left out, as it means nothing here: {values}.")
        st.warning(message.format(values=values), icon=":material/link_off:")
    return query


def choose_query(shelf: Shelf, query: DrawingQuery) -> None:
    """The filters, each showing what is looked for now."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="drawings-filters"):
        _choose_several(_("Said to be"), SAID, (*DIGITS, NONE), query.said)
        _choose_several(_("Read as"), READ, (*DIGITS, DOUBT), query.read)
        spans = {name: words for name, (words, _span) in SPANS.items()}
        _choose_one(_("It was read"), RIGHT, {ANY: _EITHER, **VERDICTS}, query.right)
        _choose_one(_("Drawn"), SINCE, {ANY: _EVER, **spans}, query.since)
        if shelf.name == EVERYBODYS:
            st.text_input(_("Class code"), max_chars=LONGEST_CODE, width=130, **_asking(CODE, query.code))


def clear() -> None:
    """Seek everything again; a callback."""
    DRAWINGS_ADDRESS.set({**DrawingQuery().to_parameters(), **_FORGOTTEN})


def _choose_several(label: str, name: str, options: Sequence[str], chosen: tuple[str, ...]) -> None:
    """Digits, or that there is none."""
    st.pills(
        label,
        options,
        selection_mode="multi",
        format_func=_digit_words,
        wrap=True,
        width="content",
        **_asking(name, list(chosen)),
    )


def _choose_one(label: str, name: str, words: Mapping[str, str], chosen: str) -> None:
    """One of a few."""
    st.selectbox(label, words, format_func=lambda each: _(words[each]), width=190, **_asking(name, chosen))


def _digit_words(option: str) -> str:
    """A digit, or that there is none."""
    return {NONE: _("not said"), DOUBT: _("in doubt")}.get(option, option)


def _asking(name: str, value: object) -> dict[str, Any]:
    """What a widget is given that is to show what is looked for, and to seek something else on a change."""
    st.session_state[_KEY + name] = value
    return {"key": _KEY + name, "on_change": _take, "args": (name,)}


def _take(name: str) -> None:
    """Seek something else; a callback."""
    value = st.session_state[_KEY + name]
    text = value.strip() if isinstance(value, str) else ",".join(value)
    DRAWINGS_ADDRESS.set({name: text or None, **_FORGOTTEN})


def _digits(named: Sequence[str]) -> tuple[int | None, ...]:
    """Digits, with None for none."""
    return tuple(int(each) if each in DIGITS else None for each in named)


def _several(parameters: Mapping[str, str], name: str, possible: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Values of a parameter, and those that mean nothing."""
    named = list(dict.fromkeys(filter(None, parameters.get(name, "").split(","))))
    known = tuple(each for each in named if each in possible)
    return known, [f"{name}={each}" for each in named if each not in possible]
