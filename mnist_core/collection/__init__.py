"""What visitors drew and said it is, kept in a database: their drawings, the classes they draw in, their attempts.

Nothing about a person is kept. A visitor is known by a random token, of which the collection has only the SHA-256.
"""

from typing import TYPE_CHECKING

from mnist_core.collection.aliases import alias_in_words
from mnist_core.collection.opening import open_collection
from mnist_core.collection.records import ALL, By, Entry, Filter, Group, Hardest

if TYPE_CHECKING:
    from mnist_core.collection.collection import Collection as Collection

__all__ = [
    "ALL",
    "By",
    "Entry",
    "Filter",
    "Group",
    "Hardest",
    "alias_in_words",
    "open_collection",
]
