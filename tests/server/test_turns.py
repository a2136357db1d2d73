"""Turns at reading."""

import asyncio
import json
import time

import pytest
from starlette.applications import Starlette

from mnist_core.errors import ConfigError
from mnist_ui import routes, turns
from mnist_ui.turns import DEAR_S, MUCH_S, VARIABLE, BusyError, Turns
from tests.server.asking import asked, run, scope_of

STROKES = {"strokes": [{"width": 20, "points": [[100, 100], [200, 300]]}]}


class Hall:
    """Somewhere to note who had a turn, and to keep turns for as long as wanted."""

    def __init__(self, at_once=2):
        self.turns, self.had, self.now, self.most = Turns(at_once), [], 0, 0

    async def visit(self, of, seconds=0.01):
        async with self.turns.turn(of):
            self.had.append(of)
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(seconds)
            self.now -= 1

    def charge(self, of, seconds):
        self.turns.note(of, seconds)


def test_so_many_have_a_turn_at_once_and_all_have_one():
    hall = Hall(3)

    async def come():
        await asyncio.gather(*(hall.visit(f"visitor {number}") for number in range(20)))

    run(come())
    assert len(hall.had) == 20
    assert hall.most == 3
    assert not hall.turns.taken
    assert not hall.turns.waiting


def test_a_class_behind_one_address_is_read_in_the_order_of_asking():
    hall = Hall(1)

    async def come():
        async def pupil(number):
            async with hall.turns.turn("school"):
                hall.had.append(number)
                await asyncio.sleep(0)

        await asyncio.gather(*(pupil(number) for number in range(60)))

    run(come())
    assert hall.had == list(range(60))


def test_who_has_had_least_comes_first():
    hall = Hall(1)

    async def come():
        hall.charge("greedy", 0.5)
        first = asyncio.create_task(hall.visit("first", 0.1))
        await asyncio.sleep(0.02)
        waiting = [asyncio.create_task(hall.visit("greedy")) for _ in range(5)]
        await asyncio.sleep(0.02)
        await asyncio.gather(first, *waiting, hall.visit("modest"))

    run(come())
    assert hall.had[:2] == ["first", "modest"]
    assert hall.had[2:] == ["greedy"] * 5


@pytest.mark.parametrize(("turns_had", "each"), [(1, 3 * MUCH_S), (1, 2 * DEAR_S), (300, 2 * MUCH_S / 300)])
def test_the_last_turn_is_for_those_who_had_little(turns_had, each):
    hall = Hall(2)

    async def come():
        for number in range(8):
            for _ in range(turns_had):
                hall.charge(f"greedy {number}", each)
        greedy = [asyncio.create_task(hall.visit(f"greedy {number}", 0.1)) for number in range(8)]
        await asyncio.sleep(0.02)
        begun = time.monotonic()
        await hall.visit("modest", 0)
        waited = time.monotonic() - begun
        await asyncio.gather(*greedy)
        return waited

    assert run(come()) < 0.08
    assert hall.most == 2
    assert hall.had[1] == "modest"


def test_whoever_draws_as_people_do_has_every_turn_that_is_free():
    hall = Hall(2)

    async def come():
        for _ in range(100):
            hall.charge("visitor", 0.005)
        await asyncio.gather(*(hall.visit("visitor", 0.05) for _ in range(4)))

    run(come())
    assert hall.most == 2


def test_what_was_had_is_forgotten(monkeypatch):
    hall, clock = Hall(), [100.0]
    monkeypatch.setattr(turns.time, "monotonic", lambda: clock[0])
    hall.charge("greedy", 4.0)
    assert hall.turns.lately("greedy") == pytest.approx(4.0)
    clock[0] += 2 * turns.FORGOTTEN_S
    assert hall.turns.lately("greedy") == pytest.approx(1.0)
    assert hall.turns.lately("nobody") == 0


def test_only_so_many_are_remembered(monkeypatch):
    monkeypatch.setattr(turns, "MOST_REMEMBERED", 3)
    hall = Hall()
    for number in range(5):
        hall.charge(f"visitor {number}", 1.0)
    assert list(hall.turns.had) == ["visitor 2", "visitor 3", "visitor 4"]


def test_more_than_so_many_of_one_address_are_refused_and_no_others(monkeypatch):
    monkeypatch.setenv(VARIABLE, "3")
    hall = Hall(1)

    async def come():
        crowd = [asyncio.create_task(hall.visit("crowd", 0.05)) for _ in range(3)]
        await asyncio.sleep(0.01)
        with pytest.raises(BusyError):
            await hall.visit("crowd")
        await hall.visit("other")
        await asyncio.gather(*crowd)
        await hall.visit("crowd")

    run(come())
    assert sorted(hall.had) == ["crowd"] * 4 + ["other"]


def test_nobody_waits_for_ever(monkeypatch):
    monkeypatch.setattr(turns, "LONGEST_WAIT_S", 0.05)
    hall = Hall(1)

    async def come():
        held = asyncio.create_task(hall.visit("first", 0.3))
        await asyncio.sleep(0.01)
        with pytest.raises(BusyError):
            await hall.visit("late")
        await held
        await hall.visit("late")

    run(come())
    assert hall.had == ["first", "late"]


def test_who_goes_away_gives_the_turn_back():
    hall = Hall(1)

    async def come():
        first = asyncio.create_task(hall.visit("first", 10))
        waiting = asyncio.create_task(hall.visit("gone", 10))
        await asyncio.sleep(0.01)
        waiting.cancel()
        first.cancel()
        await asyncio.gather(first, waiting, return_exceptions=True)
        await asyncio.wait_for(hall.visit("next"), 1)

    run(come())
    assert hall.had == ["first", "next"]


def test_a_wrong_number_is_said(monkeypatch):
    monkeypatch.setenv(VARIABLE, "none")
    with pytest.raises(ConfigError, match=VARIABLE):
        turns.most_readings()


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_the_route_says_when_to_ask_again(monkeypatch, accept):
    monkeypatch.setenv(VARIABLE, "1")
    served, body = Starlette(routes=routes.routes()), json.dumps(STROKES).encode()

    async def come():
        async with routes.TURNS.turn("1.2.3.4"):
            busy = scope_of(routes.READ, "POST", {"accept": accept}, client="1.2.3.4")
            other = scope_of(routes.READ, "POST", {"accept": accept}, client="1.2.3.5")
            return await asked(served, busy, [body]), await asked(served, other, [body])

    refused, read = run(come())
    assert (refused.status, read.status) == (429, 200)
    assert refused.headers["retry-after"] == "1"
    assert "from this address" in refused.text


def test_a_body_that_is_still_coming_takes_nobodys_turn(monkeypatch):
    monkeypatch.setenv(VARIABLE, "1")
    served = Starlette(routes=routes.routes())

    async def begin(scope):
        await served(scope, asyncio.Event().wait, None)  # its body never comes

    async def come():
        slow = asyncio.create_task(begin(scope_of(routes.READ, "POST")))
        await asyncio.sleep(0.02)
        read = await asked(served, scope_of(routes.READ, "POST"), [json.dumps(STROKES).encode()])
        slow.cancel()
        return read

    assert run(come()).status == 200


def test_a_turn_counts_the_processor_and_not_the_clock():
    turns_, spent = Turns(), []

    def busy():
        until = time.thread_time() + 0.1
        while time.thread_time() < until:
            pass
        return "done"

    async def come():
        async with turns_.turn("somebody") as turn:
            assert turn.work(time.sleep, 0.2) is None
            spent.append(turn.seconds)
            assert turn.work(busy) == "done"

    run(come())
    assert spent[0] < 0.05
    assert 0.08 < turns_.lately("somebody") < 0.15


def test_what_fails_is_counted_too():
    turn = turns.Turn()
    with pytest.raises(ZeroDivisionError):
        turn.work(lambda: [sum(range(200_000)), 1 // 0])
    assert turn.seconds > 0
