"""What `traits.VERSION` and `overview.VERSION` stand for. Where this fails, images are measured otherwise."""

import numpy as np
import pytest

from mnist_core import load_dataset
from mnist_core.catalogue import overview, traits


@pytest.fixture(scope="module")
def digits():
    return load_dataset("uci-digits", download=False)


def test_images_have_the_traits_that_the_version_stands_for(digits):
    measured = traits.measure(digits)
    assert traits.VERSION == 1
    known = {
        "ink": [0.1299, 0.1249, 0.1238, 0.1213, 0.1419],
        "slant": [1.3929, -0.7429, -0.0616, 12.558, -6.016],
        "typicality": [0.9533, 0.9319, 0.9401, 0.888, 0.9645],
    }
    for name, values in known.items():
        np.testing.assert_allclose(getattr(measured, name)[::400], values, atol=2e-3, err_msg=name)


def test_a_dataset_has_the_figures_that_the_version_stands_for(digits):
    known = overview.load_overview(digits)
    assert overview.VERSION == 1
    assert known.counts[1].tolist() == [35, 36, 34, 37, 37, 37, 37, 36, 33, 37]
    assert known.typical.tolist() == [396, 1107, 1159, 316, 840, 109, 1223, 308, 1069, 1792]
    assert known.ink_counts[:, 11].tolist() == pytest.approx([30, 30, 25, 44, 24, 32, 42, 31, 12, 32], abs=1)
    for name, mean in {"average": 0.13273, "spread": 0.06394, "ink": 0.13307, "slant": -1.93347}.items():
        assert getattr(known, name).mean() == pytest.approx(mean, abs=2e-3), name
    assert (known.images, known.full, known.empty) == pytest.approx((1797, 0.00615, 0.72956), abs=2e-4)
