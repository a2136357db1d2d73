"""What is no digit, made in other ways than `non_digits` makes it: to see what a model makes of what it never met."""

from collections.abc import Sequence

import cv2
import numpy as np

from mnist_core.synthesis.styles import Strokes, in_unit_box
from mnist_core.synthesis.typefaces import any_face, set_in_type
from mnist_core.types import Float32Array, UInt8Array


def tangle(rng: np.random.Generator) -> Strokes:
    """A scribble as a sum of turning circles."""
    at = np.linspace(0, 2 * np.pi, 300)
    harmonics = range(1, int(rng.integers(5, 11)))
    waves = [rng.normal(0, 1, (2, 1)) * np.sin(n * at + rng.uniform(0, 2 * np.pi, (2, 1))) for n in harmonics]
    return [np.sum(waves, axis=0).T.astype(np.float32)]


def corners(rng: np.random.Generator) -> Strokes:
    """A scribble from one random corner to the next."""
    return [rng.random((int(rng.integers(8, 20)), 2)).astype(np.float32)]


def hatching(rng: np.random.Generator) -> Strokes:
    """Something blackened by strokes to and fro."""
    n = int(rng.integers(10, 24))
    x = np.linspace(0, 1, n) + rng.normal(0, 0.02, n)
    y = np.where(np.arange(n) % 2, 1.0, 0.0) + rng.normal(0, 0.08, n)
    angle = rng.uniform(0, np.pi)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return [(np.stack([x, y], axis=1) @ turn).astype(np.float32)]


# Printed letters that no digit looks like.
LETTERS = "AEFHKMNRWX"


def letter(rng: np.random.Generator) -> UInt8Array:
    """A letter of a typeface that no model learns from, uint8 (200, 200), bright on black."""
    sign = LETTERS[int(rng.integers(len(LETTERS)))]
    ink = set_in_type(sign, any_face(rng, "test", sign), np.eye(2))
    scale = float(rng.uniform(0.3, 1.2))
    width, height = (round(side * scale) for side in ink.shape[::-1])
    image = np.zeros((200, 200), np.uint8)
    left, top = (int(rng.integers(200 - side)) for side in (width, height))
    image[top : top + height, left : left + width] = cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA)
    return image


def diagonal_half(strokes: Sequence[Float32Array], rng: np.random.Generator) -> Strokes:
    """What lies on one side of a slanted line through the middle of a digit."""
    unit = in_unit_box(strokes)
    middle = np.ptp(np.concatenate(unit), axis=0) / 2
    angle = rng.uniform(0, 2 * np.pi)
    normal = np.array([np.cos(angle), np.sin(angle)])
    parts = []
    for stroke in unit:
        kept = (stroke - middle) @ normal > 0
        cuts = np.flatnonzero(np.diff(kept)) + 1
        parts += [part for part in np.split(stroke, cuts) if (part[0] - middle) @ normal > 0]
    return parts or [unit[0][:1]]
