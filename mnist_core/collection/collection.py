"""The collection as a whole, and what concerns all of its parts."""

import sqlalchemy as sa
from sqlalchemy.engine import URL

from mnist_core.collection.attempts import Attempts
from mnist_core.collection.checked import delete_damaged
from mnist_core.collection.classes import Classes
from mnist_core.collection.database import Database, version_of
from mnist_core.collection.drawings import Drawings
from mnist_core.collection.tables import attempts, classes, drawings, members
from mnist_core.errors import CollectionError
from mnist_core.language import gettext as _
from mnist_core.owners import Keeper, token_hash


class Collection:
    """What visitors left, in one database. Get it with `open_collection`.

    Attributes
    ----------
    database
        Where all of it is.
    drawings, classes, attempts
        The visitors' drawings, the classes that they draw in, and their attempts at the challenge.
    """

    def __init__(self, url: URL) -> None:
        self.database = Database(url)
        self.drawings = Drawings(self.database)
        self.classes = Classes(self.database)
        self.attempts = Attempts(self.database)

    def delete_all(self, owner: str) -> int:
        """Delete everything of a visitor, damaged or not: drawings, attempts, and membership of classes.

        It is then in no file of the database; where another process reads an older state of an SQLite file at that
        moment, within seconds after it let go.

        Returns
        -------
        How many drawings that were.

        Raises
        ------
        CollectionError
            If the database cannot be written. Nothing is then deleted.
        """
        token = token_hash(owner)
        with self.database.erasing() as connection:
            gone, *_others = [
                connection.execute(sa.delete(table).where(table.c.owner == token)).rowcount
                for table in (drawings, attempts, members)
            ]
        return gone

    def delete_everything(self, by: Keeper) -> int:
        """Delete all drawings, classes and attempts.

        Returns
        -------
        How many drawings that were.

        Raises
        ------
        CollectionError
            If it is not the keeper who asks, or the database cannot be written.
        """
        _check_keeper(by)
        with self.database.erasing() as connection:
            gone, *_others = [
                connection.execute(sa.delete(table)).rowcount for table in (drawings, attempts, members, classes)
            ]
        return gone

    def delete_damaged(self, by: Keeper) -> int:
        """Delete every drawing, class, membership and attempt that is damaged; a class with everything drawn for it.

        Returns
        -------
        How many damaged ones that were.

        Raises
        ------
        CollectionError
            If it is not the keeper who asks, or the database cannot be written.
        """
        _check_keeper(by)
        with self.database.erasing() as connection:
            return sum(delete_damaged(connection, table) for table in (drawings, attempts, members, classes))

    def version(self) -> int:
        """Its version, which the migrations count."""
        with self.database.reading() as connection:
            return version_of(connection)


def _check_keeper(by: Keeper) -> None:
    """Refuse everybody else."""
    if not isinstance(by, Keeper):
        raise CollectionError(_("Only who runs the app may delete everything. Nothing was changed."))
