"""What is looked at of a picture: turned, and cut out."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from mnist_core.types import Drawing

# No part is smaller than this share of the picture's sides.
LEAST = 0.02


@dataclass(frozen=True)
class View:
    """A part of a picture, turned.

    Attributes
    ----------
    turns
        How many quarters the picture is turned clockwise, 0 to 3.
    left, top, right, bottom
        The part, in shares of the width and height of the turned picture.
    """

    turns: int = 0
    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the picture, as it came."""
        return self == View()

    def turned(self) -> Self:
        """The same part, turned by another quarter clockwise."""
        sides = {"left": 1 - self.bottom, "top": self.left, "right": 1 - self.top, "bottom": self.right}
        return replace(self, turns=(self.turns + 1) % 4, **sides)

    def cropped(self, left: float, top: float, right: float, bottom: float) -> Self:
        """A part of this part, in shares of its width and height; not smaller than is of use."""
        width, height = self.right - self.left, self.bottom - self.top
        left, top = (min(max(low, 0.0), 1 - LEAST) for low in (left, top))
        right, bottom = (min(max(high, low + LEAST), 1.0) for low, high in ((left, right), (top, bottom)))
        return replace(
            self,
            left=self.left + left * width,
            top=self.top + top * height,
            right=self.left + right * width,
            bottom=self.top + bottom * height,
        )

    def of(self, drawing: Drawing) -> Drawing:
        """What it shows of a picture."""
        assert drawing.pixels is not None
        if self.is_whole:
            return drawing
        pixels = np.rot90(drawing.pixels, -self.turns)
        height, width = pixels.shape[:2]
        left, top = min(int(self.left * width), width - 1), min(int(self.top * height), height - 1)
        right, bottom = max(round(self.right * width), left + 1), max(round(self.bottom * height), top + 1)
        return Drawing.from_pixels(pixels[top:bottom, left:right])
