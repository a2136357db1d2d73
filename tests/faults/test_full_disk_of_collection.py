"""Deleting on a disk that is really full: SQLite needs room for that, which the collection keeps."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mnist_core.collection import Filter, open_collection
from mnist_core.collection.database import URL_VARIABLE
from mnist_core.collection.opening import close_collections
from mnist_core.errors import CollectionError
from mnist_core.owners import KEEPER, new_token
from tests.visitors import reading, scribble

pytestmark = pytest.mark.slow

ANNA, BEN = new_token(), new_token()
DISK_MB = 24


@pytest.fixture
def disk(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small disk of its own, which is the data home."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a small disk")
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    fresh_home.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(fresh_home)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield fresh_home
    finally:
        close_collections()
        subprocess.run(["umount", str(fresh_home)], check=True)


def add_many(owner: str, count: int, **more) -> list[str]:
    rng = np.random.default_rng(1)
    drawings = open_collection().drawings
    return [drawings.add(scribble(rng), reading(7), "default", owner, 7, **more).id for _ in range(count)]


def fill(disk: Path) -> None:
    """Leave no byte free."""
    with contextlib.suppress(OSError), (disk / "filler").open("ab") as file:
        while True:
            file.write(bytes(4096))
            file.flush()
    assert shutil.disk_usage(disk).free == 0


def store_until_refused() -> int:
    """How many drawings there is room for; what was made free for the next deletion is none of it."""
    for stored in range(2_000):
        with contextlib.suppress(CollectionError):
            add_many(BEN, 1)
            continue
        return stored
    pytest.fail("the disk is not full")


def test_one_drawing_all_of_a_visitor_a_class_and_everything_can_be_deleted_on_a_full_disk(disk: Path):
    group, key = open_collection().classes.open("5a")
    one, *_others = add_many(ANNA, 1_500)
    add_many(BEN, 30, group=group.id)
    fill(disk)
    collection = open_collection()
    stored = store_until_refused()
    with pytest.raises(CollectionError, match="cannot take more: the disk is full"):
        add_many(BEN, 1)
    assert collection.drawings.delete([one], ANNA) == 1
    assert collection.delete_all(ANNA) == 1_499
    assert collection.classes.delete(group.code, key) == 30
    assert collection.delete_everything(KEEPER) == stored
    assert collection.drawings.count() == 0
    assert (disk / "collection.sqlite3-wal").stat().st_size == 0


def test_the_server_can_be_started_anew_on_a_full_disk_and_then_delete(disk: Path):
    add_many(ANNA, 300)
    close_collections()
    fill(disk)
    assert open_collection().drawings.count(Filter(owner=ANNA)) == 300
    assert open_collection().delete_all(ANNA) == 300


def test_without_the_room_that_is_kept_it_is_said_in_words_of_deleting(disk: Path):
    one, *_others = add_many(ANNA, 20)
    (disk / "collection.sqlite3.reserve").unlink()
    fill(disk)
    for delete in (
        lambda: open_collection().drawings.delete([one], ANNA),
        lambda: open_collection().delete_all(ANNA),
    ):
        with pytest.raises(
            CollectionError, match="The disk is full, or refuses to be written, and nothing was deleted"
        ):
            delete()
    assert open_collection().drawings.count() == 20
    (disk / "filler").unlink()
    assert open_collection().delete_all(ANNA) == 20
    assert (disk / "collection.sqlite3.reserve").stat().st_size == 2**20


def test_the_room_grows_with_the_collection_where_the_disk_has_plenty(disk: Path):
    reserve = disk / "collection.sqlite3.reserve"
    add_many(ANNA, 10)
    assert reserve.stat().st_size == 2**20
    add_many(ANNA, 1_500)
    assert reserve.stat().st_size == 2 * 2**20 >= (disk / "collection.sqlite3").stat().st_size
    assert reserve.stat().st_blocks * 512 == reserve.stat().st_size  # it is no file with holes
