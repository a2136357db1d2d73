"""The fifteen ways to spoil a digit against the published code: the same random numbers give the same images.

`tests/fixtures/make_published.py` says how the images were made.
"""

from pathlib import Path

import numpy as np
import pytest

from mnist_core.robustness import corruption as module
from mnist_core.robustness.corruption import CORRUPTIONS, GLASS_STEPS

PUBLISHED = np.load(Path(__file__).parents[1] / "fixtures/published.npz")
IMAGES = PUBLISHED["images"]


class Then(np.random.RandomState):
    """The generator of the published code, with today's names of what it is asked for."""

    integers = np.random.RandomState.randint


def exchanges_then(n, rng):
    """What glass exchanges, drawn as the published code draws it: directions only for those that move."""
    assert n == 1
    exchanges = np.zeros((2, len(GLASS_STEPS), 1), int)
    for step in range(len(GLASS_STEPS)):
        if not rng.randint(0, 2):
            right, down = rng.randint(-1, 1, size=2)
            exchanges[:, step, 0] = down, right
    return exchanges


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_the_same_random_numbers_give_the_images_of_the_published_code(kind, monkeypatch):
    monkeypatch.setattr(module, "_exchanges", exchanges_then)
    images = [CORRUPTIONS[kind].change(image[None], Then(place))[0] for place, image in enumerate(IMAGES)]
    np.testing.assert_array_equal(images, PUBLISHED[kind.replace(" ", "_")])


def test_exchanges_are_as_frequent_as_in_the_published_code():
    ours = module._exchanges(500, np.random.default_rng(0))
    theirs = np.concatenate([exchanges_then(1, Then(seed)) for seed in range(20)], axis=2)
    for down, right in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        shares = [((each[0] == down) & (each[1] == right)).mean() for each in (ours, theirs)]
        assert shares[0] == pytest.approx(shares[1], abs=0.01)
