"""Strokes to an image in MNIST form, against OpenCV's lines, which drew them before version 0.7; and whole pages."""

from collections.abc import Sequence

import cv2
import numpy as np

from benchmarks.table import Row, median_ms
from mnist_core.datasets import load_pen_strokes
from mnist_core.ink import PEN_SHARE, strokes_in_form
from mnist_core.ink.recipe import BOX_SIDE
from mnist_core.ink.stages import centred, into_box
from mnist_core.synthesis.canvas import painted
from mnist_core.synthesis.pages import page
from mnist_core.synthesis.photos import photographed
from mnist_core.training.hands import load_hands
from mnist_core.types import Float32Array, UInt8Array

DIGITS = 300
# So many times as large as the box OpenCV drew.
OVERSAMPLING = 8


def rows() -> list[Row]:
    """Milliseconds a digit of the training writers, and of the costliest drawing that is read."""
    strokes = load_pen_strokes(download=False)
    digits = [strokes.strokes(row) for row in np.flatnonzero(~strokes.is_test)[:: strokes.is_test.size // DIGITS]]
    costliest = [(np.random.default_rng(0).uniform(0, 400, (5_000, 2)).astype(np.float32),)]
    return [
        Row("strokes to 28x28, a digit", *_both(digits), "ms", 0.6),
        Row("strokes to 28x28, the costliest drawing", *_both(costliest), "ms", None),
        _page(digits),
    ]


def _page(digits: Sequence[Sequence[Float32Array]]) -> Row:
    """Milliseconds of a page to learn from, beside a photo of one digit, which is smaller; both on one core."""
    hands, chance = load_hands("train", download=False), np.random.default_rng(0)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    ours = median_ms(lambda: page(hands, "train", chance), DIGITS)
    baseline = median_ms(lambda: photographed(digits[int(chance.integers(len(digits)))], chance), DIGITS)
    cv2.setNumThreads(threads)
    return Row(
        "a page to learn from, 370 x 370 on average", ours, "a photo of one digit, 256 x 256", baseline, "ms", 20
    )


def _both(drawings: Sequence[Sequence[Float32Array]]) -> tuple[float, str, float]:
    """Median milliseconds a drawing: ours, and the baseline with its name."""
    ours = median_ms(lambda: [strokes_in_form(each, 0.0) for each in drawings], 11) / len(drawings)
    baseline = median_ms(lambda: [_by_lines(each) for each in drawings], 11) / len(drawings)
    return ours, "OpenCV's polylines, 8 times as large", baseline


def _by_lines(strokes: Sequence[Float32Array]) -> UInt8Array:
    """The same by OpenCV: polylines eight times as large, then the mean of areas."""
    side = BOX_SIDE * OVERSAMPLING
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    extent = points.max(axis=0) - low
    pen = side * PEN_SHARE
    scale = (side - pen) / max(float(extent.max()), 1e-6)
    width, height = (max(1, round(float(each) * scale + pen)) for each in extent)
    placed = [(stroke - low) * np.float32(scale) + np.float32((pen - 1) / 2) for stroke in strokes]
    return centred(into_box(painted(placed, pen, (width, height)), 1 / OVERSAMPLING))
