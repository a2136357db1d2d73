"""Two models on the same images: which reads better, and whether that may be chance."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mnist_core.errors import DatasetError
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number
from mnist_core.readings.evaluation import BINS, CONFIDENCE, Evaluation, accuracy_of
from mnist_core.types import frozen

# A difference at least this large would be rarer than this if both models were equally good.
RARE = 0.05
# A p-value is given as so many of a hundred from the first on, else of a thousand; below the second it is not told.
FEW, RAREST = 0.01, 0.001
RESAMPLES = 1000
SEED = 0


@dataclass(frozen=True)
class Measure:
    """One figure of two models.

    Attributes
    ----------
    a, b
        The figure of each model.
    low, high
        95 % confidence interval of the difference a - b.
    """

    a: float
    b: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """How much larger the first model's figure is."""
        return self.a - self.b


@dataclass(frozen=True, eq=False)
class Comparison:
    """What two models, a and b, make of the same images.

    Attributes
    ----------
    dataset
        Name of the dataset whose test images were read.
    images
        How many there are.
    accuracy
        Shares read right, 0 to 1; the interval is Newcombe's for paired data.
    loss, calibration_error
        Mean cross-entropy in nats, and expected calibration error; the intervals are of a paired bootstrap.
    p_value
        McNemar's exact test, two-sided: how probable it is that, of the images that only one of two equally good models
        reads, at least so uneven a part falls to one of them. 1 if there is no such image.
    only_a, only_b
        int64: indices of the images that only this model reads right.
    """

    dataset: str
    images: int
    accuracy: Measure
    loss: Measure
    calibration_error: Measure
    p_value: float
    only_a: npt.NDArray[np.int64]
    only_b: npt.NDArray[np.int64]

    @property
    def is_rare(self) -> bool:
        """Whether equally good models would hardly ever differ so much."""
        return self.p_value < RARE


def compare(a: Evaluation, b: Evaluation) -> Comparison:
    """Compare two models by what they make of the same images, image by image.

    All intervals and the test take the images for independent of each other. Where some people wrote many of them (the
    14 test writers of pen-digits), the difference for a new person is less certain than they say.

    Raises
    ------
    DatasetError
        If the two were not evaluated on the same dataset with the same labels.
    """
    _check_same_images(a, b)
    only_a, only_b = np.flatnonzero(a.is_right & ~b.is_right), np.flatnonzero(b.is_right & ~a.is_right)
    loss, calibration = _bootstrapped(a, b)
    return Comparison(
        dataset=a.dataset,
        images=len(a.labels),
        accuracy=_accuracy(a, b),
        loss=Measure(a.loss, b.loss, *loss),
        calibration_error=Measure(a.calibration_error, b.calibration_error, *calibration),
        p_value=mcnemar(len(only_a), len(only_b)),
        only_a=frozen(only_a),
        only_b=frozen(only_b),
    )


def mcnemar(only_a: int, only_b: int) -> float:
    """The two-sided p-value of McNemar's test in its exact form.

    Equally good models share the images that only one of them reads like a fair coin does (McNemar, "Note on the
    sampling error of the difference between correlated proportions or percentages", 1947). Dietterich recommends it for
    two networks that were trained once each ("Approximate Statistical Tests for Comparing Supervised Classification
    Learning Algorithms", 1998).

    Parameters
    ----------
    only_a, only_b
        How many images only the one or only the other reads right.
    """
    tosses, ways, of_these = only_a + only_b, 1, 1
    for heads in range(min(only_a, only_b)):
        of_these = of_these * (tosses - heads) // (heads + 1)
        ways += of_these
    return min(1.0, 2 * ways / 2**tosses)


def paired_interval(both: int, only_a: int, only_b: int, neither: int) -> tuple[float, float]:
    """The 95 % confidence interval of the difference of two accuracies on the same images.

    Wilson's score intervals of the two, put together with regard to how much their mistakes go together (Newcombe,
    "Improved confidence intervals for the difference between binomial proportions based on paired data", 1998, method
    10). Unlike Wald's, it is of use for few images and for models that differ nowhere.

    Parameters
    ----------
    both, only_a, only_b, neither
        Images by who reads them right; at least one in all.

    Returns
    -------
    Lowest and highest difference of the shares (a minus b), each within -1 to 1.
    """
    images = both + only_a + only_b + neither
    below_a, above_a = _wilson_arms(both + only_a, images)
    below_b, above_b = _wilson_arms(both + only_b, images)
    together = _correlation(both, only_a, only_b, neither)
    difference = (only_a - only_b) / images
    down = below_a**2 - 2 * together * below_a * above_b + above_b**2
    up = above_a**2 - 2 * together * above_a * below_b + below_b**2
    return difference - max(down, 0.0) ** 0.5, difference + max(up, 0.0) ** 0.5


def comparison_words(comparison: Comparison, name_a: str, name_b: str) -> str:
    """Who reads better, and whether that may be chance, for somebody who knows no statistics.

    Parameters
    ----------
    name_a, name_b
        What the two models are called.
    """
    only_a, only_b = len(comparison.only_a), len(comparison.only_b)
    if not only_a + only_b:
        return _(
            "{model} and {other} are right and wrong on the very same images: there is nothing to choose between."
        ).format(model=name_a, other=name_b)
    if only_a == only_b:
        return _(
            "{model} and {other} read equally many of the {images} images, but not the same ones: each reads {count} "
            "that the other does not."
        ).format(model=name_a, other=name_b, images=number(comparison.images), count=number(only_a))
    better, worse = (name_a, name_b) if only_a > only_b else (name_b, name_a)
    more = abs(only_a - only_b)
    found = ngettext(
        "{better} reads {count} more of the {images} images than {worse}.",
        "{better} reads {count} more of the {images} images than {worse}.",
        more,
    ).format(better=better, count=number(more), images=number(comparison.images), worse=worse)
    return f"{found} {_chance_in_words(comparison.p_value, is_rare=comparison.is_rare)}"


def _check_same_images(a: Evaluation, b: Evaluation) -> None:
    """Refuse evaluations of other images."""
    if a.dataset != b.dataset or not np.array_equal(a.labels, b.labels):
        others = _(
            "Two models can only be compared on the same images in the same order. Received: {images} images of "
            "{dataset} and {other_images} of {other}. Evaluate both again on one dataset."
        )
        other_labels = _(
            "Two models can only be compared on the same images in the same order. Received: {images} images of "
            "{dataset} and {other_images} of {other}, with other labels. Evaluate both again on one dataset."
        )
        text = other_labels if a.dataset == b.dataset else others
        values = {"dataset": a.dataset, "other": b.dataset}
        raise DatasetError(text, images=number(len(a)), other_images=number(len(b)), **values)


def _accuracy(a: Evaluation, b: Evaluation) -> Measure:
    """Both accuracies, and the interval of their difference."""
    table = np.bincount(2 * a.is_right + b.is_right, minlength=4).tolist()
    neither, only_b, only_a, both = table
    return Measure(a.accuracy.accuracy, b.accuracy.accuracy, *paired_interval(both, only_a, only_b, neither))


def _wilson_arms(right: int, images: int) -> tuple[float, float]:
    """How far Wilson's interval reaches below and above a share."""
    known, share = accuracy_of(right, images), right / images
    return share - known.low, known.high - share


def _correlation(both: int, only_a: int, only_b: int, neither: int) -> float:
    """How much being right goes together, -1 to 1, with Newcombe's correction for continuity; 0 if one never varies."""
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    if not margins:
        return 0.0
    product: float = both * neither - only_a * only_b
    if product > 0:
        product = max(product - (both + only_a + only_b + neither) / 2, 0)
    return product / margins**0.5


def _bootstrapped(a: Evaluation, b: Evaluation) -> tuple[tuple[float, float], tuple[float, float]]:
    """The intervals of the differences of loss and of calibration error.

    The same images are drawn again and again for both models (Efron, Tibshirani, "An Introduction to the Bootstrap",
    1993, percentile interval).
    """
    rng = np.random.default_rng(SEED)
    losses = np.asarray(a.losses, np.float64) - b.losses
    gaps = _calibration_gaps(a), _calibration_gaps(b)
    differences = np.empty((RESAMPLES, 2))
    for row in differences:
        drawn = rng.integers(len(losses), size=len(losses))
        first, second = (_calibration_error(bins[drawn], gap[drawn]) for bins, gap in gaps)
        row[:] = losses[drawn].mean(), first - second
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(differences, (tail, 1 - tail), axis=0).tolist()
    return (low[0], high[0]), (low[1], high[1])


def _calibration_gaps(evaluation: Evaluation) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The bin of each image's highest probability, and how much that is above 1 (right) or 0 (wrong)."""
    stated = evaluation.probability
    gaps = np.subtract(stated, evaluation.is_right, dtype=np.float64)
    return np.minimum((stated * BINS).astype(np.int64), BINS - 1), gaps


def _calibration_error(bins: npt.NDArray[np.int64], gaps: npt.NDArray[np.float64]) -> float:
    """The expected calibration error, as `evaluation.reliability` has it."""
    return float(np.abs(np.bincount(bins, gaps)).sum() / len(gaps))


def _chance_in_words(p_value: float, *, is_rare: bool) -> str:
    """Whether it may be chance, and how often that is so, with the test's name for who wants to know."""
    if p_value < RAREST:
        return _(
            "The difference is unlikely to be chance: two equally good models would differ so much or more in fewer "
            "than 1 of {tests} such tests (McNemar's exact test, p < {p})."
        ).format(tests=number(1 / RAREST), p=number(RAREST, 3))
    text = (
        _(
            "The difference is unlikely to be chance: two equally good models would differ so much or more in about "
            "{times} of {tests} such tests (McNemar's exact test, p = {p})."
        )
        if is_rare
        else _(
            "The difference may well be chance: two equally good models would differ so much or more in about {times} "
            "of {tests} such tests (McNemar's exact test, p = {p})."
        )
    )
    tests = 100 if p_value >= FEW else 1000
    return text.format(times=number(tests * p_value), tests=number(tests), p=f"{p_value:.2g}")
