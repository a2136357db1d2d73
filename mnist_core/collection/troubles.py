"""What a database says when it cannot, in words for people: they name neither its host nor a file.

What it said itself is in the server's log.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator

from filelock import Timeout
from sqlalchemy import exc

from mnist_core.errors import CollectionError, MnistError
from mnist_core.language import gettext as _

log = logging.getLogger(__name__)

# How long to wait for whoever else is writing a file, and how long a server waits for them: less than it is waited for.
BUSY_TIMEOUT_S = 5.0
LOCK_TIMEOUT_S = 3.0

# SQLite's names of errors, which begin so, and PostgreSQL's codes.
_UNREADABLE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_LOCKED = ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "40P01")
_FULL = ("SQLITE_FULL", "SQLITE_IOERR", "53100")
_SLOW = ("57014", "25P03")


class SilentServerError(Exception):
    """A server that was waited for as long as it may be."""


def no_room() -> CollectionError:
    """The error of a full disk on which something was to be stored."""
    return CollectionError(
        _(
            "The collection cannot take more: the disk is full, or refuses to be written. "
            "This was not stored; everything stored before is still there. Free some space and try again."
        )
    )


def no_room_to_delete() -> CollectionError:
    """The error of a full disk on which something was to be deleted."""
    return CollectionError(
        _(
            "The disk is full, or refuses to be written, and nothing was deleted: for a moment, deleting takes about "
            "as much room as what is deleted. Free some space or delete less at once, and try again."
        )
    )


@contextlib.contextmanager
def explained(full: Callable[[], CollectionError] = no_room) -> Iterator[None]:
    """Say what a database cannot do as a CollectionError; what is a bug stays one.

    Parameters
    ----------
    full
        What is said of a full disk.
    """
    try:
        yield
    except Timeout as error:
        raise locked(BUSY_TIMEOUT_S) from error
    except exc.TimeoutError as error:
        raise crowded() from error
    except exc.DBAPIError as error:
        if isinstance(error, exc.IntegrityError | exc.DataError | exc.NotSupportedError):
            raise
        raise _in_words(error, full) from error
    except OSError as error:
        if isinstance(error, CollectionError):
            raise
        if isinstance(error, MnistError):  # it is in words already, and no system's
            raise CollectionError(str(error)) from error
        log.warning("The collection cannot be opened: %s", error)
        text = _("The collection cannot be opened: {reason}. Make room for it, or name another place.")
        raise CollectionError(text, reason=error.strerror or type(error).__name__) from error


def is_full(error: exc.DBAPIError) -> bool:
    """Whether a database says that the disk is full."""
    return _code(error).startswith(_FULL)


def _code(error: exc.DBAPIError) -> str:
    """What the database calls an error; empty if it does not."""
    return str(getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or "")


def _in_words(error: exc.DBAPIError, full: Callable[[], CollectionError]) -> CollectionError:
    """What a database said, in words; its address and the values are not repeated."""
    code = _code(error)
    if code.startswith(_LOCKED):
        return locked(BUSY_TIMEOUT_S if code.startswith("SQLITE") else LOCK_TIMEOUT_S)
    if code.startswith(_UNREADABLE):
        return damaged()
    if code.startswith(_FULL):
        return full()
    log.warning("The collection's database says: %s", error.orig)
    if isinstance(error.orig, SilentServerError) or code in _SLOW:
        return silent()
    text = _(
        "The collection's database cannot be used: {reason}. Nothing was changed. "
        "Drawing works without it; check that the database is there and may be written, and try again."
    )
    return CollectionError(text, reason=code or _("it cannot be reached"))


def locked(seconds: float) -> CollectionError:
    """The error of a database that somebody else keeps to themselves for so long."""
    text = _(
        "The collection is in use by somebody else, who did not let go of it within {seconds} s. "
        "Nothing was changed. Try again in a moment."
    )
    return CollectionError(text, seconds=f"{seconds:g}")


def crowded() -> CollectionError:
    """The error of a process that uses its database as often at once as it may."""
    return CollectionError(
        _("The collection is in use by too many at once. Nothing was changed. Try again in a moment.")
    )


def silent() -> CollectionError:
    """The error of a server that says nothing."""
    return CollectionError(
        _(
            "The collection's database does not answer. Whether the last change was kept is seen when it does. "
            "Drawing works without it; try again in some seconds."
        )
    )


def damaged() -> CollectionError:
    """The error of a file that is no whole database."""
    return CollectionError(
        _(
            "The collection is damaged: its file is no whole database. It was left as it is. Put a copy of an earlier "
            "day in its place, or move it away to begin with an empty one. Drawing works without it."
        )
    )
