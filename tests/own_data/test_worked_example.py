"""The worked example of the page says what really happens."""

import shlex

from mnist_core.cli import main
from mnist_core.datasets.own import own_datasets
from mnist_core.owners import KEEPER
from tests.docs.pages import DOCS, Page

PAGE = Page(DOCS / "learn/own-data.md")


def test_the_table_of_the_example_is_added_as_the_page_says(fresh_home, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    blocks = {block.language: block.text for block in PAGE.blocks}
    exec(compile(blocks["python"], str(PAGE), "exec"), {})
    assert main(shlex.split(blocks["sh"])[1:]) == 0
    assert capsys.readouterr().out.startswith(blocks["text"])
    (own,) = own_datasets(KEEPER)
    assert (own.title, own.source, own.licence) == ("Our digits", "Class 4b", "CC0")


def test_the_strokes_of_the_page_can_be_read(tmp_path):
    from mnist_core.datasets.own.reading import read_rows

    path = tmp_path / "pen.json"
    path.write_text(next(block.text for block in PAGE.blocks if block.language == "json"))
    found = read_rows(path)
    assert not found.refusals.by_reason
    assert [(rows.split, rows.labels.tolist()) for rows in found.rows] == [("", [7]), ("test", [1])]
