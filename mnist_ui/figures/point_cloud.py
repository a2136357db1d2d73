"""A map as a Plotly figure: to take away, as it turns in any browser without this app."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from mnist_core.language import gettext as _
from mnist_core.types import CLASSES, Float32Array, UInt8Array
from mnist_ui.figures.palette import DIGIT_COLOURS

# A page is to stay small: a thousandth of the map's spread is less than a dot.
DECIMALS = 3


def point_cloud(coordinates: Float32Array, labels: UInt8Array, texts: Sequence[str], title: str) -> go.Figure:
    """Points in space or in the plane, in their digits' colours; the legend hides and shows digits.

    Parameters
    ----------
    coordinates
        (n, 3) or (n, 2).
    labels
        uint8 (n,).
    texts
        What each point says when it is pointed at.
    """
    has_depth = coordinates.shape[1] == 3
    kind = go.Scatter3d if has_depth else go.Scattergl
    figure = go.Figure()
    places = np.asarray(coordinates, np.float32).round(DECIMALS)
    for digit in range(CLASSES):
        rows = np.flatnonzero(labels == digit)
        axes = dict(zip(("x", "y", "z"), places[rows].T, strict=False))
        figure.add_trace(
            kind(
                **axes,
                mode="markers",
                name=str(digit),
                marker={"size": 2.5 if has_depth else 4, "color": DIGIT_COLOURS[digit]},
                text=[texts[row] for row in rows.tolist()],
                hovertemplate="%{text}<extra></extra>",
            )
        )
    bare = {"visible": False}
    figure.update_layout(
        title=title,
        template="plotly_white",
        legend={"itemsizing": "constant", "title": _("Digit")},
        margin={"l": 0, "r": 0, "t": 48, "b": 0},
        scene={"xaxis": bare, "yaxis": bare, "zaxis": bare},
        xaxis=bare,
        yaxis={**bare, "scaleanchor": "x"},
    )
    return figure
