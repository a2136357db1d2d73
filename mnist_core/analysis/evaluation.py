"""How good a model is on images that it has not learned from."""

import numpy as np
import numpy.typing as npt

from mnist_core.errors import DatasetError
from mnist_core.model.card import Accuracy, Score
from mnist_core.model.recognizer import Recognizer
from mnist_core.types import Dataset, Float32Array

CONFIDENCE = 0.95
# Reported probabilities are compared with reality in so many equal bins.
BINS = 10


def evaluate(recognizer: Recognizer, dataset: Dataset) -> Score:
    """Read every image of a dataset and compare with its labels.

    Raises
    ------
    DatasetError
        If the dataset has no image.
    """
    if not len(dataset):
        raise DatasetError(f"{dataset.name} has no image to evaluate on.")
    probabilities, novelty = recognizer.predict_many(np.asarray(dataset.images))
    right = probabilities.argmax(axis=1) == dataset.labels
    accuracy = accuracy_of(int(right.sum()), len(right))
    of_label = probabilities[np.arange(len(right)), dataset.labels]
    table = reliability(probabilities.max(axis=1), right)
    return Score(
        images=accuracy.images,
        errors=accuracy.errors,
        low=accuracy.low,
        high=accuracy.high,
        loss=float(-np.log(np.maximum(of_label, np.finfo(np.float32).tiny)).mean()),
        rejected=float((novelty >= 0.5).mean()),
        calibration_error=sum(images * abs(stated - true) for images, stated, true in table) / len(right),
        reliability=table,
    )


def accuracy_of(right: int, images: int) -> Accuracy:
    """An accuracy with its confidence interval."""
    from scipy.stats import binomtest

    interval = binomtest(right, images).proportion_ci(CONFIDENCE, method="wilson")
    return Accuracy(images, images - right, float(interval.low), float(interval.high))


def reliability(stated: Float32Array, right: npt.NDArray[np.bool_]) -> tuple[tuple[int, float, float], ...]:
    """How often a model is right when it says that it is this sure.

    Weighted by images, the differences add up to the expected calibration error (Guo, Pleiss, Sun, Weinberger, "On
    Calibration of Modern Neural Networks", 2017).

    Parameters
    ----------
    stated
        The highest probability of each image, (n,).
    right
        Whether it was the right one, (n,).

    Returns
    -------
    For each of ten equal bins that occurs: images, their mean stated probability, share of them right.
    """
    bins = np.minimum((stated * BINS).astype(int), BINS - 1)
    rows = ((bins == each) for each in np.unique(bins))
    return tuple((int(row.sum()), float(stated[row].mean()), float(right[row].mean())) for row in rows)
