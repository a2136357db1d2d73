"""What a page is: a picture, and what stands where on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from mnist_core.types import DIGITS, Box, UInt8Array

Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")
"""Pages to learn from, to choose by, and to test with: no two of them share a writer or a background."""

Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Thing:
    """Something on a page.

    Attributes
    ----------
    name
        One of `mnist_core.numbers.finding.NAMES`.
    box
        Where its ink is, in pixels of the picture.
    """

    name: str
    box: Box

    @property
    def digit(self) -> int | None:
        """The digit that it is; None of a sign, and of what is no digit."""
        return int(self.name) if self.name in DIGITS else None


@dataclass(frozen=True, eq=False)
class Page:
    """A picture as people bring it, and the truth about it.

    Attributes
    ----------
    picture
        uint8 (h, w, 3) RGB, or (h, w, 4) RGBA where something is transparent.
    lines
        The things on it: the lines from top to bottom, each from left to right.
    """

    picture: UInt8Array
    lines: tuple[tuple[Thing, ...], ...]

    @property
    def numbers(self) -> list[list[int]]:
        """The digits of each line that has some."""
        lines = [[thing.digit for thing in line if thing.digit is not None] for line in self.lines]
        return [line for line in lines if line]


def one_of(choices: Sequence[Choice], rng: np.random.Generator) -> Choice:
    """One of some things, each as often as another."""
    return choices[int(rng.integers(len(choices)))]
