"""What killed processes leave is found and removed; what somebody writes now is not touched."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from mnist_core import leftovers, paths
from mnist_core.errors import MapError
from mnist_core.files import PART, Lock, locked, scratch_folder, written_file, written_folder
from mnist_core.leftovers import sweep
from mnist_core.maps.library import delete_map
from mnist_core.model.bundle import SHIPPED, model_folder, new_taught_name
from mnist_core.owners import KEEPER
from mnist_core.teaching.taught import forget

ROOT = Path(__file__).resolve().parents[1]
posix = pytest.mark.skipif(sys.platform == "win32", reason="there, parts are told by their age alone")

# What a process is at when it is killed.
WRITINGS = {
    "file": "with written_file(target) as part: part.write_text('secret'); wait()",
    "folder": "with written_folder(target) as part: (part / 'card.json').write_text('secret'); wait()",
    "deletion": "target.mkdir(); (target / 'card.json').write_text('secret')\n"
    "with scratch_folder(target.parent) as hidden: target.rename(hidden / target.name); wait()",
    "replacement": "target.mkdir()\nwith written_folder(target) as part: wait()",
}


@pytest.fixture
def writer(fresh_home):
    """Starts a process that writes in the data home and waits in the middle of it."""
    processes = []

    def start(what: str, target: Path) -> subprocess.Popen[str]:
        target.parent.mkdir(parents=True, exist_ok=True)
        code = (
            "import sys, pathlib\n"
            "from mnist_core.files import scratch_folder, written_file, written_folder\n"
            "def wait(): print('writing', flush=True); sys.stdin.readline()\n"
            f"target = pathlib.Path(sys.argv[1])\n{WRITINGS[what]}\n"
        )
        command = [sys.executable, "-c", code, str(target)]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout.readline() == "writing\n"
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def hidden(folder: Path) -> list[str]:
    """All that is hidden in a folder and those in it."""
    return sorted(path.name for path in folder.rglob(".*"))


@posix
@pytest.mark.parametrize("what", WRITINGS)
def test_a_killed_writers_part_goes_at_the_next_sweep_and_a_living_ones_stays(fresh_home, writer, what):
    target = fresh_home / "models" / "mine"
    process = writer(what, target)
    before = hidden(fresh_home)
    assert before
    sweep()
    assert hidden(fresh_home) == before
    process.kill()
    process.wait()
    assert hidden(fresh_home) == before
    sweep()
    assert hidden(fresh_home) == []
    assert target.exists() == (what == "replacement")


@posix
def test_a_writer_that_lives_ends_well_after_a_sweep(fresh_home, writer):
    target = fresh_home / "findings" / "mnist" / "labels"
    process = writer("folder", target)
    sweep()
    process.communicate("\n", timeout=20)
    assert process.returncode == 0
    assert (target / "card.json").read_text() == "secret"
    assert hidden(fresh_home) == []


@posix
def test_a_part_that_is_swept_before_it_is_locked_is_made_again(fresh_home, monkeypatch):
    made, mkdtemp = [], tempfile.mkdtemp

    def swept(**arguments):
        made.append(Path(mkdtemp(**arguments)))
        if len(made) == 1:
            sweep()
        return str(made[-1])

    monkeypatch.setattr(tempfile, "mkdtemp", swept)
    with written_folder(fresh_home / "models" / "mine") as part:
        (part / "x").touch()
    assert len(made) == 2
    assert not made[0].exists()
    assert (fresh_home / "models" / "mine" / "x").exists()


@posix
def test_what_was_to_be_replaced_returns_if_its_writer_died_between_the_two_steps(fresh_home):
    maps = fresh_home / "maps"
    (maps / f"{PART}abcd1234.0123456789abcdef.old").mkdir(parents=True)
    (maps / f"{PART}abcd1234.0123456789abcdef").mkdir()
    sweep()
    assert [path.name for path in maps.iterdir()] == ["0123456789abcdef"]


FORMER = [".mine.abcd1234", ".mine.k_3xq9zz.old", ".card.abcd1234.json", ".download.abcd1234", ".export.abcd1234"]


@pytest.mark.parametrize("name", FORMER)
def test_what_older_versions_left_goes_when_nothing_of_it_has_changed_for_a_while(fresh_home, name):
    (fresh_home / "models" / "mine").mkdir(parents=True)
    part = fresh_home / "models" / name
    part.mkdir()
    (part / "inner").touch()
    for path in (part, part / "inner"):
        os.utime(path, (1, 1))
    os.utime(part / "inner", (1, time.time() - leftovers.UNTOUCHED_S + 60))
    sweep()
    assert part.exists()
    os.utime(part / "inner", (1, 1))
    sweep()
    assert [path.name for path in (fresh_home / "models").iterdir()] == ["mine"]


OTHERS = [".trash", ".lock", ".gitignore", "mine", "part-abcd1234.x", ".mine.toolongforit", ".mine.ABCD1234"]


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is_swept(fresh_home, name):
    path = fresh_home / "models" / name
    path.mkdir(parents=True)
    (path / f"{PART}within" if name.startswith(".") else path / "within").touch()
    before = sorted(path.rglob("*"))
    for each in (*before, path):
        os.utime(each, (1, 1))
    sweep()
    assert sorted(path.rglob("*")) == before


def test_outside_of_the_apps_own_folders_only_its_own_parts_are_swept(fresh_home):
    fresh_home.mkdir()
    (fresh_home / f"{PART}abcd1234.speeds.json").touch()
    (fresh_home / ".bash_history.abcd1234").touch()
    os.utime(fresh_home / ".bash_history.abcd1234", (1, 1))
    sweep()
    assert hidden(fresh_home) == [".bash_history.abcd1234"]


@posix
def test_nothing_of_a_killed_teaching_outlives_the_deletion_of_any_taught_model(fresh_home, writer):
    name = new_taught_name()
    for target in (paths.taught_folder() / new_taught_name(), paths.cache_folder() / "exports" / f"{name}.zip"):
        process = writer("file" if target.suffix else "folder", target)
        process.kill()
        process.wait()
    assert len(hidden(fresh_home)) == 2
    assert not forget(name)
    assert hidden(fresh_home) == []


def test_nothing_of_a_killed_deletion_of_a_taught_model_outlives_the_next_sweep(fresh_home):
    name = new_taught_name()
    for folder in (paths.trash_folder() / "taught" / "1-0123456789abcdef", paths.taught_folder()):
        (folder / (name if folder.name != "taught" else f".{name}.0123456789abcdef")).mkdir(parents=True)
    sweep()
    assert not [path for path in fresh_home.rglob("*") if name in path.name]


@posix
def test_the_next_deletion_of_a_map_sweeps_too(fresh_home, writer):
    process = writer("folder", paths.maps_folder() / "0123456789abcdef")
    process.kill()
    process.wait()
    (paths.maps_folder() / "fedcba9876543210").mkdir()
    delete_map("fedcba9876543210", KEEPER)
    assert list(paths.maps_folder().iterdir()) == []
    with pytest.raises(MapError):
        delete_map("fedcba9876543210", KEEPER)


@posix
def test_a_lock_goes_along_when_its_folder_moves(tmp_path):
    with scratch_folder(tmp_path) as part:
        moved = part.rename(tmp_path / "moved")
        with locked(moved, wait=False) as lock:
            assert lock is Lock.ANOTHERS
    with locked(moved, wait=False) as lock:
        assert lock is Lock.HELD
    assert moved.exists()


def test_without_locks_a_part_is_told_by_its_age(fresh_home, monkeypatch):
    monkeypatch.setattr("mnist_core.files.sys.platform", "win32")
    part = fresh_home / "models" / f"{PART}abcd1234.mine"
    part.mkdir(parents=True)
    with written_file(fresh_home / "models" / "x.json") as other:
        other.write_text("{}")
        sweep()
        assert part.exists()
        assert other.exists()
    os.utime(part, (1, 1))
    sweep()
    assert not part.exists()


def test_what_the_disk_refuses_is_logged_and_hides_nothing_else(fresh_home, monkeypatch, caplog):
    for name in ("a", "b"):
        (fresh_home / "models" / f"{PART}abcd1234.{name}").mkdir(parents=True)
    monkeypatch.setattr("shutil.rmtree", lambda path, **_: (_ for _ in ()).throw(PermissionError("no")))
    sweep()
    assert caplog.text.count("cannot be removed") == 2


def test_the_shipped_model_is_never_swept():
    before = sorted(model_folder(SHIPPED).iterdir())
    sweep()
    assert sorted(model_folder(SHIPPED).iterdir()) == before
