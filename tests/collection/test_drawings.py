"""The drawings of the collection: what is kept, found, changed and refused, in each kind of database."""

import datetime
import itertools
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core import ink
from mnist_core.collection import Filter, drawings, rows, tables
from mnist_core.collection.aliases import ALIASES
from mnist_core.collection.collection import Collection
from mnist_core.collection.database import database_url
from mnist_core.collection.packing import MOST_POINTS, MOST_STROKES
from mnist_core.errors import CollectionError, ConfigError, OwnerError
from mnist_core.owners import KEEPER, new_token, token_hash
from mnist_core.types import Drawing
from tests.visitors import SEVEN, reading, scribble

ANNA, BEN = new_token(), new_token()


def ids(entries):
    return [entry.id for entry in entries]


def test_a_drawing_comes_back_exactly(collection: Collection):
    before = datetime.datetime.now(datetime.UTC)
    added = collection.drawings.add(SEVEN, reading(1, 0.97), "default", ANNA, label=7)
    (found,) = collection.drawings.entries()

    for entry in (added, found):
        assert (entry.id, entry.label, entry.digit, entry.model, entry.is_right) == (added.id, 7, 1, "default", False)
        assert (entry.probability, entry.novelty) == (float(np.float32(0.97)), 0.1)
        assert (entry.pen_width, entry.size) == (17.5, (240, 240))
        assert (entry.group, entry.alias) == (None, None)
        assert before <= entry.created <= datetime.datetime.now(datetime.UTC)
        np.testing.assert_array_equal(entry.strokes[0], SEVEN.strokes[0], strict=True)
        np.testing.assert_array_equal(entry.image, ink.digit_pixels(SEVEN))
    assert found.created == added.created


def test_random_drawings_come_back_exactly(collection: Collection):
    rng = np.random.default_rng(3)
    drawn = [scribble(rng) for _ in range(20)]
    added = [collection.drawings.add(each, reading(3), "default", ANNA) for each in drawn]
    for drawing, entry in zip(reversed(drawn), collection.drawings.entries(), strict=True):
        assert len(entry.strokes) == len(drawing.strokes)
        assert all(a.tobytes() == b.tobytes() for a, b in zip(entry.strokes, drawing.strokes, strict=True))
        np.testing.assert_array_equal(entry.image, ink.digit_pixels(drawing))
    assert len({entry.id for entry in added}) == 20


def test_a_guess_and_what_is_no_digit_are_kept_as_doubt(collection: Collection):
    assert collection.drawings.add(SEVEN, reading(7, 0.5), "default", ANNA, label=7).digit is None
    assert collection.drawings.add(SEVEN, reading(7, novelty=0.9), "default", ANNA, label=7).is_right is False
    assert collection.drawings.add(SEVEN, reading(7), "default", ANNA).is_right is None


def test_nothing_but_a_hash_is_kept_of_the_owner_and_of_a_taught_model(collection: Collection):
    collection.drawings.add(SEVEN, reading(7), f"taught-{ANNA}", ANNA)
    with collection.database.reading() as connection:
        row = connection.execute(drawings.drawings.select()).one()
    assert ANNA not in " ".join(map(str, row))
    assert row.model == "taught"


def test_filters_find_what_a_plain_loop_finds(collection: Collection):
    rng = np.random.default_rng(5)
    group, _key = collection.classes.open("5a")
    for _ in range(40):
        collection.drawings.add(
            SEVEN,
            reading(int(rng.integers(4)), float(rng.choice([0.5, 0.97]))),
            "default",
            ANNA if rng.random() < 0.5 else BEN,
            label=None if rng.random() < 0.3 else int(rng.integers(4)),
            group=group.id if rng.random() < 0.5 else None,
        )
    all_of_them = collection.drawings.entries(limit=None)
    assert [each.created for each in all_of_them] == sorted((each.created for each in all_of_them), reverse=True)
    middle = all_of_them[20].created
    for chosen, holds in (
        (Filter(group=group.id), lambda each: each.group == group.id),
        (Filter(labels=(1, 3)), lambda each: each.label in (1, 3)),
        (Filter(labels=(None,)), lambda each: each.label is None),
        (Filter(labels=(2, None)), lambda each: each.label in (2, None)),
        (Filter(digits=(None, 0)), lambda each: each.digit in (None, 0)),
        (Filter(right=True), lambda each: each.label is not None and each.label == each.digit),
        (Filter(right=False), lambda each: each.label is not None and each.label != each.digit),
        (Filter(since=middle), lambda each: each.created >= middle),
        (
            Filter(group=group.id, right=False, since=middle),
            lambda each: each.group and each.is_right is False and each.created >= middle,
        ),
    ):
        expected = ids(each for each in all_of_them if holds(each))
        assert 0 < len(expected) < 40
        assert ids(collection.drawings.entries(chosen, limit=None)) == expected
        assert collection.drawings.count(chosen) == len(expected)
    assert collection.drawings.count(Filter(owner=ANNA)) + collection.drawings.count(Filter(owner=BEN)) == 40
    assert ids(collection.drawings.entries(limit=5, offset=10)) == ids(all_of_them[10:15])
    assert collection.drawings.entries(limit=0) == []


def test_where_others_have_deleted_there_is_room_again(sqlite: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(drawings.MOST_VARIABLE, "3")
    mine, theirs = Collection(database_url()), Collection(database_url())
    added = [mine.drawings.add(SEVEN, reading(7), "default", ANNA).id for _ in range(3)]
    assert theirs.drawings.delete(added[:2], ANNA) == 2
    for _ in range(2):
        mine.drawings.add(SEVEN, reading(7), "default", ANNA)
    with pytest.raises(CollectionError, match="The collection is full"):
        mine.drawings.add(SEVEN, reading(7), "default", ANNA)
    for each in (mine, theirs):
        each.database.close()


def test_the_image_of_what_is_deleted_is_in_no_memory(collection: Collection, monkeypatch: pytest.MonkeyPatch):
    made = []
    plain = ink.digit_pixels
    monkeypatch.setattr(ink, "digit_pixels", lambda drawing: made.append(drawing) or plain(drawing))
    kept, deleted = (collection.drawings.add(SEVEN, reading(7), "default", ANNA) for _ in range(2))
    for entry in (kept, deleted, kept):
        assert entry.image.shape == (28, 28)
    assert len(made) == 1
    collection.drawings.delete([deleted.id], ANNA)
    assert kept.image.any()
    assert len(made) == 2


def test_a_label_is_changed_by_its_owner_its_class_and_the_keeper_alone(collection: Collection):
    group, key = collection.classes.open("5a")
    _other, other_key = collection.classes.open("5b")
    entry = collection.drawings.add(SEVEN, reading(7), "default", ANNA, group=group.id)
    for by, label in ((ANNA, 7), (key, 2), (KEEPER, 0), (ANNA, None)):
        assert collection.drawings.relabel(entry.id, label, by).label == label
        assert collection.drawings.entries()[0].label == label
    for by in (BEN, other_key, new_token(), "", "'; drop table drawings; --", None, 0, entry.id):
        with pytest.raises(CollectionError):
            collection.drawings.relabel(entry.id, 5, by)
    with pytest.raises(CollectionError, match="not there, or it is somebody else's"):
        collection.drawings.relabel(new_token(), 5, KEEPER)
    assert collection.drawings.entries()[0].label is None


def test_deleting_takes_all_or_nothing(collection: Collection):
    mine = [collection.drawings.add(SEVEN, reading(7), "default", ANNA).id for _ in range(3)]
    theirs = collection.drawings.add(SEVEN, reading(7), "default", BEN).id
    with pytest.raises(CollectionError, match="Nothing was changed"):
        collection.drawings.delete([*mine, theirs], ANNA)
    assert collection.drawings.count() == 4
    assert collection.drawings.delete([mine[0], mine[0]], ANNA) == 1
    assert collection.drawings.delete(iter([]), ANNA) == 0
    assert collection.drawings.delete([mine[1], theirs], KEEPER) == 2
    assert ids(collection.drawings.entries()) == [mine[2]]


NO_DRAWINGS = [
    *[({"label": label}, "from 0 to 9") for label in (10, -1, True, "7", [7], float("nan"))],
    *[
        ({"owner": owner}, "visitor's token")
        for owner in ("anna", "", None, ["a" * 32], "A" * 32, "a" * 32 + "\n", "a" * 31)
    ],
    *[({"model": model}, "1 to 100 characters") for model in ("", "m" * 101, "a\x00b", None)],
    *[({"group": group}, "An id has 32 hex digits") for group in ("x", {})],
    ({"group": "0" * 32}, "There is no such class"),
    ({"alias": "Fox in blue"}, "Nobody of that name"),
    ({"alias": "Fox in mauve", "group": "0" * 32}, "Nobody of that name"),
    ({"alias": 5, "group": "0" * 32}, "Nobody of that name"),
    ({"prediction": None}, "kept with its reading"),
    ({"drawing": None}, "and no pictures"),
    ({"drawing": Drawing.from_pixels(np.zeros((9, 9), np.uint8))}, "and no pictures"),
    ({"drawing": Drawing.from_strokes([[[0, 0]]] * (MOST_STROKES + 1))}, "up to 100 strokes"),
    ({"drawing": Drawing((np.zeros((MOST_POINTS + 1, 2), np.float32),), 20.0, (400, 400))}, "and 5,000 points"),
]


def test_what_is_no_drawing_is_refused(collection: Collection):
    good = {"drawing": SEVEN, "prediction": reading(7), "model": "default", "owner": ANNA}
    for wrong, words in NO_DRAWINGS:
        with pytest.raises((CollectionError, OwnerError), match=words):
            collection.drawings.add(**(good | wrong))
    assert collection.drawings.count() == 0
    for just in ({"label": 0}, {"label": 9}, {"model": "m"}, {"model": "m" * 100}):
        entry = collection.drawings.add(**(good | just))
        assert {name: getattr(entry, name) for name in just} == just


def test_a_class_that_is_not_there_one_that_is_closed_and_a_strange_name_are_told_apart(collection: Collection):
    group, key = collection.classes.open("5a")
    alias = collection.classes.join(group.code, ANNA)
    other = next(each for each in ALIASES if each != alias)

    def add(owner: str, group: str, alias: str | None = None) -> str | None:
        return collection.drawings.add(SEVEN, reading(7), "default", owner, group=group, alias=alias).alias

    assert (add(ANNA, group.id, alias), add(BEN, group.id)) == (alias, None)
    with pytest.raises(CollectionError, match="There is no such class"):
        add(ANNA, new_token(), alias)
    for owner, name in ((ANNA, other), (BEN, alias)):
        with pytest.raises(CollectionError, match="Nobody of that name has joined the class, or it is somebody else"):
            add(owner, group.id, name)
    elsewhere, _key = collection.classes.open("5b")
    with pytest.raises(CollectionError, match="Nobody of that name"):
        add(ANNA, elsewhere.id, alias)
    collection.classes.close(group.code, key)
    with pytest.raises(CollectionError, match="The class is closed: it takes no more drawings"):
        add(ANNA, group.id, alias)
    with collection.database.writing() as connection:  # a name of which nobody knows whose it is
        connection.execute(sa.insert(tables.members), {"class_id": elsewhere.id, "alias": other})
    assert add(BEN, elsewhere.id, other) == other


def test_one_owner_in_five_is_to_test_with():
    assert [number for number in range(21) if rows.is_tester(f"{number:08x}" + "f" * 56)] == [0, 5, 10, 15, 20]
    rng = np.random.default_rng(0)
    share = np.mean([rows.is_tester(token_hash(rng.bytes(16).hex())) for _ in range(5_000)])
    assert abs(share - 0.2) < 0.02


def test_labelled_drawings_are_of_owners_to_learn_from_and_of_others_to_test_with(collection: Collection):
    owners = [f"{index:032x}" for index in range(30)]
    testers = {owner for owner in owners if rows.is_tester(token_hash(owner))}
    sides: tuple[list[str], list[str]] = ([], [])
    for owner in owners:
        for label in (None, 0, 9):
            entry = collection.drawings.add(SEVEN, reading(7), "default", owner, label)
            if label is not None:
                sides[owner in testers].append(entry.id)
    train, test = collection.drawings.labelled()
    assert (ids(train), ids(test)) == sides
    assert collection.drawings.labelled_count() == len(train)


def test_ids_go_to_the_database_in_lots_of_500():
    assert [len(lot) for lot in rows.in_lots(list(range(1001)))] == [500, 500, 1]
    assert [*itertools.chain(*rows.in_lots(list(range(1001))))] == [*range(1001)]
    assert rows.in_lots([]) == []


def test_an_entry_says_no_more_than_it_needs_to(collection: Collection):
    entry = collection.drawings.add(SEVEN, reading(1), "default", ANNA, label=7)
    assert repr(entry) == f"Entry({entry.id}, label=7, digit=1, {entry.created:%Y-%m-%d %H:%M:%S})"
    assert (entry.drawing.pen_width, entry.drawing.size) == (17.5, (240, 240))
    np.testing.assert_array_equal(entry.drawing.strokes[0], SEVEN.strokes[0])


def test_impossible_numbers_and_ids_are_refused(collection: Collection):
    for limit, offset in ((-1, 0), (2**31, 0), ("3", 0), (3, -1), (3, 2**31), (3, 1.5)):
        with pytest.raises(CollectionError, match="offset must be" if limit == 3 else "limit must be"):
            collection.drawings.entries(limit=limit, offset=offset)
    assert collection.drawings.entries(limit=2**31 - 1, offset=2**31 - 1) == []
    for wanted in ("a" * 32, 5, None, ["x"], [["a"]], [None], [{}]):
        with pytest.raises(CollectionError):
            collection.drawings.delete(wanted, ANNA)


def test_nobody_fills_the_collection(collection: Collection, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(drawings, "MOST_OF_OWNER", 3)
    monkeypatch.setenv(drawings.MOST_VARIABLE, "5")
    for _ in range(3):
        last = collection.drawings.add(SEVEN, reading(7), "default", ANNA)
    with pytest.raises(CollectionError, match="keeps 3 drawings of one visitor"):
        collection.drawings.add(SEVEN, reading(7), "default", ANNA)
    collection.drawings.delete([last.id], ANNA)
    for owner in (ANNA, BEN, BEN):
        collection.drawings.add(SEVEN, reading(7), "default", owner)
    with pytest.raises(CollectionError, match="The collection is full: it keeps 5 drawings"):
        collection.drawings.add(SEVEN, reading(7), "default", BEN)
    assert collection.drawings.count() == 5
    for just, most in (("1", 1), ("9" * 9, 999_999_999), ("", 200_000), (" ", 200_000)):
        monkeypatch.setenv(drawings.MOST_VARIABLE, just)
        assert drawings.most_drawings() == most
    for nonsense in ("0", "many", "-1", "1e3", "9" * 50):
        monkeypatch.setenv(drawings.MOST_VARIABLE, nonsense)
        with pytest.raises(ConfigError, match=drawings.MOST_VARIABLE):
            collection.drawings.add(SEVEN, reading(7), "default", BEN)


def test_one_drawing_is_shown_to_its_owner_its_class_and_the_keeper_alone(collection: Collection):
    group, key = collection.classes.open("5a")
    _other, other_key = collection.classes.open("5b")
    added = collection.drawings.add(SEVEN, reading(1), "default", ANNA, label=7, group=group.id)
    for by in (ANNA, key, KEEPER):
        found = collection.drawings.entry(added.id, by)
        assert (found.id, found.label, found.digit, found.group) == (added.id, 7, 1, group.id)
        np.testing.assert_array_equal(found.strokes[0], SEVEN.strokes[0], strict=True)
    for by in (BEN, other_key, new_token(), "", None, added.id):
        with pytest.raises(CollectionError):
            collection.drawings.entry(added.id, by)
    for id in (new_token(), "", "../../etc", None, 7):
        with pytest.raises(CollectionError):
            collection.drawings.entry(id, KEEPER)
