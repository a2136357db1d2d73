"""Whose turn it is: from visitor to visitor, then as they came."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from mnist_core import jobs
from mnist_core.jobs import queue
from mnist_core.jobs.job import write_state
from mnist_core.jobs.turns import RECENT_S, in_turn
from mnist_core.owners import new_token, token_hash

ANNA, BEN = token_hash("a" * 32), token_hash("b" * 32)


def waiting(owner: str, when: float, **changes) -> jobs.Job:
    """A job that has waited since then."""
    return jobs.Job(
        Path(f"2026-{when:06.1f}"), "train", f"{owner[:1]}{when:g}", {}, when, "queued", when, owner=owner, **changes
    )


def ran(owner: str, ago_s: float) -> jobs.Job:
    """A run that ended so long ago."""
    now = time.time()
    return replace(waiting(owner, 1.0), state="done", started=now - ago_s - 1, ended=now - ago_s)


def times(order) -> list[float]:
    """When each job's wait began, in the order of the turns."""
    return [job.queued for job in order]


def test_jobs_of_one_visitor_go_as_they_came():
    assert times(in_turn([waiting(ANNA, 3), waiting(ANNA, 1), waiting(ANNA, 2)], ())) == [1, 2, 3]


def test_twenty_runs_of_one_visitor_do_not_hold_up_the_first_of_another():
    many = [waiting(ANNA, number) for number in range(1, 21)]
    others = [waiting(BEN, 100), waiting("", 101), waiting(BEN, 102)]
    assert times(in_turn([*many, *others], ()))[:6] == [1, 100, 101, 2, 102, 3]


def test_whoever_runs_or_has_just_run_comes_after_who_has_not():
    both = [waiting(ANNA, 1), waiting(BEN, 2)]
    running = replace(waiting(ANNA, 0.5), state="running", started=1.0)
    assert times(in_turn(both, [running])) == [2, 1]
    assert times(in_turn(both, [ran(ANNA, 60)])) == [2, 1]
    assert times(in_turn(both, [ran(ANNA, RECENT_S + 60)])) == [1, 2]


def test_a_run_that_was_cancelled_before_it_began_was_no_turn():
    cancelled = replace(waiting(ANNA, 0.5), state="cancelled", ended=time.time())
    assert times(in_turn([waiting(ANNA, 1), waiting(BEN, 2)], [cancelled])) == [1, 2]


def test_a_job_that_lost_its_worker_goes_on_before_all_others():
    crashed = waiting(ANNA, 5, started=6.0, deaths=1)
    assert times(in_turn([waiting(BEN, 1), crashed, waiting(ANNA, 2)], [ran(ANNA, 60)])) == [5, 1, 2]


@pytest.fixture
def idle(fresh_home, without_workers):
    """A data home whose jobs wait for ever."""


def test_the_place_in_the_queue_is_the_true_one(idle):
    anna, ben = new_token(), new_token()
    first = [jobs.start("count", f"A{number}", {}, anna) for number in range(4)]
    his = jobs.start("count", "B", {}, ben)
    short = jobs.start("read", "Short", {}, ben)
    assert [jobs.waiting_before(job) for job in (*first, his, short)] == [0, 2, 3, 4, 1, 0]
    jobs.cancel(first[0].id, anna)
    assert [jobs.waiting_before(job) for job in (*first[1:], his)] == [0, 2, 3, 1]
    assert jobs.waiting_before(jobs.find(first[0].id)) == 0


def test_a_resumed_job_waits_at_the_end_of_its_owners(idle):
    anna = new_token()
    old, young = (jobs.start("count", title, {}, anna) for title in ("old", "young"))
    write_state(replace(old, state="failed", ended=time.time()))
    jobs.resume(old.id, anna)
    assert [jobs.waiting_before(jobs.find(job.id)) for job in (young, old)] == [0, 1]


def test_the_next_worker_is_for_who_has_had_fewer_turns(fresh_home, monkeypatch):
    launched = []

    def launch(job):
        launched.append(job.title)
        return write_state(replace(job, state="running", started=time.time()))

    monkeypatch.setattr(queue.fates, "launched", launch)
    monkeypatch.setattr(queue.fates, "settled", lambda job: job)
    anna, ben = new_token(), new_token()
    for title, by in (("A1", anna), ("A2", anna), ("A3", anna), ("B1", ben)):
        jobs.start("count", title, {}, by)
    for _ in range(3):
        (running,) = (job for job in jobs.all_jobs() if job.state == "running")
        write_state(replace(running, state="done", ended=time.time()))
        jobs.all_jobs()
    assert launched == ["A1", "B1", "A2", "A3"]
