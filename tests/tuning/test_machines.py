"""A search on many machines, without machines: what is told, asked and waited for."""

import os
import socket
import threading
import time
from types import SimpleNamespace

import grpc
import pytest

from mnist_core.errors import ConfigError, SearchError
from mnist_core.tuning import machines
from mnist_core.tuning.machines import INVALID, WorkerTuner, parse_address, run_worker
from mnist_core.tuning.search import SearchEnded


@pytest.fixture
def listening():
    """An address that something listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()


@pytest.fixture
def nobody():
    """An address that nothing listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()


@pytest.fixture
def quick(monkeypatch):
    """Nobody waits for long; how often somebody did."""
    waited = []
    monkeypatch.setattr(machines.time, "sleep", lambda seconds: waited.append(seconds))
    return waited


def worker_of(chief, oracle=None):
    """A worker without data, and what it has told."""
    worker, told = object.__new__(WorkerTuner), []
    worker.chief, worker.oracle = chief, oracle
    worker.told = lambda kind, **more: told.append((kind, more))
    worker.values = lambda trial: trial.hyperparameters
    return worker, told


@pytest.mark.parametrize(
    ("text", "found"),
    [("host:1", ("host", 1)), ("::1:65535", ("::1", 65535)), ("10.0.0.1:8000", ("10.0.0.1", 8000))],
)
def test_an_address_is_a_host_and_a_port(text, found):
    assert parse_address(text) == found


@pytest.mark.parametrize("text", ["", "host", "host:", ":80", "host:0", "host:65536", "host:-1", "host:a", "host:1.5"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ConfigError, match="with a port from 1 to 65535"):
        parse_address(text)


@pytest.mark.parametrize("name", ["", "chief", "my-chief-2"])
def test_a_worker_needs_a_name_of_its_own(tmp_path, name):
    with pytest.raises(ConfigError, match="needs a name of its own"):
        run_worker("127.0.0.1:9", name, tmp_path)


def test_keras_tuner_is_told_where_the_chief_is_and_who_this_is_and_only_meanwhile(monkeypatch):
    names = ("KERASTUNER_ORACLE_IP", "KERASTUNER_ORACLE_PORT", "KERASTUNER_TUNER_ID")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    with machines.chief_named("10.0.0.1", 8000, "one"):
        assert [os.environ[name] for name in names] == ["10.0.0.1", "8000", "one"]
    assert not set(names) & set(os.environ)


def test_what_begins_and_ends_is_told_with_its_score_or_the_reason():
    oracle = SimpleNamespace(get_trial=lambda name: SimpleNamespace(score={"07": 0.9, "08": None}[name]))
    worker, told = worker_of(None, oracle)
    well = SimpleNamespace(trial_id="07", message=None, hyperparameters={"filters": 8})
    worker.trial = well
    worker.tell_start(well)
    worker.tell_end(well)
    assert worker.trial is None
    failed = SimpleNamespace(trial_id="08", message="Traceback\nValueError: no", hyperparameters={})
    worker.tell_end(failed)
    assert told[:2] == [
        ("trial", {"trial": {"id": "07", "values": {"filters": 8}}}),
        ("trial ended", {"trial": {"id": "07", "score": 0.9, "reason": ""}}),
    ]
    kind, more = told[2]
    assert (kind, more["trial"]["id"], more["trial"]["score"]) == ("trial ended", "08", None)
    assert "no" in more["trial"]["reason"]


def test_a_worker_waits_before_it_asks_again_and_not_after_a_trial(listening, quick):
    worker, _ = worker_of(listening)
    worker.pre_create_trial()
    assert quick == []
    worker.pre_create_trial()
    assert quick == [machines.TURN_S]
    worker.on_trial_begin("a trial")
    worker.pre_create_trial()
    assert (quick, worker.trial) == ([machines.TURN_S], "a trial")


def test_a_worker_without_a_chief_ends(nobody):
    with pytest.raises(SearchEnded):
        worker_of(nobody)[0].pre_create_trial()
    assert worker_of(nobody)[0].is_late() is False


@pytest.mark.parametrize("has_trial", [True, False])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_trial_is_given_back_to_a_chief_that_is_there(listening, nobody, has_trial, is_there):
    ended = []
    worker, _ = worker_of(listening if is_there else nobody, SimpleNamespace(end_trial=ended.append))
    trial = SimpleNamespace(status="RUNNING")
    worker.trial = trial if has_trial else None
    worker.give_back()
    assert ended == ([trial] if has_trial and is_there else [])
    assert trial.status == (INVALID if ended else "RUNNING")


def test_a_worker_is_heard_of_again_and_again_also_after_an_answer_that_did_not_come(monkeypatch):
    monkeypatch.setattr(machines, "BEAT_S", 0.001)
    over, asked = threading.Event(), []

    def get_trial(name):
        asked.append(name)
        if len(asked) == 3:
            over.set()
        if len(asked) == 1:
            raise grpc.RpcError

    worker, _ = worker_of(None, SimpleNamespace(get_trial=get_trial))
    before = time.monotonic()
    worker.beat("07", over)
    assert asked == ["07"] * 3
    assert worker.last_heard >= before


class Oracle:
    """A chief's list: what has to be gone until all is done."""

    def __init__(self, **more):
        self.is_done, self.is_at_end, self.ongoing_trials, self.tuner_ids = True, False, {}, set()
        self.looks, self.states = 0, iter("aab" + "b" * 1000)
        self.__dict__.update(more)

    def give_up_silent(self, _silence_s):
        self.looks += 1
        if self.looks == 4:
            self.is_done, self.ongoing_trials, self.tuner_ids = True, {}, set()
        return ()

    def state_of_trials(self):
        return next(self.states)


def served(oracle, search):
    """How often the chief told of the search."""
    told = []
    tuner = SimpleNamespace(clock=oracle, search=search, found=lambda *, with_importance: with_importance)
    machines.serve_workers(tuner, told.append, 8)
    return told


@pytest.mark.parametrize(
    ("open_still", "looks"),
    [
        ({}, 1),
        ({"is_done": False, "is_at_end": True}, 1),
        ({"is_done": False}, 4),
        ({"ongoing_trials": {"one": "07"}}, 4),
        ({"tuner_ids": {"one"}}, 4),
    ],
)
def test_a_chief_serves_until_all_is_done_and_every_worker_has_gone(quick, open_still, looks):
    oracle, over = Oracle(**open_still), threading.Event()
    try:
        told = served(oracle, over.wait)
    finally:
        over.set()
    assert oracle.looks == looks
    # It tells once for each state that is another one.
    assert told == [False] * (1 if looks == 1 else 2)


def test_a_chief_that_fails_says_why(quick):
    def search():
        raise ZeroDivisionError("by nothing")

    with pytest.raises(SearchError, match=r"ended by an error: ZeroDivisionError\('by nothing'\)\. Start it again"):
        served(Oracle(is_done=False, give_up_silent=lambda _: ()), search)


def test_an_address_is_free_or_taken(listening, nobody):
    assert (machines.is_there(*listening), machines.is_there(*nobody)) == (True, False)
    machines.check_free(*nobody)
    with pytest.raises(SearchError, match="cannot listen at"):
        machines.check_free("192.0.2.1", nobody[1])


def test_a_chief_is_waited_for_as_long_as_is_said(nobody, listening, quick, monkeypatch):
    now = iter(range(1000))
    monkeypatch.setattr(machines.time, "monotonic", lambda: next(now))
    monkeypatch.setattr(machines, "REACH_S", 5)
    monkeypatch.setattr(machines, "is_there", lambda host, port: False)
    with pytest.raises(SearchError, match="There is no chief at"):
        machines.wait_for_chief(*nobody)
    assert quick == [machines.TURN_S] * 5
