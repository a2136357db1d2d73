"""The plain canvas: the one place that knows streamlit-drawable-canvas."""

import functools
import logging
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import streamlit as st

from mnist_core.errors import DrawingError
from mnist_core.language import gettext as _
from mnist_ui.state import paper
from mnist_ui.state.sketch import SIDE, Stroke

INK = "#111827"

# The component keeps a toolbar over the canvas's top right corner: invisible on touch, where a tap wipes the drawing.
# Its square outline is the paper's to draw.
CHANGED_STYLE = ".dc-toolbar { display: none !important; } .dc-canvas { outline: none; }"


@functools.cache
def component() -> ModuleType:
    """The drawing component, its toolbar taken away; it can only be imported where a server runs."""
    import streamlit_drawable_canvas as component

    css = next((Path(component.__file__).parent / "frontend" / "build").glob("index-*.css")).read_text("utf-8")
    registry = logging.getLogger("streamlit.components.v2.component_registry")
    registry.disabled = True  # it warns of a second registration, which is what is meant here
    st.components.v2.component(
        "streamlit-drawable-canvas.streamlit_drawable_canvas",
        html='<div class="canvas-root"></div>',
        css=css + CHANGED_STYLE,
        js="index-*.js",
    )
    registry.disabled = False
    return component


def canvas() -> None:
    """Show the canvas, and note in the visitor's sketch what is drawn on it.

    Raises
    ------
    DrawingError
        If the browser sent something that is no drawing.
    """
    sketch = paper.sketch()
    with st.container(key="paper"):
        result = component().st_canvas(
            stroke_width=sketch.pen_width,
            stroke_color=INK,
            width=SIDE,
            height=SIDE,
            initial_drawing={"objects": [as_object(stroke) for stroke in sketch.shown_first]},
            key=f"canvas-{sketch.edition}",
        )
    sketch.update(as_strokes(result.json_data))


def as_strokes(data: Any) -> list[Stroke]:
    """The strokes in the component's JSON data.

    Parameters
    ----------
    data
        Fabric.js's canvas object: its `objects` have a `path` of commands and a `strokeWidth`; None at first.

    Raises
    ------
    DrawingError
        If the data has another form.
    """
    try:
        objects = data["objects"] if data else []
        return [
            {"width": float(each["strokeWidth"]), "points": [list(point) for point in _points(each["path"])]}
            for each in objects
        ]
    except (TypeError, KeyError, ValueError, IndexError, AttributeError) as error:
        text = _("The browser sent something that is no list of strokes: {error}")
        raise DrawingError(text.format(error=f"{error!r:.200}")) from error


def as_object(stroke: Stroke) -> dict[str, Any]:
    """A stroke as Fabric.js describes it: what `as_strokes` makes a stroke of again."""
    points = [point[:2] for point in stroke["points"]]
    path = [["M", *points[0]], *(["L", *point] for point in points[1:] or points)]
    return {
        "type": "path",
        "path": path,
        "fill": None,
        "stroke": INK,
        "strokeWidth": stroke["width"],
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
    }


def _points(path: list[list[Any]]) -> Iterator[tuple[float, float]]:
    """Points along a path of SVG commands M, L and Q; of a curve its middle and its end."""
    x, y = 0.0, 0.0
    for command, *numbers in path:
        values = [float(number) for number in numbers]
        if command == "Q":
            middle_x, middle_y, end_x, end_y = values
            yield (x + 2 * middle_x + end_x) / 4, (y + 2 * middle_y + end_y) / 4
            x, y = end_x, end_y
        elif command in ("M", "L"):
            x, y = values
        else:
            raise ValueError(f"path command {command!r:.20}")
        yield x, y
