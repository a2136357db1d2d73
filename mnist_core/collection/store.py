"""The collection as a whole, one for the process."""

import os
import threading

import sqlalchemy as sa

from mnist_core.collection.challenge import Challenge
from mnist_core.collection.database import database_url, version_of
from mnist_core.collection.records import Keeper, hashed
from mnist_core.collection.tables import attempts, classes, drawings, members
from mnist_core.errors import CollectionError
from mnist_core.language import gettext as _


class Collection(Challenge):
    """Visitors' drawings, classes and attempts. Get it with `open_collection`."""

    def delete_all(self, owner: str) -> int:
        """Delete everything of a visitor: drawings, attempts, and membership of classes.

        Returns
        -------
        How many drawings that were.

        Raises
        ------
        CollectionError
            If the database cannot be written. Nothing is then deleted.
        """
        token = hashed(owner)
        with self.writing() as connection:
            gone = connection.execute(sa.delete(drawings).where(drawings.c.owner == token)).rowcount
            connection.execute(sa.delete(attempts).where(attempts.c.owner == token))
            connection.execute(sa.delete(members).where(members.c.owner == token))
        self.forget()
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
        if not isinstance(by, Keeper):
            raise CollectionError(_("Only who runs the app may delete everything. Nothing was changed."))
        with self.writing() as connection:
            gone = connection.execute(sa.delete(drawings)).rowcount
            for table in (attempts, members, classes):
                connection.execute(sa.delete(table))
        self.forget()
        return gone

    def version(self) -> int:
        """Its version, which the migrations count."""
        with self.reading() as connection:
            return version_of(connection)


_opening = threading.Lock()
_open: dict[tuple[int, str], Collection] = {}


def open_collection() -> Collection:
    """The collection, opened when it is first asked for; any number of threads may use it.

    It is in the data home, or in the database that `MNIST_STUDIO_DATABASE_URL` names.

    Raises
    ------
    CollectionError
        If it cannot be opened, is damaged, or is of a newer version.
    """
    url = database_url()
    # In another process the same connections cannot be used, should this one be forked.
    name = os.getpid(), url.render_as_string(hide_password=False)
    with _opening:
        if name not in _open:
            _open[name] = Collection(url)
        return _open[name]


def close_collections() -> None:
    """Close what this process has open; the next `open_collection` opens it anew."""
    with _opening:
        for collection in _open.values():
            collection.close()
        _open.clear()
