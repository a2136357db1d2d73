"""The epoch whose weights a model has, marked in its training curves."""

from collections.abc import Mapping

import plotly.graph_objects as go

from mnist_core.language import gettext as _
from mnist_ui.figures.curves import History

COLOUR = "#e69f00"


def best_epoch(history: History) -> int:
    """The epoch with the lowest validation loss, counted from 1: training keeps its weights."""
    losses = list(history["val_loss"])
    return losses.index(min(losses)) + 1


def marked(figure: go.Figure, histories: Mapping[str, History], measure: str) -> go.Figure:
    """Training curves with a star where each run was best.

    Parameters
    ----------
    figure
        Curves of a measure of these runs; it is changed and given back.
    histories
        Each run's history by its name.
    measure
        "loss" or "accuracy".
    """
    best = {name: best_epoch(history) for name, history in histories.items()}
    figure.add_scatter(
        x=list(best.values()),
        y=[histories[name][f"val_{measure}"][epoch - 1] for name, epoch in best.items()],
        customdata=list(best),
        name=_("best epoch, which was kept"),
        mode="markers",
        marker={"symbol": "star", "size": 14, "color": COLOUR, "line": {"width": 1, "color": "#17202c"}},
        hovertemplate=_("%{customdata}: best epoch %{x}, %{y:.4f}") + "<extra></extra>",
    )
    return figure
