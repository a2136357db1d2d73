"""Training curves that grow while a network learns.

They are drawn with Vega-Lite, which Streamlit updates in place; a Plotly chart it mounts anew when the data change.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_ui.figures.curves import COLOURS, TITLES
from mnist_ui.figures.vega import as_columns, axis, colours, measure_axis

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
    return as_columns(("place", "value", "part"), points)


def live_curve(measure: str, epochs: int) -> dict[str, Any]:
    """The Vega-Lite specification of a growing curve over so many epochs; it stays the same while the points grow."""
    parts = [_(part) for part in (WITHIN, *COLOURS)]
    return {
        "title": _(TITLES[measure]),
        "encoding": {
            "x": axis("place", _("Epoch"), {"domain": [0, epochs]}, {"tickMinStep": 1, "grid": False}),
            "y": measure_axis(measure, ".0%"),
            "color": colours("part", parts, ["#7fb8d8", *COLOURS.values()], columns=2),
        },
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2}},
            {
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "transform": [{"filter": {"not": {"field": "part", "equal": _(WITHIN)}}}],
            },
        ],
    }
