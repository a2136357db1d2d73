"""Who made what, and who may change it: a visitor is known by a random token, which says nothing about the person.

Only the SHA-256 of a token is ever kept, so whoever reads the disk cannot pass for a visitor.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeGuard

from mnist_core.errors import OwnerError
from mnist_core.language import gettext as _
from mnist_core.records import UNUSABLE, read_text
from mnist_core.settings import is_on

OPEN_VARIABLE = "MNIST_STUDIO_OPEN"
"""Set to 1, everybody may change every job, model and map."""

KEEPERS: Final = ""
"""The owner of what no visitor made: what came from the command line, or is older than owners are."""

OWNER = "owner"
"""The file of a model's or a map's folder that names its owner; without it, it is the keeper's."""

_TOKEN = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")


class Keeper:
    """Whoever runs the app, who may change everything."""


KEEPER: Final = Keeper()


@dataclass(frozen=True)
class AtHome:
    """A visitor at the very machine that the app serves alone: what no visitor made is theirs too.

    Attributes
    ----------
    token
        The visitor's token.
    """

    token: str


By = str | AtHome | Keeper
"""Who does something: a visitor by the token, a visitor at home, or the keeper."""


def new_token() -> str:
    """A token for a visitor to be known by: 32 hex digits, which nobody can guess."""
    return secrets.token_hex(16)


def is_token(value: object) -> TypeGuard[str]:
    """Whether this has the form of a token."""
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


def token_hash(token: str) -> str:
    """SHA-256 of a token or key, as hex: all that is ever kept of it.

    Raises
    ------
    OwnerError
        If it is no token.
    """
    if not is_token(token):
        raise OwnerError(
            _("A visitor's token or a class's key has 32 hex digits. Received: something else. Open the page again.")
        )
    return hashlib.sha256(token.encode()).hexdigest()


def is_owner(value: object) -> TypeGuard[str]:
    """Whether this has the form of an owner as it is kept."""
    return value == KEEPERS or (isinstance(value, str) and _HASH.fullmatch(value) is not None)


def owner_of(by: By) -> str:
    """The owner of what somebody makes: the hash of a visitor's token, or `KEEPERS`.

    Raises
    ------
    OwnerError
        If it is no token.
    """
    if isinstance(by, Keeper):
        return KEEPERS
    return token_hash(by.token if isinstance(by, AtHome) else by)


def is_own(owner: str, by: By) -> bool:
    """Whether what has this owner is somebody's own."""
    return owner == owner_of(by) or (owner == KEEPERS and isinstance(by, AtHome))


def may_change(owner: str, by: By) -> bool:
    """Whether somebody may stop, rename or delete what has this owner."""
    return isinstance(by, Keeper) or is_own(owner, by) or is_on(OPEN_VARIABLE)


def check_may_change(owner: str, by: By) -> None:
    """Refuse to have somebody change what is another's.

    Raises
    ------
    OwnerError
        If it is another's.
    """
    if not may_change(owner, by):
        raise OwnerError(
            _(
                "This is somebody else's: only who made it, in the same browser, or the keeper of this app may change "
                "it. Nothing was changed."
            )
        )


def folder_owner(folder: Path) -> str:
    """The owner of a folder; `KEEPERS` if nothing is written there that could be one."""
    try:
        written = read_text(folder / OWNER)
    except UNUSABLE:
        return KEEPERS
    return written if is_owner(written) else KEEPERS


def write_owner(folder: Path, owner: str) -> None:
    """Have a folder belong to an owner.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    if owner == KEEPERS:
        (folder / OWNER).unlink(missing_ok=True)
    else:
        (folder / OWNER).write_text(owner, "ascii")
