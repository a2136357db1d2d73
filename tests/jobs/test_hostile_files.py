"""Jobs whose files somebody else wrote: whatever is in them, the list of jobs is shown and the job can be removed."""

import json
import math
from string import printable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mnist_core import jobs
from mnist_core.jobs.job import EVENTS, ORDER, STATE, append_event
from mnist_core.owners import KEEPER, new_token, owner_of

TIMES = [-1, 0, 1e15, 10**400, -(10**400), math.nan, math.inf, 5e-324, 1.7e308, "1", None]
TEXTS = ["", "{", "{0}", "{part.__class__}", "\ud800", "../../etc", "x" * 10_000, "[" * 900 + "]" * 900]
VALUES = st.one_of(
    st.sampled_from([*TIMES, *TEXTS, True, [], {}, [[]] * 3, {"": {}}, ["running"]]),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(printable, max_size=20),
    st.recursive(st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)),
)
PROGRESS = {"kind": "progress", "time": 2.0, "done": 1, "total": 4, "stage": "Part {part}", "figures": {"part": 1}}


def changed(record):
    """A record with other values, without some, or with more of them, as text."""
    names = st.sampled_from([*record, "new", "folder"])
    changes = st.dictionaries(names, VALUES, max_size=4)
    lost = st.sets(st.sampled_from(list(record)), max_size=2)
    return st.builds(
        lambda more, less: json.dumps({name: each for name, each in (record | more).items() if name not in less}),
        changes,
        lost,
    )


def torn(text):
    """A text of which a part was cut, overwritten or put in twice."""
    places = st.integers(0, len(text))
    return st.builds(lambda a, b, put: text[:a] + put + text[b:], places, places, st.text(max_size=5))


def mutated(record):
    """What a file may have in the place of a record."""
    text = json.dumps(record)
    nested = st.sampled_from(
        ["[" * 100_000, '{"a":' * 100_000, text[:-1] + ', "settings": ' + "[" * 900 + "]" * 900 + "}"]
    )
    return (changed(record) | torn(text) | nested | st.sampled_from(["", "null", "5", "[]", "{}"])).map(
        lambda each: each.encode("utf-8", "surrogatepass")
    ) | st.binary(max_size=40)


ORDER_RECORD = {"kind": "read", "title": "T", "settings": {"to": 1}, "created": 1.0, "owner": owner_of(new_token())}
STATE_RECORD = {
    "state": "running",
    "queued": 1.0,
    "started": 1.5,
    "ended": None,
    "error": None,
    "result": None,
    "pid": None,
    "born": None,
    "deaths": 0,
}


@pytest.fixture
def job(fresh_home, without_workers):
    """A job that waits, and another one beside it."""
    jobs.start("read", "Whole", {"to": 2})
    return jobs.start("read", "T", {"to": 1})


hostile = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def look_at(job):
    """All that a page asks of the jobs; the job as it is shown."""
    known = jobs.all_jobs()
    assert len(known) == 2
    shown = next(each for each in known if each.id == job.id)
    assert jobs.find(job.id).id == job.id
    jobs.waiting_before(shown)
    events, end = shown.events()
    assert all(isinstance(event["kind"], str) and math.isfinite(event["time"]) for event in events)
    assert shown.events(end) == ([], end)
    far = shown.so_far()
    if far:
        assert 0.0 <= far.share <= 1.0
        assert far.left_s is None or 0.0 <= far.left_s < math.inf
        assert isinstance(far.words, str)
    assert str(job.folder.parent) not in (shown.error or "")
    return shown


@hostile
@given(mutated(ORDER_RECORD), mutated(STATE_RECORD) | st.just(json.dumps(STATE_RECORD).encode()))
def test_whatever_the_files_of_a_job_say_the_jobs_are_shown_and_it_can_be_removed(job, order, state):
    job.folder.mkdir(exist_ok=True)
    (job.folder / ORDER).write_bytes(order)
    (job.folder / STATE).write_bytes(state)
    append_event(job.folder, "progress", done=3, total=4, stage="")
    look_at(job)
    jobs.cancel(job.id, KEEPER)
    look_at(job)
    jobs.remove(job.id, KEEPER)
    assert [each.title for each in jobs.all_jobs()] == ["Whole"]


@hostile
@given(st.lists(mutated(PROGRESS), min_size=1, max_size=3))
@example([json.dumps(PROGRESS | {"done": 10**400}).encode()])
@example([json.dumps(PROGRESS | {"done": -3}).encode()])
@example([json.dumps(PROGRESS | {"total": 5e-324}).encode()])
@example([json.dumps(PROGRESS | {"figures": {"part": 10**400}}).encode()])
def test_whatever_the_events_of_a_job_say_it_is_shown(job, lines):
    (job.folder / STATE).write_text(json.dumps(STATE_RECORD))
    (job.folder / EVENTS).write_bytes(b"\n".join(lines) + b"\n")
    look_at(job)


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("name", ["queued", "started", "ended", "born", "created"])
def test_an_impossible_time_breaks_no_list(job, name, time):
    (job.folder / ORDER).write_text(json.dumps(ORDER_RECORD | ({"created": time} if name == "created" else {})))
    (job.folder / STATE).write_text(json.dumps(STATE_RECORD | ({name: time} if name != "created" else {})))
    append_event(job.folder, "progress", done=3, total=4, stage="")
    look_at(job)


@pytest.mark.parametrize("name", [ORDER, STATE, EVENTS, "log.txt"])
def test_a_folder_in_the_place_of_a_file_breaks_no_list(job, name):
    (job.folder / name).unlink(missing_ok=True)
    (job.folder / name).mkdir()
    look_at(job)
    jobs.cancel(job.id, KEEPER)
    jobs.remove(job.id, KEEPER)
    assert [each.title for each in jobs.all_jobs()] == ["Whole"]
