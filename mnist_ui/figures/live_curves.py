"""Training curves that grow while a network learns.

They are drawn with Vega-Lite, which Streamlit updates in place; a Plotly chart it mounts anew when the data change.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_ui.figures.curves import COLOURS, LOSS_TICKS, TITLES

HEIGHT = 340
WITHIN = N_("within the epoch")
# A curve needs no more points than a screen has pixels.
POINTS = 500


def live_points(
    steps: Sequence[Mapping[str, float]], epochs: Sequence[Mapping[str, float]], measure: str
) -> dict[str, list[Any]]:
    """The points of a growing curve.

    Parameters
    ----------
    steps
        Measures within the epochs, each at a `place` counted in epochs.
    epochs
        Measures of each whole epoch, under `measure` and `val_` with it.

    Returns
    -------
    Columns `place`, `value` and `part`, the last in the language that is spoken: the legend shows it.
    """
    few = steps[:: len(steps) // POINTS + 1]
    points = [(step["place"], step[measure], _(WITHIN)) for step in few]
    for part, key in (("training", measure), ("validation", f"val_{measure}")):
        points += [(float(number), epoch[key], _(part)) for number, epoch in enumerate(epochs, start=1)]
    columns = zip(*points, strict=True) if points else ([], [], [])
    return {name: list(column) for name, column in zip(("place", "value", "part"), columns, strict=True)}


def live_curve(measure: str, epochs: int) -> dict[str, Any]:
    """The Vega-Lite specification of a growing curve over so many epochs; it stays the same while the points grow."""
    is_loss = measure == "loss"
    scale = {"type": "log"} if is_loss else {"zero": False}
    axis = {"values": LOSS_TICKS, "format": "~g"} if is_loss else {"format": ".0%", "tickCount": 5}
    encoding = {
        "x": {
            "field": "place",
            "type": "quantitative",
            "title": _("Epoch"),
            "scale": {"domain": [0, epochs]},
            "axis": {"tickMinStep": 1, "grid": False},
        },
        "y": {"field": "value", "type": "quantitative", "title": None, "scale": scale, "axis": axis},
        "color": {
            "field": "part",
            "type": "nominal",
            "title": None,
            "scale": {"domain": [_(part) for part in (WITHIN, *COLOURS)], "range": ["#7fb8d8", *COLOURS.values()]},
            "legend": {"orient": "bottom", "offset": 4, "padding": 0, "columns": 2},
        },
    }
    return {
        "title": _(TITLES[measure]),
        "encoding": encoding,
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2}},
            {
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "transform": [{"filter": {"not": {"field": "part", "equal": _(WITHIN)}}}],
            },
        ],
    }
