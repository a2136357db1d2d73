"""Who may stop, cancel, resume, remove and bring back a job."""

import time
from contextlib import nullcontext
from dataclasses import replace

import pytest

from mnist_core import jobs, paths
from mnist_core.errors import JobError, OwnerError
from mnist_core.jobs import worker
from mnist_core.jobs.job import write_state
from mnist_core.jobs.kinds import KINDS, Kind, is_for_all
from mnist_core.owners import KEEPER, KEEPERS, OPEN_VARIABLE, AtHome, owner_of

ANNA, BEN = "a" * 32, "b" * 32
OWN = "train"
FOR_ALL = "read"


@pytest.fixture(autouse=True)
def home(fresh_home, without_workers):
    """A data home whose jobs wait."""
    return fresh_home


def failed(kind=OWN, by=ANNA):
    return write_state(replace(jobs.start(kind, "Any", {}, by), state="failed", error="Bad luck.", ended=time.time()))


def gone(by):
    job = failed(by=by)
    jobs.remove(job.id, KEEPER)
    return job


READY = {
    jobs.stop: lambda by: jobs.start(OWN, "Any", {}, by),
    jobs.cancel: lambda by: jobs.start(OWN, "Any", {}, by),
    jobs.resume: lambda by: failed(by=by),
    jobs.remove: lambda by: failed(by=by),
    jobs.restore: gone,
}


def files(home):
    """All that is kept, by name."""
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


@pytest.mark.parametrize("act", READY, ids=lambda act: act.__name__)
@pytest.mark.parametrize(
    ("maker", "by", "may"),
    [
        pytest.param(ANNA, ANNA, True, id="the-owner"),
        pytest.param(ANNA, AtHome(ANNA), True, id="the-owner-at-home"),
        pytest.param(AtHome(ANNA), ANNA, True, id="the-owner-who-was-at-home"),
        pytest.param(ANNA, BEN, False, id="a-stranger"),
        pytest.param(ANNA, AtHome(BEN), False, id="a-stranger-at-home"),
        pytest.param(ANNA, KEEPER, True, id="the-keeper"),
        pytest.param(KEEPER, ANNA, False, id="a-visitor-what-is-the-keepers"),
        pytest.param(KEEPER, AtHome(ANNA), True, id="a-visitor-at-home-what-is-the-keepers"),
        pytest.param(KEEPER, KEEPER, True, id="the-keeper-the-own"),
    ],
)
def test_owners_and_the_keeper_change_a_job(home, act, maker, by, may):
    job = READY[act](maker)
    before = files(home)
    with nullcontext() if may else pytest.raises(OwnerError, match="somebody else"):
        act(job.id, by)
    assert (files(home) != before) is may


@pytest.mark.parametrize("act", READY, ids=lambda act: act.__name__)
def test_where_all_is_open_everybody_changes_every_job(home, act, monkeypatch):
    job = READY[act](ANNA)
    monkeypatch.setenv(OPEN_VARIABLE, "1")
    before = files(home)
    act(job.id, BEN)
    assert files(home) != before
    assert all(job.owner == owner_of(ANNA) for job in [*jobs.all_jobs(), *jobs.removed()])


@pytest.mark.parametrize("act", READY, ids=lambda act: act.__name__)
@pytest.mark.parametrize("by", ["", "0" * 31, "../" + "0" * 29, None])
def test_nobody_changes_nothing(home, act, by):
    job = READY[act](KEEPER)
    before = files(home)
    with pytest.raises(OwnerError):
        act(job.id, by)
    assert files(home) == before


def test_a_job_is_whose_it_was_begun_and_the_disk_knows_no_token(home):
    started = [jobs.start(OWN, "Any", {}, by) for by in (ANNA, AtHome(BEN), KEEPER)]
    assert [jobs.find(job.id).owner for job in started] == [owner_of(ANNA), owner_of(BEN), KEEPERS]
    assert not any(token.encode() in content for content in files(home).values() for token in (ANNA, BEN))


def test_a_job_that_is_older_than_owners_is_the_keepers():
    job = jobs.start(OWN, "Any", {}, ANNA)
    order = job.folder / "job.json"
    order.write_text(order.read_text().replace(f', "owner": "{owner_of(ANNA)}"', ""))
    assert jobs.find(job.id) == replace(job, owner=KEEPERS)


def test_what_is_asked_for_once_stays_whose_it_was_begun():
    job = jobs.start(FOR_ALL, "Any", {}, ANNA, once=True)
    assert jobs.start(FOR_ALL, "Any", {}, BEN, once=True) == job
    with pytest.raises(OwnerError):
        jobs.cancel(job.id, BEN)


def test_the_work_is_told_whose_it_is(monkeypatch):
    monkeypatch.setattr(worker, "_lower_priority", lambda: None)  # of this process
    job = jobs.start(OWN, "Any", {}, ANNA)
    worker.main(job.folder, {OWN: Kind(lambda settings, report: {"owner": report.owner})})
    assert jobs.find(job.id).result == {"owner": owner_of(ANNA)}


# What everybody waits for


def test_runs_maps_and_searches_are_their_owners_alone():
    assert {kind for kind in KINDS if not is_for_all(kind)} == {"train", "embed", "tune", "add-data"}
    assert not is_for_all("unheard of")


@pytest.mark.parametrize("maker", [ANNA, KEEPER])
def test_who_resumes_what_everybody_waits_for_owns_it(maker):
    job = failed(FOR_ALL, maker)
    again = jobs.resume(job.id, BEN)
    assert (again.state, again.owner) == ("queued", owner_of(BEN))
    if maker is ANNA:
        with pytest.raises(OwnerError):
            jobs.cancel(job.id, ANNA)
    assert jobs.cancel(job.id, BEN).state == "cancelled"


def test_who_may_change_it_anyway_resumes_it_for_its_owner(monkeypatch):
    assert jobs.resume(failed(FOR_ALL).id, KEEPER).owner == owner_of(ANNA)
    assert jobs.resume(failed(FOR_ALL, KEEPER).id, AtHome(BEN)).owner == KEEPERS
    monkeypatch.setenv(OPEN_VARIABLE, "1")
    assert jobs.resume(failed(FOR_ALL).id, BEN).owner == owner_of(ANNA)


def test_what_waits_already_stays_whose_it_is_when_it_is_resumed():
    job = jobs.start(FOR_ALL, "Any", {}, ANNA)
    assert jobs.resume(job.id, BEN) == job


@pytest.mark.parametrize("act", [jobs.stop, jobs.cancel, jobs.remove])
def test_a_stranger_ends_nothing_that_everybody_waits_for(home, act):
    job = failed(FOR_ALL) if act is jobs.remove else jobs.start(FOR_ALL, "Any", {}, ANNA)
    before = files(home)
    with pytest.raises(OwnerError):
        act(job.id, BEN)
    assert files(home) == before


# Removed


def test_a_removed_job_comes_back_as_it_was():
    job = failed()
    (job.folder / "work").mkdir()
    (job.folder / "work" / "half").write_text("way")
    assert jobs.remove(job.id, ANNA) is True
    assert jobs.all_jobs() == []
    assert [each.id for each in jobs.removed()] == [job.id]
    assert jobs.restore(job.id, ANNA) == jobs.find(job.id) == job
    assert (job.folder / "work" / "half").read_text() == "way"
    assert jobs.removed() == []
    with pytest.raises(JobError, match="cannot be brought back any more"):
        jobs.restore(job.id, ANNA)


def test_a_job_whose_state_is_damaged_is_still_its_owners(home):
    job = failed()
    (job.folder / "state.json").write_text("{")
    with pytest.raises(OwnerError):
        jobs.remove(job.id, BEN)
    assert jobs.remove(job.id, ANNA) is True
    with pytest.raises(OwnerError):
        jobs.restore(job.id, BEN)
    assert jobs.restore(job.id, ANNA).owner == owner_of(ANNA)


def test_a_job_of_which_nobody_knows_whose_it_was_is_the_keepers():
    job = failed()
    (job.folder / "job.json").write_text("{")
    for stranger in (ANNA, BEN):
        with pytest.raises(OwnerError):
            jobs.remove(job.id, stranger)
    assert jobs.remove(job.id, AtHome(BEN)) is False


def test_a_removed_job_that_is_gone_meanwhile_is_left_out(monkeypatch):
    job = failed()
    jobs.remove(job.id, ANNA)
    found = jobs.removal.trash.discarded("jobs")
    jobs.restore(job.id, ANNA)
    monkeypatch.setattr(jobs.removal.trash, "discarded", lambda kind: found)
    assert jobs.removed() == []
    with pytest.raises(JobError):
        jobs.restore(job.id, ANNA)
    assert jobs.find(job.id) == job


def test_what_is_let_go_is_the_keepers_and_the_others_stay():
    waiting, ended, other = jobs.start(OWN, "Any", {}, ANNA), failed(), jobs.start(OWN, "Any", {}, BEN)
    removed = gone(ANNA)
    jobs.disown(owner_of(ANNA))
    assert {job.id: job.owner for job in jobs.all_jobs()} == {
        waiting.id: KEEPERS,
        ended.id: KEEPERS,
        other.id: owner_of(BEN),
    }
    assert [(job.id, job.owner) for job in jobs.removed()] == [(removed.id, KEEPERS)]
    assert jobs.find(ended.id) == replace(ended, owner=KEEPERS)
    assert owner_of(ANNA) not in "".join(path.read_text() for path in paths.data_home().rglob("*.json"))
