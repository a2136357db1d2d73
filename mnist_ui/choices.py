"""Choices that a page's address keeps, so that a finding is a link; what is as at first is left out of it."""

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_ui.address import PAGE, Address, Parameter

T = TypeVar("T")
Number = TypeVar("Number", int, float)

# A longer number than this names no page.
MANY_DIGITS = 10


def choose(
    address: Address,
    name: str,
    label: str,
    options: Sequence[T],
    *,
    first: T | None = None,
    words: Callable[[T], str] = str,
    forgets: Sequence[str] = (),
    help: str | None = None,
) -> T:
    """One of a few options; an address that names none of them is said.

    Parameters
    ----------
    name
        The address's parameter, whose value is the option as text.
    first
        What holds while the address says nothing; by default the first of them.
    words
        An option for people.
    forgets
        Other parameters that mean nothing any more once another option is chosen.
    """
    parameter = Parameter.one_of(name, options, options[0] if first is None else first)
    _complain(address, parameter, label)
    chosen = st.segmented_control(
        label,
        options,
        required=True,
        wrap=True,
        format_func=words,
        help=help,
        **address.bound(parameter, forgets=forgets),
    )
    return parameter.default if chosen is None else chosen


def slide(address: Address, name: str, label: str, ends: tuple[Number, Number], first: Number, step: Number) -> Number:
    """A number between two ends; one beyond them in the address is the nearer end, and nonsense is said.

    Parameters
    ----------
    name
        The address's parameter.
    """

    def parse(text: str) -> Number:
        if math.isnan(float(text)):
            raise ValueError(text)
        return min(max(type(first)(text), ends[0]), ends[1])

    parameter = Parameter(name, first, parse, "{:.6g}".format)
    _complain(address, parameter, label)
    return st.slider(label, ends[0], ends[1], step=step, **address.bound(parameter))


def choose_page(address: Address, count: int, in_page: int, edition: str, name: str = PAGE) -> slice:
    """A page of what was found; the nearest there is to the one that the address names.

    Parameters
    ----------
    count, in_page
        How many were found, and how many are on a page.
    edition
        What was asked: another question has a widget of its own, as one that has a default cannot be set without a
        warning in the log.
    name
        The address's parameter.

    Returns
    -------
    The part of what was found that is on the page.
    """
    pages = max(1, -(-count // in_page))
    named = address.parameters.get(name, "1")
    page = min(max(int(named), 1), pages) if named.isdecimal() and len(named) < MANY_DIGITS else 1
    key = f"{address.page}-{name}-{edition}"
    if st.session_state.get(key, page) != page:
        st.session_state[key] = page

    def turn() -> None:
        address.set({name: str(st.session_state[key])})

    if pages > 1:
        page = st.pagination(pages, default=page, max_visible_pages=5, key=key, on_change=turn)
    return slice((page - 1) * in_page, min(page * in_page, count))


def page_of(items: Sequence[T], in_page: int, key: str) -> Sequence[T]:
    """The items on the page that the visitor turned to, of a list whose page no address keeps.

    Parameters
    ----------
    key
        Of the widget that turns the pages; it is not there while one page holds all.
    """
    pages = max(1, -(-len(items) // in_page))
    page = min(st.session_state.get(key, 1), pages)
    if pages > 1:
        if st.session_state.get(key, page) != page:  # what was on the last page is gone
            st.session_state[key] = page
        page = st.pagination(pages, max_visible_pages=5, key=key)
    return items[(page - 1) * in_page : page * in_page]


def _complain(address: Address, parameter: Parameter[Any], label: str) -> None:
    """Say that the address names what there is not, if it does."""
    named = address.nonsense(parameter)
    if named is not None:
        message = _("Part of the address is left out: “{named}” is no answer to “{label}” here.")
        st.warning(message.format(named=in_markdown(named[:40]), label=label), icon=":material/link_off:")
