"""What a run costs, by figures worked out by hand."""

from dataclasses import replace

import pytest

from mnist_core.training.config import TrainingConfig
from mnist_core.training.costs import images_expected, operations, seconds_expected
from mnist_core.training.presets import PRESETS
from mnist_core.training.speeds import FILE, read_speeds, write_speeds

QUICK = PRESETS["quick"].config


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"data": ("mnist",)}, 60_000),
        ({"data": ("mnist",), "limit": 60_001}, 60_000),
        ({"data": ("mnist",), "limit": 59_999}, 59_999),
        ({"data": ("mnist", "pen-digits"), "limit": 1000, "stroke_variants": 8}, 1000 + 8 * 1000),
        ({"data": ("pen-digits",), "stroke_variants": 1, "non_digits": 50}, 7494 + 50),
        ({"data": ("mnist",), "limit": 10, "stroke_variants": 8}, 10),
    ],
    ids=str,
)
def test_images_are_counted_as_they_are_learned_from(changes, expected):
    assert images_expected(TrainingConfig(**changes)) == expected


def test_a_quick_network_multiplies_so_often():
    convolutions = 25 * 16 * 12 * 12 + 16 * 16 * 48 * 5 * 5 + 9 * 48 * 64 * 3 * 3
    assert operations(QUICK) == convolutions + 64 * 3 * 3 * 64 + 64 * 10


def test_seconds_are_those_of_the_preset_by_images_epochs_and_work():
    # Of 1,000 images 100 are for validation, and cost a third.
    config = replace(QUICK, limit=1000, epochs=3)
    assert seconds_expected(config, "quick", {"quick": 0.01}) == pytest.approx(0.01 * (900 + 100 / 3) * 3)
    twice = {"quick": 0.01, "lenet-5": 0.02}
    ratio = operations(QUICK) / operations(PRESETS["lenet-5"].config)
    assert seconds_expected(config, "lenet-5", twice) == pytest.approx(0.02 * ratio * (900 + 100 / 3) * 3)


@pytest.mark.parametrize("seconds", ["0", "-0.5", "NaN", "Infinity", "-Infinity", "1e999", "null", '"fast"', "[1]"])
def test_one_impossible_speed_spoils_them_all(fresh_home, seconds):
    write_speeds({})
    (fresh_home / FILE).write_text(f'{{"quick": 0.001, "vgg": {seconds}}}')
    assert read_speeds() == {}


def test_speeds_of_what_is_no_preset_are_passed_over(fresh_home):
    write_speeds({"quick": 5e-324, "gone": 0, "vgg": 1e9})
    assert read_speeds() == {"quick": 5e-324, "vgg": 1e9}
