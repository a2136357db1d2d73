"""How often work tells of itself, how long is waited for others, and what is left when something does not go."""

import ast
import importlib.util
import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from mnist_core import jobs
from mnist_core.errors import JobError
from mnist_core.jobs import fates, lock, processes, queue, worker
from mnist_core.jobs.job import Job, append_event, write_order, write_state
from mnist_core.jobs.kinds import KINDS, is_short
from mnist_core.jobs.worker import TELL_INTERVAL_S, Cancelled, Report
from mnist_core.owners import KEEPER


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until a test turns it on."""
    now = [100.0]
    monkeypatch.setattr(worker.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def job(fresh_home, without_workers):
    """A job that waits; no worker is ever started."""
    return jobs.start("count", "Count", {"to": 1})


def told(job):
    """How far the work said it was."""
    return [event["done"] for event in job.events()[0]]


def test_the_same_stage_is_told_again_when_its_time_is_over_and_not_before(job, clock):
    report = Report(job.folder)
    for done, seconds in ((1, 0), (2, 0.9 * TELL_INTERVAL_S), (3, 0.1 * TELL_INTERVAL_S + 1e-9), (4, 0.5)):
        clock[0] += seconds
        report.tell(done, 10, "Reading")
    clock[0] += 0.4 * TELL_INTERVAL_S
    report.tell(5, 10, "Reading")
    assert told(job) == [1, 3, 4]


def test_another_stage_other_figures_and_the_end_are_told_at_once(job, clock):
    report = Report(job.folder)
    report.tell(1, 10, "Reading")
    report.tell(1, 10, "Writing")
    report.tell(2, 10, "Writing", part=1)
    report.tell(3, 10, "Writing", part=1)
    report.tell(9.99, 10, "Writing", part=1)
    report.tell(10, 10, "Writing", part=1)
    report.tell(11, 10, "Writing", part=1)
    assert told(job) == [1, 1, 2, 10, 11]


def test_what_is_told_without_a_stage_is_of_none(job, clock):
    Report(job.folder).tell(1, 4)
    (event,) = job.events()[0]
    assert {name: event[name] for name in ("done", "total", "stage", "figures")} == {
        "done": 1,
        "total": 4,
        "stage": "",
        "figures": {},
    }
    assert job.so_far().words == ""


@pytest.mark.parametrize("wish", ["stop", "cancel"])
def test_work_that_is_worth_nothing_by_halves_ends_where_that_is_wished_unless_it_is_done(job, clock, wish):
    report = Report(job.folder)
    report.go_on(1, 10, "Reading", part=1)
    (job.folder / wish).touch()
    with pytest.raises(Cancelled):
        report.go_on(9, 10, "Writing")
    report.go_on(10, 10, "Writing")
    assert [(event["done"], event["stage"], event["figures"]) for event in job.events()[0]] == [
        (1, "Reading", {"part": 1}),
        (10, "Writing", {}),
    ]


def test_how_long_is_left_follows_from_how_long_it_took(job, monkeypatch):
    now = time.time()
    running = replace(job, state="running", started=now - 30)
    monkeypatch.setattr(time, "time", lambda: now)
    append_event(running.folder, "progress", done=3, total=4, stage="")
    assert running.so_far().left_s == pytest.approx(10)
    monkeypatch.setattr(time, "time", lambda: now + 4)
    assert running.so_far().left_s == pytest.approx(6)
    monkeypatch.setattr(time, "time", lambda: now + 11)
    assert running.so_far().left_s == 0
    assert job.so_far().left_s is None


def test_a_worker_waits_longer_for_the_lock_than_a_visitor(job, monkeypatch):
    assert lock.WORKER_LOCK_TIMEOUT_S > lock.LOCK_TIMEOUT_S
    monkeypatch.setattr(lock, "LOCK_TIMEOUT_S", 0.05)
    monkeypatch.setattr(lock, "WORKER_LOCK_TIMEOUT_S", 1.2)
    with FileLock(job.folder.parent / ".lock"):
        start = time.monotonic()
        with pytest.raises(JobError, match="for 0 seconds"):
            jobs.stop(job.id, KEEPER)
        assert time.monotonic() - start < 1.2
        for asked in (lambda: queue.claim(job.folder), lambda: queue.finish(job, "done")):
            start = time.monotonic()
            with pytest.raises(JobError, match="for 1 seconds"):
                asked()
            assert time.monotonic() - start >= 1.1
    assert jobs.find(job.id) == job


def test_the_lock_is_free_again_after_whatever_went_wrong(job):
    with pytest.raises(JobError, match="no such job"):
        jobs.cancel("20260101-120000-000000", KEEPER)
    assert jobs.cancel(job.id, KEEPER).state == "cancelled"


@pytest.fixture
def worked(job):
    """A job with a worker that does nothing."""
    with subprocess.Popen(["sleep", "3600"]) as process:
        born = processes.birth(psutil.Process(process.pid))
        yield write_state(replace(job, state="running", started=2.0, pid=process.pid, born=born))
        process.kill()


@pytest.mark.parametrize(("ago", "state"), [(-0.5, "running"), (0.5, "cancelled")])
def test_a_cancelled_worker_has_its_time_to_end_by_itself(worked, monkeypatch, ago, state):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    (worked.folder / "cancel").touch()
    when = now - fates.CANCEL_GRACE_S - ago
    os.utime(worked.folder / "cancel", (when, when))
    assert [each.state for each in jobs.all_jobs()] == [state]


def test_a_stopped_worker_is_never_overdue(worked):
    (worked.folder / "stop").touch()
    os.utime(worked.folder / "stop", (0, 0))
    assert [each.state for each in jobs.all_jobs()] == ["running"]


def test_a_job_that_cannot_be_wiped_off_the_disk_is_gone_all_the_same(job, monkeypatch):
    jobs.cancel(job.id, KEEPER)
    unlink = os.unlink

    def refusing(path, *more, **options):
        if str(path).endswith("state.json"):
            raise PermissionError(13, "Permission denied", str(path))
        return unlink(path, *more, **options)

    monkeypatch.setattr(os, "unlink", refusing)
    jobs.remove(job.id, KEEPER)
    assert jobs.all_jobs() == []
    with pytest.raises(JobError, match="no such job"):
        jobs.find(job.id)


def test_removing_twice_is_no_error_and_an_active_job_stays(job):
    with pytest.raises(JobError, match="cancelled or end before"):
        jobs.remove(job.id, KEEPER)
    jobs.cancel(job.id, KEEPER)
    for _ in range(2):
        jobs.remove(job.id, KEEPER)
        assert not job.folder.exists()


def test_two_jobs_of_the_same_moment_have_folders_of_their_own(job, monkeypatch):
    moments = iter([job.created, job.created, job.created + 1])
    monkeypatch.setattr(queue.time, "time", lambda: next(moments, job.created + 2))
    assert jobs.start("count", "Count", {"to": 2}).created == job.created + 1


def test_what_is_done_is_not_resumed_and_what_waits_goes_on_waiting(job):
    assert jobs.resume(job.id, KEEPER) == job
    write_state(replace(job, state="done"))
    with pytest.raises(JobError, match="Only a failed or cancelled job"):
        jobs.resume(job.id, KEEPER)
    assert jobs.find(job.id).state == "done"


def test_the_log_is_told_by_its_last_lines(job):
    assert job.log_tail() == ""
    (job.folder / "log.txt").write_text("".join(f"line {number}\n" for number in range(40)))
    assert job.log_tail().splitlines() == [f"line {number}" for number in range(25, 40)]
    assert job.log_tail(1) == "line 39"


def test_events_are_told_from_a_place_on_and_a_half_line_later(job):
    append_event(job.folder, "one")
    first, place = job.events()
    assert [event["kind"] for event in first] == ["one"]
    path = job.folder / "events.jsonl"
    with path.open("a") as file:
        file.write('{"kind": "half')
    assert job.events(place) == ([], place)
    append_event(job.folder, "two")
    later, end = job.events(place)
    assert [event["kind"] for event in later] == ["two"]
    assert end == path.stat().st_size
    assert job.events(end) == ([], end)


@pytest.mark.parametrize("kind", KINDS)
def test_the_work_of_each_kind_is_where_it_is_said_to_be(kind):
    source = ast.parse(Path(importlib.util.find_spec(KINDS[kind].module).origin).read_text("utf-8"))
    assert "run" in {each.name for each in source.body if isinstance(each, ast.FunctionDef)}


def test_what_a_visitor_waits_for_is_short_and_nothing_else():
    assert {kind for kind in KINDS if is_short(kind)} == {"read", "survey", "fetch", "add-data"}
    assert not is_short("unheard of")


@pytest.mark.parametrize("package", ["mnist_core", "mnist_core.jobs", "mnist_core.collection", "mnist_core.ink"])
def test_all_that_a_package_offers_is_there(package):
    module = importlib.import_module(package)
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_a_job_with_a_part_of_another_type_is_none(tmp_path):
    whole = {"kind": "count", "title": "T", "settings": {}, "created": 1.0, "state": "queued", "queued": 1.0}
    job = Job(tmp_path, **whole)
    write_order(job, tmp_path)
    for name, wrong in (("title", 5), ("settings", []), ("created", "1"), ("state", "asleep"), ("deaths", None)):
        with pytest.raises(ValueError, match=name):
            Job(tmp_path, **whole | {name: wrong})
