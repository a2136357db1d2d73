"""How often something may happen: each for itself, forgotten evenly, and never more than so many are remembered."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest

from mnist_core.errors import ConfigError, LimitError
from mnist_ui import client
from mnist_ui.state import guesses, limits
from mnist_ui.state.limits import DAY_S, HOUR_S, MOST_KEYS, OF_CLIENT, Limit, counted


class Somebody:
    """Who does something, and when."""

    def __init__(self, key="192.0.2.1"):
        self.key, self.now = key, 1000.0

    def limit(self, most, seconds=limits.MINUTE_S, **more):
        return Limit(most, seconds, of=lambda: self.key, clock=lambda: self.now, **more)


@pytest.fixture
def somebody():
    return Somebody()


def times(limit, at_most=1000):
    """How often something may be done at once."""
    for done in range(at_most):
        try:
            limit.take()
        except LimitError:
            return done
    return at_most


@pytest.mark.parametrize("most", [1, 2, 7, 60, 365])
@pytest.mark.parametrize("seconds", [limits.MINUTE_S, HOUR_S, DAY_S])
def test_so_many_times_and_after_the_while_as_many_again(somebody, most, seconds):
    limit = somebody.limit(most, seconds)
    assert times(limit) == most
    somebody.now += seconds
    assert times(limit) == most


def test_it_is_forgotten_evenly(somebody):
    limit = somebody.limit(60)
    assert times(limit) == 60
    assert limit.wait_s() == pytest.approx(1.0)
    somebody.now += 0.9
    assert times(limit) == 0
    somebody.now += 0.1
    assert times(limit) == 1
    somebody.now += 10
    assert times(limit) == 10


def test_in_the_long_run_it_is_no_more_often_than_that(somebody):
    limit, done = somebody.limit(10), 0
    for _ in range(3600):
        somebody.now += 1
        done += times(limit)
    assert done == 10 + 10 * 60 - 1


def test_what_one_does_keeps_nobody_else_out(somebody):
    limit = somebody.limit(3)
    assert times(limit) == 3
    somebody.key = "192.0.2.2"
    assert times(limit) == 3
    somebody.key = "192.0.2.1"
    assert times(limit) == 0


def test_nobody_known_is_not_counted(somebody):
    limit = somebody.limit(3)
    somebody.key = ""
    assert times(limit) == 1000
    assert (limit.wait_s(), len(limit)) == (0.0, 0)


def test_what_did_not_happen_is_not_counted(somebody):
    first, second = somebody.limit(2), somebody.limit(1)
    with pytest.raises(ZeroDivisionError), counted(first, second):
        raise ZeroDivisionError
    assert second.wait_s() == 0
    with counted(second):
        assert second.wait_s() > 0
    with pytest.raises(LimitError), counted(first, second):
        raise AssertionError
    assert (times(first), times(second)) == (2, 0)


def test_more_addresses_than_are_remembered_take_no_more_memory(somebody):
    limit = somebody.limit(5)
    tracemalloc.start()
    try:
        for number in range(3 * MOST_KEYS):
            somebody.key = f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::/64"
            limit.take()
        size, _most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(limit) == MOST_KEYS
    assert size < 4_000_000
    assert times(limit) == 4  # whoever came last is remembered


def test_whoever_is_forgotten_for_want_of_room_gains_room_and_loses_none(somebody, monkeypatch):
    monkeypatch.setattr(limits, "MOST_KEYS", 2)
    limit = somebody.limit(3)
    for somebody.key in ("a", "b", "c"):
        assert times(limit) == 3
    somebody.key = "b"
    assert times(limit) == 0
    somebody.key = "a"
    assert times(limit) == 3


def test_what_is_over_is_not_remembered(somebody):
    limit = somebody.limit(5)
    for number in range(100):
        somebody.key = str(number)
        limit.take()
    somebody.now += limits.MINUTE_S
    limit.take()
    assert len(limit) == 1


def test_many_threads_get_exactly_as_often():
    limit = Limit(50, DAY_S, clock=lambda: 0.0)
    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(lambda _: times(limit, 10), range(16))) == 50


def test_it_is_set_by_its_variable_and_says_so(somebody, monkeypatch):
    monkeypatch.setenv("MNIST_STUDIO_TRIES", "1000")
    assert times(somebody.limit(100, variable="MNIST_STUDIO_TRIES")) == 1000
    monkeypatch.setenv("MNIST_STUDIO_TRIES", "2")
    limit = somebody.limit(100, DAY_S, refusal=OF_CLIENT, variable="MNIST_STUDIO_TRIES")
    assert times(limit) == 2
    with pytest.raises(LimitError, match=r"be: 2 times within a day\. .* raise MNIST_STUDIO_TRIES"):
        limit.take()
    monkeypatch.setenv("MNIST_STUDIO_TRIES", "none")
    with pytest.raises(ConfigError, match="MNIST_STUDIO_TRIES must be a whole number from 1"):
        limit.take()


def test_the_client_is_the_sessions(monkeypatch):
    monkeypatch.setattr(client, "of_session", lambda: client.Client("2001:db8::77", is_here=False))
    assert limits.network() == guesses.guesser() == "2001:db8::/64"
    monkeypatch.setattr(client, "of_session", lambda: client.Client("", is_here=False))
    assert (limits.network(), bool(guesses.guesser())) == ("", True)
