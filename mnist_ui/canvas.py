"""The one place that knows the drawing component: widget in, drawing out."""

import functools
import logging
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import streamlit as st

from mnist_core import ink
from mnist_core.errors import DrawingError, EmptyDrawingError
from mnist_core.types import Drawing, UInt8Array
from mnist_ui import state

SIDE = 400
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


def canvas() -> Drawing | None:
    """Show the canvas and give what is drawn on it; None while it is empty.

    Raises
    ------
    DrawingError
        If the browser sent something that is no drawing.
    """
    shown = state.canvas()
    with st.container(key="paper"):
        result = component().st_canvas(
            stroke_width=shown.pen_width,
            stroke_color=INK,
            width=SIDE,
            height=SIDE,
            initial_drawing={"objects": shown.shown_first},
            key=f"canvas-{shown.generation}",
        )
    drawing = as_drawing(result.json_data)
    shown.update(result.json_data["objects"] if drawing else [])
    return drawing


def last_digit() -> UInt8Array | None:
    """What the visitor last drew, as the network sees it: uint8 (28, 28); None if there is nothing to read."""
    try:
        drawing = as_drawing({"objects": state.canvas().objects})
        return ink.digit_pixels(drawing) if drawing else None
    except DrawingError:
        return None


def as_drawing(data: Any) -> Drawing | None:
    """The drawing in the component's JSON data; None if it is empty.

    Parameters
    ----------
    data
        Fabric.js's canvas object: its `objects` have a `path` of commands and a `strokeWidth`.

    Raises
    ------
    DrawingError
        If the data has another form.
    """
    try:
        objects = data["objects"] if data else []
        strokes = [list(_points(each["path"])) for each in objects]
        widths = sorted(float(each["strokeWidth"]) for each in objects)
        return Drawing.from_strokes(strokes, widths[len(widths) // 2], (SIDE, SIDE)) if objects else None
    except EmptyDrawingError:
        return None
    except (TypeError, KeyError, ValueError, IndexError, AttributeError) as error:
        raise DrawingError(f"The browser sent something that is no list of strokes: {error!r:.200}") from error


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
