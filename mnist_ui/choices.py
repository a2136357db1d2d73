"""Choices that the Explore page's address keeps, so that a finding is a link; what is as at first is left out of it."""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from mnist_core.language import gettext as _
from mnist_ui.messages import plain
from mnist_ui.state import exploring

T = TypeVar("T")
Number = TypeVar("Number", int, float)

# A longer number than this names no page.
MANY_DIGITS = 10


def choose(
    name: str,
    label: str,
    options: Sequence[T],
    first: T,
    *,
    words: Callable[[T], str] = str,
    forgets: Sequence[str] = (),
    help: str | None = None,
) -> T:
    """One of a few options; an address that names none of them is said.

    Parameters
    ----------
    name
        The address's parameter, whose value is the option as text.
    words
        An option for people.
    forgets
        Other parameters that mean nothing any more once another option is chosen.
    """
    named = _named(name, str(first))
    possible = {str(option): option for option in options}
    if named not in possible:
        _complain(label, named)
    key = f"explore-{name}"
    st.session_state[key] = possible.get(named, first)

    def take() -> None:
        chosen = st.session_state[key]
        exploring.exploration().set(**{name: None if chosen == first else str(chosen), **dict.fromkeys(forgets)})

    chosen = st.segmented_control(
        label, options, required=True, wrap=True, format_func=words, key=key, on_change=take, help=help
    )
    return first if chosen is None else chosen


def slide(name: str, label: str, ends: tuple[Number, Number], first: Number, step: Number) -> Number:
    """A number between two ends; one beyond them in the address is the nearer end, and nonsense is said.

    Parameters
    ----------
    name
        The address's parameter.
    """
    key, number = f"explore-{name}", _number(label, _named(name, str(first)), first)
    st.session_state[key] = min(max(number, ends[0]), ends[1])

    def take() -> None:
        chosen = st.session_state[key]
        exploring.exploration().set(**{name: None if chosen == first else f"{chosen:.6g}"})

    return st.slider(label, ends[0], ends[1], step=step, key=key, on_change=take)


def choose_page(name: str, count: int, in_page: int, edition: str, shown: exploring.Exploration | None = None) -> slice:
    """A page of what was found; the nearest there is to the one that the address names.

    Parameters
    ----------
    name
        The address's parameter.
    count, in_page
        How many were found, and how many are on a page.
    edition
        What was asked: another question has a widget of its own, as one that has a default cannot be set without a
        warning in the log.
    shown
        What the page shows; the Explore page's by default.

    Returns
    -------
    The part of what was found that is on the page.
    """
    shown = exploring.exploration() if shown is None else shown
    pages = max(1, -(-count // in_page))
    named = shown.parameters.get(name, "1")
    page = min(max(int(named), 1), pages) if named.isdecimal() and len(named) < MANY_DIGITS else 1
    key = f"explore-{name}-{edition}"
    if st.session_state.get(key, page) != page:
        st.session_state[key] = page

    def turn() -> None:
        shown.set(**{name: str(st.session_state[key])})

    if pages > 1:
        page = st.pagination(pages, default=page, max_visible_pages=5, key=key, on_change=turn)
    return slice((page - 1) * in_page, min(page * in_page, count))


def _named(name: str, first: str) -> str:
    """What the address says."""
    return exploring.exploration().parameters.get(name, first)


def _number(label: str, named: str, first: Number) -> Number:
    """What the address says as a number."""
    try:
        if not math.isnan(float(named)):
            return type(first)(named)
    except (ValueError, OverflowError):
        pass
    _complain(label, named)
    return first


def _complain(label: str, named: str) -> None:
    """Say that the address names what there is not."""
    st.warning(
        _("Part of the address is left out: “{named}” is no answer to “{label}” here.").format(
            named=plain(named[:40]), label=label
        ),
        icon=":material/link_off:",
    )
