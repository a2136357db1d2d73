"""Rows that are not what was written: named, left out, and deleted, whatever SQLite or a disk made of them."""

import contextlib
import datetime
import io
import logging
import sqlite3
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mnist_core.collection import ALL, Filter, checked, open_collection, tables
from mnist_core.collection.collection import Collection
from mnist_core.collection.exporting import export_collection, exported_bytes
from mnist_core.collection.importing import import_collection
from mnist_core.collection.opening import close_collections
from mnist_core.collection.packing import packed
from mnist_core.errors import CollectionError
from mnist_core.owners import KEEPER, new_token
from mnist_core.types import Drawing
from tests.visitors import SEVEN, reading

ANNA, BEN = new_token(), new_token()
DAMAGED = {
    "created": ("yesterday", -1, 2**62, 1.5, None, b"\x00"),
    "owner": (b"\xff\xfe", "anna", 7, None),
    "label": ("seven", 10, -1, 7.5, b"7", 2**62),
    "digit": ("x", 99),
    "probability": ("often", 1.5, -0.1, 1e308, b"", None),
    "novelty": ("new", 9e99),
    "model": (b"\xff\xfe", "a\nb", "", "m" * 101, 5, None),
    "pen_width": ("wide", 0, -3.0, 1e300, None),
    "width": (0, "wide", 2**40, None),
    "height": (-1, b"\x01"),
    "strokes": (b"", "text", 12, b"\x00" * 8, b"\xff" * 400, None, packed(SEVEN.strokes)[:-3]),
    "class_id": ("5a", b"\x00\xff"),
    "alias": ("<b>Anna</b>", b"\xff", 3),
}


@pytest.fixture
def loose(sqlite: Path) -> Path:
    """A collection's file that takes anything: without types, keys or conditions."""
    open_collection()
    close_collections()
    with contextlib.closing(sqlite3.connect(sqlite)) as connection:
        for table in tables.metadata.tables.values():
            connection.execute(f"DROP TABLE {table.name}")
            connection.execute(f"CREATE TABLE {table.name} ({', '.join(each.name for each in table.columns)})")
        connection.commit()
    return sqlite


def add(owner: str = ANNA, **more):
    return open_collection().drawings.add(SEVEN, reading(7), "default", owner, label=7, **more)


def damage(file: Path, table: str, where: str, **values: object) -> None:
    """Put values into rows, as they are."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        for column, value in values.items():
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (value,))
        connection.commit()


@pytest.mark.parametrize("column", DAMAGED)
def test_a_damaged_drawing_hides_no_other_and_can_be_deleted(loose: Path, column: str, tmp_path: Path):
    collection = open_collection()
    for value in DAMAGED[column]:
        good, bad, other = add(), add(), add(BEN)
        damage(loose, "drawings", f"id = '{bad.id}'", **{column: value})
        assert {each.id for each in collection.drawings.entries()} == {good.id, other.id}
        found = collection.drawings.found(ALL)
        assert (len(found.entries), found.damaged) == (2, 1)
        assert [*map(len, collection.drawings.labelled())] in ([2, 0], [1, 1], [0, 2])
        for read in (collection.drawings.entry, lambda id, by: collection.drawings.relabel(id, 7, by)):
            if column != "label" or read == collection.drawings.entry:  # a new label is a whole one
                with pytest.raises(CollectionError, match="It can only be deleted"):
                    read(bad.id, KEEPER)
        for form in ("npz", "csv", "zip"):
            assert export_collection(collection, ALL, tmp_path / f"all.{form}", form) == (2, 1)
        assert collection.drawings.delete_damaged(Filter(), BEN) == 0
        by = KEEPER if column == "owner" else ANNA
        assert collection.drawings.delete_damaged(Filter(), by) == 1
        assert import_collection(collection, tmp_path / "all.npz") == 0
        assert collection.delete_everything(KEEPER) == 2


def test_damage_is_named_in_the_log_once(loose: Path, caplog: pytest.LogCaptureFixture):
    bad = add()
    damage(loose, "drawings", f"id = '{bad.id}'", label="seven")
    with caplog.at_level(logging.WARNING, checked.log.name):
        for _ in range(3):
            assert open_collection().drawings.entries() == []
    assert caplog.messages == [f"A row of the collection's drawings is damaged and left out: label of '{bad.id}'"]


def test_deleting_everything_of_a_visitor_deletes_what_is_damaged_too(loose: Path):
    collection = open_collection()
    group, _key = collection.classes.open("5a")
    alias = collection.classes.join(group.code, ANNA)
    kept = add(BEN)
    add()
    add(group=group.id, alias=alias)
    collection.attempts.add(7, 7, 100, ANNA)
    damage(loose, "drawings", f"id <> '{kept.id}'", strokes="gone", created="never", id=None)
    damage(loose, "attempts", "1", digit="x")
    damage(loose, "members", "1", alias=b"\xff")
    assert collection.drawings.found(Filter(owner=ANNA)).damaged == 2
    assert collection.drawings.delete_all(Filter(owner=ANNA, group=group.id), ANNA) == 1
    assert collection.delete_all(ANNA) == 1
    with contextlib.closing(sqlite3.connect(loose)) as connection:
        left = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in checked.RECORDS}
    assert left == {"drawings": 1, "classes": 1, "members": 0, "attempts": 0}


def test_a_drawing_without_a_proper_id_can_be_deleted(loose: Path):
    for id in (None, 7, b"\xff\xfe", "short"):
        entry = add()
        damage(loose, "drawings", f"id = '{entry.id}'", id=id)
        kept = add()
        assert [each.id for each in open_collection().drawings.entries()] == [kept.id]
        assert open_collection().drawings.delete_damaged(Filter(owner=ANNA), ANNA) == 1
        assert open_collection().drawings.count() == 1
        open_collection().delete_everything(KEEPER)


@pytest.mark.parametrize(
    ("column", "value"),
    [("id", 5), ("name", b"\xff"), ("key", None), ("key", "ü"), ("created", "x"), ("is_open", "no")],
)
def test_a_damaged_class_is_said_and_no_other_is_touched(loose: Path, column: str, value: object):
    collection = open_collection()
    group, key = collection.classes.open("5a")
    other, _key = collection.classes.open("5b")
    damage(loose, "classes", f"code = '{group.code}'", **{column: value})
    with pytest.raises(CollectionError, match=f"“{column}”"):
        collection.classes.group(group.code)
    assert collection.classes.group(other.code) == other
    assert collection.classes.holds_key(group.code, key) is (column != "key")
    assert collection.delete_damaged(KEEPER) == 1
    with pytest.raises(CollectionError, match="no class with this code"):
        collection.classes.group(group.code)


def test_the_keeper_alone_deletes_what_is_damaged_of_everybody(loose: Path):
    with pytest.raises(CollectionError, match="Only who runs the app"):
        open_collection().delete_damaged(ANNA)  # type: ignore[arg-type]


def test_damaged_attempts_are_not_counted(loose: Path):
    collection = open_collection()
    for read in (7, 7, 1, None):
        collection.attempts.add(7, read, 100, ANNA)
    for _ in range(4):
        collection.attempts.add(3, 3, 100, ANNA)
    damage(loose, "attempts", "digit = 3", digit="three")
    damage(loose, "attempts", "read = 1", read=2.5)
    hardest = collection.attempts.hardest_digit(datetime.datetime.now().astimezone().date())
    assert hardest is not None
    assert (hardest.digit, hardest.attempts) == (7, 3)
    assert collection.delete_damaged(KEEPER) == 5


def test_damage_that_postgresql_lets_pass_is_left_out_and_deleted(collection: Collection):
    """Its types keep most of it out."""
    good, *bad = (collection.drawings.add(SEVEN, reading(7), "default", ANNA, label=7) for _ in range(4))
    with collection.database.writing() as connection:
        for entry, values in zip(
            bad, ({"created": 2**62}, {"strokes": b"\x01"}, {"probability": 7.0, "id": "short"}), strict=True
        ):
            connection.execute(sa.update(tables.drawings).where(tables.drawings.c.id == entry.id).values(values))
    assert [each.id for each in collection.drawings.entries()] == [good.id]
    assert collection.drawings.found(ALL).damaged == 3
    assert collection.drawings.delete_damaged(Filter(owner=ANNA), ANNA) == 3
    assert collection.drawings.count() == 1


anything = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(max_size=40),
    st.binary(max_size=80),
    st.sampled_from(["0" * 32, "f" * 64, 0, 1, 9, "Fox in blue", packed(SEVEN.strokes)]),
)
places = st.sampled_from(
    [(table.name, column.name) for table in tables.metadata.sorted_tables for column in table.columns]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(damages=st.lists(st.tuples(places, anything), min_size=1, max_size=6))
def test_whatever_stands_in_a_row_every_reader_goes_on_with_the_others(loose: Path, damages):
    collection = open_collection()
    collection.delete_everything(KEEPER)
    group, key = collection.classes.open("5a")
    other, _key = collection.classes.open("5b")
    alias = collection.classes.join(group.code, ANNA)
    bad, good = add(group=group.id, alias=alias), add(BEN, group=other.id)
    for digit in (7, 7, 7):
        collection.attempts.add(digit, 7, 100, ANNA)
    where = {"classes": f"id = '{group.id}'", "drawings": f"id = '{bad.id}'", "members": "1", "attempts": "rowid = 2"}
    rows = {name: rowid(loose, name, condition) for name, condition in where.items()}
    for (table, column), value in damages:
        damage(loose, table, f"rowid = {rows[table]}", **{column: value})
    read_everything(collection, group.code, key)
    assert good.id in {each.id for each in collection.drawings.entries()}
    assert collection.classes.group(other.code) == other
    collection.delete_damaged(KEEPER)
    assert collection.drawings.found(ALL, limit=None).damaged == 0
    assert good.id in {each.id for each in collection.drawings.entries()}
    read_everything(collection, group.code, key)


def rowid(file: Path, table: str, where: str) -> int:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return connection.execute(f"SELECT rowid FROM {table} WHERE {where}").fetchone()[0]


def read_everything(collection: Collection, code: str, key: str) -> None:
    """Every reader, each of which says what it cannot."""
    for filter in (ALL, Filter(owner=ANNA), Filter(right=True), Filter(labels=(7, None))):
        for entry in collection.drawings.entries(filter):
            assert entry.image.shape == (28, 28)
            assert entry.created.astimezone(datetime.timezone(datetime.timedelta(hours=14)))
            assert repr(entry)
        collection.drawings.count(filter)
    collection.drawings.labelled()
    collection.drawings.labelled_count()
    collection.attempts.hardest_digit(datetime.datetime.now().astimezone().date())
    for read in (
        lambda: collection.classes.group(code),
        lambda: collection.classes.holds_key(code, key),
        lambda: collection.classes.alias(code, ANNA),
        lambda: collection.classes.join(code, ANNA),
    ):
        with contextlib.suppress(CollectionError):
            read()
    for form in ("npz", "csv", "zip"):
        assert exported_bytes(collection, ALL, form)
    with np.load(io.BytesIO(exported_bytes(collection, ALL, "npz")), allow_pickle=False) as arrays:
        assert len(arrays["ids"]) == len(collection.drawings.entries(limit=None))


def test_a_dot_of_a_pen_without_width_has_a_picture(collection: Collection):
    dot = Drawing.from_strokes([[(5, 5)]], pen_width=5e-324)
    entry = collection.drawings.add(dot, reading(1), "default", ANNA)
    assert entry.image.any()
