"""Finding what stands on a picture: where, how large, and which sign it may be."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import Any

import cv2
import numpy as np

from mnist_core.errors import BundleError, in_words
from mnist_core.ink.pictures import at_most
from mnist_core.paths import SHIPPED_MODELS
from mnist_core.types import DIGITS, Box, Float32Array, UInt8Array

SIGNS = ("full stop", "comma", "dash", "minus", "plus", "equals", "slash")
"""What stands among digits and is none. A dash and a minus look alike: only what they stand in tells them apart."""
NO_DIGIT = "no digit"
"""What words, letters, little pictures and scribbles are called."""
NAMES = (*DIGITS, *SIGNS, NO_DIGIT)
"""All that a thing on a page may be called, in the order of the network's outputs."""
SORTS = ("digit", "sign", NO_DIGIT)
"""What kind of thing it is, in the same way."""
# A picture's longer side is brought to so many pixels.
SIDE = 320
# The network says where things are in steps of so many pixels.
STRIDE = 4
# The unit, in pixels, of the numbers of which the network makes boxes.
BOX_UNIT = 16.0
# The network as it is served.
GRAPH = SHIPPED_MODELS / "detector.tflite"
# What pads a picture.
GREY = (128, 128, 128)
# What is less likely than this is not there.
LEAST = 0.3
# Two things that share more than this of the area that they cover together are one and the same.
SHARED = 0.45
# More things than this are not looked at.
MOST = 200


@dataclass(frozen=True, eq=False)
class Found:
    """Something that was found on a picture.

    Attributes
    ----------
    box
        Where its ink is, in pixels of the picture.
    sort
        One of `SORTS`.
    likely
        How likely it is that there is something of that sort, 0 to 1.
    names
        float32 (18,): how likely it is each of `NAMES`.
    """

    box: Box
    sort: str
    likely: float
    names: Float32Array


def in_colour(pixels: UInt8Array) -> UInt8Array:
    """A picture as uint8 (h, w, 3) RGB; what is transparent becomes paper of the shade farther from the ink's."""
    if pixels.ndim == 2:
        return cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB)  # type: ignore[return-value]
    if pixels.shape[2] == 3:
        return pixels
    alpha = pixels[..., 3:].astype(np.float32) / 255
    shade = cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY)[..., None].astype(np.float32)
    opaque = float(alpha.sum())
    paper = 255.0 if opaque == 0 or float((shade * alpha).sum()) / opaque < 128 else 0.0
    return np.rint(pixels[..., :3] * alpha + paper * (1 - alpha)).astype(np.uint8)


def fitted(colours: UInt8Array, side: int = SIDE) -> tuple[UInt8Array, float]:
    """A picture (h, w, 3) of which the longer side has so many pixels, and how many times as large it became."""
    small = at_most(colours, side)
    height, width = small.shape[:2]
    scale = side / max(height, width)
    if scale > 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = cv2.resize(small, size, interpolation=cv2.INTER_LINEAR)  # type: ignore[assignment]
    return small, small.shape[1] / colours.shape[1]


def padded(colours: UInt8Array, side: int = SIDE) -> UInt8Array:
    """A picture (h, w, 3) with grey on its right or below, so that it is a square."""
    height, width = colours.shape[:2]
    return cv2.copyMakeBorder(colours, 0, side - height, 0, side - width, cv2.BORDER_CONSTANT, value=GREY)  # type: ignore[return-value]


class Detector:
    """What finds things on pictures. One serves any number of threads.

    Parameters
    ----------
    graph
        The LiteRT flatbuffer.

    Raises
    ------
    BundleError
        If the graph cannot be loaded.
    """

    def __init__(self, graph: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter

        text = "The LiteRT graph cannot be loaded: {error}. Received: {size} bytes."
        with in_words(BundleError, text, (ValueError, RuntimeError), size=len(graph)):
            interpreter = Interpreter(model_content=graph, num_threads=min(2, os.cpu_count() or 1))
            self._side = int(interpreter.get_input_details()[0]["shape"][1])
            self._call: Callable[..., dict[str, Any]] = interpreter.get_signature_runner()
        self._lock = Lock()

    def find(self, pixels: UInt8Array, least: float = LEAST) -> list[Found]:
        """What stands on a picture, the likeliest first.

        Parameters
        ----------
        pixels
            uint8 (h, w), (h, w, 3) or (h, w, 4).
        least
            How likely a thing must be.
        """
        small, scale = fitted(in_colour(pixels), self._side)
        given = padded(small, self._side)[np.newaxis].astype(np.float32)
        with self._lock:
            said = {name: value[0] for name, value in self._call(picture=given).items()}
        found = things_of(said["sorts"], said["names"], said["boxes"], least)
        return [replace(each, box=each.box.scaled(1 / scale)) for each in found]


@lru_cache(maxsize=1)
def shipped_detector() -> Detector:
    """The detector that comes with the app."""
    return Detector(GRAPH.read_bytes())


def things_of(sorts: Float32Array, names: Float32Array, boxes: Float32Array, least: float) -> list[Found]:
    """Things where the network sees the middle of one, each once, the likeliest first.

    Parameters
    ----------
    sorts, names
        Probabilities of each place (h, w, 3) and (h, w, 18).
    boxes
        float32 (h, w, 4): distance of the middle, and logarithms of width and height, in units of `BOX_UNIT`.
    least
        How likely a thing must be.
    """
    around = cv2.dilate(sorts, np.ones((3, 3), np.uint8))
    rows, columns, which = np.nonzero((sorts >= least) & (sorts >= around))
    likely = sorts[rows, columns, which]
    found: list[Found] = []
    for index in np.argsort(-likely, kind="stable")[:MOST].tolist():
        row, column = int(rows[index]), int(columns[index])
        across, down, wide, high = boxes[row, column].tolist()
        width, height = (BOX_UNIT * float(np.exp(min(each, 4.0))) for each in (wide, high))
        x, y = STRIDE * (column + 0.5) + BOX_UNIT * across, STRIDE * (row + 0.5) + BOX_UNIT * down
        box = Box(x - width / 2, y - height / 2, width, height)
        if all(shared(box, each.box) < SHARED for each in found):
            found.append(Found(box, SORTS[int(which[index])], float(likely[index]), names[row, column]))
    return found


def shared(one: Box, other: Box) -> float:
    """Share of the area that two boxes cover together that is in both."""
    both = _in_both(one, other)
    return both / (one.width * one.height + other.width * other.height - both)


def within(box: Box, other: Box) -> float:
    """Share of a box that is in another."""
    return _in_both(box, other) / (box.width * box.height)


def _in_both(one: Box, other: Box) -> float:
    """The area that is in both of two boxes."""
    wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0.0, wide) * max(0.0, high)


def sort_of(name: int) -> str:
    """The sort of a place in `NAMES`."""
    if name < len(DIGITS):
        return "digit"
    return "sign" if name < len(NAMES) - 1 else NO_DIGIT
