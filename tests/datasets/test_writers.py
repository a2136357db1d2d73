"""Who wrote MNIST's images: fetched along with it, and done without where it cannot be had."""

import gzip
import logging
import struct
from dataclasses import replace

import numpy as np
import pytest

from mnist_core import load_dataset
from mnist_core.cli import main
from mnist_core.datasets import DATASETS, mnist_writers, writers_of
from mnist_core.datasets import job as fetching
from mnist_core.datasets.archive import Archive, Mirror, read_npz
from mnist_core.datasets.mnist import ARCHIVE as MNIST
from mnist_core.datasets.mnist_writers import ARCHIVE, parse_extended_labels
from mnist_core.errors import DatasetError
from mnist_core.files import array_sha256
from mnist_core.jobs.worker import Report

IMAGES = {"x": np.zeros((5, 28, 28), np.uint8)}
WRITERS = {"train": np.arange(3, dtype=np.int16), "test": np.array([9, 9], np.int16)}


def extended(rows) -> bytes:
    """A gzipped file of extended labels."""
    return gzip.compress(struct.pack(">III", 0x0C02, *np.shape(rows)) + np.array(rows, ">i4").tobytes())


def test_rows_of_extended_labels(tmp_path):
    path = tmp_path / "labels.gz"
    path.write_bytes(extended([[5, 0, 361, 89], [0, 4, 2500, 3]]))
    assert parse_extended_labels(path).tolist() == [[5, 0, 361, 89], [0, 4, 2500, 3]]


@pytest.mark.parametrize("content", [b"", b"\0\0\x08\1" + bytes(20), struct.pack(">III", 0x0C02, 2, 8) + bytes(60)])
def test_a_file_of_another_type_or_length_is_refused(tmp_path, content):
    path = tmp_path / "labels.gz"
    path.write_bytes(gzip.compress(content))
    with pytest.raises(ValueError, match=r"labels\.gz"):
        parse_extended_labels(path)


@pytest.fixture
def published(data_folder, tmp_path, mnist):
    """Files as QMNIST publishes them, of which only the labels and writers of MNIST's images are made."""
    arrays = ARCHIVE.load(download=False)
    files = []
    for split, name in (("train", "train.gz"), ("test", "test.gz")):
        rows = np.zeros((len(arrays[split]) + (3 if split == "test" else 0), 8), np.int32)
        rows[: len(arrays[split]), 0], rows[: len(arrays[split]), 2] = mnist.split(split).labels, arrays[split]
        (tmp_path / name).write_bytes(extended(rows))
        files.append(tmp_path / name)
    return files


def test_the_published_files_give_the_archive(published):
    ARCHIVE.verify(ARCHIVE.mirrors[0].parse(published))


def test_writers_beside_other_labels_are_refused(published):
    rows = parse_extended_labels(published[1])
    rows[17, 0] = 9 - rows[17, 0]
    published[1].write_bytes(extended(rows))
    with pytest.raises(ValueError, match=r"labels in test\.gz must be those of MNIST's test images"):
        ARCHIVE.mirrors[0].parse(published)


def test_the_labels_beside_them_are_mnists():
    assert {"train": MNIST.sha256["y_train"], "test": MNIST.sha256["y_test"]} == mnist_writers._LABELS


def test_no_test_image_is_by_a_writer_of_training(data_folder):
    writers = writers_of("mnist")
    assert (writers.dtype, writers.shape) == (np.int16, (70_000,))
    training, test = (set(part.tolist()) for part in (writers[:60_000], writers[60_000:]))
    assert (len(training), len(test), training & test) == (539, 297, set())


@pytest.mark.parametrize("name", ["pen-digits", "uci-digits", "semeion", "drawings"])
def test_of_others_it_is_not_known(name):
    assert writers_of(name) is None


def test_without_the_file_nobody_knows_and_with_a_damaged_one_neither(fresh_home, caplog):
    caplog.set_level(logging.INFO)
    assert writers_of("mnist") is None
    (fresh_home / "datasets").mkdir(parents=True)
    (fresh_home / "datasets" / "mnist_writers.npz").write_bytes(b"PK\x03\x04 damaged")
    assert writers_of("mnist") is None
    assert "mnist_writers.npz is not the expected dataset" in caplog.text
    with pytest.raises(DatasetError, match="fashion"):
        writers_of("fashion")


def archive(filename: str, arrays: dict[str, np.ndarray], url: str) -> Archive:
    """An archive of these arrays, from the test's server."""
    hashes = {name: array_sha256(array) for name, array in arrays.items()}
    return Archive(filename, hashes, [Mirror([url], lambda files: read_npz(files[0]))])


@pytest.fixture
def small(served, fresh_home, registered):
    """MNIST, but tiny and from the test's server, and its writers' file."""
    np.savez(served.folder / "images.npz", **IMAGES)
    np.savez(served.folder / "writers.npz", **WRITERS)
    images = archive("mnist.npz", IMAGES, served.url + "images.npz")
    writers = archive("mnist_writers.npz", WRITERS, served.url + "writers.npz")
    spec = replace(
        DATASETS["mnist"], archive=images, companions=(writers,), splits={"test": 5}, load=lambda leave: loaded(leave)
    )

    def loaded(leave):
        return spec.dataset({"images": images.load(download=leave)["x"], "labels": np.zeros(5, np.uint8)})

    registered(spec)
    return spec


def files(home) -> list[str]:
    return sorted(path.name for path in (home / "datasets").iterdir())


def by_job(tmp_path):
    (tmp_path / "job").mkdir()
    return fetching.run({"dataset": "mnist"}, Report(tmp_path / "job"))["images"]


def by_command(_tmp_path):
    return 5 if main(["fetch", "mnist"]) == 0 else 0


def by_loading(_tmp_path):
    return len(load_dataset("mnist"))


WAYS = [by_job, by_command, by_loading]


@pytest.mark.parametrize("fetched", WAYS)
def test_the_file_comes_along_with_mnist(small, fresh_home, tmp_path, fetched):
    assert fetched(tmp_path) == 5
    assert files(fresh_home) == ["mnist.npz", "mnist_writers.npz"]


@pytest.mark.parametrize("fetched", WAYS)
def test_mnist_comes_without_it_where_it_cannot_be_had(small, served, fresh_home, tmp_path, fetched, caplog, capsys):
    (served.folder / "writers.npz").unlink()
    assert fetched(tmp_path) == 5
    assert files(fresh_home) == ["mnist.npz"]
    assert "mnist_writers.npz could not be downloaded" in caplog.text + capsys.readouterr().err


@pytest.mark.parametrize("fetched", WAYS[:2])
def test_who_has_mnist_can_get_the_file_afterwards(small, served, fresh_home, tmp_path, fetched):
    small.archive.download()
    assert fetched(tmp_path) == 5
    assert files(fresh_home) == ["mnist.npz", "mnist_writers.npz"]


def test_nothing_is_downloaded_without_leave(small, served, fresh_home):
    small.archive.download()
    load_dataset("mnist", download=False)
    load_dataset("mnist")
    assert served.requests == ["/images.npz"]


def test_one_that_cannot_be_had_keeps_no_other_away(small, fresh_home, registered, capsys):
    missing = archive("pen_digits.npz", IMAGES, "http://127.0.0.1:9/nothing")
    registered(replace(DATASETS["pen-digits"], archive=missing, load=lambda leave: missing.load(download=leave)))
    assert main(["fetch", "pen-digits", "mnist"]) == 1
    said = capsys.readouterr()
    assert "error: pen_digits.npz could not be downloaded" in said.err
    assert "mnist: 5 images, verified" in said.out
