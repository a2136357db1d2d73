"""Datasets, and all that can go wrong on their way: against a server of the test's own on the loopback address."""

import gzip
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mnist_core import load_dataset, paths
from mnist_core.datasets import DATASETS, load_pen_strokes
from mnist_core.datasets import job as fetching
from mnist_core.datasets.archive import Archive, Mirror, read_npz
from mnist_core.datasets.finding import FETCH
from mnist_core.datasets.mnist import ARCHIVE, parse_idx
from mnist_core.datasets.pen_digits import ARCHIVE as PEN_DIGITS
from mnist_core.datasets.pen_digits import parse_unipen
from mnist_core.errors import DatasetError
from mnist_core.files import array_sha256
from mnist_core.jobs.worker import Cancelled, Report
from mnist_core.owners import KEEPER
from mnist_core.store import cached_arrays

ARRAYS = {"x": np.arange(50_000, dtype=np.uint8).reshape(50, 1000), "y": np.array([3, 1, 4], np.uint8)}
HASHES = {name: array_sha256(array) for name, array in ARRAYS.items()}


def npz_mirror(url: str) -> Mirror:
    return Mirror([url], lambda files: read_npz(files[0]))


def archive(*urls: str) -> Archive:
    return Archive("tiny.npz", HASHES, [npz_mirror(url) for url in urls])


def left_behind(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "datasets").iterdir())


# Downloading


def test_a_download_is_verified_and_kept(served, fresh_home):
    np.savez(served.folder / "good.npz", **ARRAYS)
    tiny = archive(served.url + "good.npz")
    for _ in range(2):
        arrays = tiny.load(download=True)
        np.testing.assert_array_equal(arrays["x"], ARRAYS["x"])
    assert served.requests == ["/good.npz"]
    assert left_behind(fresh_home) == ["tiny.npz"]


@pytest.mark.parametrize("fault", ["missing", "page", "other data", "cut off", "empty"])
def test_a_bad_mirror_is_passed_over_for_the_next(served, fresh_home, fault):
    np.savez(served.folder / "good.npz", **ARRAYS)
    bad = served.folder / "bad.npz"
    if fault == "page":
        bad.write_text("<html>Please log in to the wireless network</html>")
    elif fault == "other data":
        np.savez(bad, x=ARRAYS["x"] ^ 1, y=ARRAYS["y"])
    elif fault == "cut off":
        bad.write_bytes((served.folder / "good.npz").read_bytes()[:9000])
    elif fault == "empty":
        bad.touch()
    arrays = archive(served.url + "bad.npz", served.url + "good.npz").load(download=True)
    np.testing.assert_array_equal(arrays["y"], ARRAYS["y"])
    assert left_behind(fresh_home) == ["tiny.npz"]


def test_a_connection_that_breaks_off_leaves_nothing_and_can_be_tried_again(served, fresh_home):
    np.savez(served.folder / "good.npz", **ARRAYS)
    tiny = archive(served.url + "good.npz")
    served.cut = True
    with pytest.raises(DatasetError, match=r"(?s)could not be downloaded.*good\.npz.*by hand"):
        tiny.load(download=True)
    assert left_behind(fresh_home) == []
    served.cut = False
    assert tiny.load(download=True)["y"].tolist() == [3, 1, 4]


def test_offline_the_error_names_every_mirror_and_the_way_out(fresh_home):
    with pytest.raises(DatasetError, match=r"(?s)127\.0\.0\.1:9/a.*127\.0\.0\.1:9/b.*uci-digits"):
        archive("http://127.0.0.1:9/a", "http://127.0.0.1:9/b").load(download=True)


def test_without_leave_nothing_is_downloaded(served, fresh_home):
    with pytest.raises(DatasetError, match="mnist_core fetch"):
        archive(served.url + "good.npz").load(download=False)
    assert served.requests == []


DOWNLOAD = """
import json, resource, sys
from mnist_core.datasets.archive import Archive, Mirror, read_npz
from mnist_core.errors import DatasetError
url, hashes, largest = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
try:
    mirror = Mirror([url], lambda files: read_npz(files[0]))
    print(Archive("tiny.npz", hashes, [mirror]).load(download=True)["x"].sum())
except DatasetError as error:
    print(error)
"""


def downloading(url: str, largest: int = 1_000_000) -> "subprocess.Popen[str]":
    """A process that downloads an archive to a disk that takes no file larger than so many bytes, and tells its sum."""
    command = [sys.executable, "-c", DOWNLOAD, url, json.dumps(HASHES), str(largest)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_may_download_at_once(served, fresh_home):
    np.savez(served.folder / "good.npz", **ARRAYS)
    both = [downloading(served.url + "good.npz") for _ in range(2)]
    assert [process.communicate(timeout=120)[0] for process in both] == [f"{ARRAYS['x'].sum()}\n"] * 2
    assert left_behind(fresh_home) == ["tiny.npz"]


def test_a_full_disk_is_said_and_nothing_is_left_behind(served, fresh_home):
    np.savez(served.folder / "good.npz", **ARRAYS)
    message, _ = downloading(served.url + "good.npz", largest=2_000).communicate(timeout=120)
    assert "could not be written" in message
    assert "Free some space" in message
    assert left_behind(fresh_home) == []


def test_progress_is_told_in_bytes_over_all_files_of_a_mirror(served, fresh_home):
    np.savez(served.folder / "good.npz", **ARRAYS)
    (served.folder / "more").write_bytes(b"x" * 3000)
    size = (served.folder / "good.npz").stat().st_size
    told = []
    mirror = Mirror([served.url + "good.npz", served.url + "more"], lambda files: read_npz(files[0]))
    Archive("tiny.npz", HASHES, [mirror]).download(lambda *far: told.append(far))
    first = told.index((size, size))
    assert told[first + 1 :][-1] == (size + 3000, size + 3000)
    assert told[0] == (1024, size)
    assert all(0 < done <= total for done, total in told)


@pytest.fixture
def fetched(served, fresh_home, tmp_path, registered):
    """The job that fetches a dataset whose mirror is the test's server, and what it tells."""
    np.savez(served.folder / "good.npz", **ARRAYS)
    tiny = archive(served.url + "good.npz")
    loading = {"archive": tiny, "companions": (), "load": lambda download: tiny.load(download=download)["x"]}
    registered(replace(DATASETS["mnist"], **loading))
    (tmp_path / "job").mkdir()
    return Report(tmp_path / "job")


def test_the_job_fetches_a_dataset_once_and_tells_how_far_it_is(served, fetched, fresh_home):
    for _ in range(2):
        assert fetching.run({"dataset": "mnist"}, fetched) == {"images": 50}
    assert served.requests == ["/good.npz"]
    events = [json.loads(line) for line in (fetched.folder / "events.jsonl").read_text().splitlines()]
    size = (served.folder / "good.npz").stat().st_size
    assert (events[0]["stage"], events[0]["total"]) == ("Downloading", size)
    assert any(event["done"] == size for event in events)
    assert left_behind(fresh_home) == ["tiny.npz"]


def test_a_fetch_that_is_stopped_leaves_nothing(served, fetched, fresh_home):
    (fetched.folder / "cancel").touch()
    with pytest.raises(Cancelled):
        fetching.run({"dataset": "mnist"}, fetched)
    assert left_behind(fresh_home) == []
    assert list(fetched.work.iterdir()) == []


def test_a_fetch_that_fails_says_what_was_tried(served, fetched, fresh_home):
    (served.folder / "good.npz").unlink()
    with pytest.raises(DatasetError, match=r"(?s)could not be downloaded.*good\.npz.*404.*uci-digits"):
        fetching.run({"dataset": "mnist"}, fetched)


@pytest.mark.parametrize("name", ["uci-digits", "../mnist", 3])
def test_only_what_can_be_fetched_is(fetched, name):
    with pytest.raises(DatasetError, match=r"mnist, pen-digits, uji-digits, tablet-digits, semeion\. Received"):
        fetching.run({"dataset": name}, fetched)


def test_a_fetch_runs_once_at_a_time(fresh_home, without_workers):
    assert FETCH.job("mnist") is None
    job = FETCH.start(KEEPER, "mnist")
    assert FETCH.start(KEEPER, "mnist").id == FETCH.job("mnist").id == job.id
    assert FETCH.start(KEEPER, "pen-digits").id != job.id


# Files on this machine


def test_a_recompressed_copy_is_the_same_data(fresh_home, monkeypatch, tmp_path):
    monkeypatch.setenv(paths.DATA_VARIABLE, str(tmp_path))
    np.savez_compressed(tmp_path / "tiny.npz", **ARRAYS)
    assert archive().load(download=False)["y"].tolist() == [3, 1, 4]


@pytest.mark.parametrize("fault", ["cut off", "no zip", "other data", "an array short", "pickled"])
def test_a_damaged_file_is_refused_by_name_never_repaired(fresh_home, fault):
    path = fresh_home / "datasets" / "tiny.npz"
    path.parent.mkdir(parents=True)
    np.savez(path, **ARRAYS)
    if fault == "cut off":
        path.write_bytes(path.read_bytes()[:-300])
    elif fault == "no zip":
        path.write_bytes(b"\0" * 100)
    elif fault == "other data":
        np.savez(path, x=ARRAYS["x"][::-1], y=ARRAYS["y"])
    elif fault == "an array short":
        np.savez(path, x=ARRAYS["x"])
    else:
        np.savez(path, x=np.array([{"run": "me"}], object), y=ARRAYS["y"])
    before = path.read_bytes()
    with pytest.raises(DatasetError, match=r"tiny\.npz"):
        archive().load(download=True)
    assert path.read_bytes() == before


def test_a_named_data_folder_that_is_none_is_refused_by_name(monkeypatch):
    monkeypatch.setenv(paths.DATA_VARIABLE, "/no/such/folder")
    with pytest.raises(DatasetError, match="/no/such/folder"):
        archive().load(download=False)


# Formats


def test_idx_files_give_the_arrays_they_hold(tmp_path):
    arrays = {
        "x_train": np.arange(2 * 28 * 28, dtype=np.uint16).astype(np.uint8).reshape(2, 28, 28),
        "y_train": np.array([5, 0], np.uint8),
        "x_test": np.ones((1, 28, 28), np.uint8),
        "y_test": np.array([9], np.uint8),
    }
    contents = {
        "train-images-idx3-ubyte.gz": "x_train",
        "train-labels-idx1-ubyte.gz": "y_train",
        "t10k-images-idx3-ubyte.gz": "x_test",
        "t10k-labels-idx1-ubyte.gz": "y_test",
    }
    mirror = ARCHIVE.mirrors[1]
    files = [tmp_path / url.rpartition("/")[2] for url in mirror.urls]
    for file in files:
        array = arrays[contents[file.name]]
        header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
        file.write_bytes(gzip.compress(header + array.tobytes()))
    parsed = mirror.parse(files)
    assert sorted(parsed) == sorted(arrays)
    for name, array in parsed.items():
        np.testing.assert_array_equal(array, arrays[name])


@pytest.mark.parametrize("content", [b"", b"\0\0\x0d\x01\0\0\0\1\0\0\0\0", b"\0\0\x08\x01\0\0\0\x05\1\2"])
def test_an_idx_file_of_another_type_or_length_is_refused(tmp_path, content):
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(content))
    with pytest.raises(ValueError, match=r"x\.gz"):
        parse_idx(path)


UNIPEN = """.VERSION 1.0
.HIERARCHY DIGIT
.SEGMENT DIGIT 0-1 ? "4"
.COMMENT 4 12 224
.PEN_DOWN
 267  333
 268  330
.PEN_UP
.DT 100
.PEN_DOWN
 1  2
.PEN_UP
.DT 50
.SEGMENT DIGIT 2 ? "0"
.PEN_DOWN
 5  6
.PEN_UP
"""


def test_unipen_strokes_and_labels():
    digits, labels = parse_unipen(UNIPEN)
    assert labels == [4, 0]
    assert [[stroke.tolist() for stroke in digit] for digit in digits] == [
        [[[267, -333], [268, -330]], [[1, -2]]],
        [[[5, -6]]],
    ]


@pytest.mark.parametrize("line", [".PEN_DOWN\n 1 2 3\n.PEN_UP", ".PEN_DOWN\n a b\n.PEN_UP", ".PEN_DOWN\n1 2\n.PEN_UP"])
def test_unipen_that_is_not_understood_is_refused_by_line(line):
    with pytest.raises(ValueError, match="Line"):
        parse_unipen(line)


def compressed(data: bytes) -> bytes:
    """Unix compress, as plainly as the format allows: 9-bit codes, a fresh table before the codes would need ten."""
    bits, codes = "", []
    for start in range(0, len(data), 200):
        block = [*data[start : start + 200], 256]
        codes += block + [0] * (-len(block) % 8)  # a decoder skips to the next group of eight codes after a clear
    for code in codes:
        bits = format(code, "09b") + bits
    size = -(-len(bits) // 8)
    return b"\x1f\x9d\x90" + int(bits, 2).to_bytes(size, "little")


def test_uci_archive_is_unpacked_with_its_writers_apart(tmp_path):
    path = tmp_path / "uci.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("pendigits-orig.tra.Z", compressed(UNIPEN.encode()))
        zipped.writestr("pendigits-orig.tes.Z", compressed(UNIPEN.replace('"0"', '"7"').encode()))
    arrays = PEN_DIGITS.mirrors[0].parse([path])
    assert arrays["labels"].tolist() == [4, 0, 4, 7]
    assert arrays["is_test"].tolist() == [False, False, True, True]
    assert arrays["digit_starts"].tolist() == [0, 2, 3, 5, 6]
    assert arrays["stroke_starts"].tolist() == [0, 2, 3, 4, 6, 7, 8]
    assert arrays["points"][:3].tolist() == [[267, -333], [268, -330], [1, -2]]


# The cache


def test_the_cache_is_built_once_and_read_only(fresh_home):
    calls = []

    def build():
        calls.append(1)
        return dict(ARRAYS)

    for _ in range(2):
        arrays = cached_arrays("tiny", ARRAYS, build)
        np.testing.assert_array_equal(arrays["x"], ARRAYS["x"])
        assert not arrays["x"].flags.writeable
        assert not isinstance(arrays["x"], np.memmap)
    assert len(calls) == 1


@pytest.mark.parametrize("damage", ["array", "manifest", "missing array", "nonsense manifest"])
def test_a_damaged_cache_is_made_again(fresh_home, damage, caplog):
    cached_arrays("tiny", ARRAYS, lambda: dict(ARRAYS))
    folder = fresh_home / "cache" / "tiny"
    name = "manifest.json" if "manifest" in damage else "x.npy"
    content = bytearray((folder / name).read_bytes())
    (folder / name).unlink()
    if damage == "array":
        content[-1] ^= 1
        (folder / name).write_bytes(content)
    elif damage == "nonsense manifest":
        (folder / name).write_text(json.dumps([1, 2]))
    np.testing.assert_array_equal(cached_arrays("tiny", ARRAYS, lambda: dict(ARRAYS))["x"], ARRAYS["x"])
    assert "made again" in caplog.text


def test_a_cache_that_cannot_be_written_is_done_without(fresh_home, caplog):
    fresh_home.mkdir()
    (fresh_home / "cache").write_text("a file where the folder should be")
    arrays = cached_arrays("tiny", ARRAYS, lambda: dict(ARRAYS))
    np.testing.assert_array_equal(arrays["x"], ARRAYS["x"])
    assert "going on without it" in caplog.text


# The datasets


def test_mnist_is_mnist(mnist):
    assert (len(mnist), mnist.split("train").labels.shape, mnist.split("test").labels.shape) == (
        70_000,
        (60_000,),
        (10_000,),
    )
    assert mnist.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert not mnist.images.flags.writeable


def test_mnist_does_not_match_with_one_pixel_changed(data_folder):
    arrays = read_npz(data_folder / ARCHIVE.filename)
    ARCHIVE.verify(arrays)
    arrays["x_test"][0, 0, 0] ^= 1
    with pytest.raises(ValueError, match="x_test"):
        ARCHIVE.verify(arrays)


def test_pen_digits_are_drawn_from_the_strokes(data_folder, pen_strokes):
    dataset = load_dataset("pen-digits", download=False)
    assert (len(pen_strokes), len(dataset.split("train")), len(dataset.split("test"))) == (10_992, 7_494, 3_498)
    np.testing.assert_array_equal(dataset.labels, pen_strokes.labels)
    assert not pen_strokes.is_test[:7_494].any()
    assert pen_strokes.is_test[7_494:].all()
    assert [stroke[0].tolist() for stroke in pen_strokes.strokes(0)] == [[267, -333]]


def test_uci_digits_need_no_download(fresh_home):
    dataset = load_dataset("uci-digits", download=False)
    assert dataset.images.shape == (1797, 28, 28)
    assert len(dataset.split("train")) + len(dataset.split("test")) == 1797
    assert (dataset.images.max(axis=(1, 2)) > 200).all()


def test_unknown_dataset_is_refused_by_name():
    with pytest.raises(DatasetError, match="fashion"):
        load_dataset("fashion")


@pytest.mark.parametrize(
    "loader", [lambda: load_dataset("mnist", download=False), lambda: load_pen_strokes(download=False)]
)
def test_missing_data_says_how_to_get_it(fresh_home, loader):
    with pytest.raises(DatasetError, match="python -m mnist_core fetch"):
        loader()


def test_offline_fallback_says_what_it_is(fresh_home, caplog):
    dataset = load_dataset("mnist", download=False, fallback=True)
    assert dataset.name == "uci-digits"
    assert "instead of mnist" in caplog.text


def test_a_damaged_mnist_is_an_error_not_a_crash(fresh_home):
    path = fresh_home / "datasets" / "mnist.npz"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PK\x03\x04 damaged")
    with pytest.raises(DatasetError, match=r"mnist\.npz"):
        load_dataset("mnist")
    result = subprocess.run(
        [sys.executable, "-m", "mnist_core", "fetch", "mnist"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert result.returncode == 1
    assert "error:" in result.stderr
    assert "Traceback" not in result.stderr
