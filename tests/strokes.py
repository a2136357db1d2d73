"""Digits drawn by hand for the tests: strokes on a canvas of 400 x 400 pixels."""

import numpy as np


def arc(x: float, y: float, radius_x: float, radius_y: float, start: float, end: float) -> list[tuple[float, float]]:
    """Points on an ellipse; angles in degrees, clockwise from the right."""
    angles = np.deg2rad(np.linspace(start, end, 24))
    return [(x + radius_x * float(np.cos(a)), y + radius_y * float(np.sin(a))) for a in angles]


ZERO = [arc(200, 200, 70, 110, -90, 270)]
ONE = [[(170, 130), (210, 90), (210, 310)]]
TWO = [[*arc(200, 150, 65, 60, 190, 390), (135, 300), (275, 300)]]
THREE = [[*arc(190, 145, 60, 50, 200, 450), *arc(190, 250, 65, 55, -90, 160)]]
FOUR = [[(220, 90), (130, 230), (280, 230)], [(230, 160), (230, 320)]]
SEVEN = [[(130, 100), (270, 100), (180, 310)]]
EIGHT = [arc(200, 145, 45, 50, 90, 450), arc(200, 250, 55, 55, -90, 270)]

DIGITS = {0: ZERO, 1: ONE, 2: TWO, 3: THREE, 4: FOUR, 7: SEVEN, 8: EIGHT}
