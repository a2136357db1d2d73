"""A picture with what was read on it: boxes to tap on, and tools to turn it and to cut a part out."""

import math
from collections.abc import Mapping

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.numbers.paper import PageReading
from mnist_core.types import Drawing
from mnist_ui.component import component
from mnist_ui.figures.picture import picture
from mnist_ui.photo.view import View

_photo = component(__file__)


def show_photo(drawing: Drawing, page: PageReading, key: str, which: int) -> None:
    """Show a picture with a box around each digit and sign on it.

    Parameters
    ----------
    drawing
        What is seen of the picture.
    key
        The session keeps the view under it (`seen`), and which digit was chosen (`chosen`).
    which
        The digit that is looked at closely.
    """
    name = f"{key}-photo"

    def hear() -> None:
        take(key, st.session_state[name]["asked"], len(page.digits))

    data = picture(drawing, page) | {"which": which, "is_whole": seen(key).is_whole, "words": _words()}
    _photo(key=name, data=data, on_asked_change=hear)


def seen(key: str) -> View:
    """What is seen of the picture."""
    view: View = st.session_state.get(_view_key(key), View())
    return view


def chosen(key: str, count: int) -> int:
    """Which of so many digits is looked at closely."""
    return min(int(st.session_state.get(_which_key(key), 0)), max(0, count - 1))


def show_all(key: str) -> None:
    """Begin anew: with all of the picture, and its first digit."""
    for each in (_view_key(key), _which_key(key)):
        st.session_state.pop(each, None)


def take(key: str, asked: object, count: int) -> None:
    """Do what the browser asks for, if it is anything that can be done."""
    if not isinstance(asked, Mapping):
        return
    view, which, crop = seen(key), asked.get("which"), asked.get("crop")
    if isinstance(which, int) and 0 <= which < count:
        st.session_state[_which_key(key)] = which
    elif sides := _sides(crop):
        _look(key, view.cropped(*sides))
    elif asked.get("turn") is True:
        _look(key, view.turned())
    elif asked.get("whole") is True:
        show_all(key)


def _sides(crop: object) -> list[float]:
    """The four sides of a part; none where it is nothing of the kind."""
    if not isinstance(crop, list) or len(crop) != 4 or not all(map(_is_number, crop)):
        return []
    return [float(side) for side in crop]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _look(key: str, view: View) -> None:
    """See something else of the picture."""
    st.session_state[_view_key(key)] = view
    st.session_state.pop(_which_key(key), None)


def _view_key(key: str) -> str:
    return f"_{key}-view"


def _which_key(key: str) -> str:
    return f"_{key}-which"


def _words() -> dict[str, str]:
    """All words on it."""
    return {
        "tools": _("Tools for the picture"),
        "turn": _("Turn"),
        "crop": _("Crop"),
        "apply": _("Use this part"),
        "cancel": _("Cancel"),
        "whole": _("Whole picture"),
        "found": _("What was found on the picture"),
        "part": _("The part to use: drag its corners, or move them with the arrow keys"),
        "corners": [_("Top left corner"), _("Top right corner"), _("Bottom left corner"), _("Bottom right corner")],  # type: ignore[dict-item]
    }
