"""The collection of this process, opened when it is first asked for."""

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mnist_core.collection.collection import Collection

_opening = threading.Lock()
_open: "dict[tuple[int, str], Collection]" = {}


def open_collection() -> "Collection":
    """The collection, opened when it is first asked for; any number of threads may use it.

    It is in the data home, or in the database that `MNIST_STUDIO_DATABASE_URL` names.

    Raises
    ------
    CollectionError
        If it cannot be opened, is damaged, or is of a newer version.
    """
    # SQLAlchemy, which a page without drawings need not wait for.
    from mnist_core.collection.collection import Collection
    from mnist_core.collection.database import database_url

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
            collection.database.close()
        _open.clear()
