"""In what order images are shown, and ready-made questions, in plain words."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from mnist_core.catalogue.catalogue import Catalogue
from mnist_core.catalogue.query import LIKENESS, Query
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_ui.explore.exploring import asking

# What can be sorted by, and whether downwards.
Order = tuple[str, bool]
ORDERS: Mapping[Order, str] = {
    ("index", False): N_("As they lie"),
    ("index", True): N_("From the end"),
    ("probability", False): N_("Least sure first"),
    ("probability", True): N_("Surest first"),
    ("loss", True): N_("Largest loss first"),
    ("loss", False): N_("Smallest loss first"),
    ("novelty", True): N_("Most novel first"),
    ("novelty", False): N_("Most familiar first"),
    ("typicality", False): N_("Least typical first"),
    ("typicality", True): N_("Most typical first"),
    ("ink", True): N_("Most ink first"),
    ("ink", False): N_("Least ink first"),
    ("slant", True): N_("Leaning right first"),
    ("slant", False): N_("Leaning left first"),
    (LIKENESS, False): N_("Most alike first"),
    (LIKENESS, True): N_("Least alike first"),
}
MEANING = N_(
    "**Sure**: the probability of the digit that the model reads. **Loss**: how wrong it is, cross-entropy in nats. "
    "**Novel**: unlike anything it learned from. **Typical**: like the average image of the same label."
)
# Each keeps the split and the labels that were chosen.
SHORTCUTS: Mapping[str, Query] = {
    N_("The least typical"): Query(sort="typicality"),
    N_("The most typical"): Query(sort="typicality", descending=True),
    N_("Misread, and sure of it"): Query(right=False, sort="probability", descending=True),
    N_("What it is least sure of"): Query(sort="probability"),
    N_("Unlike anything it learned"): Query(sort="novelty", descending=True),
    N_("Labels in doubt"): Query(suspects=True, sort="typicality"),
}


def choose_shortcut(catalogue: Catalogue, query: Query) -> None:
    """Questions for who does not want to set filters; those that can be answered now."""
    possible = {name: asked for name, asked in SHORTCUTS.items() if not catalogue.possible(asked)[1]}
    plain = replace(query, split=None, labels=())
    now = next((name for name, asked in possible.items() if asked == plain), None)

    def question(name: str | None) -> Query:
        return replace(possible.get(name or "", Query()), split=query.split, labels=query.labels)

    st.pills(_("Show me"), possible, format_func=_, wrap=True, **asking(catalogue, "explore-shortcut", now, question))


def choose_sort(catalogue: Catalogue, query: Query) -> None:
    """In what order."""
    sorts = [sort for sort in catalogue.sorts if sort != LIKENESS or query.like is not None]

    def question(order: Order) -> Query:
        sort, descending = order
        return replace(query, sort=sort, descending=descending, like=query.like if sort == LIKENESS else None)

    st.selectbox(
        _("In what order"),
        [order for order in ORDERS if order[0] in sorts],
        format_func=lambda order: _(ORDERS[order]),
        help=_(MEANING),
        width=215,
        **asking(catalogue, "explore-order", (query.sort, query.descending), question),
    )
