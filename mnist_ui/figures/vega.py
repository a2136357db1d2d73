"""What the charts have in common that are drawn with Vega-Lite, which Streamlit updates in place."""

from collections.abc import Iterable, Sequence
from typing import Any

from mnist_ui.figures.curves import LOSS_TICKS


def axis(field: str, title: str | None, scale: dict[str, Any], ticks: dict[str, Any]) -> dict[str, Any]:
    """A column of numbers along an axis, as Vega-Lite has it."""
    return {"field": field, "type": "quantitative", "title": title, "scale": scale, "axis": ticks}


def measure_axis(measure: str, shares: str) -> dict[str, Any]:
    """The upright axis of `value`: a loss on a logarithmic scale, or an accuracy as shares of this format."""
    if measure == "loss":
        return axis("value", None, {"type": "log"}, {"values": LOSS_TICKS, "format": "~g"})
    return axis("value", None, {"zero": False}, {"format": shares, "tickCount": 5})


def colours(field: str, parts: Sequence[str], shown: Sequence[str], **legend: Any) -> dict[str, Any]:
    """A column of names, each in a colour, and the legend below."""
    below = {"orient": "bottom", "offset": 4, "padding": 0, **legend}
    return {"field": field, "type": "nominal", "title": None, "scale": scale_of(parts, shown), "legend": below}


def scale_of(parts: Sequence[str], shown: Sequence[Any]) -> dict[str, Any]:
    """What each part is shown as."""
    return {"domain": list(parts), "range": list(shown)}


def as_columns(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> dict[str, list[Any]]:
    """Rows as named columns, also where there are none."""
    known = list(rows)
    return {name: [row[place] for row in known] for place, name in enumerate(names)}
