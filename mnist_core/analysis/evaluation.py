"""How good a model is on images that it has not learned from."""

import numpy as np

from mnist_core.errors import DatasetError
from mnist_core.model.card import Score
from mnist_core.model.recognizer import Recognizer
from mnist_core.types import Dataset

CONFIDENCE = 0.95


def evaluate(recognizer: Recognizer, dataset: Dataset) -> Score:
    """Read every image of a dataset and compare with its labels.

    Raises
    ------
    DatasetError
        If the dataset has no image.
    """
    from scipy.stats import binomtest

    if not len(dataset):
        raise DatasetError(f"{dataset.name} has no image to evaluate on.")
    probabilities, novelty = recognizer.predict_many(np.asarray(dataset.images))
    right = probabilities.argmax(axis=1) == dataset.labels
    interval = binomtest(int(right.sum()), len(right)).proportion_ci(CONFIDENCE, method="wilson")
    of_label = probabilities[np.arange(len(right)), dataset.labels]
    return Score(
        images=len(right),
        errors=int((~right).sum()),
        low=float(interval.low),
        high=float(interval.high),
        loss=float(-np.log(np.maximum(of_label, np.finfo(np.float32).tiny)).mean()),
        rejected=float((novelty >= 0.5).mean()),
    )
