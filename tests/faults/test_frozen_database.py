"""A database server that hangs: what is said within 5 seconds, who waits, what goes on, and that it heals by itself."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from mnist_core.collection import open_collection
from mnist_core.collection.database import URL_VARIABLE
from mnist_core.collection.opening import close_collections
from mnist_core.errors import CollectionError
from mnist_core.owners import KEEPER, new_token
from tests import postgres
from tests.faults.proxy import proxy
from tests.visitors import SEVEN, reading

pytestmark = pytest.mark.slow

SAID_WITHIN_S = 5.0
AT_ONCE_S = 0.3
HEALED_WITHIN_S = 4.0
ANNA = new_token()


@pytest.fixture
def database(fresh_home, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty collection on a PostgreSQL server, which this process has not opened yet."""
    close_collections()
    monkeypatch.setenv(URL_VARIABLE, postgres.address())
    open_collection().delete_everything(KEEPER)
    close_collections()
    yield postgres.address()
    close_collections()


def add() -> str:
    return open_collection().drawings.add(SEVEN, reading(7), "default", ANNA).id


def count() -> int:
    return open_collection().drawings.count()


def seconds_until_said(do: Callable[[], object]) -> float:
    """How long it takes until it is said that the database does not answer."""
    began = time.monotonic()
    with pytest.raises(CollectionError, match=r"does not answer|too many at once"):
        do()
    return time.monotonic() - began


def seconds_until_healed(do: Callable[[], object]) -> float:
    """How long it takes until something works again."""
    began = time.monotonic()
    while True:
        try:
            do()
            return time.monotonic() - began
        except CollectionError:
            assert time.monotonic() - began < 15
            time.sleep(0.2)


@pytest.mark.parametrize(
    "do",
    [add, count, lambda: open_collection().delete_all(ANNA), open_collection],
    ids=["add", "count", "delete", "open"],
)
def test_a_frozen_server_is_told_within_5_seconds_and_to_others_at_once(database: str, do: Callable[[], object]):
    if do is not open_collection:
        assert add()
    with postgres.frozen():
        first = seconds_until_said(do)
        others = [seconds_until_said(each) for each in (do, add, count)]
    healed = seconds_until_healed(add)
    print(f"said after {first:.2f} s, to others after {max(others):.3f} s, healed after {healed:.2f} s")
    assert first < SAID_WITHIN_S
    assert max(others) < AT_ONCE_S
    assert healed < HEALED_WITHIN_S


def test_of_many_visitors_nobody_waits_long_and_later_nobody_at_all(database: str):
    """More than the pool has connections for."""
    add()
    with postgres.frozen():
        assert max(waits_of(24)) < SAID_WITHIN_S
        for _ in range(8):  # meanwhile the server is asked again and again
            time.sleep(0.5)
            assert max(waits_of(4)) < AT_ONCE_S
    assert seconds_until_healed(count) < HEALED_WITHIN_S


def waits_of(visitors: int) -> list[float]:
    """How long each of so many visitors waits who come at once."""
    told: list[float] = []
    threads = [threading.Thread(target=lambda: told.append(seconds_until_said(count))) for _ in range(visitors)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(told) == visitors
    return told


def test_what_was_acknowledged_is_there_when_the_server_goes_on(database: str):
    told = [add() for _ in range(3)]
    with postgres.frozen():
        seconds_until_said(add)
    seconds_until_healed(count)
    time.sleep(0.5)
    ids = {each.id for each in open_collection().drawings.entries()}
    assert set(told) <= ids
    assert len(ids) <= len(told) + 1


@pytest.mark.parametrize("how", ["swallows", "is slow"])
def test_a_network_that_swallows_or_delays_is_no_different(database: str, how: str, monkeypatch: pytest.MonkeyPatch):
    with proxy(sa.engine.make_url(database).port or 0) as way:
        monkeypatch.setenv(URL_VARIABLE, f"postgresql://postgres@127.0.0.1:{way.port}/postgres")
        assert add()
        if how == "swallows":
            way.swallows = True
        else:
            way.delay_s = 2.5
        assert seconds_until_said(add) < SAID_WITHIN_S
        assert seconds_until_said(count) < AT_ONCE_S
        way.swallows, way.delay_s = False, 0.0
        assert seconds_until_healed(add) < HEALED_WITHIN_S
        close_collections()


def test_a_network_with_a_little_delay_works(database: str, monkeypatch: pytest.MonkeyPatch):
    with proxy(sa.engine.make_url(database).port or 0) as way:
        monkeypatch.setenv(URL_VARIABLE, f"postgresql://postgres@127.0.0.1:{way.port}/postgres")
        way.delay_s = 0.05
        assert add()
        assert count() == 1
        close_collections()


def test_a_server_that_is_not_there_is_said_at_once_and_not_named(monkeypatch: pytest.MonkeyPatch):
    close_collections()
    monkeypatch.setenv(URL_VARIABLE, "postgresql://keeper:secret@127.0.0.1:1/drawings")
    with pytest.raises(CollectionError, match="it cannot be reached") as caught:
        open_collection()
    assert not any(secret in str(caught.value) for secret in ("127.0.0.1", "keeper", "secret"))
