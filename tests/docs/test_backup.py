"""A data home is backed up while it is in use, and restored, by the very commands of the page on backups."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mnist_core import jobs, load_recognizer, paths
from mnist_core.collection import open_collection
from mnist_core.collection.opening import close_collections
from mnist_core.model.bundle import SHIPPED
from mnist_core.owners import KEEPER, new_token
from mnist_core.training import speeds
from tests.docs.pages import DOCS, ROOT, Page
from tests.visitors import SEVEN, reading

PAGE = Page(DOCS / "run/backup.md")
# What is made again, as the page's table says.
LEFT_OUT = {"cache", "datasets", "trash"}


def shell(tmp_path: Path, heading: str) -> str:
    """Run all commands below a heading of the page, as its reader would; what they print."""
    commands = tmp_path / "bin"
    commands.mkdir(exist_ok=True)
    command = commands / "mnist-studio"
    command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m mnist_core "$@"\n')
    command.chmod(0o755)
    blocks = [each.text for each in PAGE.blocks if each.language == "sh" and each.text in section(heading)]
    assert blocks
    done = subprocess.run(
        ["sh", "-eu", "-c", "\n".join(blocks)],
        env=os.environ | {"BACKUP": str(tmp_path / "backup"), "PATH": f"{commands}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def section(heading: str) -> str:
    """What stands below a heading of the page, blocks of code included."""
    return PAGE.text.split(f"\n## {heading}\n")[1].split("\n## ")[0]


@pytest.fixture
def home(tmp_path, monkeypatch, without_workers):
    """A data home with a model, a run that waits, drawings, and what need not be kept."""
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "home"))
    shutil.copytree(paths.SHIPPED_MODELS / SHIPPED, paths.models_folder() / "mine")
    for name in LEFT_OUT:
        (tmp_path / "home" / name).mkdir()
        (tmp_path / "home" / name / "much").write_text("much")
    jobs.start("survey", "What is odd", {"dataset": "uci-digits"}, KEEPER)
    for _ in range(3):
        draw()
    yield tmp_path / "home"
    close_collections()


def draw() -> None:
    """Somebody draws a seven."""
    open_collection().drawings.add(SEVEN, reading(7), SHIPPED, new_token(), label=7)


@pytest.mark.slow
def test_a_home_in_use_is_backed_up_and_restored_as_the_page_says(home, tmp_path):
    stop = threading.Event()

    def go_on_drawing():
        while not stop.wait(0.01):
            draw()

    visitor = threading.Thread(target=go_on_drawing)
    visitor.start()
    try:
        shell(tmp_path, "Back up")
    finally:
        stop.set()
        visitor.join()
    at_the_end = open_collection().drawings.count()
    assert not list((tmp_path / "backup").glob("*-shm"))
    close_collections()

    shutil.copytree(home, tmp_path / "lost")
    shell(tmp_path, "Restore")
    assert (home.with_name("home.before") / "models").is_dir()
    assert not LEFT_OUT & {path.name for path in home.iterdir()}
    assert 3 <= open_collection().drawings.count() <= at_the_end
    assert [entry.label for entry in open_collection().drawings.entries(limit=3)] == [7, 7, 7]
    assert [job.title for job in jobs.all_jobs()] == ["What is odd"]
    assert load_recognizer("mine")


def test_the_page_tells_of_all_that_the_app_keeps_in_its_home():
    told = {name.strip("`/") for row in PAGE.tables("What is in the data home") for name in row[0].split("`, `")}
    folders = {name: each for name, each in vars(paths).items() if name.endswith("_folder")}
    assert len(folders) >= 10
    assert {folder().name for folder in folders.values()} <= told
    assert {paths.collection_file().name, speeds.FILE} <= told


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="needs the command sqlite3")
def test_the_shorter_line_gives_the_same(home, tmp_path):
    (tmp_path / "backup").mkdir()
    (line,) = (text for text in section("Back up").split("`") if text.startswith("sqlite3 "))
    environment = os.environ | {"BACKUP": str(tmp_path / "backup")}
    subprocess.run(["sh", "-euc", line], env=environment, timeout=60, check=True)
    shutil.copy(tmp_path / "backup" / "collection.sqlite3", tmp_path / "copy.sqlite3")
    count = subprocess.check_output(["sqlite3", tmp_path / "copy.sqlite3", "select count(*) from drawings"], text=True)
    assert json.loads(count) == 3
