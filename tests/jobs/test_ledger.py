"""A look at the jobs: the same whoever writes, and hardly dearer with thousands that have ended."""

import json
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from mnist_core import jobs, paths
from mnist_core.jobs import ledger, lock, queue
from mnist_core.jobs.job import read_job, write_state
from tests.jobs.ended import ended_jobs

OTHER_PROCESS = """
import sys
from mnist_core import jobs
from mnist_core.owners import KEEPER
from mnist_core.jobs import queue
queue.limit = lambda: 0
{act}
"""


@pytest.fixture
def idle(fresh_home, without_workers):
    """A data home whose jobs wait for ever."""
    return fresh_home


def elsewhere(act: str) -> None:
    """Have another process do something with the jobs."""
    subprocess.run([sys.executable, "-c", OTHER_PROCESS.format(act=act)], check=True)


def states() -> dict[str, str]:
    """What has become of each job, as a page sees it."""
    return {job.title: job.state for job in jobs.all_jobs()}


def reads(monkeypatch) -> list[str]:
    """Filled with the id of each job that is read from the disk from now on."""
    read = []
    monkeypatch.setattr(ledger, "read_job", lambda folder: read.append(folder.name) or read_job(folder))
    return read


def test_what_ended_is_read_once_and_what_waits_at_every_look(idle, monkeypatch):
    ended_jobs(20)
    waiting = jobs.start("count", "Waits", {})
    assert len(jobs.all_jobs()) == 21
    read = reads(monkeypatch)
    for _ in range(3):
        lock.shared_look.forget()
        jobs.all_jobs()
    assert set(read) == {waiting.id}
    new = jobs.start("count", "Waits too", {})
    assert len(jobs.all_jobs()) == 22
    assert set(read) == {waiting.id, new.id}


def test_what_another_process_does_is_seen_at_the_next_look(idle):
    old = ended_jobs(3)
    assert set(states().values()) == {"done"}
    failed = write_state(replace(old[0], state="failed"))
    assert states()[old[0].title] == "failed"
    elsewhere(f"jobs.resume({failed.id!r}, KEEPER)")
    assert states()[old[0].title] == "queued"
    elsewhere(f"jobs.remove({old[1].id!r}, KEEPER)")
    assert old[1].title not in states()
    elsewhere(f"jobs.restore({old[1].id!r}, KEEPER)")
    assert states()[old[1].title] == "done"
    elsewhere("jobs.start('count', 'New', {})")
    assert states()["New"] == "queued"


def test_a_file_that_was_damaged_by_hand_is_seen_after_a_moment(idle, monkeypatch):
    (job,) = ended_jobs(1)
    assert states() == {job.title: "done"}
    (job.folder / "state.json").write_text("{")
    monkeypatch.setattr(ledger, "COMPARED_EVERY_S", 0.0)
    lock.shared_look.forget()
    assert states() == {job.title: "failed"}


def test_the_job_that_ended_while_it_was_watched_is_seen_and_remembered(idle, monkeypatch):
    job = jobs.start("count", "Ends", {})
    assert states() == {"Ends": "queued"}
    write_state(replace(job, state="done", ended=time.time(), result={"model": "m"}))
    (seen,) = jobs.all_jobs()
    assert (seen.state, seen.result) == ("done", {"model": "m"})
    read = reads(monkeypatch)
    lock.shared_look.forget()
    assert jobs.all_jobs() == [seen]
    assert read == []


def test_what_a_killed_process_left_is_deleted_by_a_look(idle):
    ended_jobs(1)
    jobs.all_jobs()
    leftover = paths.jobs_folder() / ".20260101-120000-000000.half"
    (leftover / "work").mkdir(parents=True)
    jobs.all_jobs()
    assert not leftover.exists()


def test_jobs_of_another_data_home_are_others(idle, monkeypatch, tmp_path):
    ended_jobs(2)
    assert len(jobs.all_jobs()) == 2
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "other"))
    assert jobs.all_jobs() == []
    ended_jobs(1)
    assert len(jobs.all_jobs()) == 1


def test_sessions_that_look_at_about_the_same_time_share_a_look(idle, monkeypatch):
    jobs.start("count", "Waits", {})
    looks = []
    tend = queue._tend
    monkeypatch.setattr(queue, "_tend", lambda: looks.append(1) or tend())
    assert [len(jobs.all_jobs()) for _ in range(5)] == [1] * 5
    assert len(looks) == 1
    jobs.all_jobs().clear()
    assert len(jobs.all_jobs()) == 1
    jobs.start("count", "Another", {})
    looks.clear()
    assert len(jobs.all_jobs()) == 2
    assert len(looks) == 1


def test_jobs_that_older_versions_wrote_are_read(idle):
    (job,) = ended_jobs(1)
    order = json.loads((job.folder / "job.json").read_text())
    del order["owner"]
    (job.folder / "job.json").write_text(json.dumps(order))
    (seen,) = jobs.all_jobs()
    assert (seen.state, seen.owner) == ("done", "")
