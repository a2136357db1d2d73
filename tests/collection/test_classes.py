"""Classes that draw together: opened, joined, closed and deleted, and the names in them."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from mnist_core import language
from mnist_core.collection import Filter, alias_in_words, classes, rows, tables
from mnist_core.collection.aliases import ALIASES
from mnist_core.collection.collection import Collection
from mnist_core.errors import CollectionError, ConfigError, OwnerError
from mnist_core.owners import KEEPER, new_token
from tests.visitors import SEVEN, reading

ANNA, BEN = new_token(), new_token()


def test_a_class_is_opened_joined_closed_and_deleted(collection: Collection):
    group, key = collection.classes.open("  Class <b>5a</b> ")
    assert group.name == "Class <b>5a</b>"
    assert group.is_open
    assert set(group.code) <= set(classes.CODE_SIGNS)
    assert len(group.code) == classes.CODE_LENGTH
    assert collection.classes.group(f" {group.code.lower()} ") == group
    assert collection.classes.holds_key(group.code, key)
    assert not collection.classes.holds_key(group.code, new_token())

    alias = collection.classes.join(group.code, ANNA)
    assert alias in ALIASES
    assert collection.classes.join(group.code, ANNA) == alias
    assert collection.classes.join(group.code, BEN) != alias
    entry = collection.drawings.add(SEVEN, reading(7), "default", ANNA, group=group.id, alias=alias)
    assert (entry.group, entry.alias) == (group.id, alias)
    with pytest.raises(CollectionError, match="somebody else"):
        collection.drawings.add(SEVEN, reading(7), "default", BEN, group=group.id, alias=alias)

    with pytest.raises(CollectionError, match="not the key"):
        collection.classes.close(group.code, new_token())
    assert not collection.classes.close(group.code, key).is_open
    assert collection.classes.join(group.code, ANNA) == alias
    with pytest.raises(CollectionError, match="The class is closed: nobody can join it any more"):
        collection.classes.join(group.code, new_token())
    with pytest.raises(CollectionError, match="The class is closed: it takes no more drawings"):
        collection.drawings.add(SEVEN, reading(7), "default", ANNA, group=group.id)

    with pytest.raises(CollectionError, match="not the key"):
        collection.classes.reopen(group.code, ANNA)
    assert not collection.classes.group(group.code).is_open
    assert collection.classes.reopen(group.code, key) == group == collection.classes.group(group.code)
    assert collection.classes.join(group.code, new_token()) in ALIASES

    with pytest.raises(CollectionError, match="not the key"):
        collection.classes.delete(group.code, ANNA)
    assert collection.classes.delete(group.code, key) == 1
    assert collection.drawings.count() == 0
    with pytest.raises(CollectionError, match="no class with this code"):
        collection.classes.group(group.code)
    with pytest.raises(CollectionError, match="no class with this code"):
        collection.classes.join(group.code, ANNA)


def test_the_members_of_a_class_are_known_by_their_tokens_and_counted(collection: Collection):
    group, key = collection.classes.open("5a")
    other, _other_key = collection.classes.open("5b")
    assert collection.classes.alias(group.code, ANNA) is None
    assert collection.classes.member_count(group.id) == 0
    alias = collection.classes.join(group.code, ANNA)
    collection.classes.join(group.code, BEN)
    collection.classes.join(group.code, BEN)
    assert collection.classes.alias(f" {group.code.lower()}", ANNA) == alias
    assert collection.classes.alias(group.code, BEN) not in (None, alias)
    assert collection.classes.alias(other.code, ANNA) is None
    assert (collection.classes.member_count(group.id), collection.classes.member_count(other.id)) == (2, 0)
    for id in ("", group.code, "'; drop table members; --", None, 7):
        with pytest.raises((CollectionError, OwnerError)):
            collection.classes.member_count(id)
    for token in ("", "x" * 10**6, None, 7):
        with pytest.raises((CollectionError, OwnerError)):
            collection.classes.alias(group.code, token)
    with pytest.raises(CollectionError, match="no class with this code"):
        collection.classes.alias("ZZZZZZ", ANNA)
    collection.delete_all(ANNA)
    assert (collection.classes.alias(group.code, ANNA), collection.classes.member_count(group.id)) == (None, 1)
    collection.classes.delete(group.code, key)
    assert collection.classes.member_count(group.id) == 0


NO_NAMES = ["", "   ", "x" * 61, "x" * 1_000_000, "a\nb", "a\x00b", "\u202egnp", "\ud800", None, 5, ["5a"], {}]


def test_an_impossible_name_of_a_class_is_refused(collection: Collection):
    for name in NO_NAMES:
        with pytest.raises(CollectionError) as caught:
            collection.classes.open(name)
        assert len(str(caught.value)) < 400


NO_CODES = ["", "AAAAAA", "A" * 10**6, "%", "______", "ÀÀÀÀÀÀ", None, 7, [], {}]


def test_a_code_that_no_class_has_is_refused(collection: Collection):
    for code in NO_CODES:
        with pytest.raises(CollectionError, match="no class with this code"):
            collection.classes.group(code)


def test_nobody_in_a_class_has_another_ones_name(collection: Collection, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(classes, "ALIASES", ALIASES[:12])
    monkeypatch.setattr(classes, "MOST_MEMBERS", 12)
    group, _key = collection.classes.open("5a")
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda _: collection.classes.join(group.code, new_token()), range(12)))
    assert sorted(names) == sorted(ALIASES[:12])
    for name, owner in ((name, new_token()) for name in names):
        collection.drawings.add(SEVEN, reading(7), "default", owner, group=group.id)
        with collection.database.writing() as connection:
            connection.execute(sa.update(tables.drawings).where(tables.drawings.c.alias.is_(None)).values(alias=name))
    with pytest.raises(CollectionError, match="at most 12 members"):
        collection.classes.join(group.code, new_token())


def test_classes_are_bounded(collection: Collection, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(classes, "MOST_CLASSES", 2)
    monkeypatch.setattr(rows, "MOST_OF_CLASS", 2)
    (group, _key), (other, _other_key) = collection.classes.open("5a"), collection.classes.open("5b")
    with pytest.raises(CollectionError, match="keeps 2 classes"):
        collection.classes.open("5c")
    for owner in (ANNA, BEN):
        collection.drawings.add(SEVEN, reading(7), "default", owner, group=group.id)
    with pytest.raises(CollectionError, match="A class keeps 2 drawings"):
        collection.drawings.add(SEVEN, reading(7), "default", ANNA, group=group.id)
    assert collection.drawings.add(SEVEN, reading(7), "default", ANNA, group=other.id).group == other.id


def opened_days_ago(collection: Collection, group, days: float) -> None:
    """Have a class be so old."""
    created = time.time_ns() // 1000 - round(days * 86_400_000_000)
    with collection.database.writing() as connection:
        connection.execute(sa.update(tables.classes).where(tables.classes.c.id == group.id).values(created=created))


def test_a_class_that_nobody_used_gives_way_three_days_later(collection: Collection, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(classes.MOST_VARIABLE, "5")
    joined, drawn, young, oldest, old = (collection.classes.open(name)[0] for name in ("5a", "5b", "5c", "5d", "5e"))
    collection.classes.join(joined.code, ANNA)
    collection.drawings.add(SEVEN, reading(7), "default", BEN, group=drawn.id)
    for group, days in ((joined, 900), (drawn, 900), (young, 2.9), (oldest, 9), (old, 3.1)):
        opened_days_ago(collection, group, days)
    for gone in (oldest, old):
        collection.classes.open("next")
        with pytest.raises(CollectionError, match="no class with this code"):
            collection.classes.group(gone.code)
    with pytest.raises(CollectionError, match="keeps 5 classes, and has so many"):
        collection.classes.open("one too many")
    assert collection.classes.alias(joined.code, ANNA)
    assert collection.drawings.count(Filter(group=drawn.id)) == 1
    assert collection.classes.group(young.code).name == "5c"


def test_where_there_is_room_even_an_old_class_stays(collection: Collection):
    group, key = collection.classes.open("5a")
    opened_days_ago(collection, group, 400)
    collection.classes.open("5b")
    assert collection.classes.holds_key(group.code, key)


@pytest.mark.parametrize("named", ["0", "-1", "many", "1e3"])
def test_an_impossible_number_of_classes_is_refused(monkeypatch: pytest.MonkeyPatch, named: str):
    monkeypatch.setenv(classes.MOST_VARIABLE, named)
    with pytest.raises(ConfigError, match=classes.MOST_VARIABLE):
        classes.most_classes()


def test_whoever_joins_a_class_five_hundred_times_keeps_no_pupil_out(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(classes, "MOST_MEMBERS", 4)
    group, _key = collection.classes.open("5a")
    alias = collection.classes.join(group.code, ANNA)
    collection.drawings.add(SEVEN, reading(7), "default", ANNA, group=group.id, alias=alias)
    for _ in range(10):
        collection.classes.join(group.code, new_token())
    pupil = collection.classes.join(group.code, BEN)
    assert collection.classes.alias(group.code, BEN) == pupil
    assert collection.classes.alias(group.code, ANNA) == alias
    assert collection.classes.member_count(group.id) == 4


def test_a_class_is_told_to_who_has_its_key_alone(collection: Collection):
    group, key = collection.classes.open("5a")
    assert collection.classes.of_key(f" {group.code.lower()} ", key) == group
    assert collection.classes.of_key(group.code, KEEPER) == group
    assert collection.classes.of_key(group.code, new_token()) is None
    assert collection.classes.of_key("ACD349" if group.code != "ACD349" else "ACD348", key) is None
    with pytest.raises(OwnerError):
        collection.classes.of_key(group.code, "no key")


def test_a_name_has_up_to_60_characters_without_those_around_it(collection: Collection):
    for name in ("5", "x" * classes.LONGEST_NAME, f"\t {'班' * classes.LONGEST_NAME}  "):
        group, _key = collection.classes.open(name)
        assert group.name == name.strip() == collection.classes.group(group.code).name
    assert classes.LONGEST_NAME == 60


def test_the_keeper_needs_no_key_and_a_key_has_its_form(collection: Collection):
    group, key = collection.classes.open("5a")
    assert collection.classes.holds_key(group.code, KEEPER)
    with pytest.raises(CollectionError, match="has 32 hex digits"):
        collection.classes.holds_key(group.code, key.upper() + "g")
    assert not collection.classes.close(group.code, KEEPER).is_open
    assert collection.classes.delete(group.code, KEEPER) == 0


def test_what_is_drawn_for_other_classes_stays_when_one_is_deleted(collection: Collection):
    (group, key), (other, _other_key) = collection.classes.open("5a"), collection.classes.open("5b")
    for of in (group.id, group.id, other.id, None):
        collection.drawings.add(SEVEN, reading(7), "default", ANNA, group=of)
    assert collection.classes.delete(group.code, key) == 2
    assert [entry.group for entry in collection.drawings.entries()] == [None, other.id]
    assert collection.classes.group(other.code) == other


def test_whoever_finds_no_free_name_is_asked_to_try_again(collection: Collection, monkeypatch: pytest.MonkeyPatch):
    """As if somebody else took the name each time between the look and the writing."""
    group, _key = collection.classes.open("5a")
    alias = collection.classes.join(group.code, ANNA)
    monkeypatch.setattr("secrets.choice", lambda names: alias)
    with pytest.raises(CollectionError, match="Too many are joining the class at once"):
        collection.classes.join(group.code, BEN)
    assert collection.classes.member_count(group.id) == 1


def test_aliases_are_shown_in_the_language_that_is_spoken(monkeypatch: pytest.MonkeyPatch):
    assert len(set(ALIASES)) == len(ALIASES) >= classes.MOST_MEMBERS
    assert all(alias_in_words(alias) == alias for alias in ALIASES)
    assert alias_in_words("<b>Fox in blue") == "<b>Fox in blue"
    words = {"Fox": "狐狸", "blue": "蓝色", "{animal} in {colour}": "{colour}的{animal}"}
    monkeypatch.setattr("mnist_core.collection.aliases._", words.get)
    assert alias_in_words("Fox in blue") == "蓝色的狐狸"
    assert language.current() == "en"
    for odd in ("Fox", "Fox in ", " in blue", "Fox in mauve", "Unicorn in blue", "Fox  in blue", ""):
        assert alias_in_words(odd) == odd
