"""Whose digits are written on pages: people to learn from, to choose by and to test with, no one in two parts."""

import numpy as np

from mnist_core.datasets import load_dataset, load_pen_strokes, writers_of
from mnist_core.synthesis.pages import Hands, Part
from mnist_core.training.config import TrainingConfig
from mnist_core.training.division import held_out_images
from mnist_core.types import CLASSES, BoolArray, Float32Array

SCANS = "mnist"
# Of pen-digits it is not known who of those to learn from wrote what: its digits are no part of validation.
STROKES = {
    "train": ("pen-digits", "uji-digits", "tablet-digits"),
    "validation": ("uji-digits",),
    "test": ("pen-digits", "uji-digits"),
}


def load_hands(part: Part, *, download: bool = True) -> Hands:
    """The digits of a part's people, as strokes and as scans.

    Held out for validation are the very writers whom a training holds out that says nothing else, so that a model
    of that training has learned from none of them.

    Raises
    ------
    DatasetError
        If a dataset cannot be had.
    """
    strokes: list[list[tuple[Float32Array, ...]]] = [[] for _ in range(CLASSES)]
    for name in STROKES[part]:
        written = load_pen_strokes(name, download=download)
        for row in np.flatnonzero(_of_part(name, written.is_test, part)).tolist():
            strokes[int(written.labels[row])].append(written.strokes(row))
    digits = load_dataset(SCANS, download=download)
    is_test = np.zeros(len(digits), bool)
    is_test[digits.splits["test"]] = True
    chosen = _of_part(SCANS, is_test, part)
    scans = [digits.images[chosen & (digits.labels == label)] for label in range(CLASSES)]
    return Hands(strokes, scans, are_rewritten=part == "train")


def _of_part(name: str, is_test: BoolArray, part: Part) -> BoolArray:
    """Which digits of a dataset are a part's."""
    if part == "test":
        return is_test
    writers = writers_of(name)
    if writers is None:
        return ~is_test if part == "train" else np.zeros_like(is_test)
    settings = TrainingConfig()
    learned = int((~is_test).sum())
    held_out = np.zeros_like(is_test)
    held_out[:learned] = held_out_images(learned, settings.validation_share, settings.seed, writers[:learned])
    return held_out if part == "validation" else ~is_test & ~held_out
