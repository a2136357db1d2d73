"""The room that is kept for deleting."""

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from mnist_core.collection.reserve import LEAST_BYTES, MOST_BYTES, Reserve

Usage = namedtuple("Usage", ["total", "used", "free"])


@pytest.fixture
def database(tmp_path: Path) -> Path:
    (tmp_path / "a.sqlite3").write_bytes(b"x")
    return tmp_path / "a.sqlite3"


def size(database: Path) -> int:
    file = database.with_name("a.sqlite3.reserve")
    return file.stat().st_size if file.exists() else 0


def test_it_is_as_large_as_the_database_within_bounds(database: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mnist_core.collection.reserve.MOST_BYTES", 4 * LEAST_BYTES)
    reserve = Reserve(database)
    for bytes_there, wanted in ((1, 1), (LEAST_BYTES, 1), (LEAST_BYTES + 1, 2), (3 * LEAST_BYTES, 4), (2**30, 4)):
        os.truncate(database, bytes_there)
        reserve.grow()
        assert size(database) == wanted * LEAST_BYTES
    os.truncate(database, 1)
    reserve.grow()
    assert size(database) == 4 * LEAST_BYTES  # nothing is gained by giving it back
    assert (LEAST_BYTES, MOST_BYTES) == (2**20, 2**26)


def test_it_takes_nothing_where_the_disk_has_little(database: Path, monkeypatch: pytest.MonkeyPatch):
    for free, expected in ((4 * LEAST_BYTES - 1, 0), (4 * LEAST_BYTES, LEAST_BYTES)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, free=free: Usage(0, 0, free))
        Reserve(database).grow()
        assert size(database) == expected


def test_it_is_given_up_and_taken_back_as_far_as_there_is_room(database: Path, monkeypatch: pytest.MonkeyPatch):
    reserve = Reserve(database)
    assert not reserve.release()
    reserve.restore()
    assert size(database) == LEAST_BYTES
    assert reserve.release()
    assert size(database) == 0
    plain = os.posix_fallocate

    def nearly_full(descriptor: int, offset: int, length: int) -> None:
        if length > LEAST_BYTES // 2:
            raise OSError(28, "No space left on device")
        plain(descriptor, offset, length)

    monkeypatch.setattr(os, "posix_fallocate", nearly_full)
    reserve.restore()
    assert size(database) == LEAST_BYTES // 2
    monkeypatch.setattr(os, "posix_fallocate", lambda *_all: nearly_full(0, 0, LEAST_BYTES))
    reserve.restore()
    assert size(database) == 0


def test_a_system_that_cannot_set_room_aside_writes_it(database: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(os, "posix_fallocate")
    Reserve(database).restore()
    assert size(database) == LEAST_BYTES


def test_without_a_database_nothing_is_kept(tmp_path: Path):
    reserve = Reserve(tmp_path / "gone" / "a.sqlite3")
    reserve.grow()
    reserve.restore()
    assert not (tmp_path / "gone").exists()
