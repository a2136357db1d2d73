"""What the benchmark of pages counts as right, in doubt, wrong and refused."""

import numpy as np
import pytest

from benchmarks import pages
from mnist_core.errors import EmptyDrawingError
from mnist_core.ink import read_picture
from mnist_core.ink.pictures import WORKING_SIDE
from mnist_core.synthesis.pages import KINDS, Page, Thing, kind_of
from mnist_core.types import Box, Prediction
from tests.synthesis.golden_pages import hands


def _said(digit, probability=0.99, novelty=0.01):
    """A digit as a model says it."""
    probabilities = np.full(10, (1 - probability) / 9, np.float32)
    probabilities[digit] = probability
    return Prediction(probabilities, novelty)


@pytest.mark.parametrize(
    ("digits", "read", "expected"),
    [
        ([1, 2], [_said(1), _said(2)], (True, True, False)),
        ([1, 2], [_said(1), _said(2, 0.5)], (True, False, False)),
        ([1, 2], [_said(1), _said(3)], (False, True, False)),
        ([1, 2], [_said(2), _said(1)], (False, True, False)),
        ([1, 2], [_said(1)], (False, True, False)),
        ([1, 2], [_said(1), _said(3, 0.5)], (False, False, False)),
        ([1, 2], [_said(1), _said(2, novelty=0.9)], (True, False, False)),
        ([5], [_said(5, novelty=0.9)], (False, False, True)),
        ([5], [], (False, False, True)),
        ([], [], (True, False, True)),
        ([], [_said(5, novelty=0.9)], (True, False, True)),
        ([], [_said(5)], (False, True, False)),
    ],
)
def test_outcomes(digits, read, expected):
    found = pages.outcome(digits, read)
    assert (found.is_right, found.is_sure, found.is_refused) == expected


def test_shares():
    outcomes = [
        pages.Outcome(is_right=True, is_sure=True, is_refused=False, seconds=0.001),
        pages.Outcome(is_right=True, is_sure=False, is_refused=False, seconds=0.003),
        pages.Outcome(is_right=False, is_sure=True, is_refused=False, seconds=0.002),
        pages.Outcome(is_right=True, is_sure=False, is_refused=True, seconds=0.002),
    ]
    found = pages.score(outcomes)
    assert (found.pages, found.right, found.doubted, found.sure_and_wrong, found.refused) == (4, 0.75, 0.25, 0.25, 0.25)
    assert found.milliseconds == pytest.approx(2)


def test_a_picture_that_is_refused_is_no_error():
    def reader(_given):
        """Finds nothing."""
        raise EmptyDrawingError("nothing")

    found = pages.read_by(reader, None, [3])
    assert found.is_refused
    assert not found.is_right


def test_pages_of_a_kind_are_the_same_each_time_and_in_reading_order():
    kind = KINDS[0]
    first, again = (list(pages.pages_of(kind, hands(), "test", 2)) for _ in range(2))
    assert all(np.array_equal(one.picture, other.picture) for one, other in zip(first, again, strict=True))
    lines = tuple(tuple(Thing(name, Box(0, 0, 1, 1)) for name in line) for line in (["4", "comma", "2"], ["dash"], "7"))
    assert pages.digits_on(Page(first[0].picture, lines)) == [4, 2, 7]
    assert kind_of(pages.PLAIN) in KINDS


def test_files_and_arrays():
    picture = next(pages.pages_of(kind_of(pages.PLAIN), hands(), "test", 1)).picture
    second = read_picture(pages.animation(picture)).pixels
    assert second.shape[:2] == picture.shape[:2]
    assert np.ptp(second, axis=(0, 1)).max() > 100
    assert max(read_picture(pages.large_photo(picture)).size) == WORKING_SIDE
    arrays = pages.keras_arrays(picture)
    assert [each.shape for each in arrays] == [(28, 28), (28, 28, 1), (1, 28, 28, 1), (784,)]
    assert all(each.min() >= 0 and 0.3 < each.max() <= 1 and np.median(each) < 0.2 for each in arrays)


@pytest.mark.parametrize("arguments", [["a kind that is not"], ["--pages", "0"]])
def test_what_cannot_be_measured_is_said(arguments, capsys):
    with pytest.raises(SystemExit):
        pages.show(arguments)
    assert "the kinds are: a digit on paper," in capsys.readouterr().err
