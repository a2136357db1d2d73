"""How odd images are, by each method on a scale that means the same for all digits, so that one threshold fits all.

`anomalies` has what the detectors' job found: scores that can only be compared within a label. Here they are brought to
one scale, together with what the network makes of the images.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt

from mnist_core.errors import ConfigError
from mnist_core.language import noop as N_
from mnist_core.survey.anomalies import CONTAMINATION, DETECTORS, METHODS, Anomalies, Detector, Method, ranks_within
from mnist_core.types import CLASSES, NOVEL, Float32Array, frozen

AGREEMENT = "agreement"
WAYS: Mapping[str, Method] = {
    **METHODS,
    AGREEMENT: Method(
        N_("Where all three agree"),
        N_(
            "Three methods that look for quite different things. An image is as odd as the method says that finds it "
            "the least odd: what all three put among the strangest of its digit is strange in every way."
        ),
    ),
}


@dataclass(frozen=True, eq=False)
class Oddness:
    """How odd each image is.

    Attributes
    ----------
    values
        float32 (n,), the higher the odder; NaN where nobody can say: too few images have the label.
    threshold
        From where on the method calls an image odd.
    """

    values: Float32Array
    threshold: float

    def above(self, threshold: float, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Those of some images that are odder than a threshold, the oddest first, int64 (m,)."""
        chosen = rows[self.values[rows] > threshold]
        return chosen[np.argsort(-self.values[chosen], kind="stable")]


def oddness(way: str, anomalies: Anomalies, novelty: Float32Array | None) -> Oddness:
    """How odd each image of a dataset is by one of `WAYS`.

    A detector's scores are shifted and stretched for each digit so that 0 is its median and 1 the detector's threshold,
    which 5 % of the training images are above. Novelty is taken as it is. Agreement is the smallest of the three shares
    of the images of a digit that are less odd.

    Parameters
    ----------
    novelty
        float32 (n,), as `Readings` have it; the detectors need none.

    Raises
    ------
    ConfigError
        If there is no such way, or novelty is needed and not given.
    """
    if way in get_args(Detector):
        return Oddness(_relative(anomalies, next(name for name in DETECTORS if name == way)), 1.0)
    if way not in WAYS or novelty is None:
        raise ConfigError(
            f"Odd images are found by {', '.join(WAYS)}; the last two need the model's novelty. Received: {way!r:.40}"
            f"{' without novelty' if way in WAYS else ''}. Choose another way, or have the model read the images first."
        )
    if way == AGREEMENT:
        return Oddness(_least_rank(anomalies, novelty), 1 - CONTAMINATION)
    return Oddness(novelty, NOVEL)


def _relative(anomalies: Anomalies, name: Detector) -> Float32Array:
    """A detector's scores, for each label 0 at the median and 1 at the threshold."""
    scores, labels = getattr(anomalies, name), anomalies.dataset.labels
    values = np.full(len(scores), np.nan, np.float32)
    for label in range(CLASSES):
        rows, threshold = labels == label, anomalies.threshold(name, label)
        if rows.any() and np.isfinite(threshold):
            middle = float(np.median(scores[rows]))
            if threshold > middle:
                values[rows] = (scores[rows] - middle) / (threshold - middle)
    return frozen(values)


def _least_rank(anomalies: Anomalies, novelty: Float32Array) -> Float32Array:
    """The smallest of the three ranks of each image within its label."""
    labels = anomalies.dataset.labels
    least = np.min([*(anomalies.rank(name) for name in DETECTORS), ranks_within(labels, novelty)], axis=0)
    known = np.flatnonzero(np.isfinite(anomalies.thresholds).all(axis=0))
    return frozen(np.where(np.isin(labels, known), least, np.nan).astype(np.float32))
