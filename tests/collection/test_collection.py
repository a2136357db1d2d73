"""The collection as a whole: what is deleted of all its parts, and many who use it at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mnist_core.collection import ALL, Filter, classes, tables
from mnist_core.collection.collection import Collection
from mnist_core.errors import CollectionError
from mnist_core.owners import KEEPER, new_token
from tests.visitors import SEVEN, reading

ANNA, BEN = new_token(), new_token()


def ids(entries):
    return [entry.id for entry in entries]


def test_deleting_everything_of_a_visitor_leaves_the_others(collection: Collection):
    group, _key = collection.classes.open("5a")
    alias = collection.classes.join(group.code, ANNA)
    for owner in (ANNA, ANNA, BEN):
        collection.drawings.add(SEVEN, reading(7), "default", owner)
        collection.attempts.add(4, 4, 900, owner)
    assert collection.delete_all(ANNA) == 2
    assert collection.drawings.count(Filter(owner=ANNA)) == 0
    assert collection.drawings.count(Filter(owner=BEN)) == 1
    with collection.database.reading() as connection:
        assert len(connection.execute(tables.attempts.select()).all()) == 1
        assert alias not in str(connection.execute(classes.members.select()).all())
    assert collection.delete_all(ANNA) == 0


def test_only_the_keeper_deletes_everything(collection: Collection):
    group, key = collection.classes.open("5a")
    collection.drawings.add(SEVEN, reading(7), "default", ANNA, group=group.id)
    for nobody in (ANNA, key, None):
        with pytest.raises(CollectionError, match="Only who runs the app"):
            collection.delete_everything(nobody)
    assert collection.delete_everything(KEEPER) == 1
    assert collection.drawings.count() == 0
    with pytest.raises(CollectionError):
        collection.classes.group(group.code)


def test_many_threads_write_at_once_and_nothing_is_lost(collection: Collection):
    def visit(_number: int) -> list[str]:
        owner = new_token()
        added = [collection.drawings.add(SEVEN, reading(7), "default", owner) for _ in range(3)]
        collection.drawings.relabel(added[0].id, 7, owner)
        assert sorted(ids(collection.drawings.entries(Filter(owner=owner)))) == sorted(ids(added))
        return ids(added)

    with ThreadPoolExecutor(16) as pool:
        written = [each for some in pool.map(visit, range(20)) for each in some]
    assert sorted(ids(collection.drawings.entries(ALL, limit=None))) == sorted(written)
    assert collection.drawings.count(Filter(labels=(7,))) == 20
