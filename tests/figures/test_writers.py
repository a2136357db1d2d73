"""Everybody who wrote digits as a point, of known counts."""

import numpy as np
import pytest

from mnist_core.readings.writers import by_writer
from mnist_ui.figures.writers import writer_points
from tests.readings.test_writers import written


@pytest.fixture(scope="module")
def found():
    """200 people, one of whom stands out."""
    counts = {900: (20, 8)} | {number: (10 + number % 15, int(number <= 20)) for number in range(1, 201)}
    return by_writer(*written(counts))


def traces(figure):
    return {trace.name: trace for trace in figure.data if trace.name}


def test_everybody_is_a_point_that_says_who_it_is(found):
    shown = traces(writer_points(found.writers, found.limits, 7))
    points = [shown["may be chance"], shown["stands out"]]
    numbers = [number for trace in points for (number,) in trace.customdata]
    assert sorted(numbers) == [each.number for each in found.writers]
    assert shown["stands out"].customdata[0][0] == 900
    assert shown["stands out"].text[0] == "Writer 900: 8 of 20 misread"
    assert shown["stands out"].y[0] == pytest.approx(0.4)


def test_a_ring_is_around_the_one_who_is_looked_at(found):
    shown = traces(writer_points(found.writers, found.limits, 7))
    place = [number for (number,) in shown["may be chance"].customdata].index(7)
    ring = shown["looked at"]
    assert (ring.x[0], ring.y[0]) == (shown["may be chance"].x[place], shown["may be chance"].y[place])


def test_people_at_one_place_lie_beside_each_other_and_not_in_others_places(found):
    shown = traces(writer_points(found.writers, found.limits, 7))["may be chance"]
    wrote = {each.number: each.read.images for each in found.writers}
    there = np.array([wrote[number] for (number,) in shown.customdata])
    assert np.abs(np.asarray(shown.x) - there).max() < 0.5
    assert len(set(zip(shown.x, shown.y, strict=True))) == len(shown.x)


def test_where_all_wrote_the_same_number_they_have_room():
    found = by_writer(*written(dict.fromkeys(range(19), (20, 0)) | {19: (20, 2)}))
    figure = writer_points(found.writers, found.limits, 3)
    shown = traces(figure)
    assert 4 < np.ptp(np.asarray(shown["may be chance"].x, float)) < 8
    assert max(shown["may be chance"].x) < figure.layout.xaxis.range[1]
    assert np.isfinite(np.asarray(shown["more than chance allows"].y, float)).sum() > 1


def test_all_points_and_no_empty_room_are_shown(found):
    figure = writer_points(found.writers, found.limits, 7)
    low, high = figure.layout.yaxis.range
    assert low < 0 < 0.4 < high < 0.5
    assert 24 < figure.layout.xaxis.range[1] < 28
    for line in figure.data[:2]:
        assert not (np.asarray(line.y, float) > high).any()
