"""A model's accuracy on each test, in words and numbers."""

import streamlit as st

from mnist_core.model.bundle import SHIPPED
from mnist_core.model.card import ModelCard

TESTS = {
    "mnist": ("MNIST test digits", "Scanned digits of people whose handwriting it has never seen."),
    "pen-digits": ("Pen strokes", "Drawn on a tablet by 14 people whose handwriting it has never seen."),
    "uci-digits": ("Coarse scans", "Digits of only 8 x 8 pixels, blown up."),
}


def show_scores(card: ModelCard, shipped: ModelCard | None = None) -> None:
    """A number with a sentence for each test.

    Parameters
    ----------
    shipped
        The model that came with the app, to compare with by points of a percent.
    """
    for column, (dataset, score) in zip(st.columns(len(card.scores) or 1), card.scores.items(), strict=False):
        title, description = TESTS.get(dataset, (dataset, ""))
        other = shipped.scores.get(dataset) if shipped else None
        points = f"{100 * (score.accuracy - other.accuracy):+.2f} points against {SHIPPED}" if other else None
        column.metric(title, f"{score.accuracy:.2%}", points, border=True)
        column.caption(
            f"{description} {score.errors} of {score.images:,} wrong, loss {score.loss:.3f}. With 95 % confidence "
            f"between {score.low:.1%} and {score.high:.1%}."
        )
