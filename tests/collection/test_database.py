"""What happens to the collection when much goes on at once, and when things go wrong."""

import contextlib
import hashlib
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import filelock
import numpy as np
import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from mnist_core.collection import Filter, open_collection, opening, tables, troubles
from mnist_core.collection import database as database_module
from mnist_core.collection.opening import close_collections
from mnist_core.collection.packing import packed
from mnist_core.errors import CollectionError
from mnist_core.owners import new_token
from tests.visitors import SEVEN, reading, scribble

ANNA = new_token()
ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def writer(owner: str, how_many: int, **settings) -> Iterator["subprocess.Popen[str]"]:
    """A process that is ready to add drawings."""
    command = [sys.executable, "-m", "tests.collection.writer", owner, str(how_many)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **settings
    ) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def begin(process: "subprocess.Popen[str]") -> None:
    process.stdin.write("go\n")
    process.stdin.flush()


def add(owner: str = ANNA, **more):
    return open_collection().drawings.add(SEVEN, reading(7), "default", owner, **more)


def fill(kept: list[str]) -> None:
    """Add drawings until there is no room, noting the id of each."""
    while len(kept) < 500:
        kept.append(add().id)


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
def test_four_processes_open_and_write_at_once_and_lose_nothing(database: str):
    """Also the first opening, in which one of them makes the tables and the others wait."""
    owners = [new_token() for _ in range(4)]
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(writer(owner, 25)) for owner in owners]
        for process in processes:
            begin(process)
        told = [process.stdout.read().split("\n")[:-1] for process in processes]
    collection = open_collection()
    for owner, ids in zip(owners, told, strict=True):
        assert len(ids) == 25, ids[-1]
        found = collection.drawings.entries(Filter(owner=owner), limit=None)
        assert sorted(entry.id for entry in found) == sorted(ids)
        assert all(entry.strokes for entry in found)
    assert collection.drawings.count() == 100


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
def test_a_writer_that_is_killed_loses_at_most_the_drawing_it_was_writing(database: str):
    for enough in (1, 12):
        owner = new_token()
        with writer(owner, 10_000) as process:
            begin(process)
            told = [process.stdout.readline().strip() for _ in range(enough)]
            process.kill()
            told += [line for line in process.stdout.read().split("\n") if len(line) == 32]
        found = open_collection().drawings.entries(Filter(owner=owner), limit=None)
        assert set(told) <= {entry.id for entry in found}
        assert len(told) <= len(found) <= len(told) + 1  # one may be kept without having been told
        assert all(entry.image.any() for entry in found)
        close_collections()  # the next opening looks through the whole file
    assert add().id in {entry.id for entry in open_collection().drawings.entries()}


def test_a_full_disk_is_said_and_nothing_stored_is_lost(sqlite: Path):
    """The database may have no more pages: SQLite then says what it says of a full disk."""
    collection = open_collection()
    kept = [add().id for _ in range(3)]
    with collection.database.reading() as connection:
        driver = connection.connection.driver_connection
        driver.execute(f"PRAGMA max_page_count = {driver.execute('PRAGMA page_count').fetchone()[0] + 2}")
    with pytest.raises(CollectionError, match="the disk is full"):
        fill(kept)
    assert sorted(kept) == sorted(entry.id for entry in collection.drawings.entries(limit=None))
    with collection.database.reading() as connection:
        connection.connection.driver_connection.execute("PRAGMA max_page_count = 100000")
    kept.append(add().id)
    close_collections()
    assert sorted(kept) == sorted(entry.id for entry in open_collection().drawings.entries(limit=None))


def test_a_process_that_may_write_no_more_says_so_and_loses_nothing(sqlite: Path):
    """A limit on the size of files, as a quota is, in a process of its own."""
    add()
    close_collections()
    owner = new_token()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    with writer(owner, 10_000, preexec_fn=limit) as process:
        begin(process)
        *told, error = process.stdout.read().splitlines()
    assert error.startswith("error: The collection cannot take more: the disk is full"), error
    assert len(told) >= 5
    assert {entry.id for entry in open_collection().drawings.entries(Filter(owner=owner), limit=None)} == set(told)
    assert add()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount a small disk")
def test_a_disk_that_is_really_full(sqlite: Path):
    sqlite.parent.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(sqlite.parent)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        kept = [add().id for _ in range(3)]
        with contextlib.suppress(OSError):
            (sqlite.parent / "filler").write_bytes(b"x" * 600_000)
        with pytest.raises(CollectionError, match="the disk is full"):
            fill(kept)
        assert sorted(kept) == sorted(entry.id for entry in open_collection().drawings.entries(limit=None))
        (sqlite.parent / "filler").unlink()
        kept.append(add().id)
        close_collections()
        assert open_collection().drawings.count() == len(kept)
    finally:
        close_collections()
        subprocess.run(["umount", str(sqlite.parent)], check=True)


def test_a_database_that_somebody_else_locks_is_said_to_be_in_use(database: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(troubles, "BUSY_TIMEOUT_S", 0.2)
    monkeypatch.setattr(troubles, "LOCK_TIMEOUT_S", 0.2)
    kept = add()
    with contextlib.ExitStack() as stack:
        if database.startswith("sqlite"):
            other = stack.enter_context(contextlib.closing(sqlite3.connect(database.removeprefix("sqlite:///"))))
            other.execute("BEGIN EXCLUSIVE")
        else:
            other = stack.enter_context(contextlib.closing(psycopg.connect(database)))
            other.execute("LOCK TABLE drawings IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(CollectionError, match="in use by somebody else"):
            add()
        with pytest.raises(CollectionError, match="in use by somebody else"):
            open_collection().delete_all(ANNA)
        other.rollback()
    assert [entry.id for entry in open_collection().drawings.entries()] == [kept.id]
    assert add()


def test_a_file_that_somebody_else_reads_or_locks_while_it_is_opened_is_said_to_be_in_use(
    sqlite: Path, monkeypatch: pytest.MonkeyPatch
):
    """A file that does not yet write ahead into a log can begin to only while nobody reads it."""
    monkeypatch.setattr(troubles, "BUSY_TIMEOUT_S", 0.2)
    sqlite.parent.mkdir()
    older(f"sqlite:///{sqlite}", 1).dispose()
    with contextlib.closing(sqlite3.connect(sqlite, isolation_level=None)) as other:
        for lock in ("BEGIN", "BEGIN EXCLUSIVE"):
            other.execute(lock)
            other.execute("SELECT * FROM drawings").fetchall()
            with pytest.raises(CollectionError, match="in use by somebody else"):
                open_collection()
            other.rollback()
    assert open_collection().version() == tables.VERSION


@pytest.mark.parametrize("damage", ["nonsense", "overwritten", "cut off", "empty folder"])
def test_a_damaged_file_is_said_to_be_damaged_and_left_as_it_is(sqlite: Path, damage: str):
    rng = np.random.default_rng(1)
    for _ in range(60):
        open_collection().drawings.add(scribble(rng), reading(7), "default", ANNA)
    close_collections()
    data = bytearray(sqlite.read_bytes())
    if damage == "nonsense":
        data = bytearray(b"This is a text and no database. " * 200)
    elif damage == "overwritten":
        data[8192:-4096] = bytes(rng.integers(0, 256, len(data) - 12288, np.uint8))
    else:
        del data[len(data) // 2 :]
    if damage == "empty folder":
        sqlite.unlink()
        sqlite.mkdir()
    else:
        sqlite.write_bytes(data)
    for _ in range(2):
        with pytest.raises(CollectionError, match="be used" if damage == "empty folder" else "is damaged"):
            open_collection()
    if damage != "empty folder":
        assert sqlite.read_bytes() == data


def test_a_folder_that_cannot_be_written_is_said(fresh_home: Path, monkeypatch: pytest.MonkeyPatch):
    fresh_home.write_text("a file where the data home should be")
    with pytest.raises(CollectionError, match="cannot be opened"):
        open_collection()


@pytest.mark.parametrize(
    "url",
    [
        "mysql://root:secret@host/db",
        "sqlite://",
        "nonsense:secret",
        "postgresql://u:secret@127.0.0.1:1/db",
        "sqlite:///:memory:",
    ],
)
def test_an_address_that_leads_nowhere_is_said_without_its_password(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(database_module.URL_VARIABLE, url)
    with pytest.raises(CollectionError) as caught:
        open_collection()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("named", "driver", "database"),
    [
        ("sqlite:////folder/visitors.sqlite3", "sqlite", "/folder/visitors.sqlite3"),
        ("postgres://u:p@host/name", "postgresql+psycopg", "name"),
        ("postgresql://u:p@host/name", "postgresql+psycopg", "name"),
        ("postgresql+psycopg://u:p@host/name", "postgresql+psycopg", "name"),
    ],
)
def test_the_variable_names_a_file_or_a_postgresql_database(
    named: str, driver: str, database: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(database_module.URL_VARIABLE, named)
    url = database_module.database_url()
    assert (url.drivername, url.database) == (driver, database)


def test_without_the_variable_it_is_a_file_in_the_data_home(fresh_home: Path, monkeypatch: pytest.MonkeyPatch):
    for empty in (None, ""):
        monkeypatch.delenv(database_module.URL_VARIABLE, raising=False)
        if empty is not None:
            monkeypatch.setenv(database_module.URL_VARIABLE, empty)
        url = database_module.database_url()
        assert (url.drivername, url.database) == ("sqlite", str(fresh_home / "collection.sqlite3"))


class SaidError(Exception):
    """What a driver says, with the name or code that it gives to it."""

    def __init__(self, text: str = "no words", **code: str) -> None:
        super().__init__(text)
        self.__dict__.update(code)


SAID = [
    *[
        (SaidError(sqlite_errorname=name), "in use by somebody else")
        for name in ("SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT")
    ],
    (SaidError(sqlite_errorname="SQLITE_LOCKED"), "who did not let go of it within 5 s"),
    *[(SaidError(sqlstate=code), "who did not let go of it within 3 s") for code in ("55P03", "40P01")],
    *[(SaidError(sqlite_errorname=name), "is damaged") for name in ("SQLITE_CORRUPT_INDEX", "SQLITE_NOTADB")],
    *[(SaidError(sqlite_errorname=name), "the disk is full") for name in ("SQLITE_FULL", "SQLITE_IOERR_WRITE")],
    (SaidError(sqlstate="53100"), "the disk is full"),
    (SaidError("table drawings of host db.school.example", sqlstate="42P01"), r"cannot be used: 42P01\. Nothing"),
    (SaidError("cannot open /srv/a.sqlite3", sqlite_errorname="SQLITE_CANTOPEN"), r"used: SQLITE_CANTOPEN\. Nothing"),
    (SaidError('connection to server at "10.1.2.3" failed'), r"cannot be used: it cannot be reached\. Nothing"),
    *[(SaidError("the query", sqlstate=code), "does not answer") for code in ("57014", "25P03")],
]


def test_what_a_database_says_is_put_into_words():
    for said, words in SAID:
        with pytest.raises(CollectionError, match=words) as caught, troubles.explained():
            raise sa.exc.OperationalError("SELECT secret", {"secret": 1}, said)
        assert not any(secret in str(caught.value) for secret in ("secret", "10.1.2.3", "example", "/srv"))
    for error, words in (
        (filelock.Timeout("a.lock"), "in use by somebody else"),
        (sa.exc.TimeoutError(), "in use by too many at once"),
        (OSError(13, "Permission denied"), "cannot be opened: Permission denied"),
        (OSError("odd: /srv/a.sqlite3"), "cannot be opened: OSError"),
    ):
        with pytest.raises(CollectionError, match=words), troubles.explained():
            raise error


def test_a_full_disk_is_said_in_words_of_deleting_where_something_was_to_be_deleted():
    for said in (SaidError(sqlite_errorname="SQLITE_FULL"), SaidError(sqlstate="53100")):
        with (
            pytest.raises(CollectionError, match="nothing was deleted"),
            troubles.explained(troubles.no_room_to_delete),
        ):
            raise sa.exc.OperationalError("", None, said)


def test_whoever_waits_for_the_opening_of_another_is_told(sqlite: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(opening, "OPENING_TIMEOUT_S", 0.05)
    with opening._opening, pytest.raises(CollectionError, match="is being opened"):
        open_collection()
    assert open_collection().drawings.count() == 0


def test_what_is_a_bug_or_said_already_is_not_put_into_other_words():
    for error in (
        sa.exc.IntegrityError("", None, SaidError()),
        sa.exc.DataError("", None, SaidError()),
        sa.exc.NotSupportedError("", None, SaidError()),
        CollectionError("said"),
        KeyError("bug"),
    ):
        with pytest.raises(type(error)) as caught, troubles.explained():
            raise error
        assert caught.value is error


def test_what_fails_in_the_middle_changes_nothing(database: str):
    kept = add()
    for block in (open_collection().database.writing, open_collection().database.erasing):
        with contextlib.suppress(ZeroDivisionError), block() as connection:
            assert connection.execute(sa.delete(tables.drawings)).rowcount == 1
            raise ZeroDivisionError
    assert [entry.id for entry in open_collection().drawings.entries()] == [kept.id]


def test_what_is_deleted_is_in_no_file_any_more(sqlite: Path):
    add()
    needle = packed(SEVEN.strokes)[8:]

    def is_there() -> bool:
        return any(needle in path.read_bytes() for path in sqlite.parent.iterdir())

    assert is_there()
    keeps = new_token()
    other = open_collection().drawings.add(scribble(np.random.default_rng(2)), reading(3), "default", keeps)
    open_collection().delete_all(ANNA)
    assert not is_there()
    entry = add()
    open_collection().drawings.delete([entry.id], ANNA)
    assert not is_there()
    group, key = open_collection().classes.open("5a")
    add(group=group.id)
    assert is_there()
    open_collection().classes.delete(group.code, key)
    assert not is_there()
    assert [each.id for each in open_collection().drawings.entries()] == [other.id]


def older(address: str, version: int) -> sa.Engine:
    """A database of an older version, as that version would have made it."""
    url = sa.engine.make_url(address)
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url)
    with engine.begin() as connection:
        database_module.migrate(connection, version)
    return engine


@pytest.mark.parametrize("version", [1, 2])
def test_a_collection_of_an_older_version_keeps_its_drawings(database: str, version: int):
    engine = older(database, version)
    row = {
        "id": "0" * 31 + "1",
        "created": 1_700_000_000_123_456,
        "owner": kept_hash(ANNA),
        "label": 7,
        "digit": None,
        "probability": 0.25,
        "novelty": 0.5,
        "model": "default",
        "pen_width": 20.0,
        "width": 240,
        "height": 240,
        "strokes": packed(SEVEN.strokes),
    }
    names = ", ".join(row)
    with engine.begin() as connection:
        connection.execute(sa.text(f"INSERT INTO drawings ({names}) VALUES (:{names.replace(', ', ', :')})"), row)
    engine.dispose()
    collection = open_collection()
    assert collection.version() == tables.VERSION
    (entry,) = collection.drawings.entries(Filter(owner=ANNA))
    assert (entry.id, entry.label, entry.digit, entry.group) == (row["id"], 7, None, None)
    assert entry.created.isoformat() == "2023-11-14T22:13:20.123456+00:00"
    np.testing.assert_array_equal(entry.strokes[0], SEVEN.strokes[0])
    assert collection.drawings.relabel(entry.id, 1, ANNA).label == 1


def kept_hash(token: str) -> str:
    """SHA-256 of a token, as the collection keeps it."""
    return hashlib.sha256(token.encode()).hexdigest()


def test_a_collection_of_a_newer_version_is_refused_and_left(database: str):
    kept = add()
    with open_collection().database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '99'"))
    close_collections()
    with pytest.raises(CollectionError, match="newer MNIST Studio: it is of version 99"):
        open_collection()
    engine = sa.create_engine(database.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE alembic_version SET version_num = '{tables.VERSION}'"))
    engine.dispose()
    assert [entry.id for entry in open_collection().drawings.entries()] == [kept.id]


def test_a_database_of_something_else_is_refused(database: str):
    engine = sa.create_engine(database.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE invoices (id INTEGER)"))
    engine.dispose()
    with pytest.raises(CollectionError, match="no collection of MNIST Studio: it holds the tables invoices"):
        open_collection()


def test_the_migrations_end_with_the_tables_as_they_are(database: str):
    with open_collection().database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        # SQLAlchemy does not see what a foreign key does that SQLite has added to a table: that is tried below.
        found = [each for each in compare_metadata(context, tables.metadata) if each[0] not in ("add_fk", "remove_fk")]
        assert found == []
    scripts = ScriptDirectory(str(Path(database_module.__file__).with_name("migrations")))
    assert [each.revision for each in scripts.walk_revisions()] == [str(each) for each in range(tables.VERSION, 0, -1)]
    group, _key = open_collection().classes.open("5a")
    add(group=group.id)
    with open_collection().database.writing() as connection:
        connection.execute(sa.delete(tables.classes))
    assert open_collection().drawings.count() == 0


def test_a_drawing_is_forced_to_the_disk_before_add_returns(sqlite: Path):
    add()
    with open_collection().database.reading() as connection:
        driver = connection.connection.driver_connection
        values = {
            name: driver.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_a_copy_of_the_file_is_a_collection(sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    kept = add()
    close_collections()
    shutil.copy(sqlite, tmp_path / "copy.sqlite3")
    monkeypatch.setenv(database_module.URL_VARIABLE, f"sqlite:///{tmp_path / 'copy.sqlite3'}")
    assert [entry.id for entry in open_collection().drawings.entries()] == [kept.id]
