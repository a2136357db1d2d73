"""A flood of work: thousands of jobs that ended, dozens of long runs of one visitor, and more than the memory holds."""

import re
import statistics
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest

from mnist_core import jobs, memory
from mnist_core.errors import LimitError
from mnist_core.jobs import bounds, lock, pruning
from mnist_core.jobs.job import write_state
from mnist_core.owners import new_token
from mnist_core.training.config import TrainingConfig
from mnist_core.training.run_settings import RunSettings, start_run
from tests.jobs.ended import ended_jobs

FEW, MANY = 10, 3_000
LOOKS = 25
# A look is 2.9 s for 3,000 jobs where each is read; the machine may be busy with other things.
MOST_TIMES_DEARER = 4
PAGE_S = 6.0
LONG = TrainingConfig(network="quick", data=("uci-digits",), epochs=10_000)


@pytest.fixture
def idle(fresh_home, without_workers, monkeypatch):
    """A data home whose jobs wait for ever, and whose ended ones stay however many."""
    monkeypatch.setenv(pruning.MOST_VARIABLE, "100000")
    return fresh_home


def looked() -> None:
    """A look that no other session shares."""
    lock.shared_look.forget()
    jobs.all_jobs()


def seconds(call: Callable[[], object], times: int) -> float:
    """How long a call takes, as the median of some."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


@pytest.mark.slow
def test_a_look_at_3000_ended_jobs_costs_what_one_at_ten_does(idle):
    ended_jobs(FEW, ago_s=MANY + 100)
    jobs.start("count", "It waits", {})
    looked()
    few = seconds(looked, LOOKS)
    ended_jobs(MANY - FEW)
    looked()
    many = seconds(looked, LOOKS)
    assert len(jobs.all_jobs()) == MANY + 1
    assert many < MOST_TIMES_DEARER * few


@pytest.mark.slow
def test_the_train_page_with_3000_runs_that_failed_is_there_soon(idle, app):
    ended_jobs(MANY, kind="train", state="failed", error="It was killed.")
    app.switch_page("pages/train.py").run()
    assert seconds(app.run, 3) < PAGE_S
    assert not app.exception
    assert [each.label for each in app.expander][-1] == f"Runs that gave no model ({MANY})"
    assert sum("did not finish" in each.value for each in app.error) == 5


@pytest.mark.slow
def test_the_tune_page_with_hundreds_of_searches_shows_a_page_of_them(idle, app):
    ended_jobs(300, kind="tune", state="failed", error="It was killed.")
    app.switch_page("pages/tune.py").run()
    assert not app.exception
    assert sum(each.label == "Open" for each in app.button) == 6


@pytest.mark.slow
def test_3000_ended_jobs_are_pruned_as_new_ones_come(fresh_home, without_workers):
    ended_jobs(MANY)
    anna = new_token()
    for number in range(10):
        jobs.start("tune" if number > 6 else "train", "Run", {"number": number}, anna)
    before = sum(not job.is_active for job in jobs.all_jobs())
    assert before == MANY - 10 * pruning.AT_ONCE


def test_25_long_runs_of_one_visitor_end_at_the_bound_and_hold_up_nobody(idle):
    vandal, pupil = new_token(), new_token()
    allowed = replace(LONG, epochs=bounds.EPOCHS)
    most = bounds.WORK["train"].visitors
    for number in range(25):
        with pytest.raises(LimitError, match="Epochs of a run: 500 is the most"):
            start_run(RunSettings(LONG, "quick"), vandal)
        with nullcontext() if number < most else pytest.raises(LimitError, match=f"you have {most}, and {most} is"):
            start_run(RunSettings(allowed, "quick"), vandal)
    *_, first = jobs.all_jobs()
    write_state(replace(first, state="done", started=time.time(), ended=time.time()))
    his = start_run(RunSettings(replace(LONG, epochs=5), "quick"), pupil)
    assert jobs.waiting_before(his) == 0


def test_a_link_that_asks_for_17_gb_of_activations_is_refused(idle, app, monkeypatch):
    monkeypatch.setenv(memory.VARIABLE, "8000")
    link = {"preset": "vgg", "architecture.filters": "256", "batch_size": "2048", "data": "uci-digits"}
    app.query_params.update(link)
    app.switch_page("pages/train.py").run()
    next(each for each in app.button if each.label == "Start training").click().run()
    (said,) = (each.value for each in app.error)
    assert re.search(r"needs about \d\d\.\d GB of memory, and this machine has 8\.0 GB for it", said)
    assert [job for job in jobs.all_jobs() if job.kind == "train"] == []
