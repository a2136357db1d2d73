"""Filters on what is known of images, folded away until somebody wants them; they combine."""

from dataclasses import replace
from typing import Any

import streamlit as st
from babel.lists import format_list

from mnist_core.catalogue.catalogue import Catalogue
from mnist_core.catalogue.query import WHOLE, Query
from mnist_core.language import current, pgettext
from mnist_core.language import gettext as _
from mnist_core.types import CLASSES
from mnist_ui.explore.exploring import ask
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


class Filters:
    """The widgets of a question's filters, each showing what the question says.

    Parameters
    ----------
    query
        The question as it is now.
    """

    def __init__(self, catalogue: Catalogue, query: Query) -> None:
        self._catalogue, self._query = catalogue, query

    def show(self) -> None:
        """All widgets; those that wait for something cannot be used yet."""
        st.segmented_control(
            _("Split"),
            self._catalogue.dataset.splits,
            format_func=split_words,
            wrap=True,
            **self._of("split", self._query.split),
        )
        verdict = next((word for word, value in VERDICTS.items() if value is self._query.right), None)
        st.segmented_control(
            _("The model reads them"), VERDICTS, format_func=_verdict_words, **self._of("right", verdict)
        )
        names = self._catalogue.dataset.class_names
        read = self._of("read", list(self._query.read))
        st.pills(_("Read as"), range(CLASSES), format_func=names.__getitem__, selection_mode="multi", wrap=True, **read)
        labels = {"probability": _("How sure it is (%)"), "novelty": _("How novel they are to it (%)")}
        for name, label in labels.items():
            ends = tuple(round(100 * end) for end in getattr(self._query, name))
            st.slider(label, 0, 100, **self._of(name, ends))
        st.toggle(_("Only labels in doubt"), **self._of("suspects", self._query.suspects))

    def _of(self, name: str, value: Any) -> dict[str, Any]:
        """What the widget of a filter is given."""
        key = f"explore-filter-{name}"
        st.session_state[key] = value
        is_missing = NEEDS.get(name) in self._catalogue.missing
        return {"key": key, "on_change": self._take, "args": (name, key), "disabled": is_missing}

    def _take(self, name: str, key: str) -> None:
        """Ask again with another value of one filter."""
        value = st.session_state[key]
        match name:
            case "right":
                value = VERDICTS.get(value)
            case "read":
                value = tuple(value)
            case "probability" | "novelty":
                value = tuple(end / 100 for end in value)
        ask(self._catalogue, replace(self._query, **{name: value}))


def choose_filters(catalogue: Catalogue, query: Query) -> None:
    """A button that shows the filters; it says how many are set."""
    count = _count(query)
    label = _("Filters ({count})").format(count=count) if count else _("Filters")
    with st.popover(label, icon=":material/filter_alt:", key="explore-filters"):
        Filters(catalogue, query).show()
        if waiting := dict.fromkeys(catalogue.missing.values()):
            reasons = format_list([_(reason) for reason in waiting], locale=current())
            st.caption(_("Some cannot be used yet, because {reasons}.").format(reasons=reasons))
        st.button(
            _("Clear all"),
            icon=":material/filter_alt_off:",
            on_click=lambda: ask(catalogue, Query()),
            disabled=query == Query(),
        )


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
