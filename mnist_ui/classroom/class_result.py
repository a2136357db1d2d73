"""A class's own test set: how many of its digits were read, and whose were not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mnist_core.collection import Entry
from mnist_core.model.card import Accuracy
from mnist_core.readings.evaluation import accuracy_of
from mnist_core.types import CLASSES

# A digit that was drawn less often is not called the hardest.
LEAST_FOR_HARDEST = 3
# The column of the confusion for what was not read at all.
DOUBT = CLASSES


@dataclass(frozen=True, eq=False)
class ClassResult:
    """What was read in a class's drawings, as each was read when it was sent.

    Attributes
    ----------
    entries
        The drawings with a label, newest first; at least one.
    """

    entries: tuple[Entry, ...]

    @cached_property
    def confusion(self) -> npt.NDArray[np.int64]:
        """How many of each digit (row) were read as each digit (column), or were in doubt (last column): (10, 11)."""
        counts = np.zeros((CLASSES, CLASSES + 1), np.int64)
        for entry in self.entries:
            counts[_label(entry), DOUBT if entry.digit is None else entry.digit] += 1
        return counts

    @property
    def drawn(self) -> npt.NDArray[np.int64]:
        """How many of each digit were drawn, (10,)."""
        return self.confusion.sum(axis=1)

    @property
    def right(self) -> npt.NDArray[np.int64]:
        """How many of each were read right, (10,)."""
        return self.confusion.diagonal()

    @cached_property
    def accuracy(self) -> Accuracy:
        """How many were read right, with the 95 % interval; what was in doubt was not."""
        right, images = int(self.right.sum()), len(self.entries)
        return accuracy_of(right, images)

    @property
    def doubtful(self) -> int:
        """How many were in doubt."""
        return int(self.confusion[:, DOUBT].sum())

    @property
    def model(self) -> str:
        """Name of the model that read most of them."""
        return Counter(entry.model for entry in self.entries).most_common(1)[0][0]

    @property
    def hardest(self) -> int | None:
        """The digit of which the smallest share was read; None if all were, or none was drawn often enough."""
        shares = [
            (self.right[digit] / self.drawn[digit], -int(self.drawn[digit]), digit)
            for digit in range(CLASSES)
            if self.drawn[digit] >= LEAST_FOR_HARDEST
        ]
        share, _, digit = min(shares, default=(1.0, 0, 0))
        return digit if share < 1 else None

    @property
    def worth_a_look(self) -> int:
        """The hardest digit; where there is none, the one of which most were not read."""
        return int((self.drawn - self.right).argmax()) if self.hardest is None else self.hardest

    def unread(self, digit: int) -> dict[str, list[Entry]]:
        """Whose drawings of a digit were not read: each alias with those drawings, the most first."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.label == digit and not entry.is_right:
                found.setdefault(entry.alias or "", []).append(entry)
        return dict(sorted(found.items(), key=lambda each: (-len(each[1]), each[0])))

    def drawn_by(self, digit: int) -> Counter[str]:
        """How many drawings of a digit there are of each alias."""
        return Counter(entry.alias or "" for entry in self.entries if entry.label == digit)


def result_of(entries: Sequence[Entry]) -> ClassResult | None:
    """The result of a class's drawings; None if none has a label."""
    labelled = tuple(entry for entry in entries if entry.label is not None)
    return ClassResult(labelled) if labelled else None


def _label(entry: Entry) -> int:
    """The label of a drawing that has one."""
    assert entry.label is not None
    return entry.label
