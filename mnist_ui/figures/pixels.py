"""A digit's pixels as numbers."""

import plotly.graph_objects as go

from mnist_core.language import gettext as _
from mnist_core.types import UInt8Array

HEIGHT = 330


def pixel_values(image: UInt8Array) -> go.Figure:
    """An image uint8 (28, 28) as squares, each of which says its row, column and value when it is pointed at."""
    hover = _("row {row}, column {column}: {value} of 255")
    figure = go.Figure(
        go.Heatmap(
            z=image,
            zmin=0,
            zmax=255,
            colorscale=[[0, "#000000"], [1, "#ffffff"]],
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate=hover.format(row="%{y}", column="%{x}", value="<b>%{z}</b>") + "<extra></extra>",
        )
    )
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "tickvals": [0, 9, 18, 27], "ticks": ""}
    figure.update_layout(
        xaxis={**axis, "side": "top", "constrain": "domain"},
        yaxis={**axis, "autorange": "reversed", "scaleanchor": "x", "constrain": "domain"},
        height=HEIGHT,
        margin={"t": 24, "b": 0, "l": 24, "r": 0},
        dragmode=False,
    )
    return figure
