"""Filters on what is known of images, in what order they are shown, and ready-made questions in plain words."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from babel.lists import format_list

from mnist_core.catalogue.catalogue import Catalogue
from mnist_core.catalogue.query import LIKENESS, WHOLE, Query
from mnist_core.language import current, pgettext
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.types import CLASSES
from mnist_ui.explore.exploring import ask, asking
from mnist_ui.explore.tiles import split_words

VERDICTS = {"Right": True, "Wrong": False}
# Which columns of the catalogue each filter needs.
NEEDS = {
    "read": "read",
    "right": "is_right",
    "probability": "probability",
    "novelty": "novelty",
    "suspects": "is_suspect",
}
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


def choose_filters(catalogue: Catalogue, query: Query) -> None:
    """A button that shows the filters; it says how many are set."""
    count = _count(query)
    label = _("Filters ({count})").format(count=count) if count else _("Filters")
    with st.popover(label, icon=":material/filter_alt:", key="explore-filters"):
        _show_filters(catalogue, query)
        if waiting := dict.fromkeys(catalogue.missing.values()):
            reasons = format_list([_(reason) for reason in waiting], locale=current())
            st.caption(_("Some cannot be used yet, because {reasons}.").format(reasons=reasons))
        everything, icon = Query(), ":material/filter_alt_off:"
        clear = partial(ask, catalogue, everything)
        st.button(_("Clear all"), icon=icon, on_click=clear, disabled=query == everything)


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


def _show_filters(catalogue: Catalogue, query: Query) -> None:
    """All filters, each showing what the question says; those that wait for something cannot be used yet."""

    def of(name: str, value: Any, told: Callable[[Any], Any] = lambda chosen: chosen) -> dict[str, Any]:
        """What the widget of a filter is given; `told` makes what the question says of what is chosen."""
        key = f"explore-filter-{name}"
        given = asking(catalogue, key, value, lambda chosen: replace(query, **{name: told(chosen)}))
        return {**given, "disabled": NEEDS.get(name) in catalogue.missing}

    splits = catalogue.dataset.splits
    st.segmented_control(_("Split"), splits, format_func=split_words, wrap=True, **of("split", query.split))
    verdict = next((word for word, value in VERDICTS.items() if value is query.right), None)
    right = of("right", verdict, VERDICTS.get)
    st.segmented_control(_("The model reads them"), VERDICTS, format_func=_verdict_words, **right)
    words, read = catalogue.dataset.class_names.__getitem__, of("read", list(query.read), tuple)
    st.pills(_("Read as"), range(CLASSES), format_func=words, selection_mode="multi", wrap=True, **read)
    labels = {"probability": _("How sure it is (%)"), "novelty": _("How novel they are to it (%)")}
    for name, label in labels.items():
        ends = tuple(round(100 * end) for end in getattr(query, name))
        st.slider(label, 0, 100, **of(name, ends, lambda ends: tuple(end / 100 for end in ends)))
    st.toggle(_("Only labels in doubt"), **of("suspects", query.suspects))


def _verdict_words(word: str) -> str:
    """What the model does, for people."""
    return {"Right": pgettext("reading", "Right"), "Wrong": pgettext("reading", "Wrong")}[word]


def _count(query: Query) -> int:
    """How many of the filters in the folder are set."""
    return sum(
        (
            query.split is not None,
            query.right is not None,
            bool(query.read),
            query.probability != WHOLE,
            query.novelty != WHOLE,
            query.suspects,
        )
    )
