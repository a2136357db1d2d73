"""Training curves."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

# Okabe and Ito's blue and vermilion: told apart with any colour vision.
COLOURS = {"training": "#0072b2", "validation": "#d55e00"}
LOSS_TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2]


def training_curve(history: Mapping[str, Sequence[float]], measure: str) -> go.Figure:
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
        values = list(history[key])
        figure.add_scatter(
            x=list(range(1, len(values) + 1)),
            y=values,
            name=part,
            mode="lines+markers",
            line={"color": COLOURS[part], "dash": "solid" if part == "validation" else "dot"},
        )
    is_loss = measure == "loss"
    axis = {"type": "log", "tickvals": LOSS_TICKS} if is_loss else {"tickformat": ".1%"}
    figure.update_layout(
        title=f"{measure.capitalize()} ({'lower' if is_loss else 'higher'} is better)",
        xaxis_title="Epoch",
        yaxis=axis,
        height=340,
        margin={"t": 48, "b": 8, "l": 8, "r": 8},
        legend={"orientation": "h", "y": -0.25},
    )
    return figure
