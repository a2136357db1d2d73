"""Rows as they are stored, checked where they are read: what is damaged is named in the log, and left out.

SQLite keeps whatever it is given in any column, and a disk may change what it kept. So a row is read as it is there,
and becomes a record only if everything of it can be what was written.
"""

import functools
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from mnist_core.collection import records
from mnist_core.collection.aliases import ALIASES
from mnist_core.collection.packing import is_packed
from mnist_core.collection.records import DamagedRowError, Entry, Group
from mnist_core.collection.tables import attempts, classes, drawings, members
from mnist_core.owners import is_token
from mnist_core.types import CLASSES, MAX_COORDINATE, MAX_PIXELS

log = logging.getLogger(__name__)

Row = RowMapping | dict[str, Any]
RecordT = TypeVar("RecordT")

_ALIASES = frozenset(ALIASES)
_HASH = re.compile(r"[0-9a-f]{64}")
# So many damaged rows are named in the log once each, before the first may be named again.
_MOST_NAMED = 10_000


def columns(table: sa.Table) -> list[sa.ColumnElement[Any]]:
    """A table's columns as they are stored, whatever they should be."""
    return [sa.type_coerce(column, sa.types.NullType()).label(column.name) for column in table.columns]


def whole(table: sa.Table, rows: Iterable[Row], record: Callable[[Row], RecordT]) -> tuple[list[RecordT], list[Row]]:
    """The records of a table's rows, and the rows that are damaged."""
    found: list[RecordT] = []
    damaged: list[Row] = []
    for row in map(dict, rows):
        try:
            found.append(record(row))
        except DamagedRowError as error:
            damaged.append(row)
            _name(table.name, ascii(row.get("id", row.get("owner")))[:80], error.column)
    return found, damaged


def delete_damaged(connection: Connection, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
    """Delete the damaged rows of a table that fulfil all conditions, and say how many they were."""
    # In SQLite even what a key is made of may be damaged.
    place: sa.ColumnElement[Any] = sa.literal_column(f"{table.name}.rowid")
    is_sqlite = connection.dialect.name == "sqlite"
    query = sa.select(*columns(table), *([place.label("place")] if is_sqlite else []))
    rows = connection.execute(query.where(*conditions)).mappings().all()
    _found, damaged = whole(table, rows, RECORDS[table.name])
    for row in damaged:
        key = [place == row["place"]] if is_sqlite else [each == row[each.name] for each in table.primary_key]
        connection.execute(sa.delete(table).where(*key))
    return len(damaged)


@functools.lru_cache(maxsize=_MOST_NAMED)
def _name(table: str, id: str, column: str) -> None:
    """Name a damaged row in the log, once."""
    log.warning("A row of the collection's %s is damaged and left out: %s of %s", table, column, id)


def entry(row: Row) -> Entry:
    """A row of the drawings as an entry.

    Raises
    ------
    DamagedRowError
        If it is not what was written.
    """
    _check(drawings, row)
    if row["width"] * row["height"] > MAX_PIXELS:
        raise DamagedRowError("width")
    return Entry(
        id=row["id"],
        packed=row["strokes"],
        pen_width=float(row["pen_width"]),
        size=(row["width"], row["height"]),
        label=row["label"],
        digit=row["digit"],
        probability=float(row["probability"]),
        novelty=float(row["novelty"]),
        model=row["model"],
        created=records.moment(row["created"]),
        group=row["class_id"],
        alias=row["alias"],
    )


def group(row: Row) -> Group:
    """A row of the classes as a class.

    Raises
    ------
    DamagedRowError
        If it is not what was written.
    """
    _check(classes, row)
    return Group(row["id"], row["code"], row["name"], records.moment(row["created"]), bool(row["is_open"]))


def member(row: Row) -> str:
    """A row of the members as the alias that somebody has in a class.

    Raises
    ------
    DamagedRowError
        If it is not what was written.
    """
    _check(members, row)
    return str(row["alias"])


def attempt(row: Row) -> tuple[int, int | None]:
    """A row of the attempts as the digit that was asked for, and the one that was read; None in doubt.

    Raises
    ------
    DamagedRowError
        If it is not what was written.
    """
    _check(attempts, row)
    return row["digit"], row["read"]


RECORDS: Mapping[str, Callable[[Row], object]] = {
    drawings.name: entry,
    classes.name: group,
    members.name: member,
    attempts.name: attempt,
}
"""What makes a record of a row, by the name of its table."""


def _check(table: sa.Table, row: Row) -> None:
    """Refuse a row of which something is not what was written; a column that was not asked for is not looked at."""
    checks = _COLUMNS[table.name]
    for column, value in row.items():
        if column in checks and not checks[column](value):
            raise DamagedRowError(str(column))


def is_hash(value: object) -> bool:
    """Whether this is a SHA-256 as hex."""
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def is_moment(value: object) -> bool:
    """Whether this is a time that the database keeps: microseconds from 1970 to the year 9998, in UTC."""
    return _is_whole(value, records.LAST_US)


def _is_whole(value: object, most: int) -> bool:
    """Whether this is a whole number from 0 to a most."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _is_digit(value: object) -> bool:
    """Whether this is a whole number from 0 to 9."""
    return _is_whole(value, CLASSES - 1)


def _is_number(value: object, most: float) -> bool:
    """Whether this is a number from 0 to a most."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most


def _is_share(value: object) -> bool:
    """Whether this is a number from 0 to 1."""
    return _is_number(value, 1)


def _is_alias(value: object) -> bool:
    """Whether this is a name that hides who somebody is."""
    return isinstance(value, str) and value in _ALIASES


def _is_code(value: object) -> bool:
    """Whether this is the code of a class."""
    return isinstance(value, str) and len(value) == records.CODE_LENGTH and set(value) <= set(records.CODE_SIGNS)


def _is_flag(value: object) -> bool:
    """Whether this is yes or no: PostgreSQL's own, or SQLite's number."""
    return isinstance(value, bool) or _is_whole(value, 1)


def _is_line(most: int) -> Callable[[object], bool]:
    """Whether something is a text of at most so many characters that can be shown in a line."""
    return lambda value: isinstance(value, str) and 0 < len(value) <= most and value.isprintable()


def _or_none(is_whole: Callable[[object], bool]) -> Callable[[object], bool]:
    """Whether something is that, or nothing."""
    return lambda value: value is None or is_whole(value)


_COLUMNS: Mapping[str, Mapping[str, Callable[[object], bool]]] = {
    drawings.name: {
        "id": is_token,
        "created": is_moment,
        "owner": is_hash,
        "label": _or_none(_is_digit),
        "digit": _or_none(_is_digit),
        "probability": _is_share,
        "novelty": _is_share,
        "model": _is_line(records.LONGEST_MODEL),
        "pen_width": lambda value: value != 0 and _is_number(value, MAX_COORDINATE),
        "width": lambda value: value != 0 and _is_whole(value, MAX_PIXELS),
        "height": lambda value: value != 0 and _is_whole(value, MAX_PIXELS),
        "strokes": is_packed,
        "class_id": _or_none(is_token),
        "alias": _or_none(_is_alias),
    },
    classes.name: {
        "id": is_token,
        "code": _is_code,
        "name": _is_line(records.LONGEST_NAME),
        "key": is_hash,
        "created": is_moment,
        "is_open": _is_flag,
    },
    members.name: {
        "class_id": is_token,
        "alias": _is_alias,
        "owner": _or_none(is_hash),
    },
    attempts.name: {
        "created": is_moment,
        "owner": is_hash,
        "digit": _is_digit,
        "read": _or_none(_is_digit),
        "milliseconds": lambda value: _is_whole(value, records.LONGEST_MS),
    },
}
