"""MNIST's test digits spoilt in the fifteen ways of MNIST-C."""

import numpy as np

from mnist_core import load_dataset
from mnist_core.model.recognizer import Recognizer
from mnist_core.robustness.corruption import CORRUPTIONS, corrupted
from mnist_core.robustness.dials import generator
from mnist_core.robustness.robustness import some_images


def mean_corruption_error(recognizer: Recognizer) -> float:
    """Share of 2,000 test digits that are misread, the mean over the fifteen ways."""
    digits = some_images(load_dataset("mnist", download=False))
    misread = []
    for kind in CORRUPTIONS:
        probabilities, _novelty = recognizer.predict_many(corrupted(kind, digits.images, generator(kind)))
        misread.append(float((probabilities.argmax(axis=1) != digits.labels).mean()))
    return float(np.mean(misread))
