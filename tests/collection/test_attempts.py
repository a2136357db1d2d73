"""Attempts at the challenge: which are kept, and the hardest digit of a day."""

import datetime

import pytest
import sqlalchemy as sa

from mnist_core.collection import Hardest, attempts, tables
from mnist_core.collection.collection import Collection
from mnist_core.errors import CollectionError, OwnerError
from mnist_core.owners import new_token

ANNA, BEN = new_token(), new_token()
DAY_US = 86_400 * 10**6
NOW_US = 1_770_000_000_000_000


def at(time_us: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the clock stand at a time, in microseconds since 1970."""
    monkeypatch.setattr("time.time_ns", lambda: time_us * 1000 + 999)


def kept(collection: Collection) -> list[int]:
    """When each attempt was that is kept, in microseconds since 1970."""
    with collection.database.reading() as connection:
        return sorted(row.created for row in connection.execute(sa.select(tables.attempts)))


def test_the_hardest_digit_is_the_one_read_least_often(collection: Collection):
    today = datetime.datetime.now().astimezone().date()
    assert collection.attempts.hardest_digit(today) is None
    for digit, read in ((4, 4), (4, 9), (4, None), (4, 4), (7, 7), (7, 7), (7, 1), (2, 3), (2, 3)):
        collection.attempts.add(digit, read, 1500, ANNA)
    assert collection.attempts.hardest_digit(today) == Hardest(4, 0.5, 4)
    assert collection.attempts.hardest_digit(today - datetime.timedelta(days=1)) is None


def test_attempts_are_bounded_and_kept_for_a_month(collection: Collection, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(attempts, "MOST_OF_OWNER_A_DAY", 2)
    month, day = 31 * DAY_US, DAY_US
    for ago in (month + 1, month, day):
        at(NOW_US - ago, monkeypatch)
        collection.attempts.add(1, 1, 5, ANNA)
    at(NOW_US, monkeypatch)
    collection.attempts.add(2, 2, 5, ANNA)  # the one of a day ago is of another day
    assert kept(collection) == [NOW_US - month, NOW_US - day, NOW_US]
    collection.attempts.add(2, None, 5, ANNA)
    with pytest.raises(CollectionError, match="enough for one day"):
        collection.attempts.add(3, 3, 5, ANNA)
    collection.attempts.add(3, 3, 5, BEN)
    assert kept(collection)[3:] == [NOW_US, NOW_US]


def test_of_equally_hard_digits_it_is_the_one_tried_more_often_then_the_smaller(collection: Collection):
    today = datetime.datetime.now().astimezone().date()

    def attempt(digit: int, right: int, wrong: int) -> Hardest | None:
        for read in [digit] * right + [None] * wrong:
            collection.attempts.add(digit, read, 5, ANNA)
        return collection.attempts.hardest_digit(today)

    assert attempt(5, 0, attempts.FEWEST_ATTEMPTS - 1) is None
    assert attempt(5, 1, 0) == Hardest(5, 1 / 3, 3)
    assert attempt(9, 2, 4) == Hardest(9, 1 / 3, 6)
    assert attempt(3, 2, 4) == Hardest(3, 1 / 3, 6)
    assert attempt(0, 4, 0) == Hardest(3, 1 / 3, 6)


def test_a_day_begins_at_midnight_of_this_machine_and_ends_before_the_next(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
):
    day = datetime.date(2026, 3, 10)
    midnight = round(datetime.datetime(2026, 3, 10).astimezone().timestamp()) * 10**6
    for time_us, digit in ((midnight - 1, 1), (midnight, 2), (midnight + DAY_US - 1, 2), (midnight + DAY_US, 3)):
        at(time_us, monkeypatch)
        for _ in range(2):
            collection.attempts.add(digit, 0, 5, ANNA)
    assert collection.attempts.hardest_digit(day) == Hardest(2, 0.0, 4)


def test_the_shortest_and_the_longest_attempt_are_kept(collection: Collection):
    for digit, milliseconds in ((0, 0), (9, 600_000)):
        collection.attempts.add(digit, digit, milliseconds, ANNA)
    with collection.database.reading() as connection:
        rows = connection.execute(sa.select(tables.attempts).order_by(tables.attempts.c.digit)).all()
    assert [(row.digit, row.read, row.milliseconds) for row in rows] == [(0, 0, 0), (9, 9, 600_000)]
    with pytest.raises(CollectionError, match="milliseconds must be a whole number from 0 to 600000"):
        collection.attempts.add(1, 1, 600_001, ANNA)


NO_ATTEMPTS = [
    {"digit": 10},
    {"digit": -1},
    {"digit": None},
    {"read": 11},
    {"milliseconds": -1},
    {"milliseconds": 1.5},
    {"milliseconds": 10**9},
    {"owner": "me"},
]


def test_an_impossible_attempt_is_refused(collection: Collection):
    for wrong in NO_ATTEMPTS:
        with pytest.raises((CollectionError, OwnerError)):
            collection.attempts.add(**({"digit": 1, "read": 1, "milliseconds": 5, "owner": ANNA} | wrong))
    for day in ("today", None, datetime.datetime.now()):
        with pytest.raises((CollectionError, OwnerError)):
            collection.attempts.hardest_digit(day)
