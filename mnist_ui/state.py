"""The one place that knows the session's keys and the address's parameters."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from mnist_core.model.bundle import SHIPPED

PEN = "pen"

# A parameter of the address, too: `?model=my-model`.
_MODEL = "model"
_PAGE = "_page"
_CANVAS = "_canvas"


@dataclass
class CanvasState:
    """What is on the drawing canvas, and which canvas it is.

    Attributes
    ----------
    objects
        The canvas's objects as they are now.
    shown_first
        The objects that the canvas began with; they stay the same while it lives, because a change would reload it.
    generation
        Number of the canvas: another one is a new canvas.
    is_new
        Whether nothing has been drawn in this session yet.
    pen_width
        Width that strokes are drawn with, in canvas pixels. Another pen is another canvas with the same drawing: the
        component can lose a drawing when its settings change in quick succession.
    """

    objects: list[dict[str, Any]] = field(default_factory=list)
    shown_first: list[dict[str, Any]] = field(default_factory=list)
    generation: int = 0
    is_new: bool = True
    pen_width: int = 20

    def restart(self, objects: list[dict[str, Any]]) -> None:
        """Put a new canvas with these objects in the place of the present one."""
        self.objects = self.shown_first = objects
        self.generation += 1

    def update(self, objects: list[dict[str, Any]]) -> None:
        """Note what is on the canvas now."""
        self.objects = objects
        self.is_new = self.is_new and not objects

    def take_back(self, objects: list[dict[str, Any]]) -> None:
        """Put what an earlier session had drawn on a canvas that nothing has been drawn on yet."""
        if self.is_new:
            self.restart(objects)

    def take_pen(self, width: int) -> None:
        """Draw with a pen of this width from now on."""
        if width != self.pen_width:
            self.pen_width = width
            self.restart(self.objects)

    def undo(self) -> None:
        """Take back the last stroke."""
        self.restart(self.objects[:-1])

    def clear(self) -> None:
        """Take back all strokes."""
        self.restart([])


def canvas() -> CanvasState:
    """The visitor's canvas."""
    if _CANVAS not in st.session_state:
        st.session_state[_CANVAS] = CanvasState()
    return st.session_state[_CANVAS]


def open_page(path: str) -> None:
    """Note which page is shown; after a switch the canvas starts again with the drawing it had."""
    if st.session_state.get(_PAGE) != path:
        st.session_state[_PAGE] = path
        canvas().restart(canvas().objects)


def model_name() -> str:
    """Name of the model that the visitor chose, or that the address named at first."""
    if _MODEL not in st.session_state:
        st.session_state[_MODEL] = st.query_params.get(_MODEL, SHIPPED)
    name: str = st.session_state[_MODEL]
    return name


def choose_model(name: str) -> None:
    """Read with this model from now on, and name it in the address."""
    st.session_state[_MODEL] = name
    if name == SHIPPED:
        st.query_params.pop(_MODEL, None)
    else:
        st.query_params[_MODEL] = name
