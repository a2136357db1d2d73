"""Everybody who wrote digits as a point: how many they wrote, and which share of them is misread."""

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from mnist_core.language import gettext as _
from mnist_core.language import number, percent
from mnist_core.readings.writers import Limits, Writer
from mnist_ui.figures.palette import QUIET_COLOUR, WRONG_COLOUR

HEIGHT = 420
# Seen on the light and on the dark page where several lie over each other, and where one lies alone.
COLOUR = "#1c83e1"
# People who would lie at one place lie beside each other, within so much of the least distance of places.
BESIDE = 0.4
# And at most so far from each other, as a share of the most digits that anybody wrote.
STEP = 0.03
# How much room is left around the points.
ROOM = 1.1

Floats = npt.NDArray[np.float64]


def writer_points(writers: tuple[Writer, ...], limits: Limits, chosen: int) -> go.Figure:
    """Each writer by digits written and share misread, and from where on one of them stands out.

    Parameters
    ----------
    writers
        Everybody, at least one with a mistake.
    chosen
        The number of the one who is looked at.
    """
    images = np.array([each.read.images for each in writers])
    shares = np.array([each.read.errors / each.read.images for each in writers])
    x = _beside(images, shares)
    right, top = ROOM * float(x.max()), ROOM * max(float(shares.max()), float(np.nan_to_num(limits.worse[-1])))
    figure = go.Figure()
    for name, line in ((_("more than chance allows"), limits.worse), (None, limits.better)):
        figure.add_scatter(**_limit(name, limits.images, np.where(line <= top, line, np.nan), right))
    for name, is_rare, mark in (
        (_("may be chance"), False, {"color": COLOUR, "size": 9, "opacity": 0.6}),
        (_("stands out"), True, {"color": WRONG_COLOUR, "size": 13, "symbol": "diamond"}),
    ):
        here = [place for place, each in enumerate(writers) if each.is_rare == is_rare]
        figure.add_scatter(**_people(name, [writers[place] for place in here], x[here], shares[here], mark))
    at = next(place for place, each in enumerate(writers) if each.number == chosen)
    figure.add_scatter(**_ring(x[at], shares[at]))
    return _laid_out(figure, right, top)


def _people(name: str, writers: list[Writer], x: Floats, shares: Floats, mark: dict[str, object]) -> dict[str, object]:
    """The trace of some of the writers."""
    as_they_are = {"marker": {"opacity": mark.get("opacity", 1)}}
    return {
        "name": name,
        "x": x,
        "y": shares,
        "mode": "markers",
        "marker": mark,
        "selected": as_they_are,
        "unselected": as_they_are,
        "customdata": [[each.number] for each in writers],
        "text": [writer_words(each) for each in writers],
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": bool(writers),
    }


def writer_words(writer: Writer) -> str:
    """A writer and how many of their digits are misread."""
    counts = {"errors": number(writer.read.errors), "images": number(writer.read.images)}
    return _("Writer {number}: {errors} of {images} misread").format(number=writer.number, **counts)


def _limit(name: str | None, images: npt.NDArray[np.int64], shares: Floats, right: float) -> dict[str, object]:
    """The trace of a line beyond which one stands out, to both ends of the axis."""
    return {
        "name": name or "",
        "x": [0, *images.tolist(), right],
        "y": [shares[0], *shares.tolist(), shares[-1]],
        "mode": "lines",
        "line": {"color": QUIET_COLOUR, "dash": "dash", "width": 2},
        "hoverinfo": "skip",
        "showlegend": name is not None and bool(np.isfinite(shares).any()),
    }


def _ring(x: float, share: float) -> dict[str, object]:
    """The trace that marks the one who is looked at."""
    return {
        "name": _("looked at"),
        "x": [x],
        "y": [share],
        "mode": "markers",
        "marker": {"symbol": "circle-open", "size": 21, "line": {"width": 3}, "color": WRONG_COLOUR},
        "hoverinfo": "skip",
    }


def _beside(images: npt.NDArray[np.int64], shares: Floats) -> Floats:
    """Where each lies from left to right: at their number of digits, or beside each other there."""
    sizes = np.unique(images)
    room = BESIDE * (float(np.diff(sizes).min()) if len(sizes) > 1 else float(sizes[0]) / 3)
    _places, place, people = np.unique(np.stack([images, shares]), axis=1, return_inverse=True, return_counts=True)
    order = np.argsort(place, kind="stable")
    rank = np.empty(len(images))
    rank[order] = np.arange(len(images)) - np.repeat(np.cumsum(people) - people, people)
    last = people[place] - 1
    step = np.minimum(STEP * images.max(), 2 * room / np.maximum(last, 1))
    return images + step * (rank - last / 2)


def _laid_out(figure: go.Figure, right: float, top: float) -> go.Figure:
    """A figure with both axes named, that neither zooms nor pans: a drag on a phone scrolls the page."""
    ticks = _ticks(top)
    figure.update_layout(
        xaxis={"title": _("Digits that this person wrote"), "range": [0, right], "fixedrange": True, "zeroline": False},
        yaxis={
            "title": _("Share misread"),
            "range": [-0.06 * top, top],
            "fixedrange": True,
            "zeroline": False,
            "tickvals": ticks,
            "ticktext": [percent(tick, 0 if top > 0.04 else 1) for tick in ticks],
        },
        height=HEIGHT,
        margin={"t": 8, "b": 8, "l": 8, "r": 8},
        legend={"orientation": "h", "y": -0.22},
        dragmode=False,
        clickmode="event+select",
        hovermode="closest",
    )
    return figure


def _ticks(top: float) -> list[float]:
    """Round shares from 0 up, some five of them."""
    step = next((each for each in (0.002, 0.005, 0.01, 0.02, 0.05, 0.1) if top / each <= 6), 0.2)
    return [step * count for count in range(int(top / step) + 1)]
