"""How often a model's answers are right, by how sure it is: counted once, on digits kept aside from its training."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from mnist_core.types import SURE, Prediction, Readings

# Answers are counted apart from these probabilities on: below `SURE` they are guesses, and none of them is given.
EDGES = (0.0, 0.5, SURE, 0.95, 0.99, 0.999)
# Of fewer answers than this nothing is said.
FEWEST = 50
# How often an answer is right is told in thousandths from here on, and in hundredths below.
IN_THOUSANDTHS = 0.98
# With 95 % confidence a normal variable is within so many standard deviations of its mean; as SciPy has it, to the bit.
QUANTILE = 1.959963984540054


@dataclass(frozen=True)
class Reliability:
    """How often a model's answers are right.

    Attributes
    ----------
    datasets
        Names of the datasets from whose training images the digits were kept aside.
    digits
        How many digits were read.
    edges
        From which probability on each bin goes, up to the next; the first is 0, and the last goes up to 1.
    answers
        How many answers were as probable as that. Digits that were taken for none are not among them.
    right
        How many of those were right.
    """

    datasets: tuple[str, ...]
    digits: int
    edges: tuple[float, ...]
    answers: tuple[int, ...]
    right: tuple[int, ...]

    def __post_init__(self) -> None:
        if not len(self.edges) == len(self.answers) == len(self.right):
            raise ValueError(f"there must be as many answers as edges, not {len(self.answers)} and {len(self.edges)}")
        if self.edges[:1] != (0.0,) or not all(one < other for one, other in pairwise((*self.edges, 1.0))):
            raise ValueError(f"edges must rise from 0 and stay below 1, not be {self.edges}")
        if not all(0 <= right <= answers for right, answers in zip(self.right, self.answers, strict=True)):
            raise ValueError(f"0 to all answers of each bin are right, not {self.right} of {self.answers}")
        if sum(self.answers) > self.digits:
            raise ValueError(f"{self.digits} digits have no {sum(self.answers)} answers")

    @classmethod
    def of(cls, readings: Readings, datasets: Sequence[str]) -> Self:
        """What comes of a model's readings of digits that it has not learned from.

        Parameters
        ----------
        datasets
            Names of those that the digits are from.

        Raises
        ------
        DatasetError
            If it is not known what the images show.
        """
        bins = np.searchsorted(EDGES, readings.probability.astype(np.float64), side="right") - 1
        answers = np.bincount(bins[readings.is_digit], minlength=len(EDGES))
        right = np.bincount(bins[readings.is_digit & readings.is_right], minlength=len(EDGES))
        return cls(tuple(datasets), len(readings), EDGES, tuple(answers.tolist()), tuple(right.tolist()))

    @property
    def bins(self) -> tuple[tuple[float, float, int, int], ...]:
        """Each bin: from which probability to which, how many answers, and how many of them right."""
        return tuple(zip(self.edges, (*self.edges[1:], 1.0), self.answers, self.right, strict=True))

    @property
    def refused(self) -> int:
        """How many of the digits were taken for none."""
        return self.digits - sum(self.answers)

    def counted(self, probability: float) -> tuple[int, int]:
        """Of the answers about as probable as this, how many were right, and how many there were."""
        index = bisect_right(self.edges, probability) - 1
        return self.right[index], self.answers[index]

    def times(self, probability: float) -> tuple[int, int] | None:
        """How often an answer as probable as this is right, as people say it: so many times in so many.

        It is the lower end of the 95 % interval, rounded down: no more than is known.

        Returns
        -------
        Such as (97, 100) or (999, 1000); None where fewer than `FEWEST` such answers were counted.
        """
        right, answers = self.counted(probability)
        if answers < FEWEST:
            return None
        low, _high = interval(right, answers)
        of = 1000 if low >= IN_THOUSANDTHS else 100
        return math.floor(low * of), of


def counted(prediction: Prediction, reliability: Reliability | None) -> dict[str, int] | None:
    """Of the digits whose answers were about as probable as one, how many were read, and how many rightly.

    Returns
    -------
    Such as {"answers": 842, "right": 839}; None where nobody has counted, or for what is taken for no digit.
    """
    if reliability is None or not prediction.is_digit:
        return None
    right, answers = reliability.counted(prediction.probability)
    return {"answers": answers, "right": right}


def interval(right: int, of: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share: Wilson, "Probable inference" (1927).

    Parameters
    ----------
    right, of
        How many of how many; at least one.
    """
    share, scale = right / of, 2 * (of + QUANTILE**2)
    middle = (2 * of * share + QUANTILE**2) / scale
    reach = QUANTILE / scale * math.sqrt(4 * of * share * (1 - share) + QUANTILE**2)
    return middle - reach if right else 0.0, middle + reach if right < of else 1.0
