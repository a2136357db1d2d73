"""What kept figures of robustness were measured with. Where this fails, others would be measured by the same names."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core.robustness.corruption import corrupted
from mnist_core.robustness.dials import DIALS, generator
from tests.fingerprints import about, fingerprints

# Digits that stay as they are, however strokes are drawn.
PUBLISHED = Path(__file__).parents[1] / "fixtures/published.npz"

VALUES = {
    "stroke thickness": (0, (-3, -2.5, -2, -1.5, -1, 0, 1, 2, 3, 4, 5, 6), 0.5),
    "rotation": (0, (-90, -75, -60, -45, -30, -15, 0, 15, 30, 45, 60, 75, 90), 5),
    "scale": (1, (0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2), 0.05),
    "shift": (0, (-10, -8, -6, -4, -2, 0, 2, 4, 6, 8, 10), 1),
    "occlusion": (0, (0, 2, 4, 6, 8, 10, 12, 14), 1),
    "blur": (0, (0, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3), 0.25),
    "contrast": (100, (5, 10, 15, 20, 25, 30, 40, 60, 80, 100), 1),
    "noise": (0, (0, 2, 5, 8, 10, 15, 20, 25, 30, 40), 1),
}


@pytest.fixture(scope="module")
def images():
    """Four digits."""
    return np.load(PUBLISHED)["images"]


def test_dials_have_the_values_that_figures_are_kept_of():
    assert {name: (dial.neutral, dial.values, dial.step) for name, dial in DIALS.items()} == VALUES


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("stroke thickness", -3, [-499, -249]),
        ("stroke thickness", 6, [-5523, -6755]),
        ("rotation", -90, [-2536, -1538]),
        ("rotation", 90, [-3449, -962]),
        ("scale", 0.2, [-253, -143]),
        ("scale", 2, [-279, 298]),
        ("shift", -10, [474, -2599]),
        ("shift", 10, [4033, 692]),
        ("occlusion", 14, [-65, -1218]),
        ("blur", 3, [-1408, -1520]),
        ("contrast", 5, [-565, -624]),
        ("noise", 40, [-642, -2001]),
    ],
)
def test_a_dial_at_its_end_gives_the_images_that_figures_are_kept_of(images, name, value, expected):
    changed = DIALS[name](images, value, generator(name))
    assert fingerprints(changed[::2]) == about(expected)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("shot noise", [1481, -425, -3411, -759]),
        ("impulse noise", [-1036, 305, -2948, -2828]),
        ("glass blur", [448, -1607, -2017, -1552]),
        ("motion blur", [-948, -2096, -943, -1990]),
        ("shear", [-2024, -2440, -1034, -1706]),
        ("scale", [-1921, 1296, -1255, -1153]),
        ("rotate", [-4453, -2967, -313, -2840]),
        ("brightness", [-2286, -3224, -3601, -3134]),
        ("translate", [-1080, 1714, -2963, 506]),
        ("stripe", [177, -214, -2474, 1926]),
        ("fog", [-685, -463, -1853, -3144]),
        ("spatter", [-316, -594, -2762, -2085]),
        ("dotted line", [-1571, -1815, -2742, -3587]),
        ("zigzag", [1531, -167, -1636, -1105]),
        ("canny edges", [1526, -5428, -647, 1054]),
    ],
)
def test_each_kind_of_damage_gives_the_images_that_figures_are_kept_of(images, kind, expected):
    assert fingerprints(corrupted(kind, images, generator(kind))) == about(expected)
