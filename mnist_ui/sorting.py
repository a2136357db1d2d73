"""In what order images are shown, and ready-made questions, in plain words."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from mnist_core.analysis.catalogue import Catalogue
from mnist_core.analysis.query import LIKENESS, Query
from mnist_ui.exploring import ask

# What can be sorted by, and whether downwards.
Order = tuple[str, bool]
ORDERS: Mapping[Order, str] = {
    ("index", False): "As they lie",
    ("index", True): "From the end",
    ("probability", False): "Least sure first",
    ("probability", True): "Surest first",
    ("loss", True): "Largest loss first",
    ("loss", False): "Smallest loss first",
    ("novelty", True): "Most novel first",
    ("novelty", False): "Most familiar first",
    ("typicality", False): "Least typical first",
    ("typicality", True): "Most typical first",
    ("ink", True): "Most ink first",
    ("ink", False): "Least ink first",
    ("slant", True): "Leaning right first",
    ("slant", False): "Leaning left first",
    (LIKENESS, False): "Most alike first",
    (LIKENESS, True): "Least alike first",
}
MEANING = (
    "**Sure**: the probability of the digit that the model reads. **Loss**: how wrong it is, cross-entropy in nats. "
    "**Novel**: unlike anything it learned from. **Typical**: like the average image of the same label."
)
# Each keeps the split and the labels that were chosen.
SHORTCUTS: Mapping[str, Query] = {
    "The least typical": Query(sort="typicality"),
    "The most typical": Query(sort="typicality", descending=True),
    "Misread, and sure of it": Query(right=False, sort="probability", descending=True),
    "What it is least sure of": Query(sort="probability"),
    "Unlike anything it learned": Query(sort="novelty", descending=True),
    "Labels in doubt": Query(suspects=True, sort="typicality"),
}


def choose_shortcut(catalogue: Catalogue, query: Query) -> None:
    """Questions for who does not want to set filters; those that can be answered now."""
    possible = {name: asked for name, asked in SHORTCUTS.items() if not catalogue.possible(asked)[1]}
    key = "explore-shortcut"
    plain = replace(query, split=None, labels=())
    st.session_state[key] = next((name for name, asked in possible.items() if asked == plain), None)

    def take() -> None:
        asked = possible.get(st.session_state[key], Query())
        ask(catalogue, replace(asked, split=query.split, labels=query.labels))

    st.pills("Show me", possible, wrap=True, key=key, on_change=take)


def choose_sort(catalogue: Catalogue, query: Query) -> None:
    """In what order."""
    key = "explore-order"
    sorts = [sort for sort in catalogue.sorts if sort != LIKENESS or query.like is not None]
    st.session_state[key] = (query.sort, query.descending)

    def take() -> None:
        sort, descending = st.session_state[key]
        like = query.like if sort == LIKENESS else None
        ask(catalogue, replace(query, sort=sort, descending=descending, like=like))

    st.selectbox(
        "In what order",
        [order for order in ORDERS if order[0] in sorts],
        format_func=lambda order: ORDERS[order],
        key=key,
        on_change=take,
        help=MEANING,
        width=215,
    )
