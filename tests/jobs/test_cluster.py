"""Jobs on other machines: PostgreSQL on loopback, workers as processes with data homes of their own, and a store."""

import signal
import time

import psutil
import pytest

pytest.importorskip("procrastinate", reason="needs the extra `cluster`")

import psycopg

from mnist_core import jobs, paths
from mnist_core.errors import ConfigError, JobError, OwnerError
from mnist_core.jobs import engines, kinds
from mnist_core.jobs.cluster import database, mirror
from mnist_core.jobs.cluster.engine import close_clusters
from mnist_core.jobs.cluster.parcels import STORE_VARIABLE
from mnist_core.owners import KEEPER, new_token
from tests import postgres
from tests.jobs.cluster_worker import WORK
from tests.jobs.machines import Machines, until
from tests.jobs.test_jobs import events_of

pytestmark = pytest.mark.slow


@pytest.fixture
def server(fresh_home, tmp_path, monkeypatch):
    """This process as a web server of a cluster without machines."""
    postgres.empty()
    monkeypatch.setenv(engines.WORKERS_VARIABLE, postgres.address())
    monkeypatch.setenv(STORE_VARIABLE, f"file://{tmp_path / 'store'}")
    monkeypatch.setattr(mirror, "LOOK_EVERY_S", 0.1)
    for name, kind in WORK.items():
        monkeypatch.setitem(kinds.KINDS, name, kind)
    yield fresh_home
    close_clusters()


@pytest.fixture
def machines(server, tmp_path):
    found = Machines(tmp_path)
    yield found
    found.end()


def seen(job):
    return next(other for other in jobs.all_jobs() if other.id == job.id)


def until_ended(job):
    return until(lambda: found if not (found := seen(job)).is_active else None)


def numbers(job):
    return [event["number"] for event in events_of(job, "count")]


def test_a_job_is_done_on_another_machine(machines):
    machines.add()
    done = until_ended(jobs.start("count", "Counting", {"to": 20}))
    assert done.error is None
    assert (done.state, done.result) == ("done", {"first": 0, "number": 20})
    assert numbers(done) == list(range(1, 21))


def test_what_it_made_comes_here(machines, server):
    machines.add()
    done = until_ended(jobs.start("made", "A folder", {"name": "one", "content": "of it"}))
    assert done.result == {"name": "one", "bytes": 5}
    assert (paths.models_folder() / "one" / "content").read_text() == "of it"


def test_a_machine_that_is_killed_loses_nothing(machines):
    first = machines.add()
    job = jobs.start("count", "Counting", {"to": 300, "progress": True})
    until(lambda: len(numbers(seen(job))) > 40)
    worker = psutil.Process(events_of(seen(job), "begun")[0]["pid"])
    first.kill()
    psutil.wait_procs([worker], timeout=20)
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE
    machines.add()
    done = until_ended(job)
    assert (done.state, done.result["number"]) == ("done", 300)
    assert done.result["first"] > 0
    assert sorted(set(numbers(done))) == list(range(1, 301))


def test_a_machine_that_is_asked_to_stop_hands_its_job_back(machines):
    first = machines.add()
    job = jobs.start("count", "Counting", {"to": 300})
    until(lambda: len(numbers(seen(job))) > 20)
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    assert until(lambda: seen(job).state == "queued")
    machines.add()
    done = until_ended(job)
    assert done.result["first"] > 15
    assert numbers(done) == list(range(1, 301))


def test_stop_keeps_the_best_and_cancel_nothing(machines):
    machines.add()
    job = jobs.start("count", "Counting", {"to": 100_000})
    until(lambda: numbers(seen(job)))
    assert jobs.stop(job.id, KEEPER).state == "stopping"
    done = until_ended(job)
    assert (done.state, 0 < done.result["number"] < 100_000) == ("done", True)
    other = jobs.start("hold", "Holding", {})
    until(lambda: events_of(seen(other), "begun"))
    jobs.cancel(other.id, KEEPER)
    assert until_ended(other).state == "cancelled"


def test_what_waits_is_cancelled_and_resumed(machines):
    job = jobs.start("count", "Counting", {"to": 3})
    assert seen(job).state == "queued"
    assert jobs.stop(job.id, KEEPER).state == "cancelled"
    assert jobs.resume(job.id, KEEPER).state == "queued"
    machines.add()
    assert until_ended(job).result["number"] == 3


def test_an_error_of_the_work_is_told(machines):
    machines.add()
    assert until_ended(jobs.start("refuse", "Refusing", {})).error == "There is nothing to learn from."


def test_only_whose_it_is_may_stop_it(server):
    job = jobs.start("count", "Counting", {"to": 3}, new_token())
    with pytest.raises(OwnerError):
        jobs.stop(job.id, new_token())


def test_another_server_sees_the_same_jobs(server, tmp_path, monkeypatch):
    job = jobs.start("count", "Counting", {"to": 3})
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "another"))
    paths.jobs_folder().mkdir(parents=True)
    assert [(each.id, each.state, each.settings) for each in jobs.all_jobs()] == [(job.id, "queued", {"to": 3})]
    assert jobs.start("count", "Counting", {"to": 3}, once=True).id == job.id
    jobs.cancel(job.id, KEEPER)
    jobs.remove(job.id, KEEPER)
    monkeypatch.setenv(paths.HOME_VARIABLE, str(server))
    assert until(lambda: not jobs.all_jobs())


def test_two_versions_do_not_work_together(server, machines, monkeypatch):
    job = jobs.start("count", "Counting", {"to": 3})
    with psycopg.connect(postgres.address(), autocommit=True) as connection:
        connection.execute("UPDATE mnist_studio_cluster SET version = '0.0.1'")
    machine = machines.add()
    assert machine.wait(60) == 1
    assert f"version 0.0.1 of the app, and this is version {database.__version__}" in machines.log(machine)
    jobs.cancel(job.id, KEEPER)
    machines.add()
    assert until_ended(jobs.start("count", "Counting", {"to": 3})).state == "done"


def test_a_database_that_only_reads_refuses_in_a_sentence(server):
    jobs.start("count", "Counting", {"to": 3})
    with psycopg.connect(postgres.address(), autocommit=True) as connection:
        connection.execute("ALTER DATABASE postgres SET default_transaction_read_only = on")
    try:
        close_clusters()
        with pytest.raises(JobError, match="can only be read"):
            jobs.start("count", "Counting", {"to": 4})
        assert len(jobs.all_jobs()) == 1
    finally:
        with psycopg.connect(postgres.address(), autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute("ALTER DATABASE postgres RESET default_transaction_read_only")


def test_a_database_that_says_nothing_keeps_no_page_waiting(server):
    job = jobs.start("count", "Counting", {"to": 3})
    jobs.all_jobs()
    with postgres.frozen():
        began = time.monotonic()
        assert [each.id for each in jobs.all_jobs()] == [job.id]
        assert time.monotonic() - began < 2
        with pytest.raises(JobError, match="of the cluster"):
            jobs.start("count", "Counting", {"to": 4})
    assert [each.id for each in jobs.all_jobs()] == [job.id]


def test_without_a_store_nothing_begins(server, monkeypatch):
    monkeypatch.delenv(STORE_VARIABLE)
    with pytest.raises(ConfigError, match="MNIST_STUDIO_STORE must say"):
        jobs.start("count", "Counting", {"to": 3})


def test_a_store_that_is_gone_is_waited_for(machines, tmp_path):
    machines.add()
    until(lambda: (tmp_path / "store").exists())
    (tmp_path / "store").rename(tmp_path / "away")
    (tmp_path / "store").touch()
    job = jobs.start("made", "A folder", {"name": "one", "content": "of it"})
    assert until(lambda: "store of the cluster is gone" in (seen(job).error or ""))
    assert seen(job).is_active
    (tmp_path / "store").unlink()
    (tmp_path / "away").rename(tmp_path / "store")
    assert until_ended(job).state == "done"


def test_a_job_of_a_cluster_that_is_not_named_any_more_stays_as_it_is(server, monkeypatch):
    job = jobs.start("count", "Counting", {"to": 3})
    monkeypatch.delenv(engines.WORKERS_VARIABLE)
    assert [each.state for each in jobs.all_jobs()] == ["queued"]
    with pytest.raises(JobError, match="does not name it any more"):
        jobs.stop(job.id, KEEPER)
