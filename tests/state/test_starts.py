"""How much the visitors of one client may begin, however many tokens they have."""

import pytest

from mnist_core import jobs
from mnist_core.errors import LimitError
from mnist_core.owners import KEEPER, AtHome, new_token
from mnist_ui.state import people, starts


@pytest.fixture
def client(fresh_home, without_workers, monkeypatch):
    """Who is here, by network and token; jobs wait for ever."""
    here = {"network": "203.0.113.5", "by": None}
    monkeypatch.setattr(starts, "network", lambda: here["network"])
    monkeypatch.setattr(starts, "jobs_of_networks", {})
    monkeypatch.setattr(people, "maker", lambda: here["by"] or new_token())
    limit = starts.Limit(
        starts.STARTS,
        starts.HOUR_S,
        starts.OF_CLIENT,
        variable="MNIST_STUDIO_CLIENT_STARTS_AN_HOUR",
        of=lambda: here["network"],
    )
    monkeypatch.setattr(starts, "starts_of_client", limit)
    return here


def begin(count: int) -> list[jobs.Job]:
    """So many jobs, each by another visitor."""
    return [starts.begun(lambda by: jobs.start("train", "Run", {}, by)) for _ in range(count)]


def test_many_tokens_of_one_client_are_one_client(client, monkeypatch):
    monkeypatch.setenv(starts.ACTIVE_VARIABLE, "3")
    first, *_ = begin(3)
    with pytest.raises(LimitError, match="3 jobs that were begun from your network wait or run, and 3 is the most"):
        begin(1)
    client["network"] = "203.0.113.6"
    begin(1)
    client["network"] = "203.0.113.5"
    jobs.cancel(first.id, KEEPER)
    begin(1)
    assert len(jobs.all_jobs()) == 5


def test_one_client_begins_so_many_in_an_hour_also_if_each_is_cancelled(client, monkeypatch):
    monkeypatch.setenv("MNIST_STUDIO_CLIENT_STARTS_AN_HOUR", "4")
    for job in begin(4):
        jobs.cancel(job.id, KEEPER)
    with pytest.raises(LimitError, match="4 times within an hour"):
        begin(1)


def test_what_pages_ask_by_themselves_counts_too_and_answers_are_free(client, monkeypatch):
    monkeypatch.setattr(people, "actor", new_token)
    monkeypatch.setenv(starts.ACTIVE_VARIABLE, "2")
    for number in range(2):
        starts.asked(lambda by, number=number: jobs.start("read", "Read", {"a": number}, by, once=True))
    with pytest.raises(LimitError, match="2 is the most"):
        starts.asked(lambda by: jobs.start("read", "Read", {"a": 2}, by, once=True))
    with pytest.raises(LimitError, match="2 is the most"):
        begin(1)
    client["network"] = "203.0.113.6"
    assert starts.asked(lambda _by: "known") == "known"
    assert len(jobs.all_jobs()) == 2


def test_what_does_not_begin_is_not_counted(client, monkeypatch):
    monkeypatch.setenv("MNIST_STUDIO_CLIENT_STARTS_AN_HOUR", "2")
    monkeypatch.setenv("MNIST_STUDIO_MOST_RUNS", "1")
    begin(1)
    for _ in range(3):
        with pytest.raises(LimitError, match="most for all together"):
            begin(1)
    monkeypatch.setenv("MNIST_STUDIO_MOST_RUNS", "2")
    begin(1)


@pytest.mark.parametrize("by", [KEEPER, AtHome("a" * 32)])
def test_the_keeper_and_who_is_at_home_are_not_counted(client, monkeypatch, by):
    monkeypatch.setenv(starts.ACTIVE_VARIABLE, "1")
    client["by"] = by
    begin(5)


def test_where_nobody_knows_the_network_nobody_is_counted(client, monkeypatch):
    monkeypatch.setenv(starts.ACTIVE_VARIABLE, "1")
    client["network"] = ""
    begin(3)


def test_a_class_of_thirty_begins_two_runs_each(client):
    for _ in range(2):
        begin(30)
    with pytest.raises(LimitError):
        begin(1)
