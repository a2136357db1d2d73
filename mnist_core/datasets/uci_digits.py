"""Optical Recognition of Handwritten Digits (Alpaydin, Kaynak): small scans that scikit-learn brings with it.

Its copy lies in the order of the writers: the last fifth is other people's handwriting.
"""

import cv2
import numpy as np

from mnist_core import ink
from mnist_core.datasets.archive import Arrays
from mnist_core.datasets.spec import ARRAYS, DatasetSpec
from mnist_core.language import noop as N_
from mnist_core.store import cached_arrays
from mnist_core.types import Dataset, Drawing

# Raise the number when the same scans give other images: those that the old code made are then no longer found in the
# cache. `tests/datasets/test_versions.py` notices.
VERSION = f"1-{ink.VERSION}"

SHADES = 16
ENLARGEMENT = 8


def _arrays() -> Arrays:
    """Images of the scans, enlarged as if somebody had sent a picture, and labels."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    shades = np.rint(digits.images * (255 / SHADES)).astype(np.uint8)
    images = [
        cv2.resize(each, None, fx=ENLARGEMENT, fy=ENLARGEMENT, interpolation=cv2.INTER_CUBIC)
        for each in np.pad(shades, ((0, 0), (1, 1), (1, 1)))
    ]
    pixels = [ink.digit_pixels(Drawing.from_pixels(image)) for image in images]
    return {"images": np.stack(pixels), "labels": digits.target.astype(np.uint8)}


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
