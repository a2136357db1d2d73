"""A model's accuracy on each test, in words and numbers."""

from collections.abc import Sequence

import streamlit as st
from babel.lists import format_list

from mnist_core import language
from mnist_core.datasets import DATASETS
from mnist_core.datasets.registry import title_of_tests
from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.language import number, percent
from mnist_core.model.bundle import SHIPPED
from mnist_core.model.card import ModelCard, Score
from mnist_core.model.reliability import interval


def show_scores(card: ModelCard, shipped: ModelCard | None = None) -> None:
    """A number with a sentence for each test.

    Parameters
    ----------
    shipped
        The model that came with the app, to compare with by points of a percent.
    """
    for column, (dataset, score) in zip(st.columns(len(card.scores) or 1), card.scores.items(), strict=False):
        note = _(DATASETS[dataset].test_note) if dataset in DATASETS else ""
        other = shipped.scores.get(dataset) if shipped else None
        points = _in_points(score.accuracy - other.accuracy) if other else None
        column.metric(in_markdown(title_of_tests(dataset)), f"{number(100 * score.accuracy, 2)}%", points, border=True)
        column.caption(f"{note} {_in_words(score)}")


def show_reliability(card: ModelCard) -> None:
    """How often an answer is right, by how sure the model is of it: a table, with what it was counted on."""
    found = card.reliability
    if found is None:
        st.write(_("Nobody has counted how often this model is right."))
        return
    st.caption(
        _(
            "Counted once, on {digits} digits of {datasets} that were kept aside from its training. It took {refused} "
            "of them for no digit. What is said below an answer comes from here, and claims the lower figure."
        ).format(
            digits=number(found.digits), datasets=in_markdown(listed(found.datasets)), refused=number(found.refused)
        )
    )
    st.dataframe(
        [
            {"sure": f"{percent(low)} – {percent(high)}", "answers": answers, "right": right}
            | {"between": _between(right, answers)}
            for low, high, answers, right in reversed(found.bins)
        ],
        column_config={
            "sure": _("Probability"),
            "answers": st.column_config.NumberColumn(_("answers"), format="localized"),
            "right": st.column_config.NumberColumn(_("of them right"), format="localized"),
            "between": _("share right, with 95 % confidence"),
        },
        hide_index=True,
    )


def _between(right: int, of: int) -> str:
    """The interval of a share, as people read it; nothing without any."""
    return " – ".join(percent(share, 2) for share in interval(right, of)) if of else ""


def listed(names: Sequence[str]) -> str:
    """Names one after another, as the language that is spoken joins them.

    Examples
    --------
    >>> listed(["mnist", "pen-digits"])
    'mnist and pen-digits'
    """
    return format_list(names, locale=language.current())


def signed(value: float, decimals: int) -> str:
    """A difference with its sign in any case, as the language that is spoken writes it."""
    return ("+" if value >= 0 else "") + number(value, decimals)


def _in_points(difference: float) -> str:
    """How much better than the shipped model; the sign at the front gives it its colour."""
    # Translators: begin with the points.
    return _("{points} points against {model}").format(points=signed(100 * difference, 2), model=SHIPPED)


def _in_words(score: Score) -> str:
    """A score as sentences."""
    return _("{wrong} of {images} wrong, loss {loss}. With 95 % confidence between {low}% and {high}%.").format(
        wrong=number(score.errors),
        images=number(score.images),
        loss=number(score.loss, 3),
        low=number(100 * score.low, 1),
        high=number(100 * score.high, 1),
    )
