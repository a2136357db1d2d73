"""Whose digits are misread, and what of that may be chance."""

import numpy as np
import pytest
from scipy.stats import binomtest, chi2_contingency, hypergeom

from mnist_core.errors import DatasetError
from mnist_core.readings import writers
from mnist_core.readings.writers import (
    best_first,
    by_writer,
    misread_first,
    some_of_hand,
    worst_first,
)
from tests.readings.test_comparison import evaluation


def written(counts):
    """An evaluation of the digits of some people, each with so many of which so many are misread; and by whom."""
    right = np.concatenate([np.arange(images) >= errors for images, errors in counts.values()])
    of = np.repeat(np.array(list(counts), np.int16), [images for images, _errors in counts.values()])
    shuffled = np.random.default_rng(1).permutation(len(of))
    return evaluation(right[shuffled]), of[shuffled]


@pytest.fixture(scope="module")
def uneven():
    """200 people with 20 digits each, 20 of whom have a mistake, and one with eight."""
    return by_writer(*written({900: (20, 8)} | {number: (20, int(number <= 20)) for number in range(1, 201)}))


@pytest.fixture(scope="module")
def even():
    """100 people with 30 digits each, of whom every second has three mistakes, the others two."""
    return by_writer(*written({number: (30, 2 + number % 2) for number in range(100)}))


def test_everybody_has_all_of_their_digits_and_mistakes():
    seen, of = written({7: (12, 3), 326: (100, 0), 2441: (5, 5)})
    found = by_writer(seen, of)
    assert [(each.number, each.read.images, each.read.errors) for each in found.writers] == [
        (7, 12, 3),
        (326, 100, 0),
        (2441, 5, 5),
    ]
    assert found.images_of(7).tolist() == np.flatnonzero(of == 7).tolist()


def test_the_interval_is_wilsons():
    read = by_writer(*written({1: (12, 3), 2: (50, 1)})).writers[0].read
    wanted = binomtest(9, 12).proportion_ci(method="wilson")
    assert (read.low, read.high) == pytest.approx((wanted.low, wanted.high))


def test_one_persons_chance_is_that_of_a_draw_without_putting_back(uneven):
    worst = worst_first(uneven.writers)[0]
    assert worst.number == 900
    assert worst.more == pytest.approx(hypergeom(4020, 28, 20).sf(7))
    assert worst.fewer == pytest.approx(hypergeom(4020, 28, 20).cdf(8))


def test_one_who_is_misread_far_more_often_stands_out_and_nobody_else_does(uneven):
    assert [each.number for each in uneven.writers if each.is_rare] == [900]
    assert uneven.spread.is_rare
    assert uneven.spread.flawless == 180
    assert (uneven.spread.tenth, uneven.spread.worst) == (20, 27)


def test_mistakes_that_lie_evenly_are_no_wonder(even):
    assert not any(each.is_rare for each in even.writers)
    assert even.spread.p_value > 0.99
    assert even.spread.flawless == 0
    assert even.spread.flawless_by_chance[0] > 0


def test_mistakes_at_random_are_called_chance_but_in_about_5_of_100_cases(monkeypatch):
    monkeypatch.setattr(writers, "DEALS", 500)
    rng = np.random.default_rng(0)
    of = np.repeat(np.arange(30, dtype=np.int16), rng.integers(5, 25, 30))
    wrong = np.arange(len(of)) < 20
    cases = [by_writer(evaluation(~rng.permutation(wrong)), of) for _case in range(100)]
    somebody = sum(any(each.is_rare for each in case.writers) for case in cases)
    uneven = sum(case.spread.is_rare for case in cases)
    ranges = [(case.spread.flawless_by_chance, case.spread.flawless) for case in cases]
    outside = sum(not low <= flawless <= high for (low, high), flawless in ranges)
    assert 1 <= somebody <= 10
    assert 1 <= uneven <= 10
    assert 1 <= outside <= 10


def test_many_mistakes_are_as_pearsons_test_has_them():
    rng = np.random.default_rng(3)
    images = rng.integers(100, 200, 12)
    errors = rng.binomial(images, rng.uniform(0.2, 0.26, 12))
    counts = {number: (int(a), int(b)) for number, (a, b) in enumerate(zip(images, errors, strict=True))}
    wanted = chi2_contingency(np.stack([errors, images - errors]), correction=False).pvalue
    assert 0.005 < wanted < 0.5
    assert by_writer(*written(counts)).spread.p_value == pytest.approx(wanted, abs=0.015)


def test_those_who_are_read_better_than_chance_stand_out_too():
    found = by_writer(*written({1: (400, 0), 99: (2, 1)} | dict.fromkeys(range(2, 40), (40, 16))))
    assert [each.number for each in found.writers if each.is_rare] == [1]
    assert best_first(found.writers)[0].number == 1
    limits = dict(zip(found.limits.images.tolist(), found.limits.better.tolist(), strict=True))
    assert limits[400] > 0
    assert np.isnan(limits[2])


def test_few_digits_make_nobody_first():
    few_and_many = {1: (5, 1), 2: (100, 9), 3: (5, 0), 4: (400, 0)}
    found = by_writer(*written(few_and_many | dict.fromkeys(range(5, 30), (50, 1))))
    assert worst_first(found.writers)[0].number == 2
    assert best_first(found.writers)[0].number == 4
    assert [each.number for each in worst_first(found.writers)][-1] == 4


def test_whoever_is_beyond_the_line_stands_out(uneven, even):
    for found in (uneven, even):
        worse = dict(zip(found.limits.images.tolist(), found.limits.worse.tolist(), strict=True))
        for each in found.writers:
            images, errors = each.read.images, each.read.errors
            assert (errors / images >= worse[images] - 1e-9) == each.is_rare


@pytest.mark.parametrize("errors", [0, 20])
def test_where_all_is_right_or_all_is_wrong_nobody_stands_out(errors):
    found = by_writer(*written({1: (20, errors), 2: (20, errors)}))
    assert found.spread.p_value == 1
    assert {each.p_value for each in found.writers} == {1}
    assert np.isnan(found.limits.worse).all()


def test_it_comes_out_the_same_each_time():
    seen, of = written({1: (20, 3), 2: (20, 1), 3: (9, 0)})
    assert by_writer(seen, of).writers == by_writer(seen, of).writers


def test_writers_of_other_images_are_refused():
    with pytest.raises(DatasetError, match="as many as its test images, 20"):
        by_writer(evaluation(np.ones(20)), np.zeros(19, np.int16))


def test_some_of_a_hand_are_its_mistakes_and_the_other_digits_in_turn():
    right = np.ones(40, bool)
    right[[33, 12]] = False
    seen = evaluation(right)
    mine = np.arange(10, 40)
    assert some_of_hand(seen, mine, 12).tolist() == [12, 33, 10, 11, 14, 15, 16, 17, 18, 19, 20, 21]
    assert misread_first(seen, mine).tolist()[:6] == [12, 33, 10, 20, 30, 11]
    assert sorted(misread_first(seen, mine).tolist()) == mine.tolist()
