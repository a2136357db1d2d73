"""What a database says when it cannot, in words for people."""

import contextlib
from collections.abc import Iterator

from filelock import Timeout
from sqlalchemy import exc

from mnist_core.errors import CollectionError
from mnist_core.language import gettext as _

# How long to wait for whoever else is writing.
BUSY_TIMEOUT_S = 5.0

# SQLite's names of errors, which begin so, and PostgreSQL's codes.
_UNREADABLE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_LOCKED = ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "40P01")
_FULL = ("SQLITE_FULL", "SQLITE_IOERR", "53100")


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Say what a database cannot do as a CollectionError; what is a bug stays one."""
    try:
        yield
    except (Timeout, exc.TimeoutError) as error:
        raise locked() from error
    except exc.DBAPIError as error:
        if isinstance(error, exc.IntegrityError | exc.DataError | exc.NotSupportedError):
            raise
        raise _in_words(error) from error
    except OSError as error:
        if isinstance(error, CollectionError):
            raise
        text = _("The collection cannot be opened: {reason}. Make room for it, or name another place.")
        raise CollectionError(text, reason=error.strerror or error) from error


def _in_words(error: exc.DBAPIError) -> CollectionError:
    """What a database said, in words; its address and the values are not repeated."""
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or ""
    if code.startswith(_LOCKED):
        return locked()
    if code.startswith(_UNREADABLE):
        return damaged()
    if code.startswith(_FULL):
        return CollectionError(
            _(
                "The collection cannot take more: the disk is full, or refuses to be written. "
                "This was not stored; everything stored before is still there. Free some space and try again."
            )
        )
    reason = (str(error.orig).splitlines() or [""])[0][:200]
    text = _(
        "The collection's database cannot be used: {reason}. Nothing was changed. "
        "Drawing works without it; check that the database is there and may be written, and try again."
    )
    return CollectionError(text, reason=reason)


def locked() -> CollectionError:
    """The error of a database that somebody else keeps to themselves."""
    text = _(
        "The collection is in use by somebody else, who did not let go of it within {seconds} s. "
        "Nothing was changed. Try again in a moment."
    )
    return CollectionError(text, seconds=f"{BUSY_TIMEOUT_S:g}")


def damaged() -> CollectionError:
    """The error of a file that is no whole database."""
    return CollectionError(
        _(
            "The collection is damaged: its file is no whole database. It was left as it is. Put a copy of an earlier "
            "day in its place, or move it away to begin with an empty one. Drawing works without it."
        )
    )
