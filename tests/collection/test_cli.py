"""The command `drawings`, for whoever runs the app."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from mnist_core.cli import main
from mnist_core.collection import open_collection
from mnist_core.owners import new_token
from tests.visitors import SEVEN, reading


def test_the_command_line_lists_exports_imports_and_deletes(
    visitors: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    def say(*arguments: str) -> str:
        assert main(["drawings", *arguments]) == 0
        return capsys.readouterr().out

    newest = open_collection().drawings.entries(limit=1)[0]
    first, last = say("list", "--limit", "1").splitlines()
    assert first.startswith(f"{newest.id}  ")
    assert first.endswith("said -  read 7   97.0%  default")
    assert last == "160 drawings in all"
    assert say("export", str(tmp_path / "all.npz")).startswith("160 drawings written")
    assert say("delete", newest.id) == "1 drawings deleted\n"
    assert say("import", str(tmp_path / "all.npz")).startswith("1 drawings taken in")
    group, _key = open_collection().classes.open("5a")
    open_collection().drawings.add(SEVEN, reading(7), "default", visitors[0], group=group.id)
    assert say("list", "--class", group.code).endswith("1 drawings in all\n")
    assert say("export", str(tmp_path / "class.csv"), "--class", group.code).startswith("1 drawings written")
    assert say("delete", "--class", group.code) == "1 drawings deleted\n"
    assert say("delete", "--all") == "160 drawings deleted\n"
    assert say("migrate") == "The collection is of version 3 and holds 0 drawings.\n"


def test_the_command_line_says_what_is_wrong(sqlite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for arguments, words in (
        (["delete"], "What is to be deleted?"),
        (["delete", "--all", "0" * 32], "What is to be deleted?"),
        (["delete", "0" * 32], "is not there"),
        (["export", str(tmp_path / "a.xls")], "exported as npz, csv, zip"),
        (["import", str(tmp_path / "a.npz")], "cannot be imported"),
        (["list", "--class", "AAAAAA"], "no class with this code"),
        (["list", "--limit", "-1"], "from 0"),
    ):
        assert main(["drawings", *arguments]) == 1
        assert words in capsys.readouterr().err


def test_the_command_line_leaves_out_and_deletes_what_is_damaged(
    sqlite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    good, bad = (open_collection().drawings.add(SEVEN, reading(7), "default", new_token()) for _ in range(2))
    with open_collection().database.writing() as connection:
        connection.execute(sa.text("UPDATE drawings SET created = 'never' WHERE id = :id"), {"id": bad.id})
    for arguments, words in (
        (["list"], "1 damaged ones are not listed; drawings delete --damaged deletes them"),
        (["export", str(tmp_path / "all.npz")], "1 drawings written"),
        (["export", str(tmp_path / "all.npz")], "1 damaged drawings were left out"),
        (["delete", "--damaged"], "1 damaged records deleted"),
        (["list"], "1 drawings in all"),
    ):
        assert main(["drawings", *arguments]) == 0
        assert words in capsys.readouterr().out
    assert [each.id for each in open_collection().drawings.entries()] == [good.id]
