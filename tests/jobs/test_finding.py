"""What a job finds out once: known, asked for, started, and never tried again unasked."""

from dataclasses import replace

import pytest

from mnist_core import jobs
from mnist_core.jobs.finding import Finding
from mnist_core.jobs.job import Job, write_state
from mnist_core.owners import KEEPER
from mnist_core.store import Identity


@pytest.fixture
def answers(fresh_home, without_workers):
    """What is known by now, by question; no worker is ever started."""
    return {}


@pytest.fixture
def sums(answers):
    return Finding(
        "sum",
        lambda first, second=0: f"What {first} and {second} are",
        lambda first, second=0: Identity({"first": first}, {"second": second}),
        lambda first, second=0: answers.get((first, second)),
    )


def test_the_question_is_what_the_job_is_told(sums):
    job = sums.start(KEEPER, 2, second=3)
    assert (job.kind, job.title, job.settings) == ("sum", "What 2 and 3 are", {"first": 2, "second": 3})


def test_what_is_known_starts_nothing(sums, answers):
    answers[2, 3] = 5
    assert sums.known(2, 3) == sums.ask(KEEPER, 2, 3) == 5
    assert jobs.all_jobs() == []


def test_an_answer_of_nought_is_an_answer(sums, answers):
    answers[0, 0] = 0
    assert sums.ask(KEEPER, 0) == 0
    assert jobs.all_jobs() == []


def test_one_job_answers_all_who_ask(sums):
    assert sums.known(2, 3) is None
    assert sums.job(2, 3) is None
    asked = sums.ask(KEEPER, 2, 3)
    assert isinstance(asked, Job)
    assert sums.ask(KEEPER, 2, 3).id == sums.start(KEEPER, 2, 3).id == sums.job(2, 3).id == asked.id
    assert sums.ask(KEEPER, 3, 2).id != asked.id


def test_a_job_of_another_kind_with_the_same_settings_is_not_this_one(sums):
    jobs.start("difference", "Another", {"first": 2, "second": 3})
    assert sums.job(2, 3) is None


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_what_came_to_nothing_is_given_to_who_asks_and_begun_again_by_who_starts(sums, state):
    job = write_state(replace(sums.ask(KEEPER, 2, 3), state=state))
    assert sums.ask(KEEPER, 2, 3) == job
    again = sums.start(KEEPER, 2, 3)
    assert again.id != job.id
    assert sums.job(2, 3).id == again.id


def test_an_answer_that_was_lost_is_found_out_again(sums):
    job = write_state(replace(sums.ask(KEEPER, 2, 3), state="done"))
    assert sums.job(2, 3) == job
    assert sums.ask(KEEPER, 2, 3).id != job.id


def test_an_answer_that_comes_between_two_looks_is_given(sums, answers, monkeypatch):
    write_state(replace(sums.ask(KEEPER, 2, 3), state="done"))
    looked = sums.job
    monkeypatch.setattr(Finding, "job", lambda self, *of: answers.update({of: 5}) or looked(*of))
    assert sums.ask(KEEPER, 2, 3) == 5
