"""Reading what somebody brings is a job: it can be killed and stopped, and nothing is half added."""

import pytest

from mnist_core import paths
from mnist_core.datasets.own import job, read_own, shelf
from mnist_core.errors import DatasetError
from mnist_core.jobs.worker import Cancelled, Report
from mnist_core.owners import new_token, owner_of
from tests.own_data.digits import csv, written

ANNA = new_token()


@pytest.fixture
def brought(fresh_home):
    """A file that Anna has just brought."""
    return csv(paths.brought_folder() / "1")


@pytest.fixture
def report(tmp_path):
    folder = tmp_path / "job"
    folder.mkdir()
    return Report(folder, owner=owner_of(ANNA))


def test_it_becomes_a_draft_of_whoever_brought_it(brought, report, without_workers):
    started = job.start(brought, "my digits", ANNA)
    assert started.title == job.TITLE
    name = job.run(started.settings, report)["name"]
    draft = read_own(name)
    assert (draft.title, draft.is_draft, draft.owner) == ("my digits", True, owner_of(ANNA))
    assert not brought.parent.exists()


def test_what_was_killed_after_the_last_step_is_not_done_twice(brought, report):
    settings = {"path": str(brought), "title": "a", "name": shelf.new_name()}
    first = job.run(settings, report)
    assert job.run(settings, report) == first
    assert len(list(paths.own_datasets_folder().glob("own-*"))) == 1


def test_what_is_stopped_leaves_nothing(brought, report):
    (report.folder / "cancel").touch()
    with pytest.raises(Cancelled):
        job.run({"path": str(brought), "title": "a", "name": shelf.new_name()}, report)
    assert not list(paths.own_datasets_folder().glob("*"))


def test_what_cannot_be_read_leaves_nothing(fresh_home, report):
    bad = written(paths.brought_folder() / "1" / "a.csv", "label,x\n1,2")
    with pytest.raises(DatasetError, match="785 columns"):
        job.run({"path": str(bad), "title": "a", "name": shelf.new_name()}, report)
    assert not list(paths.own_datasets_folder().glob("*"))
