"""CHANGELOG.md is in the form that it names, and its newest version is the one that this is."""

from itertools import pairwise

import pytest

from mnist_core.version import __version__
from tests.project.changelog import KINDS, releases
from tests.project.tables import ROOT

RELEASES = releases()


def test_the_newest_is_this_version():
    assert RELEASES[0].version == __version__


def test_newest_first_and_only_the_newest_may_be_unreleased():
    numbers = [tuple(map(int, release.version.split("."))) for release in RELEASES]
    assert all(newer > older for newer, older in pairwise(numbers))
    days = [release.day for release in RELEASES[RELEASES[0].day is None :]]
    assert all(newer >= older for newer, older in pairwise(days))
    assert len(RELEASES) == 8


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.version)
def test_kinds_of_changes(release):
    assert list(release.changes) == [kind for kind in KINDS if kind in release.changes]
    assert release.changes
    assert all(release.changes.values())


def test_no_entry_stands_outside_of_a_kind():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    entries = [entry for release in RELEASES for each in release.changes.values() for entry in each]
    assert sum(line.startswith("- ") for line in text.splitlines()) == len(entries)
