"""Small scans brought into MNIST form as if somebody had sent them as pictures."""

import cv2
import numpy as np

from mnist_core import ink
from mnist_core.types import Drawing, UInt8Array

# Raise the number when the same scans give other images: those that the old code made are then no longer found in the
# cache. `tests/datasets/test_versions.py` notices.
VERSION = f"1-{ink.VERSION}"

ENLARGEMENT = 8


def as_pictures(scans: UInt8Array) -> UInt8Array:
    """Scans uint8 (n, height, width), ink 255, enlarged with a margin of a pixel, in MNIST form: uint8 (n, 28, 28)."""
    enlarged = [
        cv2.resize(each, None, fx=ENLARGEMENT, fy=ENLARGEMENT, interpolation=cv2.INTER_CUBIC)
        for each in np.pad(scans, ((0, 0), (1, 1), (1, 1)))
    ]
    return np.stack([ink.digit_pixels(Drawing.from_pixels(image)) for image in enlarged])
