"""The drawings of the collection: added, found, labelled and deleted."""

import threading
from collections.abc import Collection as Many
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mnist_core.collection.checked import columns, delete_damaged, entry, is_hash, whole
from mnist_core.collection.database import Database, row_count
from mnist_core.collection.records import ALL, By, Entry, Filter, check_digit, check_id, check_whole
from mnist_core.collection.rows import check_class, conditions, drawing_row, in_lots, is_tester
from mnist_core.collection.tables import classes, drawings
from mnist_core.errors import CollectionError
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.owners import Keeper, token_hash
from mnist_core.settings import whole_number
from mnist_core.types import CLASSES, Drawing, Prediction, describe

MOST_OF_OWNER = 2_000
MOST_VARIABLE = "MNIST_STUDIO_MOST_DRAWINGS"
MOST = 200_000

# All of them are counted anew after so many were added here: counting 200,000 takes longer than adding one.
_RECOUNTED_AFTER = 100
_MOST_ROWS = 2**31 - 1


class Found(NamedTuple):
    """Drawings that were looked for.

    Attributes
    ----------
    entries
        Those that are whole.
    damaged
        How many of them are damaged, and left out.
    """

    entries: list[Entry]
    damaged: int


class Drawings:
    """The part of a collection that holds drawings."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counting = threading.Lock()
        self._counted = 0
        self._added = _RECOUNTED_AFTER

    def add(
        self,
        drawing: Drawing,
        prediction: Prediction,
        model: str,
        owner: str,
        label: int | None = None,
        group: str | None = None,
        alias: str | None = None,
    ) -> Entry:
        """Keep a drawing; it is on the disk when this returns.

        Parameters
        ----------
        drawing
            Strokes of a single digit.
        prediction
            What was read; kept as doubt where it is a guess or unlike a digit.
        model
            Name of the model that read it.
        owner
            The visitor's token, of which only the SHA-256 is kept.
        label
            The digit that the visitor says it is, 0 to 9.
        group, alias
            Id of the class that it is drawn for, and the visitor's name there.

        Raises
        ------
        CollectionError
            If it is no drawing to keep, the class is closed or not there, or there is no room for more.
        """
        row = drawing_row(drawing, prediction, model, owner, label, group, alias)
        with self._database.writing() as connection:
            if group is not None:
                check_class(connection, group, alias, row["owner"])
            self._check_room(connection, row["owner"])
            connection.execute(sa.insert(drawings), row)
        return entry(row)

    def entries(self, filter: Filter = ALL, limit: int | None = 60, offset: int = 0) -> list[Entry]:
        """Drawings, newest first; the parameters and errors are those of `found`."""
        return self.found(filter, limit, offset).entries

    def found(self, filter: Filter = ALL, limit: int | None = 60, offset: int = 0) -> Found:
        """Drawings, newest first, and how many in their midst are damaged.

        Parameters
        ----------
        limit, offset
            How many at most, None for all, and how many of the newest to pass over; damaged ones count.

        Raises
        ------
        CollectionError
            If the database cannot be read.
        """
        query = _stored().where(*conditions(filter)).order_by(drawings.c.created.desc(), drawings.c.id.desc())
        most = None if limit is None else check_whole("limit", limit, _MOST_ROWS)
        query = query.limit(most).offset(check_whole("offset", offset, _MOST_ROWS))
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        entries, damaged = whole(drawings, rows, entry)
        return Found(entries, len(damaged))

    def entry(self, id: str, by: By) -> Entry:
        """One drawing.

        Parameters
        ----------
        by
            The owner's token, the key of the drawing's class, or the keeper.

        Raises
        ------
        CollectionError
            If it is not there or not theirs to see, or the database cannot be read.
        """
        with self._database.reading() as connection:
            _check_theirs(connection, [check_id(id)], by)
            return entry(connection.execute(_stored().where(drawings.c.id == id)).mappings().one())

    def count(self, filter: Filter = ALL) -> int:
        """How many drawings fit.

        Raises
        ------
        CollectionError
            If the database cannot be read.
        """
        with self._database.reading() as connection:
            return row_count(connection, drawings, *conditions(filter))

    def labelled(self) -> tuple[list[Entry], list[Entry]]:
        """The drawings that somebody said are a digit, oldest first: those to learn from, and those to test with.

        All drawings of an owner are on the same side. The choice goes by the owner's hash alone, so it never changes.

        Raises
        ------
        CollectionError
            If the database cannot be read.
        """
        query = _stored().where(drawings.c.label.is_not(None)).order_by(drawings.c.created, drawings.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        found, _damaged = whole(drawings, rows, lambda row: (entry(row), is_tester(row["owner"])))
        train, test = ([each for each, is_of_tester in found if is_of_tester is side] for side in (False, True))
        return train, test

    def labelled_count(self) -> int:
        """How many of them there are to learn from, damaged ones included that only a look at all of it finds.

        Raises
        ------
        CollectionError
            If the database cannot be read.
        """
        query = sa.select(drawings.c.owner, sa.func.count()).where(drawings.c.label.between(0, CLASSES - 1))
        with self._database.reading() as connection:
            found = connection.execute(query.group_by(drawings.c.owner)).all()
        return sum(number_of for owner, number_of in found if is_hash(owner) and not is_tester(owner))

    def relabel(self, id: str, label: int | None, by: By) -> Entry:
        """Say anew which digit a drawing is; None takes back what was said.

        Parameters
        ----------
        by
            The owner's token, the key of the drawing's class, or the keeper.

        Raises
        ------
        CollectionError
            If it is not there or not theirs to change, or the label is none.
        """
        label = None if label is None else check_digit(label)
        with self._database.writing() as connection:
            _check_theirs(connection, [check_id(id)], by)
            connection.execute(sa.update(drawings).where(drawings.c.id == id).values(label=label))
            return entry(connection.execute(_stored().where(drawings.c.id == id)).mappings().one())

    def delete(self, ids: Iterable[str], by: By) -> int:
        """Delete drawings, all of them or, if one is not there or not theirs, none.

        Returns
        -------
        How many.

        Raises
        ------
        CollectionError
            If one is not there or not theirs to delete.
        """
        wanted = list(dict.fromkeys(check_id(each) for each in _several(ids)))
        with self._database.erasing() as connection:
            _check_theirs(connection, wanted, by)
            for few in in_lots(wanted):
                connection.execute(sa.delete(drawings).where(drawings.c.id.in_(few)))
        return len(wanted)

    def delete_all(self, filter: Filter, by: By) -> int:
        """Delete all drawings that fit and are somebody's, damaged ones too.

        Returns
        -------
        How many.

        Raises
        ------
        CollectionError
            If the database cannot be written. Nothing is then deleted.
        """
        with self._database.erasing() as connection:
            return connection.execute(sa.delete(drawings).where(*conditions(filter), *_theirs(by))).rowcount

    def delete_damaged(self, filter: Filter, by: By) -> int:
        """Delete the damaged ones among the drawings that fit and are somebody's.

        Returns
        -------
        How many.

        Raises
        ------
        CollectionError
            If the database cannot be written. Nothing is then deleted.
        """
        with self._database.erasing() as connection:
            return delete_damaged(connection, drawings, *conditions(filter), *_theirs(by))

    def _check_room(self, connection: Connection, owner: str) -> None:
        """Refuse one drawing too many of an owner or in all."""
        if row_count(connection, drawings, drawings.c.owner == owner) >= MOST_OF_OWNER:
            text = _(
                "The collection keeps {most} drawings of one visitor, and has so many of yours. Delete some of them."
            )
            raise CollectionError(text, most=number(MOST_OF_OWNER))
        most = most_drawings()
        with self._counting:
            if self._added >= _RECOUNTED_AFTER or self._counted + self._added >= most:
                self._counted, self._added = row_count(connection, drawings), 0
            if self._counted + self._added >= most:
                text = _(
                    "The collection is full: it keeps {most} drawings. "
                    "Whoever runs the app can export and delete some, or raise {variable}."
                )
                raise CollectionError(text, most=number(most), variable=MOST_VARIABLE)
            self._added += 1


def most_drawings() -> int:
    """How many drawings the collection keeps in all: `MNIST_STUDIO_MOST_DRAWINGS`, else `MOST`.

    Raises
    ------
    ConfigError
        If the variable is no whole number from 1.
    """
    return whole_number(MOST_VARIABLE, MOST)


def _check_theirs(connection: Connection, ids: list[str], by: By) -> None:
    """Refuse ids that are not there, or are not for this owner, class or keeper to change."""
    if sum(row_count(connection, drawings, drawings.c.id.in_(few), *_theirs(by)) for few in in_lots(ids)) != len(ids):
        raise CollectionError(_("The drawing is not there, or it is somebody else's. Nothing was changed."))


def _theirs(by: By) -> list[sa.ColumnElement[bool]]:
    """What a drawing has to fulfil to be for this owner, class or keeper to change."""
    if isinstance(by, Keeper):
        return []
    token = token_hash(by)
    of_class = drawings.c.class_id.in_(sa.select(classes.c.id).where(classes.c.key == token))
    return [sa.or_(drawings.c.owner == token, of_class)]


def _stored() -> sa.Select[Any]:
    """Drawings as they are stored."""
    return sa.select(*columns(drawings))


def _several(ids: Iterable[str]) -> Many[str]:
    """Ids that were given, as a list."""
    if isinstance(ids, str) or not isinstance(ids, Iterable):
        raise CollectionError(_("Several ids are wanted. Received: {value}."), value=describe(ids))
    return list(ids)
