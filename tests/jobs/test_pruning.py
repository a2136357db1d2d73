"""Ended jobs go by age and by number; what somebody still needs stays."""

from dataclasses import replace
from pathlib import Path

import pytest

from mnist_core import jobs
from mnist_core.errors import ConfigError
from mnist_core.jobs import pruning, queue
from mnist_core.jobs.pruning import superfluous
from mnist_core.owners import new_token, token_hash
from tests.jobs.ended import ended_jobs

ANNA = token_hash("a" * 32)
DAY_S = 24 * 60 * 60


@pytest.fixture
def idle(fresh_home, without_workers):
    """A data home whose jobs wait for ever."""


def titles(found) -> set[str]:
    """The names of jobs."""
    return {job.title for job in found}


def test_what_ended_long_ago_goes_and_the_rest_stays(idle, monkeypatch):
    old, young = ended_jobs(1, ago_s=91 * DAY_S), ended_jobs(1, ago_s=89 * DAY_S)
    assert superfluous(jobs.all_jobs()) == old
    monkeypatch.setenv(pruning.DAYS_VARIABLE, "88")
    assert superfluous(jobs.all_jobs()) == old + young


def test_of_too_many_the_oldest_go(idle, monkeypatch):
    monkeypatch.setenv(pruning.MOST_VARIABLE, "3")
    found = ended_jobs(5)
    assert superfluous(jobs.all_jobs()) == found[:2]


def test_those_of_which_least_is_lost_go_first(idle, monkeypatch):
    monkeypatch.setenv(pruning.MOST_VARIABLE, "1")
    kinds = [("train", "done"), ("read", "done"), ("train", "failed"), ("tune", "cancelled")]
    for ago, (kind, state) in enumerate(kinds):
        ended_jobs(1, kind=kind, state=state, ago_s=1000 - ago)
    left = superfluous(jobs.all_jobs())
    assert {(job.kind, job.state) for job in left} == set(kinds[1:])
    monkeypatch.setenv(pruning.MOST_VARIABLE, "3")
    assert [(job.kind, job.state) for job in superfluous(jobs.all_jobs())] == [("read", "done")]


def test_a_visitors_flood_pushes_out_the_visitors_own_and_nobody_elses(idle, monkeypatch):
    monkeypatch.setenv(pruning.VISITORS_VARIABLE, "10")
    others = ended_jobs(15, kind="train", ago_s=5000)
    flood = ended_jobs(30, kind="train", owner=ANNA)
    gone = superfluous(jobs.all_jobs())
    assert gone == flood[:20]
    monkeypatch.setenv(pruning.MOST_VARIABLE, "20")
    assert len(superfluous(jobs.all_jobs())) == 25
    assert sum(job.owner == ANNA for job in superfluous(jobs.all_jobs())) == 20
    assert superfluous(others) == []


def test_what_waits_runs_or_is_gone_on_from_stays(idle, monkeypatch):
    monkeypatch.setenv(pruning.MOST_VARIABLE, "0")
    begun, needed, free = ended_jobs(3, kind="tune")
    waits = jobs.Job(begun.folder, "tune", "On", {"goes_on": needed.id}, 1.0, "queued", 1.0)
    failed = replace(waits, settings={"goes_on": begun.id}, state="failed", folder=free.folder.with_name("x"))
    known = [begun, needed, free, waits, failed]
    assert titles(superfluous(known)) == {free.title, failed.title}


def test_so_many_at_a_time_and_the_rest_at_the_next(idle, monkeypatch):
    monkeypatch.setattr(pruning, "AT_ONCE", 4)
    monkeypatch.setenv(pruning.MOST_VARIABLE, "1")
    ended_jobs(10)
    assert len(superfluous(jobs.all_jobs())) == 4


@pytest.mark.parametrize("variable", [pruning.DAYS_VARIABLE, pruning.MOST_VARIABLE, pruning.VISITORS_VARIABLE])
def test_a_wrong_setting_is_told(idle, monkeypatch, variable):
    monkeypatch.setenv(variable, "many")
    with pytest.raises(ConfigError, match=variable):
        jobs.start("count", "Count", {})


def test_they_go_when_a_job_is_started_and_not_at_a_look(idle, monkeypatch):
    monkeypatch.setenv(pruning.MOST_VARIABLE, "2")
    found = ended_jobs(5)
    assert len(jobs.all_jobs()) == 5
    jobs.start("count", "New", {}, new_token())
    assert titles(jobs.all_jobs()) == {"New", *titles(found[3:])}
    assert not any(job.folder.exists() for job in found[:3])
    assert jobs.removed() == []


def test_they_go_when_a_job_ends(idle, monkeypatch):
    job = queue.claim(jobs.start("count", "Ends", {}).folder)
    ended_jobs(3)
    monkeypatch.setenv(pruning.MOST_VARIABLE, "1")
    queue.finish(job, "done", result={})
    assert titles(jobs.all_jobs()) == {"Ends"}


def test_what_the_disk_refuses_to_delete_does_not_keep_a_job_from_starting(idle, monkeypatch):
    monkeypatch.setenv(pruning.MOST_VARIABLE, "0")
    ended_jobs(1)
    rename = Path.rename

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    (old,) = jobs.all_jobs()
    monkeypatch.setattr(Path, "rename", lambda path, to: refuse() if path == old.folder else rename(path, to))
    assert jobs.start("count", "New", {}).state == "queued"


def test_what_a_search_found_never_goes_for_its_age_and_goes_last(idle, monkeypatch):
    searches = ended_jobs(2, kind="tune", state="done", owner=ANNA, ago_s=900 * DAY_S)
    failed = ended_jobs(1, kind="tune", state="failed", owner=ANNA, ago_s=900 * DAY_S)
    assert superfluous(jobs.all_jobs()) == failed
    runs = ended_jobs(3, kind="train", state="done", owner=ANNA)
    monkeypatch.setenv(pruning.VISITORS_VARIABLE, "3")
    assert superfluous(jobs.all_jobs()) == [*failed, *runs[:2]]
    monkeypatch.setenv(pruning.VISITORS_VARIABLE, "1")
    assert searches[1] not in superfluous(jobs.all_jobs())
