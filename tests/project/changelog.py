"""The changelog, read: its versions with their dates and what is in them."""

import re
from dataclasses import dataclass
from datetime import date

from tests.project.tables import ROOT

UNRELEASED = "Unreleased"
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
"""What a change can be, in the order of keepachangelog.com."""


@dataclass(frozen=True)
class Release:
    """A version of the changelog.

    Attributes
    ----------
    version
        As in "0.6.1".
    day
        When it was released; None for one that is not.
    changes
        The entries of each kind, in the order in which the kinds stand there.
    """

    version: str
    day: date | None
    changes: dict[str, list[str]]


def releases() -> list[Release]:
    """All versions, in the order in which they stand there.

    Raises
    ------
    ValueError
        If a heading of a version is not "## VERSION - DATE".
    """
    _top, *parts = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)
    return [_release(part) for part in parts]


def _release(part: str) -> Release:
    """One version's part."""
    heading, _, body = part.partition("\n")
    version, _, day = heading.partition(" - ")
    _about, *kinds = re.split(r"^### ", body, flags=re.MULTILINE)
    changes = {}
    for kind in kinds:
        name, _, entries = kind.partition("\n")
        changes[name] = re.findall(r"^- (.+(?:\n  .+)*)", entries, re.MULTILINE)
    return Release(version, None if day == UNRELEASED else date.fromisoformat(day), changes)
