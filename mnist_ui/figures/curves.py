"""Training curves."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

# Okabe and Ito's blue and vermilion: told apart with any colour vision.
COLOURS = {"training": "#0072b2", "validation": "#d55e00"}


def training_curves(history: Mapping[str, Sequence[float]]) -> go.Figure:
    """Loss and accuracy of each epoch, side by side.

    Parameters
    ----------
    history
        `loss`, `val_loss`, `accuracy`, `val_accuracy`: one number an epoch.
    """
    figure = make_subplots(1, 2, subplot_titles=("Loss (lower is better)", "Accuracy (higher is better)"))
    for column, measure in enumerate(("loss", "accuracy"), 1):
        for part, key in (("training", measure), ("validation", f"val_{measure}")):
            values = history[key]
            figure.add_scatter(
                x=list(range(1, len(values) + 1)),
                y=list(values),
                name=part,
                legendgroup=part,
                showlegend=column == 1,
                mode="lines+markers",
                line={"color": COLOURS[part], "dash": "solid" if part == "validation" else "dot"},
                row=1,
                col=column,
            )
    figure.update_xaxes(title_text="Epoch")
    figure.update_yaxes(type="log", row=1, col=1)
    figure.update_yaxes(tickformat=".1%", row=1, col=2)
    figure.update_layout(height=360, margin={"t": 48, "b": 8, "l": 8, "r": 8}, legend={"orientation": "h", "y": -0.25})
    return figure
