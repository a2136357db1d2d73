"""Drawings to try: what each shows is a promise that a test holds."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mnist_core.language import noop as N_
from mnist_core.model.doubt import verdict_of_number
from mnist_core.model.recognizer import Recognizer
from mnist_core.types import Drawing

# The names in the file, for who translates them.
NAMES = (
    N_("A neat 3"),
    N_("A 7 in the corner"),
    N_("A European 1"),
    N_("A slashed 0"),
    N_("A scribble"),
    N_("A letter"),
    "2026",
)
# Width and height of the canvas that the examples were drawn on, in pixels.
SIDE = 400

_FILE = Path(__file__).with_name("examples.json")


@dataclass(frozen=True, eq=False)
class Example:
    """A prepared drawing.

    Attributes
    ----------
    name
        For the button that draws it; one of `NAMES`.
    shows
        What the shipped model reads in it: digits, or "?" where it must doubt.
    drawing
        Its strokes with a point every few pixels, so that they can be drawn again like a hand does it.
    """

    name: str
    shows: str
    drawing: Drawing


@cache
def load_examples() -> tuple[Example, ...]:
    """All prepared drawings in the order of their buttons."""
    return tuple(
        Example(
            entry["name"],
            entry["shows"],
            Drawing.from_strokes(entry["strokes"], entry["pen_width"], (SIDE, SIDE)),
        )
        for entry in json.loads(_FILE.read_text(encoding="utf-8"))
    )


def misread(examples: Sequence[Example], recognizer: Recognizer, *, is_shipped: bool = True) -> list[str]:
    """The names of the drawings in which a recognizer does not read what they show.

    Parameters
    ----------
    examples
        All of which are read.
    is_shipped
        Whether it is the app's own: another one keeps no promise but to read them.
    """
    signs = [verdict_of_number(recognizer.read(each.drawing), 0).sign for each in examples]
    return [each.name for each, sign in zip(examples, signs, strict=True) if is_shipped and sign != each.shows]
