"""A page of each kind, very small: `python -m tests.synthesis.golden_pages` draws them anew.

Do so when pages are meant to look otherwise than before, and look at the picture that it writes.
"""

from functools import cache
from pathlib import Path

import cv2
import numpy as np

from mnist_core.ink import digit_pixels
from mnist_core.synthesis.pages import KINDS, Hands, Page, kind_of
from mnist_core.types import Drawing
from tests.strokes import DIGITS

FILE = Path(__file__).parent / "golden_pages.png"
SIDE, ACROSS = 32, 8


@cache
def hands() -> Hands:
    """One hand: the digits of tests/strokes.py, as strokes and as scans."""
    strokes = [[[np.array(stroke, np.float32) for stroke in DIGITS[digit]]] for digit in range(10)]
    scans = [digit_pixels(Drawing.from_strokes(written[0]))[None] for written in strokes]
    return Hands(strokes, scans)


@cache
def first_page(name: str) -> Page:
    """The first page of a kind."""
    return kind_of(name).page(hands(), "train", np.random.default_rng(1))


def small(page: Page) -> np.ndarray:
    """A page as a tile, uint8 (32, 32, 3), RGB."""
    return cv2.resize(page.picture[..., :3], (SIDE, SIDE), interpolation=cv2.INTER_AREA)


@cache
def golden() -> dict[str, np.ndarray]:
    """The tile of each kind as it was."""
    sheet = cv2.cvtColor(cv2.imread(str(FILE)), cv2.COLOR_BGR2RGB)
    rows = sheet.reshape(-1, SIDE, ACROSS, SIDE, 3).transpose(0, 2, 1, 3, 4).reshape(-1, SIDE, SIDE, 3)
    return {kind.name: tile for kind, tile in zip(KINDS, rows, strict=False)}


def main() -> None:
    """Write the picture of all tiles."""
    tiles = [small(first_page(kind.name)) for kind in KINDS]
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % ACROSS)
    rows = [np.hstack(tiles[start : start + ACROSS]) for start in range(0, len(tiles), ACROSS)]
    cv2.imwrite(str(FILE), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main()
