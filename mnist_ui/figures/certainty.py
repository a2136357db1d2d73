"""How sure a model is, against how often it is right."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_ui.figures.curves import COLOURS

Floats = npt.NDArray[np.floating]

HEIGHT = 420
GREY = "#8c8c8c"
# Nobody refuses more than half.
SHOWN_FROM = 0.5
# A curve of more points looks the same.
MOST_POINTS = 400


def reliability_diagram(rows: Sequence[tuple[int, float, float]]) -> go.Figure:
    """How often it is right when it says that it is this sure, and below how many images that were.

    Parameters
    ----------
    rows
        For each tenth of stated probability that occurs: images, their mean stated probability, share of them right.
    """
    images, stated, right = (list(column) for column in zip(*rows, strict=True))
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.7, 0.3], vertical_spacing=0.06)
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": GREY, "dash": "dot"}, name=_("exactly as stated")
    )
    figure.add_scatter(
        x=stated,
        y=right,
        mode="lines+markers",
        marker={"size": 9},
        line={"color": COLOURS["training"]},
        name=_("this model"),
        customdata=images,
        hovertemplate=_("stated %{x:.1%}, right %{y:.1%} of %{customdata:,} images") + "<extra></extra>",
    )
    figure.add_bar(
        x=stated,
        y=images,
        width=0.06,
        marker={"color": GREY},
        text=[number(count) for count in images],
        textposition="outside",
        constraintext="none",
        cliponaxis=False,
        showlegend=False,
        hovertemplate=_("%{y:,} images") + "<extra></extra>",
        row=2,
        col=1,
    )
    figure.update_xaxes(range=[0, 1.04], tickformat=".0%")
    figure.update_xaxes(title=_("Stated probability"), row=2, col=1)
    figure.update_yaxes(title=_("Share read right"), range=[0, 1.04], tickformat=".0%", row=1, col=1)
    figure.update_yaxes(title=_("Images"), type="log", showticklabels=False, row=2, col=1)
    return _laid_out(figure)


def risk_coverage_curve(coverage: Floats, risk: Floats, answered: float) -> go.Figure:
    """Share of mistakes among the images that are answered when the least sure ones are refused.

    Parameters
    ----------
    coverage, risk
        Float (n,): shares of the images that are answered, rising, and shares of those that are read wrongly.
    answered
        The coverage to mark.
    """
    step = max(1, len(coverage) // MOST_POINTS)
    # The last point, without any refusal, belongs to it.
    x, y = coverage[::-1][::step][::-1], risk[::-1][::step][::-1]
    figure = go.Figure()
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": COLOURS["training"]},
        hovertemplate=_("%{x:.1%} answered, %{y:.2%} of these wrong") + "<extra></extra>",
        showlegend=False,
    )
    figure.add_vline(x=answered, line={"color": COLOURS["validation"], "dash": "dot"})
    figure.update_xaxes(
        title=_("Share of the images that it answers"), tickformat=".0%", dtick=0.1, range=[SHOWN_FROM, 1.005]
    )
    figure.update_yaxes(title=_("Share of its answers that are wrong"), tickformat=".2~%", rangemode="tozero")
    return _laid_out(figure)


def _laid_out(figure: go.Figure) -> go.Figure:
    """A figure of the size that all of these have."""
    figure.update_layout(
        height=HEIGHT,
        margin={"t": 16, "b": 8, "l": 8, "r": 8},
        legend={"x": 1, "xanchor": "right", "y": 0.36, "yanchor": "bottom"},
    )
    return figure
