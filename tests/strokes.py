"""Digits for the tests: strokes on a canvas of 400 x 400 pixels."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from mnist_core import Drawing


def arc(x: float, y: float, radius_x: float, radius_y: float, start: float, end: float) -> list[tuple[float, float]]:
    """Points on an ellipse; angles in degrees, clockwise from the right."""
    angles = np.deg2rad(np.linspace(start, end, 24))
    return [(x + radius_x * float(np.cos(a)), y + radius_y * float(np.sin(a))) for a in angles]


ZERO = [arc(200, 200, 70, 110, -90, 270)]
ONE = [[(170, 130), (210, 90), (210, 310)]]
TWO = [[*arc(200, 150, 65, 60, 190, 390), (135, 300), (275, 300)]]
THREE = [[*arc(190, 145, 60, 50, 200, 450), *arc(190, 250, 65, 55, -90, 160)]]
FOUR = [[(220, 90), (130, 230), (280, 230)], [(230, 160), (230, 320)]]
FIVE = [[(250, 95), (160, 95), (150, 190), *arc(195, 245, 65, 65, -120, 130)]]
SIX = [[(235, 90), (180, 150), *arc(195, 250, 60, 60, 190, 590)]]
SEVEN = [[(130, 100), (270, 100), (180, 310)]]
EIGHT = [arc(200, 145, 45, 50, 90, 450), arc(200, 250, 55, 55, -90, 270)]

NINE = [[*arc(200, 140, 50, 50, 0, -360), (248, 220), (230, 320)]]

DIGITS: dict[int, Any] = dict(enumerate([ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE]))


def somewhere_on_the_canvas(strokes: Sequence[np.ndarray], rng: np.random.Generator) -> Drawing:
    """Strokes drawn at any place of the canvas, over 20 to 90 % of it, with a pen of 8 to 40 pixels."""
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    pen, fill = rng.uniform(8, 40), rng.uniform(0.2, 0.9)
    scale = max(400 * fill - pen, 40) / max(float(extent.max()), 1)
    place = rng.uniform(pen / 2, 400 - pen / 2 - extent * scale)
    return Drawing.from_strokes([(stroke - low) * scale + place for stroke in strokes], pen)
