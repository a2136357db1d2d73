"""What a model makes of the images on a map: what points are coloured by."""

from mnist_core.datasets import load_dataset
from mnist_core.datasets.registry import training_images
from mnist_core.errors import DatasetError
from mnist_core.maps.embedding import Embedding, Indices
from mnist_core.readings.evaluation_file import stored_evaluation
from mnist_core.readings.readings import load_readings
from mnist_core.types import Readings


def map_answers(embedding: Embedding, model: str) -> Readings | None:
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
            return _answers(embedding, known, indices - first)
    try:
        images = load_dataset(dataset, download=False)
    except DatasetError:
        return None
    readings = load_readings(model, images)
    if readings is None or images.digest != embedding.images:
        return None
    return _answers(embedding, readings, indices)


def _answers(embedding: Embedding, known: Readings, rows: Indices) -> Readings:
    """What is known of the images on a map, without the features: those take 20 times as much memory."""
    return Readings(known.probabilities[rows], known.novelty[rows], labels=embedding.labels)
