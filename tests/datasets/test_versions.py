"""What the datasets' versions stand for. Where this fails, a dataset has other images: raise its version."""

from mnist_core import ink, load_dataset
from mnist_core.datasets import pen_strokes, scans
from tests.fingerprints import about, fingerprints


def test_the_scans_give_the_images_that_the_version_stands_for():
    images = load_dataset("uci-digits", download=False).images[::180]
    assert f"1-{ink.VERSION}" == scans.VERSION
    assert fingerprints(images) == about([-2722, -2925, -2109, -1462, -724, -1292, -1013, -2226, -1593, -2080])


def test_the_pen_strokes_give_the_images_that_the_version_stands_for(data_folder):
    images = load_dataset("pen-digits", download=False).images[::1100]
    assert f"1-{ink.VERSION}" == pen_strokes.VERSION
    assert fingerprints(images) == about([-1335, 254, -268, -2855, -3917, -1486, -762, 537, 1184, 986])
