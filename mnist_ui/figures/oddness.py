"""How odd images are: how many are how odd, and which of them are above a threshold."""

import numpy as np
import plotly.graph_objects as go

from mnist_core.language import gettext as _
from mnist_core.types import Float32Array
from mnist_ui.figures.curves import COLOURS

HEIGHT = 260
BINS = 60


def oddness_histogram(values: Float32Array, threshold: float, name: str) -> go.Figure:
    """How many images are how odd, on a logarithmic scale, and where the threshold lies.

    Parameters
    ----------
    values
        Float (n,), without NaN.
    name
        What is on the axis.
    """
    counts, edges = np.histogram(values, BINS)
    middles = (edges[:-1] + edges[1:]) / 2
    hover = _("about {value}: {count} images")
    figure = go.Figure(
        go.Bar(
            x=middles,
            y=[count or None for count in counts.tolist()],
            width=float(edges[1] - edges[0]),
            marker={
                "color": [COLOURS["validation" if middle > threshold else "training"] for middle in middles],
                "line": {"width": 0},
            },
            hovertemplate=hover.format(value="%{x:.2f}", count="%{y:,}") + "<extra></extra>",
        )
    )
    figure.add_vline(threshold, line={"color": COLOURS["validation"], "dash": "dot", "width": 2})
    figure.update_layout(
        height=HEIGHT, margin={"t": 8, "b": 8, "l": 8, "r": 8}, bargap=0, dragmode=False, showlegend=False
    )
    figure.update_xaxes(title=name, fixedrange=True)
    figure.update_yaxes(title=_("Images"), type="log", dtick=1, tickformat=",d", fixedrange=True)
    return figure
