"""Whose digits a model misreads: how its mistakes spread over the people who wrote them, and who stands out."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mnist_core.datasets.registry import spec_of, writers_of
from mnist_core.errors import DatasetError
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.model.card import Accuracy
from mnist_core.readings.comparison import RARE
from mnist_core.readings.evaluation import CONFIDENCE, Evaluation, accuracy_of
from mnist_core.types import frozen

# How often the mistakes are dealt anew to see what chance would do.
DEALS = 10_000
SEED = 0

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Writer:
    """How the digits of one person are read.

    Attributes
    ----------
    number
        What the dataset calls them.
    read
        How many of their digits are read right, with the 95 % interval (Wilson).
    more, fewer
        How probable it is that, if mistakes fell on digits at random, this person had at least, or at most, so many.
    p_value
        How probable it is that anybody at all would then have a number that is as improbable.
    """

    number: int
    read: Accuracy
    more: float
    fewer: float
    p_value: float

    @property
    def is_rare(self) -> bool:
        """Whether chance would hardly ever make anybody stand out so much."""
        return self.p_value < RARE


@dataclass(frozen=True)
class Spread:
    """How mistakes spread over people, and how they would if they fell on digits at random.

    Attributes
    ----------
    flawless, flawless_by_chance
        How many people have no mistake; the range that holds 95 of 100 random deals.
    tenth
        How many people a tenth of them are, at least one.
    worst, worst_by_chance
        How many mistakes the tenth with most of them has; the range that holds 95 of 100 random deals.
    p_value
        How probable it is that mistakes would lie at least so unevenly by chance: Pearson's chi-squared statistic, with
        each person's share of all digits as the share of mistakes to be expected, compared with that of random deals.
    """

    flawless: int
    flawless_by_chance: tuple[int, int]
    tenth: int
    worst: int
    worst_by_chance: tuple[int, int]
    p_value: float

    @property
    def is_rare(self) -> bool:
        """Whether chance would hardly ever have mistakes lie so unevenly."""
        return self.p_value < RARE


@dataclass(frozen=True)
class Group:
    """How the digits of one kind of people are read.

    Attributes
    ----------
    people, images, errors
        How many they are, how many digits there are of them, and how many of these are misread.
    """

    people: int
    images: int
    errors: int


@dataclass(frozen=True, eq=False)
class Limits:
    """From where on a person stands out, by how many digits there are of them.

    Attributes
    ----------
    images
        int64 (n,): the numbers of digits that somebody wrote, rising.
    worse, better
        float64 (n,): the least share misread that is rarely so high by chance, and the greatest that is rarely so low;
        NaN where no share is.
    """

    images: Counts
    worse: Floats
    better: Floats


@dataclass(frozen=True, eq=False)
class ByWriter:
    """What a model makes of the digits of each person.

    Attributes
    ----------
    writers
        Everybody, by number.
    of
        int16 (n,): who wrote each of the images.
    spread, limits
        How mistakes spread over them, and from where on one of them stands out.
    """

    writers: tuple[Writer, ...]
    of: npt.NDArray[np.int16]
    spread: Spread
    limits: Limits

    def images_of(self, writer: int) -> Counts:
        """Which of the images somebody wrote, int64 (m,)."""
        return np.flatnonzero(self.of == writer)


def worst_first(writers: Iterable[Writer]) -> list[Writer]:
    """Those first who by chance would least often have so many mistakes; of people without any, the last wrote most.

    Ordered by the share misread, whoever wrote few digits would be both first and last.
    """
    return sorted(writers, key=lambda each: (each.more, -each.fewer, each.number))


def best_first(writers: Iterable[Writer]) -> list[Writer]:
    """Those first who by chance would least often have so few mistakes: of people without any, who wrote most."""
    return sorted(writers, key=lambda each: (each.fewer, -each.more, each.number))


def by_writer(evaluation: Evaluation, of: npt.NDArray[np.int16]) -> ByWriter:
    """How the digits of each person are read, and what of that may be chance.

    Chance is told by dealing the mistakes to the digits at random: how many then fall to one person has a
    hypergeometric distribution. Somebody stands out if in fewer than 5 of 100 deals anybody at all has a number as
    improbable, above or below (the least p-value of all: Westfall, Young, "Resampling-Based Multiple Testing", 1993).

    Parameters
    ----------
    of
        int16 (n,): who wrote each of the images.

    Raises
    ------
    DatasetError
        If there is not one writer for each image.
    """
    if of.shape != evaluation.labels.shape:
        text = _(
            "The writers of {dataset} must be as many as its test images, {images}. Received: {writers}. Fetch the "
            "dataset again."
        )
        counts = {"images": number(len(evaluation)), "writers": number(of.size)}
        raise DatasetError(text, dataset=evaluation.dataset, **counts)
    numbers, place, images = np.unique(of, return_inverse=True, return_counts=True)
    errors = np.bincount(place, ~evaluation.is_right, len(numbers)).astype(np.int64)
    deals = np.random.default_rng(SEED).multivariate_hypergeometric(images, errors.sum(), DEALS, method="count")
    chances, limits = _standing_out(errors, images, deals)
    counted = zip(numbers.tolist(), images.tolist(), errors.tolist(), chances.tolist(), strict=True)
    writers = tuple(Writer(each, accuracy_of(count - wrong, count), *p) for each, count, wrong, p in counted)
    return ByWriter(writers, frozen(of), _spread(errors, images, deals), limits)


def by_group(found: ByWriter, groups: Mapping[str, range]) -> dict[str, Group]:
    """How the digits of each kind of people are read, of the kinds that there are.

    Parameters
    ----------
    groups
        The numbers of their writers, by what they are called.
    """
    people = {name: [each for each in found.writers if each.number in numbers] for name, numbers in groups.items()}
    return {
        name: Group(len(here), sum(each.read.images for each in here), sum(each.read.errors for each in here))
        for name, here in people.items()
        if here
    }


def written_by(evaluation: Evaluation) -> npt.NDArray[np.int16] | None:
    """Who wrote each of the images that were evaluated, int16 (n,).

    Returns
    -------
    None where nobody knows, or what tells it is not on this machine.

    Raises
    ------
    DatasetError
        If what tells it is damaged.
    """
    writers = writers_of(evaluation.dataset)
    if writers is None:
        return None
    splits = spec_of(evaluation.dataset).splits
    before = list(splits).index("test")
    start = sum(list(splits.values())[:before])
    return writers[start : start + splits["test"]]


def some_of_hand(evaluation: Evaluation, images: Counts, count: int) -> Counts:
    """Some images of one person, int64 (up to count,): first the misread ones, then the other digits, each in turn."""
    ordered = misread_first(evaluation, images)
    labels, turns = evaluation.labels[ordered], np.zeros(len(ordered), np.int64)
    for digit in np.unique(labels):
        turns[labels == digit] = np.arange((labels == digit).sum())
    return ordered[np.lexsort((labels, turns, evaluation.is_right[ordered]))[:count]]


def misread_first(evaluation: Evaluation, images: Counts) -> Counts:
    """Images with the misread ones first, and both sorted by what they show, int64 (n,)."""
    return images[np.lexsort((evaluation.labels[images], evaluation.is_right[images]))]


def _spread(errors: Counts, images: Counts, deals: Counts) -> Spread:
    """The mistakes of (w,) people, beside (deals, w) of chance."""
    tenth = max(1, round(len(errors) / 10))
    unevenness = np.square(deals) @ (1 / images)  # Pearson's, but for what is the same in all deals
    return Spread(
        flawless=int((errors == 0).sum()),
        flawless_by_chance=_range((deals == 0).sum(axis=1)),
        tenth=tenth,
        worst=int(_most(errors, tenth)),
        worst_by_chance=_range(_most(deals, tenth)),
        p_value=float(_shares_at_least(unevenness, np.square(errors) @ (1 / images))),
    )


def _most(errors: Counts, people: int) -> Counts:
    """The mistakes of those people who have the most, along the last axis."""
    return np.partition(errors, -people, axis=-1)[..., -people:].sum(axis=-1)


def _range(values: Counts) -> tuple[int, int]:
    """What holds 95 of 100 values."""
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(values, (tail, 1 - tail), method="inverted_cdf").tolist()
    return int(low), int(high)


def _shares_at_least(dealt: Floats, seen: Floats) -> Floats:
    """The share of deals with at least what was seen, which counts as one of them."""
    fewer = np.searchsorted(np.sort(dealt), np.asarray(seen) - 1e-9)
    return (1 + len(dealt) - fewer) / (1 + len(dealt))


def _standing_out(errors: Counts, images: Counts, deals: Counts) -> tuple[Floats, Limits]:
    """How probable so many mistakes, so few, and anybody as improbable are, (w, 3); and from where on that is rare."""
    total, wrong = int(images.sum()), int(errors.sum())
    sizes, size = np.unique(images, return_inverse=True)
    more, fewer = _tails(sizes, total, wrong)
    rarest = np.minimum(more, fewer)[size, deals].min(axis=1)
    above, below = more[size, errors], fewer[size, errors]
    anybody = _shares_at_least(-rarest, -np.minimum(above, below))
    rare = np.sort(rarest)[math.ceil(RARE * (1 + len(deals)) - 1) - 1]
    return np.stack([above, below, anybody], axis=1), _limits(sizes, more, fewer, rare)


def _tails(images: Counts, total: int, wrong: int) -> tuple[Floats, Floats]:
    """How probable it is that of (n,) numbers of images, drawn from all, at least or at most 0, 1, 2... are misread."""
    most = min(int(images.max()), wrong)
    each = np.array([[_chance(misread, size, total, wrong) for misread in range(most + 1)] for size in images.tolist()])
    return np.cumsum(each[:, ::-1], axis=1)[:, ::-1], np.cumsum(each, axis=1)


def _chance(misread: int, images: int, total: int, wrong: int) -> float:
    """How probable it is that of so many images, drawn from all, just these are misread (hypergeometric).

    In whole numbers, so it is exact, and the web server need not load SciPy for it.
    """
    if misread > images:
        return 0.0
    return math.comb(wrong, misread) * math.comb(total - wrong, images - misread) / math.comb(total, images)


def _limits(images: Counts, more: Floats, fewer: Floats, rare: float) -> Limits:
    """The shares whose probability, at least or at most so many of (n,) numbers of images, is below what is rare."""
    shares = np.arange(more.shape[1]) / images[:, np.newaxis]
    rare *= 1 - 1e-9  # sums of all probabilities are 1 but for rounding
    worse = np.where((more < rare) & (shares <= 1), shares, np.inf).min(axis=1)
    better = np.where(fewer < rare, shares, -np.inf).max(axis=1)
    return Limits(images, np.where(np.isfinite(worse), worse, np.nan), np.where(np.isfinite(better), better, np.nan))
