"""How good a model is on images that it has not learned from: what it made of them, and every figure of that."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from mnist_core.datasets import load_dataset
from mnist_core.errors import DatasetError
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.model.bundle import graph_digest
from mnist_core.model.card import Accuracy, Score
from mnist_core.model.recognizer import Recognizer, load_recognizer
from mnist_core.model.reliability import interval
from mnist_core.types import CLASSES, SURE_IN_FIGURES, Dataset, Float32Array, Readings, UInt8Array, frozen

CONFIDENCE = 0.95
# Reported probabilities are compared with reality in so many equal bins.
BINS = 10
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
class Evaluation(Readings):
    """What a model makes of the test images of a dataset, compared with their labels.

    Attributes
    ----------
    model
        SHA-256 of the model's LiteRT graph; empty where nobody asked for it.
    dataset
        Name of the dataset.

    Raises
    ------
    DatasetError
        If there is no image, or the labels are no digits.
    BundleError
        As `Readings`.
    """

    labels: UInt8Array = field(kw_only=True)
    model: str = field(kw_only=True)
    dataset: str = field(kw_only=True)

    @classmethod
    def of(cls, readings: Readings, model: str, dataset: str) -> Self:
        """The evaluation of readings of images whose labels are known."""
        return cls(readings.probabilities, readings.novelty, labels=readings.known_labels, model=model, dataset=dataset)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not len(self):
            raise _no_image(self.dataset)

    @cached_property
    def accuracy(self) -> Accuracy:
        """How many images were read right, with the 95 % interval (Wilson)."""
        return accuracy_of(int(self.is_right.sum()), len(self))

    @cached_property
    def loss(self) -> float:
        """Mean cross-entropy in nats."""
        return float(self.losses.mean())

    @cached_property
    def rejected(self) -> float:
        """Share of the images that are taken for no digit."""
        return float((~self.is_digit).mean())

    @cached_property
    def confusion(self) -> npt.NDArray[np.int64]:
        """How many images of each digit (row) were read as each digit (column), (10, 10)."""
        cells = CLASSES * self.labels.astype(np.int64) + self.digits
        return frozen(np.bincount(cells, minlength=CLASSES**2).reshape(CLASSES, CLASSES))

    @cached_property
    def report(self) -> list[ClassScore]:
        """Precision, recall and F1 of each digit, then their macro and their weighted average.

        A share of nothing is 0. The averages are over the digits that are shown or read at all.
        """
        right, read, shown = self.confusion.diagonal(), self.confusion.sum(axis=0), self.confusion.sum(axis=1)
        scores = np.stack([_shares(right, read), _shares(right, shown), _shares(2 * right, read + shown)])
        rows = [(str(digit), scores[:, digit], shown[digit]) for digit in range(CLASSES)]
        for label, weights in ((N_("macro average"), read + shown > 0), (N_("weighted average"), shown)):
            rows.append((label, np.average(scores, axis=1, weights=weights), len(self)))
        return [ClassScore(label, float(p), float(r), float(f1), int(n)) for label, (p, r, f1), n in rows]

    @cached_property
    def reliability(self) -> tuple[tuple[int, float, float], ...]:
        """For each tenth of stated probability: how many have it, their mean, and the share read right."""
        return reliability(self.probability, self.is_right)

    @cached_property
    def calibration_error(self) -> float:
        """Expected calibration error: how far stated probabilities are, on average, from how often they are right."""
        return sum(images * abs(stated - true) for images, stated, true in self.reliability) / len(self)

    def sure(self, threshold: float = SURE_IN_FIGURES) -> tuple[int, float]:
        """How many images the model is at least so sure of, and the share of them that it reads right.

        The share is NaN where there is no such image.
        """
        chosen = self.probability >= threshold
        return int(chosen.sum()), float(self.is_right[chosen].mean()) if chosen.any() else float("nan")

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
        order = np.argsort(-self.probability, kind="stable")
        falling = -self.probability[order]
        answered = np.searchsorted(falling, falling, side="right")
        wrong = np.cumsum(~self.is_right[order])[answered - 1]
        return frozen(answered / len(self)), frozen(wrong / answered)

    @cached_property
    def mistakes(self) -> npt.NDArray[np.int64]:
        """Indices of the images that were misread, the highest loss first."""
        wrong = np.flatnonzero(~self.is_right)
        return frozen(wrong[np.argsort(-self.losses[wrong], kind="stable")])

    @cached_property
    def score(self) -> Score:
        """The figures that a model's card has."""
        return Score(
            **asdict(self.accuracy),
            loss=self.loss,
            rejected=self.rejected,
            calibration_error=self.calibration_error,
            reliability=self.reliability,
        )

    def to_json(self) -> dict[str, Any]:
        """Every figure as JSON takes it; of what is stated to be sure, None for a share of nothing."""
        sure, sure_right = self.sure()
        return {
            "model": self.model,
            **asdict(self.score),
            "accuracy": self.accuracy.accuracy,
            "sure": {"threshold": SURE_IN_FIGURES, "images": sure, "right": sure_right if sure else None},
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
    return Evaluation(probabilities, novelty, labels=dataset.labels, model=model, dataset=dataset.name)


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
    """An accuracy with its confidence interval: Wilson, "Probable inference" (1927).

    Parameters
    ----------
    right, images
        How many of how many; at least one.
    """
    return Accuracy(images, images - right, *interval(right, images))


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
    text = _("{dataset} must have at least one image to evaluate on. Received: none. Choose another dataset.")
    return DatasetError(text, dataset=dataset)


def _shares(some: npt.NDArray[np.int64], of: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """How much some are of others; 0 of nothing."""
    return np.divide(some, of, out=np.zeros(len(of)), where=of > 0)
