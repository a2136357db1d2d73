"""What visitors drew and said it is, kept in a database: their drawings, classes that draw together, a challenge.

Nothing about a person is kept. A visitor is known by a random token, of which the collection has only the SHA-256.
"""

from typing import TYPE_CHECKING

from mnist_core.collection.aliases import alias_in_words
from mnist_core.collection.records import ALL, KEEPER, By, Entry, Filter, Group, Hardest, Keeper, new_owner

if TYPE_CHECKING:
    from mnist_core.collection.store import Collection as Collection

__all__ = [
    "ALL",
    "KEEPER",
    "By",
    "Entry",
    "Filter",
    "Group",
    "Hardest",
    "Keeper",
    "alias_in_words",
    "new_owner",
    "open_collection",
]


def open_collection() -> "Collection":
    """The collection, opened when it is first asked for; any number of threads may use it.

    It is in the data home, or in the database that `MNIST_STUDIO_DATABASE_URL` names.

    Raises
    ------
    CollectionError
        If it cannot be opened, is damaged, or is of a newer version.
    """
    from mnist_core.collection import store  # SQLAlchemy, which a page without drawings need not wait for

    return store.open_collection()
