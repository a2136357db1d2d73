"""What teaching a model costs or gains: on the test images, and on what is no digit."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mnist_core.ink import digit_pixels
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.readings.comparison import RARE, mcnemar, paired_interval
from mnist_core.readings.handwriting import placed
from mnist_core.synthesis.strangers import corners, hatching, letter, tangle
from mnist_core.types import Drawing, Readings, UInt8Array, frozen

Indices = npt.NDArray[np.int64]

# So many scribbles of each kind are read before and after, and as many printed letters.
OF_EACH_KIND = 100


@dataclass(frozen=True, eq=False)
class Cost:
    """What teaching did to the test images, and to what is no digit.

    Attributes
    ----------
    dataset
        Whose test images they are: "mnist", or "uci-digits" where that is not on this machine.
    total
        How many there are.
    right_before, right_after
        How many of them the model read right before and after.
    newly_right, newly_wrong
        int64: which are read right or wrong only now, by their place in the test split.
    p_value
        McNemar's exact test, as in `comparison.Comparison`.
    low, high
        95 % confidence interval of the change of the share that is read right (Newcombe).
    unlike_before, unlike_after
        How many are taken for no digit.
    scribbles
        How many scribbles and printed letters were read, too: `scribbles`.
    taken_before, taken_after
        How many of those are taken for a digit.
    """

    dataset: str
    total: int
    right_before: int
    right_after: int
    newly_right: Indices
    newly_wrong: Indices
    p_value: float
    low: float
    high: float
    unlike_before: int
    unlike_after: int
    scribbles: int
    taken_before: int
    taken_after: int

    @property
    def change(self) -> int:
        """By how many more images are read right than before."""
        return self.right_after - self.right_before

    @property
    def matters(self) -> bool:
        """Whether equally good models would hardly ever differ so much."""
        return self.p_value < RARE

    @property
    def doubts(self) -> str:
        """What teaching did to the model's doubts, as a sentence."""
        return _(
            "It takes {unlike_after} of them for no digit (before: {unlike_before}), and {taken_after} of {scribbles} "
            "scribbles and printed letters for a digit (before: {taken_before})."
        ).format(
            unlike_before=number(self.unlike_before),
            unlike_after=number(self.unlike_after),
            taken_before=number(self.taken_before),
            taken_after=number(self.taken_after),
            scribbles=number(self.scribbles),
        )


def cost_of(dataset: str, before: Readings, after: Readings, others_before: Readings, others_after: Readings) -> Cost:
    """What became of the test images and of what is no digit.

    Parameters
    ----------
    dataset
        Whose test images they are.
    before, after
        What the model made of them, and makes of them now.
    others_before, others_after
        The same of the `scribbles`.
    """
    was, now = before.is_right, after.is_right
    neither, gained, lost, both = np.bincount(2 * was + now, minlength=4).tolist()
    low, high = paired_interval(both, gained, lost, neither)
    return Cost(
        dataset=dataset,
        total=len(before),
        right_before=int(was.sum()),
        right_after=int(now.sum()),
        newly_right=frozen(np.flatnonzero(now & ~was)),
        newly_wrong=frozen(np.flatnonzero(was & ~now)),
        p_value=mcnemar(gained, lost),
        low=low,
        high=high,
        unlike_before=int((~before.is_digit).sum()),
        unlike_after=int((~after.is_digit).sum()),
        scribbles=len(others_before),
        taken_before=int(others_before.is_digit.sum()),
        taken_after=int(others_after.is_digit.sum()),
    )


@functools.cache
def scribbles() -> UInt8Array:
    """What is no digit, made in other ways than what models learn from: uint8 (4 * OF_EACH_KIND, 28, 28).

    Tangles, random corners, hatching and printed letters; the same each time, and made once in a process (0.6 s).
    """
    rng = np.random.default_rng(0)
    kinds: tuple[Callable[[], Drawing], ...] = (
        lambda: placed(tangle(rng)),
        lambda: placed(corners(rng)),
        lambda: placed(hatching(rng)),
        lambda: Drawing.from_pixels(letter(rng)),
    )
    return frozen(np.stack([digit_pixels(make()) for make in kinds for _each in range(OF_EACH_KIND)]))
