"""What was deleted and can be brought back for a day."""

import errno
import shutil
import time
from pathlib import Path

import pytest

from mnist_core import trash
from mnist_core.errors import ConfigError
from mnist_core.trash import KEPT_S, SCARCE_VARIABLE

PLENTY_MB = str(10**9)  # more than any disk has


@pytest.fixture
def home(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data home on a disk with room."""
    monkeypatch.setenv(SCARCE_VARIABLE, "0")
    return fresh_home


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that a test sets."""
    now = [1_800_000_000.5]
    monkeypatch.setattr(trash.time, "time", lambda: now[0])
    return now


def folder(home: Path, name: str = "mine", kind: str = "models") -> Path:
    """A folder with something in it."""
    made = home / kind / name
    (made / "deep").mkdir(parents=True)
    (made / "deep" / "file").write_text(name)
    return made


def left(home: Path) -> list[str]:
    """The files that are still on the disk."""
    return sorted(path.name for path in home.rglob("*") if path.is_file())


def crash(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_what_was_deleted_comes_back_whole(home: Path) -> None:
    made = folder(home)
    assert trash.discard(made) is True
    assert not made.exists()
    (item,) = trash.discarded("models")
    assert (item.name, abs(time.time() - item.deleted) < 60) == ("mine", True)
    trash.restore(item, made)
    assert (made / "deep" / "file").read_text() == "mine"
    assert trash.discarded("models") == []
    assert list((home / "trash" / "models").iterdir()) == []


def test_things_of_one_name_and_of_several_kinds_are_told_apart(home: Path, clock: list[float]) -> None:
    for kind in ("models", "models", "maps"):
        trash.discard(folder(home, kind=kind))
        clock[0] += 5
    newest, oldest = trash.discarded("models")
    assert newest.deleted - oldest.deleted == 5
    assert newest.id != oldest.id
    assert len(trash.discarded("maps")) == 1
    assert trash.discarded("jobs") == []


def test_a_day_later_it_is_over_and_the_next_deletion_frees_the_room(home: Path, clock: list[float]) -> None:
    trash.discard(folder(home, "old"))
    clock[0] += KEPT_S - 1
    assert [item.name for item in trash.discarded("models")] == ["old"]
    clock[0] += 1
    assert trash.discarded("models") == []
    trash.discard(folder(home, "new", "maps"))
    assert left(home) == ["file"]
    assert [item.name for item in trash.discarded("maps")] == ["new"]


@pytest.mark.parametrize("back_s", [1, 3600, KEPT_S - 1])
def test_a_clock_that_is_set_back_loses_nothing(home: Path, clock: list[float], back_s: float) -> None:
    trash.discard(folder(home))
    clock[0] -= back_s
    trash.empty()
    (item,) = trash.discarded("models")
    trash.restore(item, home / "models" / "mine")
    assert left(home) == ["file"]


def test_what_a_wrong_clock_dated_far_ahead_is_over(home: Path, clock: list[float]) -> None:
    trash.discard(folder(home))
    clock[0] -= 10 * KEPT_S
    assert trash.discarded("models") == []
    trash.empty()
    assert left(home) == []


def test_deleting_is_final_while_space_is_scarce_and_frees_what_was_kept(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trash.discard(folder(home, "before"))
    monkeypatch.setenv(SCARCE_VARIABLE, PLENTY_MB)
    assert trash.is_scarce()
    assert trash.discard(folder(home)) is False
    assert left(home) == []
    assert trash.discarded("models") == []


@pytest.mark.parametrize("value", ["much", "-1", "1.5"])
def test_a_scarcity_that_is_none_is_named_and_nothing_is_deleted(
    home: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    made = folder(home)
    monkeypatch.setenv(SCARCE_VARIABLE, value)
    with pytest.raises(ConfigError, match=SCARCE_VARIABLE):
        trash.discard(made)
    assert left(made) == ["file"]


def test_what_is_final_leaves_nothing(home: Path) -> None:
    assert trash.discard(folder(home), is_final=True) is False
    assert left(home) == []
    assert trash.discarded("models") == []


def test_after_a_crash_while_it_was_deleted_for_good_nobody_brings_it_back(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = folder(home)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", crash)
        with pytest.raises(KeyboardInterrupt):
            trash.discard(made, is_final=True)
    assert not made.exists()
    assert trash.discarded("models") == []
    trash.discard(folder(home, "next"))
    assert [item.name for item in trash.discarded("models")] == ["next"]
    assert left(home) == ["file"]


@pytest.mark.parametrize("step", ["mkdir", "rename"])
def test_a_crash_before_it_moved_leaves_it_where_it_was(home: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    made = folder(home)
    with monkeypatch.context() as patch:
        patch.setattr(Path, step, crash)
        with pytest.raises(KeyboardInterrupt):
            trash.discard(made)
    assert left(made) == ["file"]
    assert trash.discarded("models") == []
    assert trash.discard(made) is True


def test_a_crash_while_it_comes_back_leaves_it_in_one_of_the_places(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = folder(home)
    trash.discard(made)
    (item,) = trash.discarded("models")
    for step in ("rename", "rmdir"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, step, crash)
            with pytest.raises(KeyboardInterrupt):
                trash.restore(item, made)
        assert left(home) == ["file"]
        assert bool(trash.discarded("models")) is not made.exists()


def test_what_the_disk_refuses_to_move_stays(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, "no")

    made = folder(home)
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PermissionError):
        trash.discard(made)
    assert left(made) == ["file"]
    assert list((home / "trash" / "models").iterdir()) == []


def test_where_not_even_a_folder_fits_it_is_deleted_all_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, **_: object) -> None:
        raise OSError(errno.ENOSPC, "no")

    made = folder(home)
    monkeypatch.setattr(Path, "mkdir", refuse)
    assert trash.discard(made) is False
    assert list((home / "models").iterdir()) == []


def test_a_folder_that_lies_on_another_disk_than_the_trash_is_deleted_for_good(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def across(self: Path, target: Path) -> Path:
        if "trash" in Path(target).parts:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(self, target)

    made = folder(home)
    monkeypatch.setattr(Path, "rename", across)
    assert trash.discard(made) is False
    assert left(home) == []
    assert list((home / "models").iterdir()) == []


def test_what_is_there_by_now_is_not_overwritten(home: Path) -> None:
    made = folder(home)
    trash.discard(made)
    again = folder(home)
    (again / "deep" / "file").write_text("newer")
    (item,) = trash.discarded("models")
    with pytest.raises(OSError, match="not empty"):
        trash.restore(item, again)
    assert (again / "deep" / "file").read_text() == "newer"
    assert trash.discarded("models") == [item]


def test_what_somebody_else_brought_back_cannot_come_back_twice(home: Path) -> None:
    made = folder(home)
    trash.discard(made)
    (item,) = trash.discarded("models")
    trash.restore(item, made)
    with pytest.raises(FileNotFoundError):
        trash.restore(item, made.with_name("other"))
    assert left(home) == ["file"]


def test_what_is_no_deletion_is_left_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = home / "trash" / "models"
    for name in ("notes", "-1-0123456789abcdef", "1" * 13 + "-0123456789abcdef", "12-short", f"{int(time.time())}-x"):
        (room / name / "mine").mkdir(parents=True)
    now = int(time.time())
    (room / f"{now}-0123456789abcdef").write_text("a file")
    (room / f"{now}-0123456789abcde0").mkdir()
    (room / f"{now}-0123456789abcde1").mkdir()
    (room / f"{now}-0123456789abcde1" / "file").touch()
    (home / "trash" / "stray").touch()
    assert trash.discarded("models") == []
    monkeypatch.setenv(SCARCE_VARIABLE, PLENTY_MB)
    trash.empty()
    assert (room / "notes" / "mine").is_dir()
    assert not (room / f"{now}-0123456789abcde1").exists()


def test_without_a_home_there_is_nothing_and_none_is_made(home: Path) -> None:
    assert trash.discarded("models") == []
    trash.empty()
    assert not home.exists()
