"""The gallery: a page of digits drawn from one image, of which one can be picked. One HTML, one CSS and one JS file."""

import math
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import streamlit as st

from mnist_core.ink.sprite import sprite
from mnist_core.types import IMAGE_SIDE, UInt8Array
from mnist_ui.component import component
from mnist_ui.figures.strip import data_url

# How a digit is framed: not at all, green, dashed in vermilion, dotted in purple, or broad in blue. The caption or the
# spoken text says the same in words.
Mark = Literal["", "right", "wrong", "doubt", "chosen"]


_gallery = component(__file__)


def gallery(
    images: UInt8Array,
    captions: Sequence[str],
    marks: Sequence[Mark] = (),
    *,
    key: str,
    title: str,
    spoken: Sequence[str] = (),
    side: int = 3 * IMAGE_SIDE,
    on_pick: Callable[[int], None] | None = None,
) -> int | None:
    """Show digits side by side, as many in a row as there is room for; a click, a tap or Enter picks one.

    All digits travel as one PNG within the message (MNIST: about 260 bytes a digit) and are drawn on one canvas.

    Parameters
    ----------
    images
        uint8 (n, 28, 28).
    captions
        A few characters below each of the n images; empty for none at all.
    marks
        How each is framed; empty for no frames.
    title
        What they are, for who cannot see them.
    spoken
        A sentence about each, read out when it is reached and shown when it is pointed at; by default the captions.
    side
        CSS pixels of an image's side where there is room, a multiple of 28; on a phone it is two thirds of that.
    on_pick
        Called with the position of the one that was picked, before the page runs.

    Returns
    -------
    Position of the one that was just picked, 0 to n - 1; None in all other runs.
    """

    def tell() -> None:
        position = as_position(st.session_state[key]["picked"], len(images))
        if on_pick and position is not None:
            on_pick(position)

    data = contents(images, captions, marks, title=title, spoken=spoken, side=side)
    return as_position(_gallery(key=key, data=data, on_picked_change=tell).picked, len(images))


def contents(
    images: UInt8Array,
    captions: Sequence[str],
    marks: Sequence[Mark] = (),
    *,
    title: str = "",
    spoken: Sequence[str] = (),
    side: int = 3 * IMAGE_SIDE,
) -> dict[str, object]:
    """What the browser is sent; the parameters are those of `gallery`."""
    columns = max(1, math.isqrt(len(images)))
    return {
        "sprite": data_url(sprite(np.asarray(images), columns)) if len(images) else "",
        "columns": columns,
        "count": len(images),
        "captions": list(captions),
        "marks": list(marks),
        "spoken": list(spoken or captions),
        "title": title,
        "side": side,
    }


def as_position(picked: object, count: int) -> int | None:
    """What the browser sent as a position from 0 to count - 1; None if it is nothing of the kind."""
    is_position = isinstance(picked, int | float) and not isinstance(picked, bool) and 0 <= picked < count
    return int(picked) if is_position else None  # type: ignore[call-overload]
