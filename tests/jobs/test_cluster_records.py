"""Rows of a cluster: whose turn it is, and what a machine that lost its turn may not write."""

import pytest

pytest.importorskip("procrastinate", reason="needs the extra `cluster`")

from mnist_core.errors import JobError
from mnist_core.jobs.cluster import records
from mnist_core.jobs.cluster.database import Database
from mnist_core.jobs.cluster.mirror import shifted
from mnist_core.jobs.cluster.parcels import Parcels, packed, unpacked
from mnist_core.jobs.job import Job
from tests import postgres


@pytest.fixture
def connection():
    postgres.empty()
    database = Database(postgres.address())
    with database.connection() as found:
        yield found
    database.close()


@pytest.fixture
def job(tmp_path, connection):
    job = Job(tmp_path / "20261201-120000-abcdef", "train", "A run", {"to": 3}, 1.0, "queued", 1.0)
    records.insert(connection, job)
    return job


def test_who_lost_its_turn_writes_nothing(connection, job):
    first, second = (records.taken(connection, job.id) for _ in range(2))
    assert not records.tell(connection, job.id, first["turn"], 0, b"old\n", state="done")
    assert records.tell(connection, job.id, second["turn"], 0, b"new\n")
    row = records.one(connection, job.id)
    assert (row["state"], records.told(connection, job.id)) == ("running", b"new\n")


def test_machines_that_die_are_counted_and_those_that_leave_are_not(connection, job):
    assert records.taken(connection, job.id)["deaths"] == 0
    assert records.taken(connection, job.id)["deaths"] == 1
    records.change(connection, job.id, state="queued")
    assert records.taken(connection, job.id)["deaths"] == 1


def test_what_has_ended_is_taken_by_nobody(connection, job):
    records.change(connection, job.id, state="cancelled")
    assert records.taken(connection, job.id) is None


def test_events_are_in_the_time_of_the_database():
    assert shifted(b'{"time": 5.0, "kind": "a"}\n', 60) == b'{"time": 65.0, "kind": "a"}\n'
    assert shifted(b'{"time": 5.0, "kind": "a"}\n', 0.2) == b'{"time": 5.0, "kind": "a"}\n'


def test_a_damaged_parcel_is_refused(tmp_path):
    folder = tmp_path / "made"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "file").write_text("content")
    parcels = Parcels(f"file://{tmp_path / 'store'}")
    digest = parcels.put("job", packed(folder))
    assert (unpacked(parcels.get("job", digest), tmp_path / "there") / "in" / "file").read_text() == "content"
    (tmp_path / "store" / "parcels" / "job" / digest).write_bytes(b"other")
    with pytest.raises(JobError, match="SHA-256"):
        parcels.get("job", digest)
    with pytest.raises(JobError, match="store of the cluster"):
        parcels.get("job", "0" * 64)


def test_an_empty_folder_is_no_parcel(tmp_path):
    assert packed(tmp_path) is None
