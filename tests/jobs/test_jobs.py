import contextlib
import functools
import json
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from filelock import FileLock

from mnist_core import jobs
from mnist_core.errors import ConfigError, JobError
from mnist_core.jobs import fates, lock, processes, queue, worker
from mnist_core.jobs.job import DAMAGED, Job, append_event, write_order, write_state
from mnist_core.jobs.kinds import Kind
from mnist_core.jobs.worker import Cancelled, Report
from mnist_core.owners import KEEPER
from tests.jobs.counting_worker import COMMAND, KINDS, SHORT

REPOSITORY = Path(__file__).resolve().parents[2]
# What takes longer will never end, however much else the machine has to do.
DEADLINE_S = 600.0
CHANGES = (jobs.stop, jobs.cancel, jobs.resume)

ALL_JOBS = """
import json
from mnist_core import jobs
for job in jobs.all_jobs():
    print(json.dumps([job.id, job.title, job.settings, job.state, job.result, job.events()[0]]))
"""

# Two servers that start a job each, look after the jobs for a while and are gone.
SERVER = """
import sys, time
from pathlib import Path
from mnist_core import jobs
from mnist_core.jobs import processes
from tests.jobs.counting_worker import COMMAND
processes.COMMAND = COMMAND
Path(sys.argv[1]).touch()
while not Path(sys.argv[2]).exists():
    time.sleep(0.005)
jobs.start("hold", sys.argv[1], {})
for _ in range(10):
    jobs.all_jobs()
"""


@pytest.fixture
def home(fresh_home, monkeypatch):
    """A data home whose workers are the counting ones; none of them outlives the test."""
    monkeypatch.setattr(processes, "COMMAND", COMMAND)
    monkeypatch.delenv(queue.LIMIT_VARIABLE, raising=False)
    yield fresh_home
    monkeypatch.delenv(queue.LIMIT_VARIABLE, raising=False)
    for job in jobs.all_jobs():
        if job.is_active:
            jobs.cancel(job.id, KEEPER)
    until(lambda: not any(job.is_active and not end_worker(job) for job in jobs.all_jobs()))


@pytest.fixture
def idle(home, without_workers):
    """The same, but no worker is ever started."""
    return home


@pytest.fixture
def bystander():
    """A process that has nothing to do with any job."""
    with subprocess.Popen(["sleep", "3600"]) as process:
        yield psutil.Process(process.pid)
        process.kill()


def until(check):
    """What `check` gives once it is true; looked at again and again, as a page does."""
    deadline = time.monotonic() + DEADLINE_S
    while not (found := check()):
        assert time.monotonic() < deadline, f"waited {DEADLINE_S} s in vain"
        time.sleep(0.03)
    return found


def seen(job):
    """The job as a page shows it."""
    return next(other for other in jobs.all_jobs() if other.id == job.id)


def until_state(job, *states):
    return until(lambda: found if (found := seen(job)).state in states else None)


def until_ended(job):
    return until_state(job, "done", "failed", "cancelled")


def until_begun(job):
    """The job once its work has begun."""
    return until(lambda: found if events_of(found := seen(job), "begun") else None)


def events_of(job, kind):
    return [event for event in job.events()[0] if event["kind"] == kind]


def end_worker(job, signal_number=signal.SIGKILL):
    """Send a signal to a job's own worker, if it lives."""
    if process := processes.worker_of(job):
        with contextlib.suppress(psutil.Error):
            process.send_signal(signal_number)


def written_job(home, **changes):
    """A job as another server may have left it."""
    folder = home / "jobs" / f"20260101-120000-{len(list((home / 'jobs').glob('*'))):06d}"
    folder.mkdir(parents=True)
    values = {"kind": "count", "title": "Left", "settings": {"to": 1}, "created": 1.0, "queued": 1.0, "state": "queued"}
    job = Job(folder, **values | changes)
    write_order(job, folder)
    return write_state(job)


def running(process, **changes):
    """How a job's state names its worker."""
    return {"state": "running", "started": 2.0, "pid": process.pid, "born": processes.birth(process)} | changes


@contextlib.contextmanager
def full_disk():
    """No file can grow, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def by_the_keeper(act):
    """An act of the keeper's."""
    return functools.partial(act, by=KEEPER)


def in_another_process(code, *arguments):
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], cwd=REPOSITORY, stdout=subprocess.PIPE)


# From the start to the end


def test_a_job_is_started_followed_and_done(home):
    job = jobs.start("count", "Count to three", {"to": 3, "pair": (1, 2)})
    assert (job.kind, job.title, job.settings) == ("count", "Count to three", {"to": 3, "pair": [1, 2]})
    assert job.state == "running"
    assert os.getsid(job.pid) == job.pid != os.getsid(0)
    job = until_ended(job)
    assert (job.state, job.result, job.error) == ("done", {"first": 0, "number": 3}, None)
    assert job.created <= job.started <= job.ended
    assert [event.get("number") for event in job.events()[0]] == [None, 1, 2, 3]
    assert not (job.folder / "work").exists()
    pid = events_of(job, "begun")[0]["pid"]
    until(lambda: jobs.all_jobs() and not psutil.pid_exists(pid))  # reaped, not a zombie

    with in_another_process(ALL_JOBS) as other:
        read = json.load(other.stdout)
    assert read == [job.id, job.title, job.settings, job.state, job.result, job.events()[0]]


def test_a_worker_gives_way_to_other_work(home):
    job = until_begun(jobs.start("hold", "Hold", {}))
    assert psutil.Process(job.pid).nice() == worker.NICENESS


def test_jobs_wait_for_each_other_and_the_next_begins_by_itself(home):
    first, second, third = (jobs.start("hold", name, {}) for name in ("first", "second", "third"))
    assert [job.id for job in jobs.all_jobs()] == [third.id, second.id, first.id]
    assert [job.state for job in (first, second, third)] == ["running", "queued", "queued"]
    assert [jobs.waiting_before(job) for job in (second, third)] == [0, 1]
    (home / "jobs" / "go").touch()
    until(lambda: jobs.find(third.id).state == "done")  # nobody looks after the queue but the workers
    begun = [jobs.find(job.id).started for job in (first, second, third)]
    assert begun == sorted(begun)


def test_short_jobs_wait_only_for_each_other(home):
    kinds = ("hold", *SHORT[:2], "hold")
    started = [jobs.start(kind, str(number), {}) for number, kind in enumerate(kinds)]
    assert [job.state for job in started] == ["running", "running", "queued", "queued"]
    assert [jobs.waiting_before(job) for job in started[2:]] == [0, 0]


def test_as_many_jobs_run_as_the_variable_says(home, monkeypatch):
    monkeypatch.setenv(queue.LIMIT_VARIABLE, "2")
    started = [jobs.start("hold", str(number), {}) for number in range(3)]
    assert [job.state for job in started] == ["running", "running", "queued"]


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5"])
def test_a_limit_that_is_none_is_refused(home, monkeypatch, value):
    monkeypatch.setenv(queue.LIMIT_VARIABLE, value)
    with pytest.raises(ConfigError, match=f"MNIST_STUDIO_JOBS must be .* Received: '{value}'"):
        jobs.start("count", "Count", {"to": 1})
    with pytest.raises(ConfigError, match="MNIST_STUDIO_JOBS"):
        jobs.all_jobs()
    assert not (home / "jobs").exists()


@pytest.mark.parametrize(
    ("kind", "title", "settings"),
    [("", "Title", {}), ("count", " ", {}), ("count", None, {}), ("count", "Title", {"a": object()})],
)
def test_a_job_that_cannot_be_written_down_is_refused(home, kind, title, settings):
    with pytest.raises(ConfigError, match="Received: "):
        jobs.start(kind, title, settings)
    assert jobs.all_jobs() == []


def test_a_home_without_jobs_stays_untouched(home):
    assert jobs.all_jobs() == []
    assert not home.exists()


# Events and log


def test_events_are_followed_from_where_the_last_look_ended(idle):
    job = written_job(idle)
    assert job.events() == ([], 0)
    append_event(job.folder, "epoch", loss=np.float32(0.5), confusion=np.eye(2, dtype=int))
    (first,), offset = job.events()
    assert first == {"time": first["time"], "kind": "epoch", "loss": 0.5, "confusion": [[1, 0], [0, 1]]}
    assert abs(first["time"] - time.time()) < 60
    with (job.folder / "events.jsonl").open("a") as file:
        file.write('{"kind": "ha')
    assert job.events(offset) == ([], offset)
    with (job.folder / "events.jsonl").open("a") as file:
        file.write('lf", "time": 5}\n')
    events, offset = job.events(offset)
    assert events == [{"kind": "half", "time": 5}]
    assert job.events(offset) == ([], offset)
    assert job.events(10**6) == ([], 10**6)
    assert job.events(-5) == job.events()


@pytest.mark.parametrize("broken", ['{"kind": "ha', "no event\n", "5\n", "\n\n", "[" * 100_000, "\x00\xff\n"])
def test_a_line_that_is_no_event_is_skipped(idle, broken):
    job = written_job(idle)
    append_event(job.folder, "before")
    with (job.folder / "events.jsonl").open("a") as file:
        file.write(broken)
    Report(job.folder).event("after")
    events, offset = job.events()
    assert [event["kind"] for event in events] == ["before", "after"]
    assert offset == (job.folder / "events.jsonl").stat().st_size


def test_the_end_of_the_log_is_shown(idle):
    job = written_job(idle)
    assert job.log_tail() == ""
    (job.folder / "log.txt").write_bytes(b"\xff\n" + b"".join(b"line %d\n" % number for number in range(50_000)))
    assert job.log_tail(2) == "line 49998\nline 49999"
    assert len(job.log_tail().splitlines()) == 15


# Stop, cancel, resume, remove


def test_stopping_keeps_the_best_result(home):
    job = until_begun(jobs.start("hold", "Hold", {}))
    assert jobs.stop(job.id, KEEPER).state == "stopping"
    job = until_ended(job)
    assert (job.state, job.result) == ("done", {"wish": "stop"})
    assert jobs.stop(job.id, KEEPER) == jobs.cancel(job.id, KEEPER) == job
    with pytest.raises(JobError, match="Only a failed or cancelled job can be resumed"):
        jobs.resume(job.id, KEEPER)


def test_stopping_twice_is_stopping_once(home):
    job = until_begun(jobs.start("be_deaf", "Deaf", {}))
    assert jobs.stop(job.id, KEEPER).state == jobs.stop(job.id, KEEPER).state == "stopping"


def test_cancelling_discards(home):
    running, waiting, stopped = (jobs.start("count", "Count", {"to": 10**6}) for _ in range(3))
    assert jobs.cancel(waiting.id, KEEPER).state == jobs.stop(stopped.id, KEEPER).state == "cancelled"
    until_begun(running)
    assert jobs.cancel(running.id, KEEPER).state == "stopping"
    assert jobs.cancel(running.id, KEEPER).state in ("stopping", "cancelled")  # it may have ended meanwhile
    running = until_ended(running)
    assert (running.state, running.result) == ("cancelled", None)
    assert not (running.folder / "work").exists()
    assert jobs.cancel(running.id, KEEPER) == running


def test_a_worker_that_ignores_a_cancel_is_killed(home, monkeypatch):
    monkeypatch.setattr(processes, "KILL_WAIT_S", 0.2)
    job = until_begun(jobs.start("be_deaf", "Deaf", {}))
    jobs.cancel(job.id, KEEPER)
    assert seen(job).state == "stopping"
    monkeypatch.setattr(fates, "CANCEL_GRACE_S", 0.0)
    until_state(job, "cancelled")
    assert not processes.worker_of(job)


def test_only_the_worker_itself_is_killed(idle, bystander, monkeypatch):
    monkeypatch.setattr(fates, "CANCEL_GRACE_S", 0.0)
    job = written_job(idle, **running(bystander, born=processes.birth(bystander) - 60))
    (job.folder / "cancel").touch()
    assert seen(job).state == "cancelled"
    assert bystander.is_running()


def test_a_result_that_comes_after_a_cancel_is_discarded(idle, monkeypatch):
    monkeypatch.setattr(os, "nice", lambda _: 0)  # of this process
    job = written_job(idle)
    (job.folder / "cancel").touch()
    assert worker.main(job.folder, {"count": Kind(lambda settings, report: {"number": 1})}) == 0
    assert (seen(job).state, seen(job).result) == ("cancelled", None)


def test_a_failed_job_is_resumed_at_the_end_of_the_queue(idle):
    failed = written_job(idle, state="failed", error="Bad luck.", ended=3.0, deaths=2)
    other = written_job(idle, queued=5.0)
    (failed.folder / "work").mkdir()
    (failed.folder / "stop").touch()
    job = jobs.resume(failed.id, KEEPER)
    assert (job.state, job.error, job.ended, job.deaths, job.wish) == ("queued", None, None, 0, None)
    assert (job.folder / "work").is_dir()
    assert [jobs.waiting_before(other), jobs.waiting_before(job)] == [0, 1]
    assert jobs.resume(job.id, KEEPER) == job


def test_a_job_is_removed_once_it_is_not_active(idle, bystander):
    active = written_job(idle, **running(bystander))
    failed = written_job(idle, state="failed")
    with pytest.raises(JobError, match=f"must be cancelled or end before it is removed. Received: '{active.id}', run"):
        jobs.remove(active.id, KEEPER)
    jobs.remove(failed.id, KEEPER)
    jobs.remove(failed.id, KEEPER)
    assert [job.id for job in jobs.all_jobs()] == [active.id]
    assert sorted(path.name for path in (idle / "jobs").iterdir()) == [".lock", active.id]


@pytest.mark.parametrize(
    "job_id", ["", ".", "../x", "a/b", "20261121-143005-a1b2c3/..", "20261121-143005-A1B2C3", 5, None]
)
@pytest.mark.parametrize("act", [jobs.find, *map(by_the_keeper, (*CHANGES, jobs.remove, jobs.restore))])
def test_an_id_that_could_lead_elsewhere_is_refused(idle, act, job_id):
    with pytest.raises(JobError, match="A job's id looks like"):
        act(job_id)


@pytest.mark.parametrize("act", [jobs.find, *map(by_the_keeper, CHANGES)])
def test_a_job_that_is_not_there_is_named(idle, act):
    with pytest.raises(JobError, match=r"There is no such job.* Received: '20261121-143005-a1b2c3'"):
        act("20261121-143005-a1b2c3")


# Workers that die


def test_a_killed_worker_is_noticed_and_the_next_goes_on_where_it_was(home):
    job = until_begun(jobs.start("count", "Count", {"to": 10**6}))
    until(lambda: events_of(job, "count"))
    end_worker(job, signal.SIGTERM)
    until(lambda: len(events_of(seen(job), "begun")) == 2)
    (died,) = events_of(job, "died")
    assert died["log"] == job.log_tail()
    jobs.stop(job.id, KEEPER)
    assert until_ended(job).result["first"] >= 1


def test_progress_makes_up_for_a_death(home):
    job = until_ended(jobs.start("count", "Count", {"to": 3, "deaths": [1, 2], "progress": True}))
    assert (job.state, job.result) == ("done", {"first": 2, "number": 3})
    assert ["dying at 1" in event["log"] for event in events_of(job, "died")] == [True, True]


def test_the_second_death_without_progress_is_the_last(home):
    job = until_ended(jobs.start("collapse", "Collapse", {}))
    assert job.state == "failed"
    assert job.error.startswith("The worker ended without a word.")
    assert job.error.endswith("the last thing I saw")
    assert len(events_of(job, "died")) == 2


def test_a_worker_that_died_while_it_should_stop_stops_when_it_is_back(home):
    job = written_job(home, state="stopping", started=2.0, pid=2**30, born=1.0)
    (job.folder / "stop").touch()
    job = until_ended(job)
    assert (job.state, job.result) == ("done", {"first": 0, "number": 0})


def test_stopping_between_two_workers_discards_nothing(idle, bystander):
    written_job(idle, **running(bystander))
    job = written_job(idle, started=2.0, deaths=1)
    assert (jobs.stop(job.id, KEEPER).state, jobs.stop(job.id, KEEPER).wish) == ("queued", "stop")
    assert jobs.cancel(job.id, KEEPER).state == "cancelled"


def test_a_worker_that_died_while_cancelled_is_cancelled(idle):
    job = written_job(idle, state="stopping", started=2.0, pid=2**30, born=1.0)
    (job.folder / "cancel").touch()
    assert seen(job).state == "cancelled"


def test_a_process_id_in_use_again_is_not_the_worker(idle, bystander):
    alive = written_job(idle, **running(bystander))
    reused = written_job(idle, **running(bystander, born=processes.birth(bystander) - 60, deaths=1))
    assert (seen(alive).state, seen(reused).state) == ("running", "failed")


@pytest.mark.parametrize("pid", [None, 0, -1, 2**70])
def test_a_process_id_that_is_none_is_dead(idle, pid):
    job = written_job(idle, state="running", pid=pid, born=1.0, deaths=1)
    assert seen(job).state == "failed"


def test_a_worker_that_nobody_reaps_is_dead(idle):
    with subprocess.Popen(["true"]) as process:
        zombie = psutil.Process(process.pid)
        until(lambda: zombie.status() == psutil.STATUS_ZOMBIE)
        assert seen(written_job(idle, **running(zombie, deaths=1))).state == "failed"


# More than one server


def test_two_servers_never_start_a_job_twice(home, monkeypatch, tmp_path):
    waiting = [written_job(home, kind="hold", settings={}, queued=float(number)) for number in range(2)]
    monkeypatch.setenv(queue.LIMIT_VARIABLE, "3")
    ready = [tmp_path / "one", tmp_path / "two"]
    servers = [in_another_process(SERVER, path, tmp_path / "now") for path in ready]
    until(lambda: all(path.exists() for path in ready))
    (tmp_path / "now").touch()
    assert [server.wait(DEADLINE_S) for server in servers] == [0, 0]
    for server in servers:
        server.stdout.close()
    (home / "jobs" / "go").touch()
    until(lambda: len(ended := jobs.all_jobs()) == 4 and not any(job.is_active for job in ended))
    for job in jobs.all_jobs():
        assert job.state == "done"
        assert len(events_of(job, "begun")) == 1
        assert not events_of(job, "died")
        assert "is not this worker's" not in job.log_tail()
    assert {job.id for job in waiting} < {job.id for job in jobs.all_jobs()}


def test_a_worker_whose_server_died_before_it_could_note_it_does_the_work(idle, monkeypatch):
    monkeypatch.setattr(os, "nice", lambda _: 0)  # of this process
    job = written_job(idle)
    assert worker.main(job.folder, KINDS) == 0
    assert (seen(job).state, seen(job).result) == ("done", {"first": 0, "number": 1})


@pytest.mark.parametrize("state", ["running", "stopping", "cancelled", "done"])
def test_a_worker_leaves_a_job_alone_that_is_not_its_own(idle, bystander, monkeypatch, state):
    monkeypatch.setattr(os, "nice", lambda _: 0)  # of this process
    own = running(bystander) if state in ("running", "stopping") else {}
    job = written_job(idle, **own | {"state": state})
    assert worker.main(job.folder, KINDS) == 0
    assert seen(job) == job
    assert job.events() == ([], 0)


def test_a_worker_that_was_replaced_does_not_write_its_end(idle, bystander, monkeypatch):
    monkeypatch.setattr(os, "nice", lambda _: 0)  # of this process
    job = written_job(idle)

    def be_replaced(settings, report):
        write_state(replace(job, **running(bystander)))
        return {}

    assert worker.main(job.folder, {"count": Kind(be_replaced)}) == 1
    assert seen(job).pid == bystander.pid


def test_a_lock_that_is_held_for_too_long_is_named_and_the_jobs_are_shown_all_the_same(idle, monkeypatch):
    job = written_job(idle)
    monkeypatch.setattr(lock, "LOCK_TIMEOUT_S", 0.1)
    with FileLock(idle / "jobs" / ".lock"):
        assert jobs.all_jobs() == [job]
        with pytest.raises(JobError, match="have been locked by another process"):
            jobs.cancel(job.id, KEEPER)


# Damage


@pytest.mark.parametrize("name", ["job.json", "state.json"])
@pytest.mark.parametrize("text", [None, "", "{", "[]", "null", "5", "{}", '{"kind": 5}', "\0\xff", "[" * 100_000])
def test_a_damaged_job_has_failed_and_says_why(idle, name, text):
    whole, damaged = written_job(idle), written_job(idle)
    (damaged.folder / name).unlink()
    if text is not None:
        (damaged.folder / name).write_bytes(text.encode("latin-1"))
    shown, other = jobs.all_jobs()
    assert other == whole
    assert (shown.id, shown.state) == (damaged.id, "failed")
    assert f" cannot be read: {name} is " in shown.error
    assert str(idle) not in shown.error
    assert jobs.find(damaged.id) == shown
    jobs.remove(damaged.id, KEEPER)
    assert jobs.all_jobs() == [whole]


def test_a_job_with_a_damaged_state_goes_on(idle):
    job = written_job(idle)
    (job.folder / "state.json").write_text("")
    again = jobs.resume(job.id, KEEPER)
    assert (again.kind, again.title, again.settings, again.state) == (job.kind, job.title, job.settings, "queued")
    assert jobs.all_jobs() == [again]


def test_a_job_with_a_damaged_order_can_only_be_removed_and_for_good(idle):
    job = written_job(idle)
    (job.folder / "job.json").write_text("")
    assert seen(job).kind == DAMAGED
    with pytest.raises(JobError, match=f"start a new one. Received: '{job.id}', damaged"):
        jobs.resume(job.id, KEEPER)
    assert jobs.stop(job.id, KEEPER) == jobs.cancel(job.id, KEEPER) == seen(job)
    assert jobs.remove(job.id, KEEPER) is False
    assert jobs.all_jobs() == jobs.removed() == []


@pytest.mark.parametrize(
    "change",
    [
        {"state": "asleep"},
        {"queued": "soon"},
        {"pid": "5"},
        {"result": []},
        {"deaths": None},
        {"folder": "/"},
        {"new": 1},
        {"kind": "other"},
        {"queued": 1e15},
        {"started": -1},
        {"ended": float("nan")},
        {"ended": 10**400},
    ],
)
def test_a_job_whose_state_has_nonsense_in_it_has_failed(idle, change):
    job = written_job(idle)
    state = json.loads((job.folder / "state.json").read_text())
    (job.folder / "state.json").write_text(json.dumps(state | change))
    assert (seen(job).state, seen(job).kind) == ("failed", job.kind)
    assert seen(job).error.startswith("What became of it cannot be read: state.json is ")
    assert jobs.resume(job.id, KEEPER).state == "queued"


def test_what_is_no_job_is_not_looked_at_and_leftovers_are_swept(idle, caplog):
    job = written_job(idle)
    (idle / "jobs" / "notes.txt").touch()
    (idle / "jobs" / "my-model").mkdir()
    (idle / "jobs" / f".{job.id}.a1b2c3").mkdir()
    assert jobs.all_jobs() == [job]
    assert sorted(path.name for path in (idle / "jobs").iterdir()) == [".lock", job.id, "my-model", "notes.txt"]
    assert not caplog.text


# A full disk


def test_a_job_that_the_disk_cannot_take_leaves_nothing_behind(home):
    with full_disk(), pytest.raises(JobError, match=r"cannot be changed: .*File too large.* Check the space"):
        jobs.start("count", "Count", {"to": 1})
    assert [path.name for path in (home / "jobs").iterdir()] == [".lock"]


def test_a_death_that_cannot_be_noted_is_shown(idle):
    job = written_job(idle, state="running", started=2.0, pid=2**30, born=1.0)
    with full_disk():
        shown = seen(job)
        assert (shown.state, jobs.find(job.id).state) == ("failed", "running")
        assert "Free some space and resume." in shown.error
        with pytest.raises(JobError, match="Check the space on the disk"):
            jobs.resume(job.id, KEEPER)
    assert seen(job).state == "queued"


def test_a_dead_job_is_removed_from_a_full_disk(idle):
    job = written_job(idle, state="running", started=2.0, pid=2**30, born=1.0)
    with full_disk():
        jobs.remove(job.id, KEEPER)
        assert jobs.all_jobs() == []


def test_a_job_that_a_full_disk_keeps_from_starting_waits_and_says_so(home):
    job = written_job(home)
    before = psutil.Process().children()
    with full_disk():
        assert seen(job).state == "queued"
        assert "cannot be started yet: " in seen(job).error
        assert psutil.Process().children() == before
    assert until_ended(job).state == "done"


def test_a_checkpoint_that_finds_no_room_fails_the_job_in_words(home):
    job = until_ended(jobs.start("write_a_checkpoint", "Checkpoint", {}))
    assert job.state == "failed"
    assert job.error.startswith("The disk is full (")
    assert job.error.endswith("Free some space and resume.")
    assert "Traceback" in job.log_tail()


def test_work_goes_on_without_its_events_and_an_end_that_finds_no_room_is_reached_again(home):
    job = until_ended(jobs.start("fill_the_disk", "Fill", {}))
    assert (job.state, job.result) == ("done", {"again": True})
    assert [event["kind"] for event in job.events()[0]] == ["died"]


def test_an_event_that_finds_no_room_is_logged_once(idle, caplog):
    report = Report(written_job(idle).folder)
    with full_disk():
        report.event("lost")
        report.event("lost")
    assert caplog.text.count("An event cannot be written") == 1


def test_work_of_which_half_is_worth_nothing_ends_where_that_is_wished_unless_it_is_done(idle):
    report = Report(written_job(idle).folder)
    report.go_on(1, 2, "Half")
    (report.folder / "stop").touch()
    with pytest.raises(Cancelled):
        report.go_on(1, 2, "Half")
    report.go_on(2, 2, "Done")
    assert [event["done"] for event in jobs.find(report.folder.name).events()[0]] == [1, 2]


def test_progress_that_cannot_be_noted_is_noted_the_next_time(idle, caplog):
    job = written_job(idle, deaths=1)
    report = Report(job.folder, job.deaths)
    with full_disk():
        report.progress()
    assert "Progress cannot be written" in caplog.text
    assert jobs.find(job.id).deaths == 1
    report.progress()
    assert jobs.find(job.id).deaths == 0


# How the work ends


@pytest.mark.parametrize(
    ("kind", "state", "error"),
    [
        ("refuse", "failed", "There is nothing to learn from."),
        ("stumble", "failed", "ZeroDivisionError: division by zero\n"),
        ("give_nonsense", "failed", "TypeError: Only numbers, texts, lists and mappings can be kept. Received: Posix"),
        ("unheard-of", "failed", "A job's kind must be one of count, hold"),
        ("give_up", "cancelled", None),
    ],
)
def test_every_end_is_told(idle, monkeypatch, caplog, kind, state, error):
    monkeypatch.setattr(os, "nice", lambda _: 0)  # of this process
    job = written_job(idle, kind=kind)
    assert worker.main(job.folder, KINDS) == 0
    job = seen(job)
    assert job.state == state
    assert (job.error or "").startswith(error or "")
    assert job.result is None
    assert ("Traceback" in caplog.text) == (state == "failed")


def test_work_may_be_named_by_its_module(idle, monkeypatch):
    monkeypatch.setattr(os, "nice", lambda _: 0)  # of this process
    job = written_job(idle)
    worker.main(job.folder, {"count": Kind("json")})
    assert seen(job).error.startswith("AttributeError: module 'json' has no attribute 'run'")


def test_the_workers_of_the_app_are_started_by_name(fresh_home):
    with subprocess.Popen([*processes.COMMAND, "no-such-folder"], cwd=REPOSITORY, stderr=subprocess.PIPE) as process:
        assert b"There is no such job; it may have been removed. Received: 'no-such-folder'" in process.stderr.read()
    assert process.returncode == 1
