"""A collection with something in it, for the tests of its files."""

import numpy as np

from mnist_core.collection.collection import Collection
from mnist_core.owners import new_token
from tests.visitors import reading, scribble

ANNA, BEN = new_token(), new_token()


def fill(collection: Collection, count: int = 12) -> str:
    """Drawings of two visitors, some of them for a class whose code is given back."""
    rng = np.random.default_rng(4)
    group, _key = collection.classes.open('=HYPERLINK("x") <b>5a</b>, "b"')
    alias = collection.classes.join(group.code, ANNA)
    for index in range(count):
        in_class = {"group": group.id, "alias": alias} if index % 3 == 0 else {}
        label = None if index % 4 == 1 else index % 10
        owner = ANNA if index % 3 == 0 else BEN
        collection.drawings.add(
            scribble(rng), reading(index % 10, (0.97, 0.5)[index % 2]), "+model", owner, label, **in_class
        )
    return group.code
