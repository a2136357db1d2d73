"""The typefaces whose outlines are kept here, and on which side of the split each of them is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal
from zlib import crc32

import numpy as np

from mnist_core.array_files import read_npz
from mnist_core.types import Float32Array, UInt8Array

Part = Literal["train", "test"]

HERE = Path(__file__).parent
# Units of the longer side of the box that each glyph fills.
BOX = 240


@dataclass(frozen=True, eq=False)
class Typeface:
    """One face of a family of type.

    Attributes
    ----------
    name
        As its makers call it.
    style
        Its weight from 100 to 900, with an i behind it where it is italic.
    family
        What is related has the name of one family.
    kind
        Such as "serif" or "pixel".
    glyphs
        For each digit and letter that is kept the closed polygons that it is filled by (not where two of them that
        run the opposite way lie over each other): float32 (n, 2), x to the right and y down, the longer side 1.
    """

    name: str
    style: str
    family: str
    kind: str
    glyphs: Mapping[str, tuple[Float32Array, ...]]

    @property
    def part(self) -> Part:
        """Whether models learn from it or are only tested on it: decided by the name of its family, for good."""
        return part_of(self.family)


def part_of(family: str) -> Part:
    """On which side of the split a family is: of four, three are learned from.

    Examples
    --------
    >>> part_of("roboto"), part_of("overpass")
    ('train', 'test')
    """
    return "test" if crc32(family.encode()) % 4 == 1 else "train"


@cache
def typefaces(part: Part | None = None) -> tuple[Typeface, ...]:
    """All typefaces, or those of a part."""
    if part is not None:
        return tuple(face for face in typefaces() if face.part == part)
    about = json.loads((HERE / "faces.json").read_text(encoding="utf-8"))
    of_faces = _glyphs()
    described = [(each["name"], style, each["family"], each["kind"]) for each in about for style in each["styles"]]
    return tuple(Typeface(*words, glyphs) for words, glyphs in zip(described, of_faces, strict=True))


def _glyphs() -> list[dict[str, tuple[Float32Array, ...]]]:
    """The glyphs of each face."""
    arrays = read_npz(HERE / "outlines.npz")
    polygons = _polygons(arrays["steps"], arrays["points"].astype(np.int64))
    ends = np.cumsum(arrays["contours"].astype(np.int64))
    glyphs: list[dict[str, tuple[Float32Array, ...]]] = [{} for _ in range(int(arrays["faces"].max()) + 1)]
    for face, sign, count, end in zip(arrays["faces"], arrays["signs"], arrays["contours"], ends, strict=True):
        glyphs[face][chr(sign)] = tuple(polygons[end - int(count) : end])
    return glyphs


def _polygons(steps: UInt8Array, points: np.ndarray) -> list[Float32Array]:
    """The polygons: sums of steps, in which one back is kept as 256 less."""
    parts = np.split(steps, np.cumsum(points)[:-1], axis=1)
    return [(np.cumsum(part, axis=1, dtype=np.uint8).T / BOX).astype(np.float32) for part in parts]
