"""The command `data`."""

from mnist_core import load_dataset
from mnist_core.cli import main
from mnist_core.datasets.own import own_datasets
from mnist_core.owners import KEEPER
from mnist_core.paths import DATA_VARIABLE
from tests.own_data.digits import COUNT, csv, written


def test_a_file_is_added_listed_changed_written_out_and_removed(fresh_home, tmp_path, capsys):
    assert main(["data", "add", str(csv(tmp_path)), "--source", "Anna"]) == 0
    said = capsys.readouterr().out
    (own,) = own_datasets(KEEPER)
    assert f"digits: {COUNT} images (CSV, 28 x 28, white on black, shades from 0 to 255)" in said
    assert f"Added as {own.name}." in said
    assert (own.title, own.source, own.is_shared) == ("digits", "Anna", False)

    assert main(["data", "edit", own.name, "--title", "Our digits", "--share"]) == 0
    assert main(["data", "list"]) == 0
    assert "shared  Our digits" in capsys.readouterr().out

    assert main(["data", "export", own.name, str(tmp_path / "out.npz")]) == 0
    assert (tmp_path / "out.npz").stat().st_size > 1_000
    assert main(["data", "remove", own.name]) == 0
    assert own_datasets(KEEPER) == []


def test_a_preview_adds_nothing(fresh_home, tmp_path, capsys):
    assert main(["data", "add", str(csv(tmp_path)), "--preview"]) == 0
    assert "Nothing was added." in capsys.readouterr().out
    assert not list(fresh_home.glob("own-datasets/own-*"))


def test_errors_are_sentences(fresh_home, tmp_path, capsys):
    assert main(["data", "add", str(written(tmp_path / "a.csv", "1,2"))]) == 1
    assert "785 columns" in capsys.readouterr().err
    assert main(["data", "export", "gone", str(tmp_path / "a.npz")]) == 1
    assert "no such dataset" in capsys.readouterr().err
    assert main(["data", "add", str(csv(tmp_path)), "--title", "**"]) == 1
    assert own_datasets(KEEPER) == []
    assert not list(fresh_home.glob("own-datasets/own-*"))


def test_mnists_test_digits_are_a_leak(fresh_home, mnist, data_folder, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv(DATA_VARIABLE, str(data_folder))
    images = mnist.split("test")
    csv_of = "\n".join(
        ",".join(map(str, [label, *image.ravel()]))
        for label, image in zip(images.labels[:60].tolist(), images.images[:60], strict=True)
    )
    assert main(["data", "add", str(written(tmp_path / "leak.csv", csv_of))]) == 0
    said = capsys.readouterr().out
    assert "LEAK: 60 are test digits of MNIST; they are only tested with" in said
    (own,) = own_datasets(KEEPER)
    assert list(load_dataset(own.name).splits) == ["test"]
