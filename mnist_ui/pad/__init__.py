"""The drawing pad: the answer moves while the pen does. One HTML and one CSS file, and a script of several parts."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict, Unpack
from urllib.parse import urlencode

import streamlit as st

from mnist_core import language
from mnist_core.errors import MnistError
from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.model.bundle import GRAPH, is_taught
from mnist_ui import resources, routes
from mnist_ui.component import component
from mnist_ui.figures.answer import answer
from mnist_ui.state import paper, reader
from mnist_ui.state.sketch import Sketch, Stroke

# A hand that writes on begins its next stroke before.
REST_MS = 200

# Nobody draws one digit for longer than a day.
LONGEST_MS = 24 * 60 * 60 * 1000

_pad = component(__file__, "../storage.js", "countdown.js", "order.js", "live.js", "pad.js")

# How a pad lies in its place: with its answer beside the paper; so, as large as a hall needs it; or one below the other
# with a short answer, in a narrow column, small beside something that it feeds, or as high as a phone; or in a column
# without any, where something else says what is read.
Arrangement = Literal["beside", "hall", "column", "small", "phone", "bare"]


@dataclass(frozen=True)
class Call:
    """What to draw, in very large type above the paper.

    Attributes
    ----------
    digit
        What is called.
    note
        What stands beside it in small type.
    """

    digit: int
    note: str

    def html(self) -> str:
        """As the pad shows it."""
        words = in_html(_("Draw the digit {digit}")).format(digit=f"<strong>{self.digit}</strong>")
        return (
            f'<p class="call" data-called="{self.digit}"><span>{words}</span> <small>{in_html(self.note)}</small></p>'
        )


class Options(TypedDict, total=False):
    """What can be asked of a pad; by default it is that of the Draw page.

    Attributes
    ----------
    key
        Of the pad; one with another key is another pad.
    sketch
        Where what is drawn is noted: by default the visitor's own sketch.
    remembers
        Whether the tab keeps the drawing over a reload and another page.
    arrangement
        How the pad lies in its place.
    clear_after_s
        The paper clears itself so many seconds after the last stroke has settled: its answer is there, and no other was
        begun. None: never.
    order
        Name and strokes of drawings that the pad draws while nobody else does.
    order_after_s
        How many seconds nobody draws before they begin.
    call
        What to draw; it is read out when it changes.
    limit_s
        So many seconds after an edition of the sketch is shown, its time is over. None: never.
    on_drawn
        Called with what the pad says when it does, before the page runs.
    """

    key: str
    sketch: Sketch
    remembers: bool
    arrangement: Arrangement
    clear_after_s: float | None
    order: Sequence[tuple[str, list[Stroke]]]
    order_after_s: float
    call: Call
    limit_s: float | None
    on_drawn: Callable[["Told"], None]


@dataclass(frozen=True)
class Told:
    """What a pad says besides the strokes.

    Attributes
    ----------
    is_kept
        Whether what is drawn comes from before the page was loaded again, and not from the pen.
    milliseconds
        From the moment in which this edition of the sketch was shown to the last pen-up, as the browser measured it;
        None before anything was drawn.
    is_over
        Whether the time for this edition is over.
    """

    is_kept: bool = False
    milliseconds: int | None = None
    is_over: bool = False


def pad(rest_ms: int = REST_MS, **options: Unpack[Options]) -> bool:
    """Show the pad with its live answer, and note in a sketch what is drawn on it.

    Parameters
    ----------
    rest_ms
        The page hears of a stroke when none was begun for so long.
    **options
        See `Options`.

    Returns
    -------
    Whether what is drawn comes from before the page was loaded again, and not from the pen.
    """
    return timed_pad(rest_ms, **options).is_kept


def timed_pad(rest_ms: int = REST_MS, **options: Unpack[Options]) -> Told:
    """Show the pad as `pad` does; what it returns also says how long the drawing took."""
    sketch, key = options.get("sketch") or paper.sketch(), options.get("key", "pad")

    def hear() -> None:
        told = take(sketch, st.session_state[key]["drawn"])
        if told and "on_drawn" in options:
            options["on_drawn"](told)

    data = _data(sketch, rest_ms, options)
    result = _pad(key=key, data=data, default={"drawn": None}, on_drawn_change=hear)
    return take(sketch, result.drawn) or Told()


def take(sketch: Sketch, drawn: object) -> Told | None:
    """Note what the browser sent in a sketch; None if that is no drawing, or of an edition that is gone."""
    if not isinstance(drawn, Mapping) or drawn.get("edition") != sketch.edition:
        return None
    if not isinstance(drawn.get("strokes"), list):
        return None
    sketch.update(drawn["strokes"])
    return Told(drawn.get("is_kept") is True, as_milliseconds(drawn.get("ms")), drawn.get("is_over") is True)


def as_milliseconds(told: object) -> int | None:
    """What the browser sent as a time; None if it is nothing of the kind."""
    if isinstance(told, bool) or not isinstance(told, int | float) or not math.isfinite(told) or told < 0:
        return None
    return min(int(told), LONGEST_MS)


def _data(sketch: Sketch, rest_ms: int, options: Options) -> dict[str, Any]:
    """What the browser is sent."""
    return {
        "edition": sketch.edition,
        "strokes": sketch.shown_first,
        "is_new": sketch.is_new,
        "replay": sketch.is_replay,
        "url": routes.address(routes.READ),
        "model": reader.model_name(),
        "reader": reader_address(reader.model_name()),
        "language": language.current(),
        "words": _words(),
        "empty": answer([]),
        "rest_ms": rest_ms,
        "remembers": options.get("remembers", True),
        "arrangement": options.get("arrangement", "beside"),
        "clear_after_s": options.get("clear_after_s"),
        "call": options["call"].html() if "call" in options else "",
        "limit_s": options.get("limit_s"),
        "order_after_s": options.get("order_after_s", 10),
        "order": [
            {"caption": _("Example: {name}").format(name=name), "strokes": strokes}
            for name, strokes in options.get("order", ())
        ],
    }


def reader_address(model: str) -> str:
    """Where the browser finds what it reads with by itself; empty where only the server may read, or says why not."""
    if is_taught(model):
        return ""
    try:
        graph = resources.model(model)[1].files[GRAPH]
    except MnistError:
        return ""
    # Another graph of the same name has another address.
    query = urlencode({"model": model, "language": language.current(), "graph": graph[:16]})
    return f"{routes.address(routes.READER_RECORD)}?{query}"


def _words() -> dict[str, str]:
    """All words on the pad."""
    return {
        "area": _("Drawing area"),
        "skip": _("Skip to the drawing area"),
        "tools": _("Drawing tools"),
        "pen": _("Pen"),
        "thin": _("Thin"),
        "medium": _("Medium"),
        "thick": _("Thick"),
        "undo": _("Undo"),
        "clear": _("Clear"),
        "examples": _("Examples"),
        "play": _("Play examples"),
        "pause": _("Pause examples"),
        "next": _("Next example"),
        "help": _(
            "Draw with a mouse, a pen or a finger. With the keyboard: the arrow keys move the pen, with Shift in small "
            "steps; Space puts it down and lifts it; Backspace takes back the last stroke; Delete clears."
        ),
    }
