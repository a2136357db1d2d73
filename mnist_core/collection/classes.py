"""Classes that draw together: opened, joined and closed."""

import secrets
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection

from mnist_core.collection import checked, records
from mnist_core.collection.aliases import ALIASES
from mnist_core.collection.database import Database, row_count
from mnist_core.collection.records import CODE_LENGTH, CODE_SIGNS, LONGEST_NAME, By, Group, NoClassError
from mnist_core.collection.tables import classes, drawings, members
from mnist_core.errors import CollectionError
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.owners import Keeper, new_token, token_hash
from mnist_core.settings import whole_number
from mnist_core.types import describe

MOST_VARIABLE = "MNIST_STUDIO_MOST_CLASSES"
MOST_CLASSES = 2_000
MOST_MEMBERS = 500
EXPIRED_AFTER_DAYS = 3
"""A class that nobody joined and nothing was drawn for gives way to another one then, if there are too many.

A class may be opened on a Friday for Monday; and whoever fills all room with empty ones from many addresses keeps no
teacher out for longer. Where there is room, which is nearly always, an older one stays.
"""

_TRIES = 20
_DAY_US = 86_400_000_000


class Classes:
    """The part of a collection that holds classes that draw together."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, name: str) -> tuple[Group, str]:
        """Open a class.

        Returns
        -------
        The class, and its key: whoever has it may change the class and its drawings. It is told this once.

        Raises
        ------
        CollectionError
            If the name is none, or there are too many classes, of which none has expired.
        """
        now = time.time_ns() // 1000
        row = {
            "id": new_token(),
            "name": check_name(name),
            "created": now,
            "is_open": True,
        }
        key = new_token()
        with self._database.writing() as connection:
            _make_room(connection, now)
            row |= {"code": free_code(connection), "key": token_hash(key)}
            connection.execute(sa.insert(classes), row)
        return checked.group(row), key

    def group(self, code: str) -> Group:
        """The class of a code; case and spaces around it do not matter.

        Raises
        ------
        CollectionError
            If there is none.
        """
        with self._database.reading() as connection:
            return checked.group(_class(connection, code))

    def of_key(self, code: str, key: By) -> Group | None:
        """The class of a code, for whoever has its key.

        Returns
        -------
        None where there is no such class or the key is not its: who guesses codes does not learn which.

        Raises
        ------
        OwnerError
            If the key has not the form of one.
        CollectionError
            If the database cannot be read.
        """
        with self._database.reading() as connection:
            row = _found(connection, code)
        return checked.group(row) if row is not None and _is_key(row, key) else None

    def holds_key(self, code: str, key: By) -> bool:
        """Whether a key is the key of a class.

        Raises
        ------
        CollectionError
            If there is no such class, or the key has not the form of one.
        """
        with self._database.reading() as connection:
            return _is_key(_class(connection, code), key)

    def close(self, code: str, key: By) -> Group:
        """Have a class take no more drawings and no more members; what it has stays.

        Raises
        ------
        CollectionError
            If there is no such class, or the key is not its.
        """
        return self._set_open(code, key, is_open=False)

    def reopen(self, code: str, key: By) -> Group:
        """Have a class that was closed take drawings and members again.

        Raises
        ------
        CollectionError
            If there is no such class, or the key is not its.
        """
        return self._set_open(code, key, is_open=True)

    def _set_open(self, code: str, key: By, *, is_open: bool) -> Group:
        """Open or close a class; the parameters and errors are those of `close`."""
        with self._database.writing() as connection:
            row = _class(connection, code)
            _check_key(row, key)
            connection.execute(sa.update(classes).where(classes.c.id == row["id"]).values(is_open=is_open))
        return checked.group(dict(row) | {"is_open": is_open})

    def delete(self, code: str, key: By) -> int:
        """Delete a class with everything that was drawn for it.

        Returns
        -------
        How many drawings that were.

        Raises
        ------
        CollectionError
            If there is no such class, or the key is not its.
        """
        with self._database.erasing() as connection:
            row = _class(connection, code)
            _check_key(row, key)
            gone = connection.execute(sa.delete(drawings).where(drawings.c.class_id == row["id"])).rowcount
            connection.execute(sa.delete(classes).where(classes.c.id == row["id"]))
        return gone

    def join(self, code: str, owner: str) -> str:
        """Join a class under a name that nobody else has there.

        Parameters
        ----------
        owner
            The visitor's token: who comes again keeps the name.

        Returns
        -------
        The alias in English, one of `aliases.ALIASES`; shown with `alias_in_words`.

        Raises
        ------
        CollectionError
            If there is no such class, it is closed, or it is full.
        """
        token = token_hash(owner)
        for _attempt in range(_TRIES):
            try:
                with self._database.writing() as connection:
                    return _join(connection, _class(connection, code), token)
            except exc.IntegrityError:  # somebody else has taken that name in this moment
                continue
        raise CollectionError(_("Too many are joining the class at once. Try again in a moment."))

    def alias(self, code: str, owner: str) -> str | None:
        """The name that a visitor has in a class; None for who has not joined it.

        Raises
        ------
        CollectionError
            If there is no such class, or the token is none.
        """
        token = token_hash(owner)
        with self._database.reading() as connection:
            return _alias(connection, _class(connection, code), token)

    def member_count(self, id: str) -> int:
        """How many have joined the class of an id.

        Raises
        ------
        CollectionError
            If it is no id, or the database cannot be read.
        """
        with self._database.reading() as connection:
            return row_count(connection, members, members.c.class_id == records.check_id(id))


def most_classes() -> int:
    """How many classes the collection keeps: `MNIST_STUDIO_MOST_CLASSES`, else `MOST_CLASSES`.

    Raises
    ------
    ConfigError
        If the variable is no whole number from 1.
    """
    return whole_number(MOST_VARIABLE, MOST_CLASSES)


def _make_room(connection: Connection, now: int) -> None:
    """Have the oldest class that has expired give way, where there are too many."""
    most = most_classes()
    if row_count(connection, classes) < most:
        return
    old = classes.alias()
    is_due = old.c.created < now - EXPIRED_AFTER_DAYS * _DAY_US
    is_used = [sa.exists().where(each.c.class_id == old.c.id) for each in (members, drawings)]
    expired = sa.select(old.c.id).where(is_due, *map(sa.not_, is_used)).order_by(old.c.created).limit(1)
    if not connection.execute(sa.delete(classes).where(classes.c.id.in_(expired))).rowcount:
        text = _("The collection keeps {most} classes, and has so many. Delete one that is over.")
        raise CollectionError(text, most=number(most))


def check_name(name: str) -> str:
    """The name of a class, without spaces around it.

    Raises
    ------
    CollectionError
        If it is empty, too long, or holds what cannot be shown in a line.
    """
    text = name.strip() if isinstance(name, str) and len(name) <= 10 * LONGEST_NAME else ""
    if not 0 < len(text) <= LONGEST_NAME or not text.isprintable():
        message = _(
            "The name of a class has 1 to {most} characters in one line. Received: {value}. Choose a shorter one."
        )
        raise CollectionError(message, most=LONGEST_NAME, value=describe(name))
    return text


def _alias(connection: Connection, row: Any, owner: str) -> str | None:
    """The alias that an owner, as kept, has in a class."""
    query = sa.select(*checked.columns(members)).where(members.c.class_id == row["id"], members.c.owner == owner)
    found, _damaged = checked.whole(members, connection.execute(query).mappings(), checked.member)
    return next(iter(found), None)


def _join(connection: Connection, row: Any, owner: str) -> str:
    """An alias of a class, the same as before for whoever has one."""
    before = _alias(connection, row, owner)
    if before is not None:
        return before
    if not row["is_open"]:
        raise CollectionError(_("The class is closed: nobody can join it any more."))
    taken = set(connection.execute(sa.select(members.c.alias).where(members.c.class_id == row["id"])).scalars())
    if len(taken) >= MOST_MEMBERS:
        taken.remove(_freed_alias(connection, row))
    alias = secrets.choice([each for each in ALIASES if each not in taken])
    connection.execute(sa.insert(members), {"class_id": row["id"], "alias": alias, "owner": owner})
    return alias


def _freed_alias(connection: Connection, row: Any) -> str:
    """The name of a member who has drawn nothing and gives way: so nobody keeps a class out of itself by joining it."""
    theirs = drawings.c.class_id == members.c.class_id, drawings.c.alias == members.c.alias
    idle = members.c.class_id == row["id"], sa.not_(sa.exists().where(*theirs))
    query = sa.select(members.c.alias).where(*idle).order_by(sa.func.random()).limit(1)
    alias = connection.execute(query).scalar()
    if alias is None:
        text = _("A class has at most {most} members, and this one has so many.")
        raise CollectionError(text, most=number(MOST_MEMBERS))
    connection.execute(sa.delete(members).where(members.c.class_id == row["id"], members.c.alias == alias))
    return str(alias)


def _class(connection: Connection, code: str) -> Any:
    """The row of a code, which must be there."""
    row = _found(connection, code)
    if row is None:
        message = _("There is no class with this code. A code has {length} letters and digits; ask for it again.")
        raise NoClassError(message, length=CODE_LENGTH)
    return row


def _found(connection: Connection, code: str) -> Any:
    """The row of a code; None where there is none."""
    text = code.strip().upper() if isinstance(code, str) and len(code) <= LONGEST_NAME else ""
    if len(text) != CODE_LENGTH or not set(text) <= set(CODE_SIGNS):
        return None
    return connection.execute(sa.select(*checked.columns(classes)).where(classes.c.code == text)).mappings().first()


def free_code(connection: Connection) -> str:
    """A code that no class has."""
    while True:
        code = "".join(secrets.choice(CODE_SIGNS) for _sign in range(CODE_LENGTH))
        if connection.execute(sa.select(classes.c.id).where(classes.c.code == code)).first() is None:
            return code


def _is_key(row: Any, key: By) -> bool:
    """Whether somebody may change a class."""
    if isinstance(key, Keeper):
        return True
    return checked.is_hash(row["key"]) and secrets.compare_digest(row["key"], token_hash(key))


def _check_key(row: Any, key: By) -> None:
    """Refuse a key that is not a class's."""
    if not _is_key(row, key):
        raise CollectionError(_("This is not the key of the class. Nothing was changed."))
