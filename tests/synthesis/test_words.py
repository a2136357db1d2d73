"""Letters and words as strokes of a pen."""

import string
from itertools import pairwise

import numpy as np
import pytest

from mnist_core.synthesis.letters import FORMS, pen_letter
from mnist_core.synthesis.words import WORDS, written


def test_there_is_every_letter_in_the_box_that_is_promised():
    assert list(FORMS) == list(string.ascii_uppercase + string.ascii_lowercase)
    for letter, forms in FORMS.items():
        for form in range(len(forms)):
            strokes = pen_letter(letter, form)
            points = np.concatenate(strokes)
            assert all(stroke.dtype == np.float32 and stroke.ndim == 2 for stroke in strokes)
            assert points[:, 0].min() >= -0.3
            assert points[:, 0].max() <= 4.5
            assert points[:, 1].min() >= -0.3
            assert points[:, 1].max() <= (8.2 if letter in "fgjpqy" else 6.6), letter


def test_a_corner_stays_one_and_a_curve_goes_through_its_points():
    bar = pen_letter("L")[0]
    assert {(0.0, 0.0), (0.0, 6.0), (3.5999999046325684, 6.0)} <= {tuple(point) for point in bar.tolist()}
    ring = pen_letter("O")[0]
    assert ring[0].tolist() == ring[-1].tolist() == [2, 0]
    steps = np.diff(ring, axis=0)
    turns = np.diff(np.unwrap(np.arctan2(steps[:, 1], steps[:, 0])))
    assert np.abs(turns).max() < 0.6


def test_the_letters_of_a_word_stand_in_order():
    for seed in range(10):
        strokes = written("HAWK", np.random.default_rng(seed))
        assert strokes[0][:, 0].mean() < strokes[-1][:, 0].mean()
        letters = [np.concatenate(written(letter, np.random.default_rng(seed)))[:, 0] for letter in "HAWK"]
        assert np.ptp(np.concatenate(strokes)[:, 0]) > max(np.ptp(letter) for letter in letters)


def test_every_word_can_be_written_and_no_two_times_alike():
    for number, word in enumerate(WORDS):
        first, second = (written(word, np.random.default_rng((seed, number))) for seed in (0, 1))
        points = np.concatenate(first)
        assert all(stroke.dtype == np.float32 for stroke in first)
        assert points.min() == pytest.approx(20, abs=0.01)
        assert 20 < np.ptp(points[:, 1]) < 400
        assert not np.array_equal(points, np.concatenate(second))


def test_some_words_are_joined_and_have_fewer_strokes_then():
    counts = {len(written("minimum", np.random.default_rng(seed))) for seed in range(30)}
    assert max(counts) - min(counts) >= 4


def test_a_space_parts_words():
    for seed in range(5):
        strokes = written("I L", np.random.default_rng(seed))
        parted = max(b[:, 0].min() - a[:, 0].max() for a, b in pairwise(strokes))
        together = written("IL", np.random.default_rng(seed))
        assert parted > max(b[:, 0].min() - a[:, 0].max() for a, b in pairwise(together))


@pytest.mark.parametrize("word", ["", " ", "4", "ja!", "größe"])
def test_what_is_no_word_of_letters_is_refused(word):
    with pytest.raises(ValueError, match="letters from a to z"):
        written(word, np.random.default_rng(0))
