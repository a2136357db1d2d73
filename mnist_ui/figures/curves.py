"""Training curves, and in them the epoch whose weights a model has."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_

# Okabe and Ito's colours: told apart with any colour vision.
COLOURS = {N_("training"): "#0072b2", N_("validation"): "#d55e00"}
RUN_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c8c8c")
LOSS_TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2]
HEIGHT = 340
# Of the star at a run's best epoch.
STAR_COLOUR = "#e69f00"

TITLES = {
    "loss": N_("Loss (lower is better)"),
    "accuracy": N_("Accuracy (higher is better)"),
    "val_loss": N_("Validation loss (lower is better)"),
    "val_accuracy": N_("Validation accuracy (higher is better)"),
}

History = Mapping[str, Sequence[float]]


def training_curve(history: History, measure: str) -> go.Figure:
    """Loss or accuracy of each epoch, on the training and on the validation images.

    Parameters
    ----------
    history
        One number an epoch under `measure` and `val_` with it.
    measure
        "loss" (drawn on a logarithmic scale) or "accuracy".
    """
    figure = go.Figure()
    for part, key in (("training", measure), ("validation", f"val_{measure}")):
        line = {"color": COLOURS[part], "dash": "solid" if part == "validation" else "dot"}
        _add_curve(figure, _(part), history[key], line)
    return _laid_out(figure, measure)


def compared_curves(histories: Mapping[str, History], measure: str) -> go.Figure:
    """Validation loss or accuracy of several runs, laid over each other.

    Parameters
    ----------
    histories
        Each run's history, as for `training_curve`, by its name.
    """
    figure = go.Figure()
    for index, (name, history) in enumerate(histories.items()):
        _add_curve(figure, in_html(name), history[f"val_{measure}"], {"color": RUN_COLOURS[index % len(RUN_COLOURS)]})
    figure.update_layout(showlegend=True)
    return _laid_out(figure, f"val_{measure}")


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
        customdata=[in_html(name) for name in best],
        name=_("best epoch, which was kept"),
        mode="markers",
        marker={"symbol": "star", "size": 14, "color": STAR_COLOUR, "line": {"width": 1, "color": "#17202c"}},
        hovertemplate=_("%{customdata}: best epoch %{x}, %{y:.4f}") + "<extra></extra>",
    )
    return figure


def _add_curve(figure: go.Figure, name: str, values: Sequence[float], line: dict[str, str]) -> None:
    """Add a measure of each epoch, counted from 1."""
    epochs = list(range(1, len(values) + 1))
    figure.add_scatter(x=epochs, y=list(values), name=name, mode="lines+markers", line=line)


def _laid_out(figure: go.Figure, measure: str) -> go.Figure:
    """A figure with axes and title for a measure."""
    is_loss = measure.endswith("loss")
    axis = {"type": "log", "tickvals": LOSS_TICKS} if is_loss else {"tickformat": ".1%"}
    figure.update_layout(
        title=_(TITLES[measure]),
        xaxis_title=_("Epoch"),
        yaxis=axis,
        height=HEIGHT,
        margin={"t": 48, "b": 8, "l": 8, "r": 8},
        legend={"orientation": "h", "y": -0.25},
    )
    return figure
