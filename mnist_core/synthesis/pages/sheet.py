"""A picture while it is being made: something to write on, and where on it there is ink."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from mnist_core.synthesis.pages.page import Part, Thing
from mnist_core.types import Box, Float32Array, UInt8Array


@dataclass(frozen=True)
class Room:
    """How large a sheet is to be, and for what.

    Attributes
    ----------
    width, height
        Pixels.
    rows, columns
        How many lines are to be written on it, and how many signs the longest of them has.
    """

    width: int
    height: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, eq=False)
class Mark:
    """Something that was written on a sheet.

    Attributes
    ----------
    name
        What it is.
    ink
        uint8 (h, w): how much ink is where.
    place
        The column and the row of the sheet where the ink begins.
    ends
        float32 (k, 2): where a stroke begins or ends, in pixels of the sheet.
    hull
        float32 (k, 2): points around its ink, in pixels of the sheet.
    """

    name: str
    ink: UInt8Array
    place: tuple[int, int]
    ends: Float32Array
    hull: Float32Array


@dataclass(eq=False)
class Sheet:
    """Something to write on.

    Attributes
    ----------
    picture
        float32 (h, w, 3): red, green and blue from 0 to 255.
    paper
        float32 (3,): the colour of the paper.
    area
        Where there is room to write.
    cells
        Boxes for a single sign each, line by line; empty where the writing is free.
    lines
        What was written, line by line.
    alpha
        uint8 (h, w): how opaque it is; None where all of it is.
    """

    picture: Float32Array
    paper: Float32Array
    area: Box
    cells: list[list[Box]] = field(default_factory=list)
    lines: list[list[Mark]] = field(default_factory=list)
    alpha: UInt8Array | None = None

    @classmethod
    def blank(cls, room: Room, colour: np.ndarray, margin: float = 0.06) -> "Sheet":
        """A sheet of one colour, with a margin as a share of its shorter side."""
        picture = np.empty((room.height, room.width, 3), np.float32)
        for number, shade in enumerate(colour):
            picture[..., number] = shade
        edge = margin * min(room.width, room.height)
        area = Box(edge, edge, room.width - 2 * edge, room.height - 2 * edge)
        return cls(picture, np.asarray(colour, np.float32), area)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.picture.shape[1], self.picture.shape[0]

    @property
    def box(self) -> Box:
        """The box around all that was written; where nothing was, the middle of the sheet."""
        hulls = [mark.hull for line in self.lines for mark in line]
        if not hulls:
            width, height = self.size
            return Box(0.4 * width, 0.4 * height, 0.2 * width, 0.2 * height)
        return _around(np.concatenate(hulls))

    def ink(self, coverage: np.ndarray, colour: np.ndarray) -> None:
        """Lay a colour on the sheet: coverage (h, w), uint8 up to 255 or float32 up to 1."""
        x, y, width, height = cv2.boundingRect((coverage > 0).astype(np.uint8))
        if not width:
            return
        rows, columns = slice(y, y + height), slice(x, x + width)
        share = coverage[rows, columns].astype(np.float32)
        share = share / np.float32(255) if coverage.dtype == np.uint8 else share
        # One colour after the other: numpy is slow along the three of them.
        for number, shade in enumerate(np.asarray(colour, np.float32)):
            part = self.picture[rows, columns, number]
            part += (shade - part) * share

    @property
    def free(self) -> tuple[float, float, float, float]:
        """How many pixels are free to the left of all that was written, above it, to its right, and below it."""
        box, (width, height) = self.box, self.size
        return box.x, box.y, width - box.x - box.width, height - box.y - box.height

    def shade(self, light: Float32Array) -> None:
        """Multiply all colours by a light (h, w)."""
        for number in range(3):
            self.picture[..., number] *= light

    def seen_through(self, matrix: np.ndarray, size: tuple[int, int], border: int = cv2.BORDER_REPLICATE) -> "Sheet":
        """The same sheet seen through a homography (3, 3), with all that is written on it, at another size."""
        picture = cv2.warpPerspective(self.picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=border)
        lines = [[moved(mark, matrix) for mark in line] for line in self.lines]
        return replace(self, picture=picture, lines=lines)  # type: ignore[arg-type]

    def things(self) -> tuple[tuple[Thing, ...], ...]:
        """What is written where, line by line, within the picture."""
        return tuple(tuple(Thing(mark.name, self._within(_around(mark.hull))) for mark in line) for line in self.lines)

    def _within(self, box: Box) -> Box:
        """The part of a box that is in the picture."""
        width, height = self.size
        left, top = max(box.x, 0.0), max(box.y, 0.0)
        right, bottom = min(box.x + box.width, float(width)), min(box.y + box.height, float(height))
        return Box(left, top, right - left, bottom - top)


@dataclass(frozen=True)
class Background:
    """Something that digits are written on or lie on.

    Attributes
    ----------
    name
        What it is.
    part
        The only part whose pages have it.
    draw
        From a room to a sheet of it.
    """

    name: str
    part: Part
    draw: Callable[[Room, np.random.Generator], Sheet]


def moved(mark: Mark, matrix: np.ndarray) -> Mark:
    """A mark whose place was moved by a homography; its ink is no longer asked for then."""
    hull = cv2.perspectiveTransform(mark.hull[None].astype(np.float32), matrix)[0]
    return replace(mark, hull=hull)


def _around(points: Float32Array) -> Box:
    """The box around the pixels at points."""
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Box(left, top, right - left + 1, bottom - top + 1)
