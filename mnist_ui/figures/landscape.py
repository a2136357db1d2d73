"""Size or speed against accuracy: the models of this installation among what others have reached on MNIST."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from typing import Literal

import plotly.graph_objects as go

from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number, percent

Across = Literal["parameters", "milliseconds"]

# Errors on a logarithmic axis, as they halve again and again; the ticks say what share is right.
TICKS = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005)
# No error among 10,000 images is drawn as half a one: a logarithm knows no nought.
LEAST_ERROR = 0.00005
# More names than this would lie on each other; they are shown for the model that is pointed at.
MOST_NAMES = 12
X_TICKS: dict[Across, list[float]] = {
    "parameters": [10.0**power for power in range(2, 9)],
    "milliseconds": [digit * 10.0**power for power in range(-3, 3) for digit in (1, 2, 5)],
}
# The figure is so many times as high and as low as what is in it.
ROOM = 1.6
COLOUR, GHOST = "#0072b2", "#8c8c8c"
HEIGHT = 460

TITLES: dict[Across, str] = {"parameters": N_("Parameters (weights)"), "milliseconds": N_("Milliseconds a digit")}
HOVERS: dict[Across, str] = {"parameters": N_("{count} parameters"), "milliseconds": N_("{count} milliseconds")}


@dataclass(frozen=True)
class Standing:
    """Where a model stands.

    Attributes
    ----------
    parameters
        Number of weights.
    milliseconds
        Time to read one digit on this machine; None where it was not measured.
    accuracy, low, high
        Share of the MNIST test digits read right, 0 to 1, and its 95 % confidence interval.
    """

    name: str
    parameters: int
    milliseconds: float | None
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True)
class Record:
    """What others have reached on the MNIST test digits.

    Attributes
    ----------
    accuracy
        Share read right, 0 to 1, as published.
    parameters
        Number of weights; None where the publication does not make it plain.
    source
        Who reported it where, in Markdown.
    """

    label: str
    accuracy: float
    parameters: int | None
    source: str


RECORDS = (
    Record(
        N_("575 parameters, 98 %"),
        0.98,
        575,
        "[Neural Golfing: Getting 98% accuracy on MNIST with 575 parameters]"
        "(https://hexhowells.com/posts/neural-golfing.html) (2025)",
    ),
    Record(
        N_("3,888 parameters, over 99 %"),
        0.99,
        3_888,
        "P-CapsNets: a General Form of Convolutional Neural Networks (2019)",
    ),
    Record(
        N_("best single network, 99.83 %"),
        0.9983,
        1_514_187,
        "Byerly, Kalganova, Dear: [No Routing Needed Between Capsules](https://arxiv.org/abs/2001.09136) (2020)",
    ),
    Record(
        N_("best ensemble, 99.91 %"),
        0.9991,
        None,
        "An, Lee, Park, Yang, So: [An Ensemble of Simple Convolutional Neural Network Models for MNIST Digit "
        "Recognition](https://arxiv.org/abs/2008.10400) (2020)",
    ),
)


def landscape(places: Sequence[Standing], across: Across, records: Sequence[Record] = RECORDS) -> go.Figure:
    """Each model as a point with its confidence interval; further up is better, further left smaller or faster.

    Parameters
    ----------
    across
        What the horizontal axis shows. Published records without that number are lines across the figure.
    """
    figure = go.Figure()
    shown = [place for place in places if getattr(place, across) is not None]
    figure.add_scatter(**_models(shown, across))
    known = [record for record in records if across == "parameters" and record.parameters]
    figure.add_scatter(**_ghosts(known))
    for record in records:
        if record not in known:
            _add_line(figure, record)
    return _laid_out(figure, across, _range([*shown, *records]))


def sources(records: Sequence[Record] = RECORDS) -> str:
    """Where the records are from, as a sentence in Markdown."""
    return "; ".join(f"{_(record.label)}: {record.source}" for record in records) + "."


def _models(places: Sequence[Standing], across: Across) -> dict[str, object]:
    """The trace of this installation's models."""
    errors = [_error(place.accuracy) for place in places]
    size = _(HOVERS[across]).format(count="%{x:,.4~g}")
    right = _("{share} right").format(share="%{customdata[0]}")
    return {
        "name": _("models on this machine"),
        "x": [getattr(place, across) for place in places],
        "y": errors,
        "error_y": {
            "array": [_error(place.low) - error for place, error in zip(places, errors, strict=True)],
            "arrayminus": [error - _error(place.high) for place, error in zip(places, errors, strict=True)],
            "thickness": 1,
            "width": 3,
        },
        "text": [in_html(place.name) for place in places],
        "customdata": [[f"{place.accuracy:.2%}"] for place in places],
        "hovertemplate": f"%{{text}}<br>{size}<br>{right}<extra></extra>",
        "mode": "markers+text" if len(places) <= MOST_NAMES else "markers",
        "textposition": "bottom right",
        "marker": {"color": COLOUR, "size": 11},
    }


def _ghosts(records: Sequence[Record]) -> dict[str, object]:
    """The trace of the records whose place across is known."""
    return {
        "name": _("published records"),
        "x": [record.parameters for record in records],
        "y": [_error(record.accuracy) for record in records],
        "text": [in_html(_(record.label)) for record in records],
        "hovertemplate": "%{text}<extra></extra>",
        "mode": "markers+text",
        "textposition": ["top left" if (record.parameters or 0) > 100_000 else "top right" for record in records],
        "textfont": {"color": GHOST},
        "marker": {"color": GHOST, "size": 11, "symbol": "circle-open", "line": {"width": 2}},
    }


def _add_line(figure: go.Figure, record: Record) -> None:
    """A record as a line across the figure."""
    figure.add_hline(y=_error(record.accuracy), line={"color": GHOST, "dash": "dot", "width": 1})
    # Plotly takes the place of a shape on a logarithmic axis as it is, that of a text as its logarithm.
    figure.add_annotation(
        text=in_html(_(record.label)),
        x=0,
        xref="paper",
        xanchor="left",
        y=log10(_error(record.accuracy)),
        yanchor="bottom",
        font={"color": GHOST},
        showarrow=False,
    )


def _range(shown: Sequence[Standing | Record]) -> tuple[float, float]:
    """Logarithms of the errors at the bottom and at the top: all that is shown, with some room for names."""
    lows = [_error(each.low if isinstance(each, Standing) else each.accuracy) for each in shown]
    highs = [_error(each.high if isinstance(each, Standing) else each.accuracy) for each in shown]
    return log10(ROOM * max(lows)), log10(min(highs) / ROOM)


def _laid_out(figure: go.Figure, across: Across, errors: tuple[float, float]) -> go.Figure:
    """The axes."""
    ticks = X_TICKS[across]
    figure.update_layout(
        xaxis={
            "type": "log",
            "title": _(TITLES[across]),
            "tickvals": list(ticks),
            "ticktext": [f"{tick:,g}" if tick < 1 else number(tick) for tick in ticks],
        },
        yaxis={
            "type": "log",
            "range": errors,
            "title": _("MNIST test digits read right"),
            "tickvals": list(TICKS),
            "ticktext": [_right(tick) for tick in TICKS],
        },
        height=HEIGHT,
        margin={"t": 16, "b": 8, "l": 8, "r": 8},
        legend={"orientation": "h", "y": -0.2},
        showlegend=True,
    )
    return figure


def _right(error: float) -> str:
    """The share that is read right, with as many decimals as it has."""
    decimals = len(f"{100 * (1 - error):g}".partition(".")[2])
    return percent(1 - error, decimals)


def _error(accuracy: float) -> float:
    """The share that is read wrong, as far as it can be drawn."""
    return max(1 - accuracy, LEAST_ERROR)
