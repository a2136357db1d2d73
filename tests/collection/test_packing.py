"""Strokes as bytes, and the small things that the collection is told by: tokens, ids, digits and times."""

import datetime
import struct

import numpy as np
import pytest

from mnist_core.collection import Filter, records
from mnist_core.collection.packing import MOST_POINTS, MOST_STROKES, packed, unpacked
from mnist_core.errors import CollectionError, OwnerError
from mnist_core.owners import new_token, token_hash
from mnist_core.types import MAX_COORDINATE
from tests.visitors import SEVEN


def dots(*lengths: int) -> tuple[np.ndarray, ...]:
    """Strokes of so many points."""
    return tuple(np.ones((length, 2), np.float32) for length in lengths)


def test_strokes_are_counts_and_points():
    strokes = (np.array([[1, 2], [3, 4.5]], np.float32), np.array([[-1, 0.25]], np.float32))
    data = packed(strokes)
    assert data == struct.pack("<III6f", 2, 2, 1, 1, 2, 3, 4.5, -1, 0.25)
    for found, stroke in zip(unpacked(data), strokes, strict=True):
        np.testing.assert_array_equal(found, stroke, strict=True)
        with pytest.raises(ValueError, match="read-only"):
            found[0] = 0


@pytest.mark.parametrize("lengths", [(1,), (1,) * MOST_STROKES, (MOST_POINTS,), (MOST_POINTS - 1, 1)])
def test_as_many_strokes_and_points_as_may_be_come_back(lengths: tuple[int, ...]):
    assert tuple(len(stroke) for stroke in unpacked(packed(dots(*lengths)))) == lengths


def test_more_or_none_are_refused():
    for lengths in ((), (1,) * (MOST_STROKES + 1), (MOST_POINTS + 1,), (MOST_POINTS, 1)):
        with pytest.raises(CollectionError, match=f"Received: {len(lengths)} strokes with {sum(lengths):,} points"):
            packed(dots(*lengths))


def written(*lengths: int, value: float = 1.0) -> bytes:
    """What `packed` would write if it refused nothing."""
    return struct.pack(f"<{1 + len(lengths)}I", len(lengths), *lengths) + struct.pack("<f", value) * 2 * sum(lengths)


def test_strokes_that_are_damaged_are_refused():
    good = packed(SEVEN.strokes)
    assert written(3, value=MAX_COORDINATE) == packed((np.full((3, 2), MAX_COORDINATE, np.float32),))
    assert len(unpacked(written(3, value=-MAX_COORDINATE))[0]) == 3
    for bad in (
        b"",
        b"abc",
        good[:-1],
        good[:-4],
        good + b"1234",
        b"\xff" * 40,
        good[:4] + b"\0\0\0\0" + good[8:],
        good[:-4] + b"\0\0\xc0\x7f",
        written(),
        written(1, 0),
        written(*[1] * (MOST_STROKES + 1)),
        written(MOST_POINTS + 1),
        written(1, value=MAX_COORDINATE * 1.01),
        written(1, value=-MAX_COORDINATE * 1.01),
    ):
        with pytest.raises(CollectionError, match="damaged"):
            unpacked(bad)


def test_a_token_is_random_and_kept_as_its_sha_256():
    assert len({new_token() for _ in range(100)}) == 100
    assert records.check_id(new_token())
    kept = "84e0c0eafaa95a34c293f278ac52e45ce537bab5e752a00e6959a13ae103b65a"
    assert token_hash("0" * 32) == kept
    for odd in ("0" * 31, "0" * 33, "G" * 32, None, b"0" * 32):
        with pytest.raises(OwnerError, match="has 32 hex digits"):
            token_hash(odd)
        with pytest.raises(CollectionError, match="An id has 32 hex digits"):
            records.check_id(odd)


def test_a_digit_is_from_0_to_9():
    assert [records.check_digit(digit) for digit in (0, 9, np.uint8(7))] == [0, 9, 7]
    for odd in (-1, 10, 7.0, "7", None, True, False):
        with pytest.raises(CollectionError, match="from 0 to 9"):
            records.check_digit(odd)


def test_a_whole_number_is_from_0_to_its_most():
    assert [records.check_whole("limit", value, 3) for value in (0, 3)] == [0, 3]
    for odd in (-1, 4, 1.0, True, None):
        with pytest.raises(CollectionError, match="limit must be a whole number from 0 to 3"):
            records.check_whole("limit", odd, 3)


def test_a_time_is_microseconds_since_1970():
    time = datetime.datetime(2023, 11, 14, 22, 13, 20, 123_456, datetime.UTC)
    assert records.microseconds(time) == 1_700_000_000_123_456
    assert (
        records.microseconds(time.astimezone(datetime.timezone(datetime.timedelta(hours=5)))) == 1_700_000_000_123_456
    )
    assert records.moment(1_700_000_000_123_456) == time
    assert records.moment(0) == datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"owner": "x"}, "visitor's token"),
        ({"group": "' or 1=1"}, "An id has"),
        ({"labels": (10,)}, "from 0 to 9"),
        ({"labels": (None, -1)}, "from 0 to 9"),
        ({"digits": ("1",)}, "from 0 to 9"),
        ({"since": datetime.datetime(2026, 1, 1)}, "must have a time zone"),
    ],
)
def test_an_impossible_filter_is_refused(wrong: dict, words: str):
    with pytest.raises((CollectionError, OwnerError), match=words):
        Filter(**wrong)
