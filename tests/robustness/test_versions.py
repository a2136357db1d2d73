"""What kept figures of robustness were measured with. Where this fails, others would be measured by the same names."""

import numpy as np
import pytest

from mnist_core import Drawing, ink
from mnist_core.robustness.corruption import corrupted
from mnist_core.robustness.dials import DIALS, generator
from tests.fingerprints import about, fingerprints
from tests.strokes import DIGITS

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
    """A digit of each class."""
    return np.stack([ink.digit_pixels(Drawing.from_strokes(DIGITS[digit])) for digit in range(10)])


def test_dials_have_the_values_that_figures_are_kept_of():
    assert {name: (dial.neutral, dial.values, dial.step) for name, dial in DIALS.items()} == VALUES


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("stroke thickness", -3, [-151, -249]),
        ("stroke thickness", 6, [-6253, -6755]),
        ("rotation", -90, [-2414, -1538]),
        ("rotation", 90, [-1977, -962]),
        ("scale", 0.2, [392, -143]),
        ("scale", 2, [1386, 298]),
        ("shift", -10, [1166, -2599]),
        ("shift", 10, [-150, 692]),
        ("occlusion", 14, [-2097, -1218]),
        ("blur", 3, [-1672, -1520]),
        ("contrast", 5, [-748, -624]),
        ("noise", 40, [-3312, -4071]),
    ],
)
def test_a_dial_at_its_end_gives_the_images_that_figures_are_kept_of(images, name, value, expected):
    changed = DIALS[name](images, value, generator(name))
    assert fingerprints(changed[::5]) == about(expected)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("shot noise", [-3781, -883, -24, -2082]),
        ("impulse noise", [-1930, -2170, -5459, -1991]),
        ("glass blur", [-2706, -1437, -1950, -1612]),
        ("motion blur", [-2950, -242, -2857, -1865]),
        ("shear", [-5733, -259, -1752, -2630]),
        ("scale", [-1149, -831, 1191, 770]),
        ("rotate", [-5242, -1973, -2423, -3229]),
        ("brightness", [-3950, -3447, -3128, -3153]),
        ("translate", [-2330, 430, -970, -3730]),
        ("stripe", [-1827, -2038, -1588, -2145]),
        ("fog", [-3150, -2743, -2344, -2305]),
        ("spatter", [-2765, -2530, -1552, -3590]),
        ("dotted line", [-4195, -4839, -3511, -1370]),
        ("zigzag", [-5342, 372, -4494, -3830]),
        ("canny edges", [-1808, 1143, -5085, -444]),
    ],
)
def test_each_kind_of_damage_gives_the_images_that_figures_are_kept_of(images, kind, expected):
    assert fingerprints(corrupted(kind, images, generator(kind))[::3]) == about(expected)
