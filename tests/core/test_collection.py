"""The visitors' collection: what it keeps, gives and refuses, in each kind of database."""

import datetime
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mnist_core import ink, language
from mnist_core.collection import ALL, KEEPER, Filter, alias_in_words, challenge, classes, drawings, new_owner, rows
from mnist_core.collection.aliases import ALIASES
from mnist_core.collection.packing import MOST_POINTS, MOST_STROKES, packed, unpacked
from mnist_core.collection.records import moment
from mnist_core.collection.store import Collection
from mnist_core.collection.tables import attempts
from mnist_core.errors import CollectionError
from mnist_core.types import Drawing
from tests.visitors import SEVEN, reading, scribble

ANNA, BEN = new_owner(), new_owner()


def ids(entries):
    return [entry.id for entry in entries]


def test_a_drawing_comes_back_exactly(collection: Collection):
    before = datetime.datetime.now(datetime.UTC)
    added = collection.add(SEVEN, reading(1, 0.97), "default", ANNA, label=7)
    (found,) = collection.entries()

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
    added = [collection.add(each, reading(3), "default", ANNA) for each in drawn]
    for drawing, entry in zip(reversed(drawn), collection.entries(), strict=True):
        assert len(entry.strokes) == len(drawing.strokes)
        assert all(a.tobytes() == b.tobytes() for a, b in zip(entry.strokes, drawing.strokes, strict=True))
        np.testing.assert_array_equal(entry.image, ink.digit_pixels(drawing))
    assert len({entry.id for entry in added}) == 20


def test_a_guess_and_what_is_no_digit_are_kept_as_doubt(collection: Collection):
    assert collection.add(SEVEN, reading(7, 0.5), "default", ANNA, label=7).digit is None
    assert collection.add(SEVEN, reading(7, novelty=0.9), "default", ANNA, label=7).is_right is False
    assert collection.add(SEVEN, reading(7), "default", ANNA).is_right is None


def test_nothing_but_a_hash_is_kept_of_the_owner_and_of_a_taught_model(collection: Collection):
    collection.add(SEVEN, reading(7), f"taught-{ANNA}", ANNA)
    with collection.reading() as connection:
        row = connection.execute(drawings.drawings.select()).one()
    assert ANNA not in " ".join(map(str, row))
    assert row.model == "taught"


def test_filters_find_what_a_plain_loop_finds(collection: Collection):
    rng = np.random.default_rng(5)
    group, _key = collection.open_group("5a")
    for _ in range(40):
        collection.add(
            SEVEN,
            reading(int(rng.integers(4)), float(rng.choice([0.5, 0.97]))),
            "default",
            ANNA if rng.random() < 0.5 else BEN,
            label=None if rng.random() < 0.3 else int(rng.integers(4)),
            group=group.id if rng.random() < 0.5 else None,
        )
    all_of_them = collection.entries(limit=None)
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
        assert ids(collection.entries(chosen, limit=None)) == expected
        assert collection.count(chosen) == len(expected)
    assert collection.count(Filter(owner=ANNA)) + collection.count(Filter(owner=BEN)) == 40
    assert ids(collection.entries(limit=5, offset=10)) == ids(all_of_them[10:15])
    assert collection.entries(limit=0) == []


def test_a_label_is_changed_by_its_owner_its_class_and_the_keeper_alone(collection: Collection):
    group, key = collection.open_group("5a")
    _other, other_key = collection.open_group("5b")
    entry = collection.add(SEVEN, reading(7), "default", ANNA, group=group.id)
    for by, label in ((ANNA, 7), (key, 2), (KEEPER, 0), (ANNA, None)):
        assert collection.relabel(entry.id, label, by).label == label
        assert collection.entries()[0].label == label
    for by in (BEN, other_key, new_owner(), "", "'; drop table drawings; --", None, 0, entry.id):
        with pytest.raises(CollectionError):
            collection.relabel(entry.id, 5, by)
    with pytest.raises(CollectionError, match="not there, or it is somebody else's"):
        collection.relabel(new_owner(), 5, KEEPER)
    assert collection.entries()[0].label is None


def test_deleting_takes_all_or_nothing(collection: Collection):
    mine = [collection.add(SEVEN, reading(7), "default", ANNA).id for _ in range(3)]
    theirs = collection.add(SEVEN, reading(7), "default", BEN).id
    with pytest.raises(CollectionError, match="Nothing was changed"):
        collection.delete([*mine, theirs], ANNA)
    assert collection.count() == 4
    assert collection.delete([mine[0], mine[0]], ANNA) == 1
    assert collection.delete(iter([]), ANNA) == 0
    assert collection.delete([mine[1], theirs], KEEPER) == 2
    assert ids(collection.entries()) == [mine[2]]


def test_deleting_everything_of_a_visitor_leaves_the_others(collection: Collection):
    group, _key = collection.open_group("5a")
    alias = collection.join(group.code, ANNA)
    for owner in (ANNA, ANNA, BEN):
        collection.add(SEVEN, reading(7), "default", owner)
        collection.note_attempt(4, 4, 900, owner)
    assert collection.delete_all(ANNA) == 2
    assert collection.count(Filter(owner=ANNA)) == 0
    assert collection.count(Filter(owner=BEN)) == 1
    with collection.reading() as connection:
        assert len(connection.execute(attempts.select()).all()) == 1
        assert alias not in str(connection.execute(classes.members.select()).all())
    assert collection.delete_all(ANNA) == 0


def test_only_the_keeper_deletes_everything(collection: Collection):
    group, key = collection.open_group("5a")
    collection.add(SEVEN, reading(7), "default", ANNA, group=group.id)
    for nobody in (ANNA, key, None):
        with pytest.raises(CollectionError, match="Only who runs the app"):
            collection.delete_everything(nobody)
    assert collection.delete_everything(KEEPER) == 1
    assert collection.count() == 0
    with pytest.raises(CollectionError):
        collection.group(group.code)


NO_DRAWINGS = [
    {"label": 11},
    {"label": -1},
    {"label": True},
    {"label": "7"},
    {"label": [7]},
    {"label": float("nan")},
    {"owner": "anna"},
    {"owner": ""},
    {"owner": None},
    {"owner": ["a" * 32]},
    {"owner": "A" * 32},
    {"owner": "a" * 32 + "\n"},
    {"model": ""},
    {"model": "m" * 101},
    {"model": "a\x00b"},
    {"model": None},
    {"group": "x"},
    {"group": "0" * 32},
    {"group": {}},
    {"alias": "Fox in blue"},
    {"prediction": None},
    {"drawing": None},
    {"drawing": Drawing.from_pixels(np.zeros((9, 9), np.uint8))},
    {"drawing": Drawing.from_strokes([[[0, 0]]] * (MOST_STROKES + 1))},
    {"drawing": Drawing.from_strokes([np.zeros((MOST_POINTS + 1, 2))])},
]


def test_what_is_no_drawing_is_refused(collection: Collection):
    good = {"drawing": SEVEN, "prediction": reading(7), "model": "default", "owner": ANNA}
    for wrong in NO_DRAWINGS:
        with pytest.raises(CollectionError):
            collection.add(**(good | wrong))
    assert collection.count() == 0
    collection.add(**good)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Filter(owner="x"),
        lambda: Filter(group="' or 1=1"),
        lambda: Filter(labels=(10,)),
        lambda: Filter(digits=("1",)),
        lambda: Filter(since=datetime.datetime(2026, 1, 1)),
    ],
)
def test_an_impossible_filter_is_refused(make):
    with pytest.raises(CollectionError):
        make()


def test_impossible_numbers_and_ids_are_refused(collection: Collection):
    for limit, offset in ((-1, 0), (2**40, 0), ("3", 0), (3, -1), (3, 1.5)):
        with pytest.raises(CollectionError):
            collection.entries(limit=limit, offset=offset)
    for wanted in ("a" * 32, 5, None, ["x"], [["a"]], [None], [{}]):
        with pytest.raises(CollectionError):
            collection.delete(wanted, ANNA)


def test_nobody_fills_the_collection(collection: Collection, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(drawings, "MOST_OF_OWNER", 3)
    monkeypatch.setenv(drawings.MOST_VARIABLE, "5")
    for _ in range(3):
        last = collection.add(SEVEN, reading(7), "default", ANNA)
    with pytest.raises(CollectionError, match="keeps 3 drawings of one visitor"):
        collection.add(SEVEN, reading(7), "default", ANNA)
    collection.delete([last.id], ANNA)
    for owner in (ANNA, BEN, BEN):
        collection.add(SEVEN, reading(7), "default", owner)
    with pytest.raises(CollectionError, match="The collection is full: it keeps 5 drawings"):
        collection.add(SEVEN, reading(7), "default", BEN)
    assert collection.count() == 5
    for nonsense in ("0", "many", "-1", "1e3", "9" * 50):
        monkeypatch.setenv(drawings.MOST_VARIABLE, nonsense)
        with pytest.raises(CollectionError, match=drawings.MOST_VARIABLE):
            collection.add(SEVEN, reading(7), "default", BEN)


def test_a_class_is_opened_joined_closed_and_deleted(collection: Collection):
    group, key = collection.open_group("  Class <b>5a</b> ")
    assert group.name == "Class <b>5a</b>"
    assert group.is_open
    assert set(group.code) <= set(classes.CODE_SIGNS)
    assert len(group.code) == classes.CODE_LENGTH
    assert collection.group(f" {group.code.lower()} ") == collection.group_of(group.id) == group
    assert collection.holds_key(group.code, key)
    assert not collection.holds_key(group.code, new_owner())

    alias = collection.join(group.code, ANNA)
    assert alias in ALIASES
    assert collection.join(group.code, ANNA) == alias
    assert collection.join(group.code, BEN) != alias
    entry = collection.add(SEVEN, reading(7), "default", ANNA, group=group.id, alias=alias)
    assert (entry.group, entry.alias) == (group.id, alias)
    with pytest.raises(CollectionError, match="somebody else"):
        collection.add(SEVEN, reading(7), "default", BEN, group=group.id, alias=alias)

    with pytest.raises(CollectionError, match="not the key"):
        collection.close_group(group.code, new_owner())
    assert not collection.close_group(group.code, key).is_open
    assert collection.join(group.code, ANNA) == alias
    with pytest.raises(CollectionError, match="closed"):
        collection.join(group.code)
    with pytest.raises(CollectionError, match="closed"):
        collection.add(SEVEN, reading(7), "default", ANNA, group=group.id)

    with pytest.raises(CollectionError, match="not the key"):
        collection.reopen_group(group.code, ANNA)
    assert not collection.group(group.code).is_open
    assert collection.reopen_group(group.code, key) == group == collection.group(group.code)
    assert collection.join(group.code) in ALIASES

    with pytest.raises(CollectionError, match="not the key"):
        collection.delete_group(group.code, ANNA)
    assert collection.delete_group(group.code, key) == 1
    assert collection.count() == 0
    for call in (collection.group, collection.join):
        with pytest.raises(CollectionError, match="no class with this code"):
            call(group.code)


def test_the_members_of_a_class_are_known_by_their_tokens_and_counted(collection: Collection):
    group, key = collection.open_group("5a")
    other, _other_key = collection.open_group("5b")
    assert collection.alias_of(group.code, ANNA) is None
    assert collection.count_members(group.id) == 0
    alias = collection.join(group.code, ANNA)
    collection.join(group.code, BEN)
    collection.join(group.code, BEN)
    assert collection.alias_of(f" {group.code.lower()}", ANNA) == alias != collection.alias_of(group.code, BEN)
    assert collection.alias_of(other.code, ANNA) is None
    assert (collection.count_members(group.id), collection.count_members(other.id)) == (2, 0)
    for id in ("", group.code, "'; drop table members; --", None, 7):
        with pytest.raises(CollectionError):
            collection.count_members(id)
    for token in ("", "x" * 10**6, None, 7):
        with pytest.raises(CollectionError):
            collection.alias_of(group.code, token)
    with pytest.raises(CollectionError, match="no class with this code"):
        collection.alias_of("ZZZZZZ", ANNA)
    collection.delete_all(ANNA)
    assert (collection.alias_of(group.code, ANNA), collection.count_members(group.id)) == (None, 1)
    collection.delete_group(group.code, key)
    assert collection.count_members(group.id) == 0


def test_one_drawing_is_shown_to_its_owner_its_class_and_the_keeper_alone(collection: Collection):
    group, key = collection.open_group("5a")
    _other, other_key = collection.open_group("5b")
    added = collection.add(SEVEN, reading(1), "default", ANNA, label=7, group=group.id)
    for by in (ANNA, key, KEEPER):
        found = collection.entry(added.id, by)
        assert (found.id, found.label, found.digit, found.group) == (added.id, 7, 1, group.id)
        np.testing.assert_array_equal(found.strokes[0], SEVEN.strokes[0], strict=True)
    for by in (BEN, other_key, new_owner(), "", None, added.id):
        with pytest.raises(CollectionError):
            collection.entry(added.id, by)
    for id in (new_owner(), "", "../../etc", None, 7):
        with pytest.raises(CollectionError):
            collection.entry(id, KEEPER)


NO_NAMES = ["", "   ", "x" * 61, "x" * 1_000_000, "a\nb", "a\x00b", "\u202egnp", "\ud800", None, 5, ["5a"], {}]


def test_an_impossible_name_of_a_class_is_refused(collection: Collection):
    for name in NO_NAMES:
        with pytest.raises(CollectionError) as caught:
            collection.open_group(name)
        assert len(str(caught.value)) < 400


NO_CODES = ["", "AAAAAA", "A" * 10**6, "%", "______", "ÀÀÀÀÀÀ", None, 7, [], {}]


def test_a_code_that_no_class_has_is_refused(collection: Collection):
    for code in NO_CODES:
        with pytest.raises(CollectionError, match="no class with this code"):
            collection.group(code)


def test_nobody_in_a_class_has_another_ones_name(collection: Collection, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(classes, "ALIASES", ALIASES[:12])
    monkeypatch.setattr(classes, "MOST_MEMBERS", 12)
    group, _key = collection.open_group("5a")
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda _: collection.join(group.code, new_owner()), range(12)))
    assert sorted(names) == sorted(ALIASES[:12])
    with pytest.raises(CollectionError, match="at most 12 members"):
        collection.join(group.code)


def test_classes_are_bounded(collection: Collection, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(classes, "MOST_CLASSES", 1)
    monkeypatch.setattr(rows, "MOST_OF_CLASS", 1)
    group, _key = collection.open_group("5a")
    with pytest.raises(CollectionError, match="keeps 1 classes"):
        collection.open_group("5b")
    collection.add(SEVEN, reading(7), "default", ANNA, group=group.id)
    with pytest.raises(CollectionError, match="A class keeps 1 drawings"):
        collection.add(SEVEN, reading(7), "default", BEN, group=group.id)


def test_aliases_are_shown_in_the_language_that_is_spoken(monkeypatch: pytest.MonkeyPatch):
    assert len(set(ALIASES)) == len(ALIASES) >= classes.MOST_MEMBERS
    assert all(alias_in_words(alias) == alias for alias in ALIASES)
    assert alias_in_words("<b>Fox in blue") == "<b>Fox in blue"
    words = {"Fox": "狐狸", "blue": "蓝色", "{animal} in {colour}": "{colour}的{animal}"}
    monkeypatch.setattr("mnist_core.collection.aliases._", words.get)
    assert alias_in_words("Fox in blue") == "蓝色的狐狸"
    assert language.current() == "en"


def test_the_hardest_digit_is_the_one_read_least_often(collection: Collection):
    today = datetime.datetime.now().astimezone().date()
    assert collection.hardest_digit(today) is None
    for digit, read in ((4, 4), (4, 9), (4, None), (4, 4), (7, 7), (7, 7), (7, 1), (2, 3), (2, 3)):
        collection.note_attempt(digit, read, 1500, ANNA)
    assert collection.hardest_digit(today) == challenge.Hardest(4, 0.5, 4)
    assert collection.hardest_digit(today - datetime.timedelta(days=1)) is None


def test_attempts_are_bounded_and_kept_for_a_month(collection: Collection, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(challenge, "MOST_OF_OWNER_A_DAY", 2)
    long_ago = time.time_ns() - 32 * 86_400 * 10**9
    with monkeypatch.context() as past:
        past.setattr(challenge.time, "time_ns", lambda: long_ago)
        collection.note_attempt(1, 1, 5, ANNA)
    collection.note_attempt(1, 1, 5, ANNA)
    collection.note_attempt(1, 1, 5, ANNA)
    with pytest.raises(CollectionError, match="enough for one day"):
        collection.note_attempt(1, 1, 5, ANNA)
    with collection.reading() as connection:
        assert len(connection.execute(attempts.select()).all()) == 2


NO_ATTEMPTS = [
    {"digit": 10},
    {"digit": None},
    {"read": 11},
    {"milliseconds": -1},
    {"milliseconds": 1.5},
    {"milliseconds": 10**9},
    {"owner": "me"},
]


def test_an_impossible_attempt_is_refused(collection: Collection):
    for wrong in NO_ATTEMPTS:
        with pytest.raises(CollectionError):
            collection.note_attempt(**({"digit": 1, "read": 1, "milliseconds": 5, "owner": ANNA} | wrong))
    for day in ("today", None, datetime.datetime.now()):
        with pytest.raises(CollectionError):
            collection.hardest_digit(day)


def test_many_threads_write_at_once_and_nothing_is_lost(collection: Collection):
    def visit(_number: int) -> list[str]:
        owner = new_owner()
        added = [collection.add(SEVEN, reading(7), "default", owner) for _ in range(3)]
        collection.relabel(added[0].id, 7, owner)
        assert sorted(ids(collection.entries(Filter(owner=owner)))) == sorted(ids(added))
        return ids(added)

    with ThreadPoolExecutor(16) as pool:
        written = [each for some in pool.map(visit, range(20)) for each in some]
    assert sorted(ids(collection.entries(ALL, limit=None))) == sorted(written)
    assert collection.count(Filter(labels=(7,))) == 20


def test_strokes_that_are_damaged_are_refused():
    good = packed(SEVEN.strokes)
    for bad in (
        b"",
        b"abc",
        good[:-1],
        good[:-4],
        good + b"1234",
        b"\xff" * 40,
        good[:4] + b"\0\0\0\0" + good[8:],
        good[:-4] + b"\0\0\xc0\x7f",
    ):
        with pytest.raises(CollectionError, match="damaged"):
            unpacked(bad)
    assert moment(0) == datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
