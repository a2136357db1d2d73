"""What images are, in a number each: for tests that notice when code makes others than it did."""

import numpy as np
import pytest

# Another processor may round a grey level otherwise at the edge of the ink; other images differ by hundreds.
TOLERANCE = 50


def fingerprints(images: np.ndarray) -> list[float]:
    """A number for each image (28, 28): the sum of its pixels, each weighted at random but always the same way."""
    weights = np.random.default_rng(0).normal(size=(28, 28))
    return [round(float((image * weights).sum())) for image in np.asarray(images)]


def about(numbers: list[int]) -> object:
    """Equal to the fingerprints of the same images."""
    return pytest.approx(numbers, abs=TOLERANCE)
