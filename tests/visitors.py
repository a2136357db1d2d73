"""Drawings and readings as visitors leave them."""

import numpy as np

from mnist_core.types import Drawing, Prediction

SEVEN = Drawing.from_strokes([[[20, 30], [180.25, 33.1], [90.7, 210]]], pen_width=17.5, size=(240, 240))


def reading(digit: int, probability: float = 0.97, novelty: float = 0.1) -> Prediction:
    """A prediction with this much for a digit and the rest for the others."""
    probabilities = np.full(10, (1 - probability) / 9, np.float32)
    probabilities[digit] = probability
    return Prediction(probabilities, novelty)


def scribble(rng: np.random.Generator) -> Drawing:
    """One to three random strokes, one of which may be a dot."""
    strokes = [rng.normal(150, 60, (int(rng.integers(1, 40)), 2)) for _ in range(int(rng.integers(1, 4)))]
    return Drawing.from_strokes(strokes, float(rng.uniform(5, 40)), (300, 320))
