"""The map: thousands of digits as points that one turns, hovers over and selects, all in the browser."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mnist_core.types import frozen
from mnist_ui import routes
from mnist_ui.arrays import Payload, publish
from mnist_ui.component import component
from mnist_ui.figures.strip import data_url
from mnist_ui.space.view import Colouring, Layout, SpaceView, You
from mnist_ui.space.words import words

__all__ = ["Colouring", "Layout", "Picked", "SpaceView", "You", "space"]

_space = component(
    __file__,
    "../storage.js",
    "camera.js",
    "painters.js",
    "points.js",
    "marks.js",
    "panel.js",
    "legend.js",
    "tip.js",
    "memory.js",
    "space.js",
)


def _nothing() -> np.ndarray:
    return frozen(np.zeros(0, np.int64))


@dataclass(frozen=True)
class Picked:
    """What the visitor pointed out.

    Attributes
    ----------
    point
        The point that was clicked last; None before that.
    selected
        Those within the box or lasso, int64 (m,), ascending.
    click
        Another number for each click: the same point may be clicked again.
    """

    point: int | None = None
    selected: np.ndarray = field(default_factory=_nothing)
    click: int = 0


def space(view: SpaceView, key: str) -> Picked:
    """Show a map, and give what the visitor picked on it.

    Parameters
    ----------
    key
        The same map has the same key: then the visitor's camera stays as it is when other points are shown.
    """
    data = described(view, key)
    result = _space(
        key=key,
        data=data,
        default={"picked": None, "chosen": None},
        on_picked_change=lambda: None,
        on_chosen_change=lambda: None,
    )
    return as_picked(result.picked, result.chosen, data["edition"], len(view))


def described(view: SpaceView, key: str) -> dict[str, Any]:
    """What the browser is told: names of arrays, and whatever is small."""
    labels = publish(Payload.of(np.asarray(view.labels, np.uint8)))
    indices = _address(view.indices, np.uint32)
    layouts = [
        {**layout.described(frame), "array": publish(layout.payload)}
        for layout, frame in zip(view.all_layouts, view.frames(), strict=True)
    ]
    return {
        "key": key,
        "edition": f"{len(view)}-{labels[:12]}-{(indices or '')[:12]}",
        "count": len(view),
        "arrays": routes.address(routes.ARRAYS),
        "pictures": view.dataset and routes.address(f"{routes.DIGIT}/{view.dataset}"),
        "labels": labels,
        "indices": indices,
        "firstTest": view.first_test,
        "read": _address(view.read, np.uint8),
        "sure": _address(None if view.sure is None else np.round(100 * np.asarray(view.sure)), np.uint8),
        "selected": _address(None if view.selected is None else np.asarray(view.selected, bool), np.uint8),
        "layouts": layouts[: len(view.layouts)],
        "flat": layouts[-1] if view.flat else None,
        "colourings": [{**each.described(), "array": publish(each.payload)} for each in view.colourings],
        "shown": view.shown,
        "isFilm": view.is_film,
        "you": view.you and _you(view.you, view),
        "height": view.height,
        "title": view.title,
        "painter": view.painter,
        "words": words(),
    }


def _address(array: np.ndarray | None, kind: type[np.generic]) -> str | None:
    """The name that an array is published under."""
    return None if array is None else publish(Payload.of(np.asarray(array).astype(kind)))


def _you(you: You, view: SpaceView) -> dict[str, Any]:
    """The visitor's drawing in the units of each layout."""
    places = [
        ((np.asarray(place) - middle) / radius).tolist()
        for place, (middle, radius) in zip(you.places, view.frames(), strict=True)
    ]
    return {
        "places": places,
        "neighbours": [int(point) for point in you.neighbours],
        "picture": None if you.picture is None else data_url(you.picture),
        "name": you.name,
    }


def as_picked(picked: Any, chosen: Any, edition: str, count: int) -> Picked:
    """What the browser sent, if it is about these points."""
    point = _point(picked, edition, count)
    click = 0 if point is None else picked.get("click")
    return Picked(point, _chosen(chosen, edition, count), click if type(click) is int else 0)


def _point(picked: Any, edition: str, count: int) -> int | None:
    """The point that was clicked."""
    if not isinstance(picked, dict) or picked.get("edition") != edition:
        return None
    point = picked.get("point")
    return point if type(point) is int and 0 <= point < count else None


def _chosen(chosen: Any, edition: str, count: int) -> np.ndarray:
    """The points whose bits are set."""
    if not isinstance(chosen, dict) or chosen.get("edition") != edition:
        return _nothing()
    try:
        packed = np.frombuffer(base64.b64decode(chosen.get("bits", ""), validate=True), np.uint8)
    except (binascii.Error, TypeError, ValueError):
        return _nothing()
    bits = np.unpackbits(packed, bitorder="little")[:count]
    return frozen(np.flatnonzero(bits).astype(np.int64))
