"""What visitors drew and said it is, kept in a database: their drawings, the classes they draw in, their attempts.

Nothing about a person is kept. A visitor is known by a random token, of which the collection has only the SHA-256.
"""

from typing import TYPE_CHECKING

from mnist_core.collection.aliases import alias_in_words
from mnist_core.collection.opening import open_collection
from mnist_core.collection.records import ALL, KEEPER, By, Entry, Filter, Group, Hardest, Keeper, new_owner

if TYPE_CHECKING:
    from mnist_core.collection.collection import Collection as Collection

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
