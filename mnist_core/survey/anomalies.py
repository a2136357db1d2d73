"""Odd ones out: images unlike the others of the same digit, by two detectors that know nothing of the network.

Both learn from the training images of one label at a time. Over all digits at once the forest mostly says which digit
has much ink: of its 3,000 oddest of MNIST's training images 1,458 are zeros and none is a one. Within a label both show
what is written in an unusual way, spoilt by specks or filled with ink, and what is no such digit at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal, Self

import numpy as np

from mnist_core.language import noop as N_
from mnist_core.store import Arrays, check_array, keep, load_kept, of_dataset, of_images
from mnist_core.types import CLASSES, Dataset, Float32Array, Tell, UInt8Array, frozen, untold

# Share of the training images of a label above a detector's threshold; PyCaret's default too.
CONTAMINATION = 0.05
# The axes along which training images hardly differ are left out: PyOD divides by the variance along each, and there
# it is 0 or what rounding made of it, which decides alone then, or makes every score infinite.
EXPLAINED = 0.99
SEED = 0
# Of fewer images nobody can say which is odd.
FEWEST = 20

Detector = Literal["pca", "forest"]
DETECTORS: tuple[Detector, ...] = ("pca", "forest")


@dataclass(frozen=True)
class Method:
    """A way of telling what is odd: its name, and a sentence for somebody who knows nothing of it."""

    name: str
    sentence: str


METHODS: Mapping[str, Method] = {
    "pca": Method(
        N_("Principal components"),
        N_(
            "Learns how images of the same digit usually differ from their average. An image is odd if it lies far "
            "from that average for its kind, mostly because it has ink where the others have hardly any."
        ),
    ),
    "forest": Method(
        N_("Isolation forest"),
        N_(
            "Picks pixels at random and asks: is there more ink here than so much? An image is odd if a few such "
            "questions are enough to set it apart from all others of its digit."
        ),
    ),
    "novelty": Method(
        N_("The network's own doubt"),
        N_(
            "Compares what the network has made of the image, just before it decides, with what it made of the digits "
            "that it learned from. An image is odd if the network has hardly seen its like."
        ),
    ),
}


@dataclass(frozen=True, eq=False)
class Anomalies:
    """How odd each image is among those with the same label; scores of different labels cannot be compared.

    Attributes
    ----------
    pca, forest
        float32 (n,): what PyOD's detectors `PCA` and `IForest` say, the higher the odder. 0 for a label that has fewer
        than `FEWEST` training images.
    thresholds
        float32 (2, 10): for each of `DETECTORS` and each label, what `CONTAMINATION` of the training images are above.
        Infinite for a label with too few.
    """

    VERSION: ClassVar[int] = 1
    NOUN: ClassVar[str] = "anomalies"
    ARRAYS: ClassVar[tuple[str, ...]] = ("pca", "forest", "thresholds")

    dataset: Dataset
    pca: Float32Array
    forest: Float32Array
    thresholds: Float32Array

    @classmethod
    def from_kept(cls, dataset: Dataset, arrays: Arrays, _manifest: Mapping[str, Any]) -> Self:
        """The scores of verified arrays; a ValueError if there is not one for each image."""
        for name in DETECTORS:
            check_array(name, arrays[name], np.float32, (len(dataset),))
        check_array("thresholds", arrays["thresholds"], np.float32, (len(DETECTORS), CLASSES))
        return cls(dataset, **arrays)

    def threshold(self, name: Detector, label: int) -> float:
        """What a detector calls odd among the images of a label: any score above this one."""
        return float(self.thresholds[DETECTORS.index(name), label])

    def rank(self, name: Detector) -> Float32Array:
        """For each image the share of the images with its label that are less odd, float32 (n,) from 0 to below 1."""
        return self._ranks[name]

    @cached_property
    def _ranks(self) -> dict[Detector, Float32Array]:
        return {name: ranks_within(self.dataset.labels, getattr(self, name)) for name in DETECTORS}


def ranks_within(labels: UInt8Array, scores: Float32Array) -> Float32Array:
    """For each score the share of those with the same label that are lower, float32 (n,) from 0 to below 1.

    Of equal scores the one that comes later counts as higher.
    """
    ranks = np.empty(len(scores), np.float32)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        ranks[rows[np.argsort(scores[rows], kind="stable")]] = np.arange(len(rows)) / len(rows)
    return frozen(ranks)


def compute_anomalies(dataset: Dataset, tell: Tell = untold) -> Anomalies:
    """Have both detectors learn from the training images of each label, score all images, and keep the scores.

    Parameters
    ----------
    tell
        Called with how many of the detectors are done, and how many there are. If it raises, nothing is kept.

    Raises
    ------
    DatasetError
        If the scores cannot be written.
    """
    arrays: dict[str, np.ndarray] = {name: np.zeros(len(dataset), np.float32) for name in DETECTORS}
    thresholds = np.full((len(DETECTORS), CLASSES), np.inf, np.float32)
    pixels = dataset.images.reshape(len(dataset), -1)
    steps = len(DETECTORS) * CLASSES
    for step, (label, name, training, others) in enumerate(_parts(dataset)):
        tell(step, steps)
        if len(training) >= FEWEST:
            scores, threshold = _scored(name, pixels[training] / 255, pixels[others] / 255)
            arrays[name][np.concatenate([training, others])] = scores
            thresholds[DETECTORS.index(name), label] = threshold
    tell(steps, steps)
    arrays["thresholds"] = thresholds
    return keep(Anomalies, of_dataset(Anomalies, dataset), dataset, of_images(dataset), arrays)


def load_anomalies(dataset: Dataset) -> Anomalies | None:
    """How odd each image of a dataset is, if that is known.

    Returns
    -------
    None if it is not, or what is kept cannot be used: it is damaged or of other images, which is logged.
    """
    return load_kept(Anomalies, of_dataset(Anomalies, dataset), dataset, of_images(dataset))


def new_detector(name: Detector) -> Any:
    """A detector of PyOD, which has learned nothing yet.

    "pca" is the one that PyCaret calls so (Shyu, Chen, Sarinnapakorn, Chang, "A Novel Anomaly Detection Scheme Based on
    Principal Component Classifier", 2003), "forest" is the isolation forest of Liu, Ting, Zhou (2008), of 100 trees.
    """
    from pyod.models.iforest import IForest
    from pyod.models.pca import PCA

    if name == "pca":
        return PCA(n_components=EXPLAINED, contamination=CONTAMINATION)
    return IForest(contamination=CONTAMINATION, random_state=SEED)


def _parts(dataset: Dataset) -> Iterator[tuple[int, Detector, np.ndarray, np.ndarray]]:
    """For each label and detector: indices of the images to learn from, and of the other images with that label."""
    is_training = np.zeros(len(dataset), bool)
    is_training[dataset.learned_from] = True
    for label in range(CLASSES):
        has_label = dataset.labels == label
        for name in DETECTORS:
            yield label, name, np.flatnonzero(has_label & is_training), np.flatnonzero(has_label & ~is_training)


def _scored(name: Detector, training: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, float]:
    """Scores of what a detector learned from, then of the others, and its threshold."""
    detector = new_detector(name).fit(training)
    # decision_scores_ saves scoring again what was learned from: the detectors score a training image like any other.
    scores = (
        [detector.decision_scores_, detector.decision_function(others)] if len(others) else [detector.decision_scores_]
    )
    return np.concatenate(scores), detector.threshold_
