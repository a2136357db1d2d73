"""Which images a model takes for what: those of one cell of the confusion matrix, and mistakes by their kind."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mnist_core.readings.evaluation import Evaluation
from mnist_core.types import CLASSES, Float32Array, frozen

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Confusion:
    """One kind of mistake.

    Attributes
    ----------
    label, digit
        What the images show, and what they were taken for.
    indices
        int64 (n,): which images, highest loss first.
    """

    label: int
    digit: int
    indices: Indices


@dataclass(frozen=True)
class Refusal:
    """What becomes of the mistakes if a model passes on the images that it is least sure of.

    Attributes
    ----------
    refused, answered
        How many images it passes on, and how many it reads.
    errors
        How many of those it reads wrongly.
    """

    refused: int
    answered: int
    errors: int


def in_cell(evaluation: Evaluation, label: int, read: int) -> Indices:
    """The images of one label that were read as one digit, int64 (n,), highest loss first."""
    there = np.flatnonzero((evaluation.labels == label) & (evaluation.digits == read))
    return frozen(there[np.argsort(-evaluation.losses[there], kind="stable")])


def most_confused(evaluation: Evaluation) -> tuple[int, int]:
    """The label and the reading of the most frequent kind of mistake; (0, 0) if there is no mistake."""
    errors = np.where(np.eye(CLASSES, dtype=bool), 0, evaluation.confusion)
    label, read = divmod(int(errors.argmax()), CLASSES)
    return label, read


def by_kind(evaluation: Evaluation, indices: Indices) -> list[Confusion]:
    """Some images grouped by label and reading, the most frequent kind first, in each the order that was given."""
    kinds: dict[tuple[int, int], list[int]] = {}
    for index in indices.tolist():
        kinds.setdefault((int(evaluation.labels[index]), int(evaluation.digits[index])), []).append(index)
    groups = [Confusion(*kind, frozen(np.array(members, np.int64))) for kind, members in kinds.items()]
    return sorted(groups, key=lambda group: -len(group.indices))


def two_best(probabilities: Float32Array) -> tuple[tuple[int, float], tuple[int, float]]:
    """The two most probable digits of an image, with their probabilities, from float32 (10,)."""
    second, first = np.argsort(probabilities, kind="stable")[-2:].tolist()
    return (first, float(probabilities[first])), (second, float(probabilities[second]))


def refusing(evaluation: Evaluation, share: float) -> Refusal:
    """What is left of the mistakes if at most this share (0 to below 1) of the images, the least sure, is not read.

    Images that it is just as sure of are refused together, or not at all.
    """
    images = len(evaluation)
    coverage, risk = evaluation.risk_coverage
    # Rounded first: 0.07 of 100 is 7 images, not 7.000000000000001.
    last = images - 1 - min(int(round(share * images, 6)), images - 1)
    answered = round(float(coverage[last]) * images)
    return Refusal(images - answered, answered, round(float(risk[last]) * answered))
