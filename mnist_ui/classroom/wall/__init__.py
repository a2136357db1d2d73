"""The wall: a class's digits as they come in, newest first. One HTML, one CSS and one JS file.

A digit that is there already stays the same element, so that nothing flickers when others come.
"""

import functools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from mnist_core.collection import Entry, alias_in_words
from mnist_core.language import gettext as _
from mnist_core.types import IMAGE_SIDE, NOVEL, UInt8Array
from mnist_ui.component import component
from mnist_ui.figures.strip import data_url

# So many fill a projector's screen; a phone's PNG takes about 300 bytes.
MOST_SHOWN = 60


_ID = re.compile(r"[0-9a-f]{32}")


_wall = component(__file__)


def wall(entries: Sequence[Entry], *, key: str, is_revealed: bool = True) -> str | None:
    """Show drawings, newest first; a click, a tap or Enter picks one, and once more lets it go.

    Parameters
    ----------
    entries
        At most `MOST_SHOWN` of them are shown.
    is_revealed
        Whether it is told what was read.

    Returns
    -------
    Id of the drawing that is picked; None for none.
    """
    result = _wall(
        key=key, data=contents(entries, is_revealed=is_revealed), default={"picked": ""}, on_picked_change=lambda: None
    )
    picked = result.picked
    return picked if isinstance(picked, str) and _ID.fullmatch(picked) else None


def contents(entries: Sequence[Entry], *, is_revealed: bool = True) -> dict[str, Any]:
    """What the browser is sent."""
    return {
        "title": _("The digits of the class, newest first"),
        "empty": _("The first digits will appear here."),
        "tiles": [_tile(entry) if is_revealed else _unrevealed(entry) for entry in entries[:MOST_SHOWN]],
    }


def _tile(entry: Entry) -> dict[str, str]:
    """One drawing: its picture, what was meant and read, and who drew it."""
    alias = alias_in_words(entry.alias) if entry.alias else ""
    return {
        "id": entry.id,
        "src": _picture(entry.image.tobytes()),
        "alias": alias,
        "mark": mark(entry),
        "text": in_short(entry),
        "spoken": " ".join(filter(None, (reading_words(entry), alias))),
    }


def _unrevealed(entry: Entry) -> dict[str, str]:
    """One drawing, of which everybody may still guess what is read."""
    meant = str(entry.label)
    return _tile(entry) | {"mark": "open", "text": meant, "spoken": f"{meant} {_tile(entry)['alias']}"}


def mark(entry: Entry) -> str:
    """How a drawing is framed."""
    if entry.digit is None:
        return "doubt"
    return "right" if entry.is_right else "wrong"


def in_short(entry: Entry) -> str:
    """What was meant, and what was read."""
    if entry.is_right:
        return f"{entry.label} ✓"
    return f"{entry.label} → {'?' if entry.digit is None else entry.digit}"


def reading_words(entry: Entry) -> str:
    """The same as a sentence."""
    if entry.is_right:
        return _("A {label}, read right.").format(label=entry.label)
    if entry.novelty >= NOVEL:
        return _("A {label} that looks unlike any digit.").format(label=entry.label)
    if entry.digit is None:
        return _("A {label}, in doubt.").format(label=entry.label)
    return _("A {label}, read as {read}.").format(label=entry.label, read=entry.digit)


@functools.lru_cache(maxsize=4 * MOST_SHOWN)
def _picture(pixels: bytes) -> str:
    """The bytes of an image, uint8 (28, 28), as a PNG; the same digits are shown again and again."""
    image: UInt8Array = np.frombuffer(pixels, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
    return data_url(image)
