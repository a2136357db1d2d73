"""What the app knows of a visitor: a secret token, whether drawings may be kept, and the model that was taught."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mnist_core.model.bundle import is_taught
from mnist_core.owners import new_token

_TOKEN = re.compile(r"[0-9a-f]{32}")
_MEMBER, _OWNER = "member", "owner"


@dataclass
class Visitor:
    """A visitor of this session; the browser keeps the same for the next one.

    Attributes
    ----------
    token
        32 hexadecimal digits that nobody else knows: whose drawings are whose. It says nothing about the person.
    keeps
        Whether drawings may be kept in the collection; None as long as the visitor has not said.
    taught
        Name of the model that the visitor taught and kept; empty for none.
    is_taught_used
        Whether that model reads the drawings.
    is_member
        Whether the visitor draws in a class, whose drawings are found under the same token.
    is_owner
        Whether the visitor has made something that all may see, which only the same token may change.
    is_met
        Whether the browser has said whom it knows.
    edition
        Number of changes that the browser has to be told of.
    told
        The last one of which it was told.
    """

    token: str = field(default_factory=new_token)
    keeps: bool | None = None
    taught: str = ""
    is_taught_used: bool = False
    is_member: bool = False
    is_owner: bool = False
    is_met: bool = False
    edition: int = 0
    told: int = 0

    def change(self, **changes: Any) -> None:
        """Change some of it, and have the browser keep that."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.edition += 1

    def forget(self) -> None:
        """Be a new visitor, of whom the browser keeps nothing."""
        self.change(token=new_token(), keeps=None, taught="", is_taught_used=False, is_member=False, is_owner=False)

    def take(self, kept: Any) -> bool:
        """Be the visitor whom the browser knows; what no browser of this app keeps is refused.

        Parameters
        ----------
        kept
            What the browser sent: as `kept`, or None where another tab has made it forget.

        Returns
        -------
        Whether that was taken.
        """
        if kept is None:
            self.token, self.keeps, self.taught, self.is_taught_used = new_token(), None, "", False
            self.is_member = self.is_owner = False
        elif is_kept(kept):
            self.token, self.keeps = kept["token"], kept["keeps"]
            self.taught, self.is_taught_used = kept["taught"], kept["uses"]
            self.is_member, self.is_owner = _MEMBER in kept, _OWNER in kept
        else:
            return False
        self.is_met = True
        return True

    def kept(self) -> dict[str, Any] | None:
        """What the browser keeps; None as long as there is nothing that the visitor wants to find again."""
        if self.keeps is None and not (self.taught or self.is_member or self.is_owner):
            return None
        kept = {"token": self.token, "keeps": self.keeps, "taught": self.taught, "uses": self.is_taught_used}
        marks = {_MEMBER: self.is_member, _OWNER: self.is_owner}
        return kept | {name: True for name, is_so in marks.items() if is_so}


def is_kept(kept: Any) -> bool:
    """Whether this has the form of what a browser keeps of a visitor.

    Examples
    --------
    >>> is_kept({"token": "0" * 32, "keeps": None, "taught": "", "uses": False})
    True
    >>> is_kept({"token": "../../etc", "keeps": None, "taught": "", "uses": False})
    False
    """
    if not isinstance(kept, Mapping) or set(kept) - {_MEMBER, _OWNER} != {"token", "keeps", "taught", "uses"}:
        return False
    token, taught = kept["token"], kept["taught"]
    return (
        isinstance(token, str)
        and bool(_TOKEN.fullmatch(token))
        and (kept["keeps"] is None or isinstance(kept["keeps"], bool))
        and isinstance(taught, str)
        and (not taught or is_taught(taught))
        and isinstance(kept["uses"], bool)
        and all(kept.get(name, True) is True for name in (_MEMBER, _OWNER))
    )
