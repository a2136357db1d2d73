"""Optical Recognition of Handwritten Digits (Alpaydin, Kaynak): small scans that scikit-learn brings with it.

Its copy lies in the order of the writers: the last fifth is other people's handwriting.
"""

import numpy as np

from mnist_core.datasets.archive import Arrays
from mnist_core.datasets.scans import VERSION, as_pictures
from mnist_core.datasets.spec import ARRAYS, DatasetSpec
from mnist_core.language import noop as N_
from mnist_core.store import cached_arrays
from mnist_core.types import Dataset

SHADES = 16


def _arrays() -> Arrays:
    """Images of the scans as of pictures, and labels."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    scans = np.rint(digits.images * (255 / SHADES)).astype(np.uint8)
    return {"images": as_pictures(scans), "labels": digits.target.astype(np.uint8)}


def _load(_download: bool) -> Dataset:
    """The dataset, from the cache where it was made before."""
    return SPEC.dataset(cached_arrays(f"{SPEC.name}-{VERSION}", ARRAYS, _arrays))


SPEC = DatasetSpec(
    name="uci-digits",
    words=N_("coarse scans"),
    test_title=N_("Coarse scans"),
    test_note=N_("Digits of only 8 x 8 pixels, blown up."),
    about="digits of 8 x 8 pixels, enlarged (Alpaydin, Kaynak; UCI Machine Learning Repository 80), CC BY 4.0",
    provenance="Alpaydin, Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning Repository 80 (test "
    "part, as scikit-learn carries it)",
    licence="CC BY 4.0",
    load=_load,
    splits={"train": 1_438, "test": 359},
)
