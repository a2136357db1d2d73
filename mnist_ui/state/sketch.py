"""What a visitor has drawn, in the form in which browser and server speak of it: strokes with a width and points."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mnist_core import ink
from mnist_core.errors import DrawingError
from mnist_core.language import gettext as _
from mnist_core.types import Drawing, UInt8Array, check_amount

# The paper has this many units a side, whatever its size on the screen.
SIDE = 400

# How a stroke is described to whoever sends something else.
_FORM = '{"width": number, "points": [[x, y], ...]}'
# {"width": 20, "points": [[x, y], ...]}; a third number of a point is the pressure that it was drawn with.
Stroke = dict[str, Any]


@dataclass
class Sketch:
    """The visitor's drawing as it grows, and which edition of it the browser shows.

    Attributes
    ----------
    strokes
        What is drawn now.
    shown_first
        What this edition began with; it stays the same while the edition lasts, because the browser has it already.
    edition
        Number of the edition: with another one the browser shows another drawing.
    is_new
        Whether nothing has been drawn in this session yet.
    is_replay
        Whether the browser draws what it is given stroke by stroke, as if by hand.
    pen_width
        Width that strokes are drawn with on the plain canvas, in units. Another pen is another edition: the component
        can lose a drawing when its settings change in quick succession.
    """

    strokes: list[Stroke] = field(default_factory=list)
    shown_first: list[Stroke] = field(default_factory=list)
    edition: int = 0
    is_new: bool = True
    is_replay: bool = False
    pen_width: int = 20

    def restart(self, strokes: list[Stroke]) -> None:
        """Show these strokes in the place of what is drawn."""
        self.strokes = self.shown_first = strokes
        self.edition += 1
        self.is_replay = False

    def replay(self, strokes: list[Stroke]) -> None:
        """Have the browser draw these strokes as if by hand; it tells when it has."""
        self.restart(strokes)
        self.strokes = []
        self.is_replay = True
        self.is_new = False

    def update(self, strokes: list[Stroke]) -> None:
        """Note what is drawn now."""
        self.strokes = strokes
        self.is_new = self.is_new and not strokes

    def take_back(self, strokes: list[Stroke]) -> None:
        """Show what an earlier session had drawn, if nothing has been drawn in this one yet."""
        if self.is_new:
            self.restart(strokes)

    def take_pen(self, width: int) -> None:
        """Draw with a pen of this width from now on."""
        if width != self.pen_width:
            self.pen_width = width
            self.restart(self.strokes)

    def undo(self) -> None:
        """Take back the last stroke."""
        self.restart(self.strokes[:-1])

    def clear(self) -> None:
        """Take back all strokes."""
        self.restart([])

    def drawing(self) -> Drawing | None:
        """What is drawn now; None if it is nothing.

        Raises
        ------
        DrawingError
            If the browser sent something that is no list of strokes.
        """
        return as_drawing(self.strokes) if self.strokes else None

    def digit(self) -> UInt8Array | None:
        """The drawing as the network sees it, uint8 (28, 28); None if there is nothing to read."""
        try:
            drawing = self.drawing()
            return ink.digit_pixels(drawing) if drawing else None
        except DrawingError:
            return None


def as_drawing(strokes: Any, size: Any = (SIDE, SIDE)) -> Drawing:
    """The drawing that a browser describes. Its pen width is the middle one of the strokes'.

    Parameters
    ----------
    strokes
        List of {"width": number, "points": [[x, y], ...]}, in units of the canvas; what follows x and y is left out.
    size
        Width and height of the canvas in the same units.

    Raises
    ------
    DrawingError
        If it has another form, or numbers out of bounds; `EmptyDrawingError` if it has no point.
    """
    try:
        check_amount(given := [stroke["points"] for stroke in strokes])
        points = [[point[:2] for point in each] for each in given]
        widths = sorted(float(stroke["width"]) for stroke in strokes)
    except DrawingError:  # a ValueError, too
        raise
    except (TypeError, KeyError, ValueError, OverflowError, AttributeError) as error:
        text = _("Strokes must be a list of {form}. Received: {value} ({error}).")
        received, why = f"{strokes!r:.80}", f"{type(error).__name__}: {error!s:.80}"
        raise DrawingError(text.format(form=_FORM, value=received, error=why)) from error
    return Drawing.from_strokes(points, widths[len(widths) // 2] if widths else 1.0, size)


def as_strokes(drawing: Drawing) -> list[Stroke]:
    """The strokes of a drawing on paper of `SIDE` units, as a browser describes them."""
    return [
        {"width": drawing.pen_width, "points": np.round(stroke.astype(float), 2).tolist()} for stroke in drawing.strokes
    ]
