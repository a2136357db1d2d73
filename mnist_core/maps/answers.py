"""What a model makes of the images on a map: what points are coloured by."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mnist_core.datasets import load_dataset
from mnist_core.datasets.registry import training_images
from mnist_core.errors import DatasetError
from mnist_core.maps.embedding import Embedding, Indices
from mnist_core.readings.evaluation_file import stored_evaluation
from mnist_core.readings.readings import load_readings
from mnist_core.types import Float32Array, UInt8Array


@dataclass(frozen=True, eq=False)
class MapAnswers:
    """What a model makes of the n images on a map.

    Attributes
    ----------
    read
        uint8 (n,): the digit that it reads.
    sure
        float32 (n,): how probable it says that is, 0 to 1.
    right
        bool (n,): whether that is the label.
    novelty
        float32 (n,), 0 like the training digits ... 1 unlike them.
    """

    read: UInt8Array
    sure: Float32Array
    right: npt.NDArray[np.bool_]
    novelty: Float32Array

    def part(self, rows: Indices) -> "MapAnswers":
        """Those of some images."""
        return MapAnswers(self.read[rows], self.sure[rows], self.right[rows], self.novelty[rows])


def map_answers(embedding: Embedding, model: str) -> MapAnswers | None:
    """What a model makes of the images on a map, if that is known.

    For a map of test images it comes from the evaluation that the model carries: the images need not be on this
    machine. For others the model must have read the dataset.

    Raises
    ------
    BundleError
        If there is no such model, or it is damaged.
    """
    dataset, indices = embedding.config.dataset, embedding.indices
    first = training_images(dataset)
    if embedding.config.split == "test":
        known = stored_evaluation(model, dataset)
        if known is not None and indices[-1] - first < len(known):
            rows = indices - first
            return _answers(embedding, known.probabilities[rows], known.novelty[rows])
    try:
        images = load_dataset(dataset, download=False)
    except DatasetError:
        return None
    readings = load_readings(model, images)
    if readings is None or images.digest != embedding.images:
        return None
    return _answers(embedding, readings.probabilities[indices], readings.novelty[indices])


def _answers(embedding: Embedding, probabilities: Float32Array, novelty: Float32Array) -> MapAnswers:
    """The answers that probabilities (n, 10) give, with their comparison with the labels."""
    read = probabilities.argmax(axis=1).astype(np.uint8)
    return MapAnswers(read, probabilities.max(axis=1), read == embedding.labels, np.asarray(novelty))
