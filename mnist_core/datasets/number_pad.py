"""The drawings that NumberPad, an app for tablets by Bridger Maxwell, recognises digits by: JSON files of strokes."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from mnist_core.datasets.archive import Arrays
from mnist_core.datasets.pen_strokes import laid_out

URL = "https://raw.githubusercontent.com/bridger/NumberPad/0410d92ba8b729cb4873c1207c748547ab9e3fbf/Data/"

# What is drawn to each of its drawings: strokes, each a list of points [x, y], y down.
Drawings = Mapping[str, Sequence[Sequence[Sequence[Sequence[int]]]]]


def read_drawings(path: Path) -> Drawings:
    """The drawings of a file, by the character that they show.

    Raises
    ------
    ValueError
        If it is no file of drawings.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or not isinstance(content.get("rawData"), dict):
        raise ValueError(f"{path.name} must be a file of NumberPad's drawings, with rawData.")
    drawings: Drawings = content["rawData"]
    return drawings


def strokes_in(drawings: Drawings, characters: str) -> Arrays:
    """The strokes of all drawings of these characters, one character after the other, as an archive has them.

    They are moved so that the least x and the least y of all are 0.

    Raises
    ------
    KeyError
        If there is none of a character.
    """
    digits = [[np.array(stroke) for stroke in drawing] for character in characters for drawing in drawings[character]]
    least = np.min([stroke.min(axis=0) for digit in digits for stroke in digit], axis=0)
    return laid_out([[(stroke - least).astype(np.int16) for stroke in digit] for digit in digits])
