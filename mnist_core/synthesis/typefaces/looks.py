"""What becomes of printed ink: heavier or lighter, hollow, cut by stencil bars."""

from collections.abc import Callable

import cv2
import numpy as np

from mnist_core.synthesis.typefaces.shapes import RIM
from mnist_core.types import UInt8Array

# How often ink is made heavier or lighter, hollow, and cut.
WEIGHED, HOLLOWED, CUT = 0.4, 0.06, 0.06
# A bar of a stencil takes away no more than this share of the ink.
MOST_CUT = 0.15
# Ink whose strokes are thinner than this, in pixels from their middle to their edge, cannot be hollow.
LEAST_HOLLOW = 7.0


def looked(ink: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Ink as it is, or changed in one of the ways.

    Parameters
    ----------
    ink
        uint8 (h, w), bright on black, with an empty rim.
    """
    kind = rng.random()
    if kind < HOLLOWED:
        return hollow(ink, rng)
    if kind < HOLLOWED + CUT:
        return cut(ink, rng)
    return weighed(ink, rng) if kind < HOLLOWED + CUT + WEIGHED else ink


def weighed(ink: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Heavier or lighter ink, unless a hole would close or a stroke break."""
    half = _half_stroke(ink)
    radius = float(rng.uniform(-0.45, 0.6)) * half
    grown = _grown(ink, float(np.clip(radius, -half + 2, RIM - 2)))
    return grown if _pieces(grown) == _pieces(ink) else ink


def hollow(ink: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """The edge of the ink alone, where its strokes are wide enough."""
    half = _half_stroke(ink)
    if half < LEAST_HOLLOW:
        return ink
    width = float(rng.uniform(0.25, 0.5)) * half
    return ink - np.minimum(_grown(ink, -width), ink)


def cut(ink: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Ink with a bar or two taken out, as a stencil needs them, unless they would take too much."""
    left = ink.copy()
    is_upright = rng.random() < 0.6
    lines = left.T if is_upright else left
    for share in rng.uniform(0.3, 0.7, int(rng.integers(1, 3))):
        width = round(len(lines) * float(rng.uniform(0.03, 0.07)))
        at = round(len(lines) * share)
        lines[at : at + width] = 0
    return left if left.sum(dtype=float) >= (1 - MOST_CUT) * ink.sum(dtype=float) else ink


def _half_stroke(ink: UInt8Array) -> float:
    """How far it is from the middle of a wide stroke to its edge, in pixels."""
    depths = cv2.distanceTransform((ink > 127).astype(np.uint8), cv2.DIST_L2, 3)
    return float(np.percentile(depths[depths > 0], 90)) if depths.any() else 0.0


def _grown(ink: UInt8Array, radius: float) -> UInt8Array:
    """Ink that reaches so many pixels farther everywhere, or less far."""
    side = 2 * round(abs(radius)) + 1
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    change: Callable[..., object] = cv2.dilate if radius > 0 else cv2.erode
    return change(ink, brush)  # type: ignore[return-value]


def _pieces(ink: UInt8Array) -> tuple[int, int]:
    """Into how many pieces ink falls, and into how many the paper."""
    is_ink = (ink > 127).astype(np.uint8)
    return cv2.connectedComponents(is_ink)[0], cv2.connectedComponents(1 - is_ink, connectivity=4)[0]
