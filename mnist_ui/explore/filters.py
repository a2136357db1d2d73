"""Filters on what is known of images, folded away until somebody wants them; they combine."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from babel.lists import format_list

from mnist_core.catalogue.catalogue import Catalogue
from mnist_core.catalogue.query import WHOLE, Query
from mnist_core.language import current, pgettext
from mnist_core.language import gettext as _
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
