"""The collection of this process, opened when it is first asked for."""

import os
import threading
from typing import TYPE_CHECKING

from mnist_core.errors import CollectionError
from mnist_core.language import gettext as _

if TYPE_CHECKING:
    from mnist_core.collection.collection import Collection

# How long to wait for whoever is just opening the same collection.
OPENING_TIMEOUT_S = 5.0

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
    if name in _open:
        return _open[name]
    if not _opening.acquire(timeout=OPENING_TIMEOUT_S):
        raise CollectionError(_("The collection is being opened, which takes a while. Try again in a moment."))
    try:
        if name not in _open:
            _open[name] = Collection(url)
        return _open[name]
    finally:
        _opening.release()


def close_collections() -> None:
    """Close what this process has open; the next `open_collection` opens it anew."""
    from mnist_core.collection.patience import patience_with

    with _opening:
        for collection in _open.values():
            collection.database.close()
        _open.clear()
        patience_with.cache_clear()
