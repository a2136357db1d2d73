"""How good a model is on images that it has not learned from: what it made of them, and every figure of that."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from mnist_core.datasets import load_dataset
from mnist_core.errors import BundleError, DatasetError
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.model.bundle import graph_digest
from mnist_core.model.card import Accuracy, Score
from mnist_core.model.recognizer import Recognizer, load_recognizer
from mnist_core.types import CLASSES, Dataset, Float32Array, UInt8Array, describe, frozen

CONFIDENCE = 0.95
# Reported probabilities are compared with reality in so many equal bins.
BINS = 10
# An answer that is stated to be this probable is a sure one, where nobody says otherwise.
SURE = 0.9
# So far may ten probabilities be from adding up to 1: some are rounded when they are kept.
SUM_TOLERANCE = 1e-3
# So many images between two tellings of how far it is: half a second.
STEP = 2048


@dataclass(frozen=True)
class ClassScore:
    """How one digit is read, or an average over the digits.

    Attributes
    ----------
    label
        The digit, "macro average" (each digit that occurs counts the same) or "weighted average" (each image does).
    precision
        Share of the images read as this digit that show it.
    recall
        Share of the images of this digit that were read as it.
    f1
        The harmonic mean of the two.
    support
        How many images show it.
    """

    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a model makes of the test images of a dataset, compared with their labels.

    Attributes
    ----------
    model
        SHA-256 of the model's LiteRT graph; empty where nobody asked for it.
    dataset
        Name of the dataset.
    probabilities
        float32 (n, 10), adding up to 1.
    novelty
        float32 (n,), 0 like the training digits ... 1 unlike them.
    labels
        uint8 (n,), 0 to 9.

    Raises
    ------
    DatasetError
        If there is no image, or the labels are no digits.
    BundleError
        If what the model gave is not ten probabilities and a novelty for each image.
    """

    model: str
    dataset: str
    probabilities: Float32Array
    novelty: Float32Array
    labels: UInt8Array

    def __post_init__(self) -> None:
        _check_labels(self.dataset, self.labels)
        _check_probabilities(self.probabilities, len(self.labels))
        _check_novelty(self.novelty, len(self.labels))
        for array in (self.probabilities, self.novelty, self.labels):
            frozen(array)

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def read(self) -> UInt8Array:
        """What the model reads in each image, uint8 (n,)."""
        return frozen(self.probabilities.argmax(axis=1).astype(np.uint8))

    @cached_property
    def stated(self) -> Float32Array:
        """How probable the model says that its answer is, float32 (n,)."""
        return frozen(self.probabilities.max(axis=1))

    @cached_property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether the answer is the label, (n,)."""
        return frozen(self.read == self.labels)

    @cached_property
    def losses(self) -> Float32Array:
        """The cross-entropy of each image in nats, float32 (n,): 0 where the label was certain."""
        of_label = self.probabilities[np.arange(len(self)), self.labels]
        return frozen(0 - np.log(np.clip(of_label, np.finfo(np.float32).tiny, 1)))

    @cached_property
    def accuracy(self) -> Accuracy:
        """How many images were read right, with the 95 % interval (Wilson)."""
        return accuracy_of(int(self.right.sum()), len(self))

    @cached_property
    def loss(self) -> float:
        """Mean cross-entropy in nats."""
        return float(self.losses.mean())

    @cached_property
    def rejected(self) -> float:
        """Share of the images with a novelty of 0.5 or more, which are taken for no digit."""
        return float((self.novelty >= 0.5).mean())

    @cached_property
    def confusion(self) -> npt.NDArray[np.int64]:
        """How many images of each digit (row) were read as each digit (column), (10, 10)."""
        from sklearn.metrics import confusion_matrix

        return frozen(confusion_matrix(self.labels, self.read, labels=range(CLASSES)))

    @cached_property
    def report(self) -> list[ClassScore]:
        """Precision, recall and F1 of each digit, then their macro and their weighted average.

        A share of nothing is 0. The averages are over the digits that are shown or read at all.
        """
        from sklearn.metrics import classification_report

        table = classification_report(self.labels, self.read, output_dict=True, zero_division=0)
        nothing = dict.fromkeys(("precision", "recall", "f1-score", "support"), 0)
        rows = {str(digit): table.get(str(digit), nothing) for digit in range(CLASSES)}
        rows |= {N_("macro average"): table["macro avg"], N_("weighted average"): table["weighted avg"]}
        return [_class_score(label, row) for label, row in rows.items()]

    @cached_property
    def reliability(self) -> tuple[tuple[int, float, float], ...]:
        """For each tenth of stated probability that occurs: images, their mean probability, share of them right."""
        return reliability(self.stated, self.right)

    @cached_property
    def calibration_error(self) -> float:
        """Expected calibration error: how far stated probabilities are, on average, from how often they are right."""
        return sum(images * abs(stated - true) for images, stated, true in self.reliability) / len(self)

    def sure(self, threshold: float = SURE) -> tuple[int, float]:
        """How many images the model states at least this probability for, and the share of them that it reads right.

        The share is NaN where there is no such image.
        """
        chosen = self.stated >= threshold
        return int(chosen.sum()), float(self.right[chosen].mean()) if chosen.any() else float("nan")

    @cached_property
    def risk_coverage(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """What is answered and what is wrong when answers below a probability are refused.

        Each point takes the stated probability of one image as the threshold, the most certain image first; images of
        the same probability stand or fall together. See El-Yaniv, Wiener, "On the Foundations of Noise-free Selective
        Classification", 2010.

        Returns
        -------
        Coverage (share of the images answered) and error rate among these, each (n,) in [0, 1].
        """
        order = np.argsort(-self.stated, kind="stable")
        falling = -self.stated[order]
        answered = np.searchsorted(falling, falling, side="right")
        wrong = np.cumsum(~self.right[order])[answered - 1]
        return frozen(answered / len(self)), frozen(wrong / answered)

    @cached_property
    def mistakes(self) -> npt.NDArray[np.int64]:
        """Indices of the images that were misread, the highest loss first."""
        wrong = np.flatnonzero(~self.right)
        return frozen(wrong[np.argsort(-self.losses[wrong], kind="stable")])

    @cached_property
    def score(self) -> Score:
        """The figures that a model's card has."""
        return Score(
            images=self.accuracy.images,
            errors=self.accuracy.errors,
            low=self.accuracy.low,
            high=self.accuracy.high,
            loss=self.loss,
            rejected=self.rejected,
            calibration_error=self.calibration_error,
            reliability=self.reliability,
        )

    def to_json(self) -> dict[str, Any]:
        """Every figure as JSON takes it; of what is stated to be at least 90 % sure, None for a share of nothing."""
        sure, sure_right = self.sure()
        return {
            "model": self.model,
            **asdict(self.score),
            "accuracy": self.accuracy.accuracy,
            "sure": {"threshold": SURE, "images": sure, "right": sure_right if sure else None},
            "report": [asdict(each) for each in self.report],
            "confusion": self.confusion.tolist(),
            "mistakes": self.mistakes.tolist(),
        }


def evaluate(recognizer: Recognizer, dataset: Dataset) -> Score:
    """Read every image of a dataset and compare with its labels.

    Raises
    ------
    DatasetError, BundleError
        As `evaluation_of`.
    """
    return evaluation_of(recognizer, dataset).score


def evaluation_of(
    recognizer: Recognizer,
    dataset: Dataset,
    model: str = "",
    progress: Callable[[int, int], object] = lambda _done, _images: None,
) -> Evaluation:
    """Read every image of a dataset.

    Parameters
    ----------
    model
        SHA-256 of the recognizer's graph.
    progress
        Called with how many images are read, and how many there are.

    Raises
    ------
    DatasetError
        If the dataset has no image.
    BundleError
        If the model does not give ten probabilities that add up to 1.
    """
    if not len(dataset):
        raise _no_image(dataset.name)
    pieces = []
    for start in range(0, len(dataset), STEP):
        pieces.append(recognizer.predict_many(np.asarray(dataset.images[start : start + STEP])))
        progress(min(start + STEP, len(dataset)), len(dataset))
    probabilities, novelty = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    return Evaluation(model, dataset.name, probabilities, novelty, dataset.labels)


def fresh_evaluation(
    name: str,
    dataset: str,
    progress: Callable[[int, int], object] = lambda _done, _images: None,
    *,
    download: bool = False,
) -> Evaluation:
    """Have a model read the test images of a dataset now.

    Parameters
    ----------
    name, dataset
        The model's name and the dataset's.
    progress
        Called with how many images are read, and how many there are.
    download
        Whether the dataset may be fetched when it is not on this machine.

    Raises
    ------
    BundleError
        If there is no such model, it is damaged, or it does not give ten probabilities that add up to 1.
    DatasetError
        If there is no such dataset, or it cannot be had.
    """
    recognizer, model = load_recognizer(name), graph_digest(name)
    return evaluation_of(recognizer, load_dataset(dataset, download=download).split("test"), model, progress)


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


def _no_image(dataset: str) -> DatasetError:
    """What to say of an empty dataset."""
    return DatasetError(
        _("{dataset} must have at least one image to evaluate on. Received: none. Choose another dataset.").format(
            dataset=dataset
        )
    )


def _check_labels(dataset: str, labels: UInt8Array) -> None:
    """Refuse what is not the labels of at least one image."""
    if not isinstance(labels, np.ndarray) or labels.dtype != np.uint8 or labels.ndim != 1:
        raise DatasetError(f"Labels to evaluate with must be uint8 (n,). Received: {describe(labels)}.")
    if not len(labels):
        raise _no_image(dataset)
    if labels.max() >= CLASSES:
        raise DatasetError(f"Labels to evaluate with must be from 0 to 9. Received: {labels.max()}.")


def _check_probabilities(probabilities: Float32Array, images: int) -> None:
    """Refuse anything but ten probabilities for each image."""
    _check_outputs(_("ten probabilities"), probabilities, (images, CLASSES))
    sums = probabilities.sum(axis=1)
    # Written so that what is not a number is refused too.
    sound = (probabilities.min(axis=1) >= 0) & (np.abs(sums - 1) <= SUM_TOLERANCE)
    if not sound.all():
        first = int(np.argmin(sound))
        raise BundleError(
            _(
                "A model must give probabilities from 0 to 1 that add up to 1. Received: {received} for image {image}, "
                "and such for {count} of {images}. Choose another model."
            ).format(
                received=probabilities[first].tolist(),
                image=first,
                count=number((~sound).sum()),
                images=number(images),
            )
        )


def _check_novelty(novelty: Float32Array, images: int) -> None:
    """Refuse anything but a novelty for each image."""
    _check_outputs(_("a novelty"), novelty, (images,))
    if not (novelty.min() >= 0 and novelty.max() <= 1):
        raise BundleError(
            _("A model must give a novelty from 0 to 1. Received: {low} to {high}. Choose another model.").format(
                low=novelty.min(), high=novelty.max()
            )
        )


def _check_outputs(what: str, outputs: Float32Array, shape: tuple[int, ...]) -> None:
    """Refuse outputs of another type or shape."""
    if not isinstance(outputs, np.ndarray) or outputs.dtype != np.float32 or outputs.shape != shape:
        raise BundleError(
            _(
                "A model must give {what} for each image, float32 {shape}. Received: {received}. Choose another model."
            ).format(what=what, shape=shape, received=describe(outputs))
        )


def _class_score(label: str, row: dict[str, float]) -> ClassScore:
    """A row of scikit-learn's report."""
    precision, recall, f1 = (float(row[name]) for name in ("precision", "recall", "f1-score"))
    return ClassScore(label, precision, recall, f1, int(row["support"]))
