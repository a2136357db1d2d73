"""Datasets of pen strokes, and the published files that they come from."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from mnist_core import load_dataset
from mnist_core.datasets import load_pen_strokes, tablet_digits, uji_digits, writers_of
from mnist_core.datasets.archive import Archive, Mirror
from mnist_core.datasets.number_pad import read_drawings, strokes_in
from mnist_core.datasets.pen_strokes import PenStrokes, laid_out, strokes_of
from mnist_core.errors import DatasetError
from mnist_core.files import array_sha256

# Two digits and a sign as NumberPad writes them.
DRAWINGS = {"1": [[[[5, 9], [5, 20]]]], "0": [[[[3, 10], [4, 12]], [[7, 30]]], [[[8, 8]]]], "+": [[[[0, 0]]]]}


def test_digits_laid_end_to_end_are_found_again():
    strokes = PenStrokes(
        **laid_out(
            [[np.array([[1, 2], [3, 4]], np.int16)], [np.array([[5, 6]], np.int16), np.array([[7, 8]], np.int16)]]
        ),
        labels=np.array([4, 0], np.uint8),
        is_test=np.zeros(2, bool),
    )
    assert [[stroke.tolist() for stroke in strokes.strokes(digit)] for digit in range(2)] == [
        [[[1, 2], [3, 4]]],
        [[[5, 6]], [[7, 8]]],
    ]


def test_training_digits_come_first_in_the_order_of_the_archive(fresh_home):
    digits = [[np.full((number + 1, 2), number, np.int16)] for number in range(5)]
    arrays = {
        **laid_out(digits),
        "labels": np.arange(5, dtype=np.uint8),
        "writers": np.array([3, 1, 3, 0, 1], np.int16),
        "is_test": np.array([True, False, True, False, False]),
    }
    archive = Archive("tiny.npz", {name: array_sha256(array) for name, array in arrays.items()}, [])
    (fresh_home / "datasets").mkdir(parents=True)
    np.savez(fresh_home / "datasets" / "tiny.npz", **arrays)
    strokes = strokes_of(archive, download=False)
    assert (strokes.labels.tolist(), strokes.writers.tolist()) == ([1, 3, 4, 0, 2], [1, 0, 1, 3, 3])
    assert strokes.is_test.tolist() == [False, False, False, True, True]
    for digit, label in enumerate(strokes.labels):
        (stroke,) = strokes.strokes(digit)
        np.testing.assert_array_equal(stroke, digits[label][0])


def test_drawings_are_read_by_character_and_moved_to_the_corner(tmp_path):
    path = tmp_path / "drawings.json"
    path.write_text(json.dumps({"normalizedData": {}, "rawData": DRAWINGS}))
    arrays = strokes_in(read_drawings(path), "01")
    assert arrays["digit_starts"].tolist() == [0, 2, 3, 4]
    assert arrays["stroke_starts"].tolist() == [0, 2, 3, 4, 6]
    assert arrays["points"].tolist() == [[0, 2], [1, 4], [4, 22], [5, 0], [2, 1], [2, 12]]


@pytest.mark.parametrize("content", ["[]", "{}", '{"rawData": []}'])
def test_what_is_no_file_of_drawings_is_refused_by_name(tmp_path, content):
    path = tmp_path / "drawings.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"drawings\.json must be a file of NumberPad's drawings"):
        read_drawings(path)


def drawings_of(archive: Archive, corner: tuple[int, int]) -> dict[str, list]:
    """The drawings that an archive holds, as NumberPad has them: with this corner."""
    arrays = archive.load(download=False)
    points = (arrays["points"] + np.array(corner, np.int16)).tolist()
    strokes = [points[start:end] for start, end in pairwise(arrays["stroke_starts"].tolist())]
    starts, drawings = arrays["digit_starts"].tolist(), {}
    for label, (start, end) in zip(arrays["labels"].tolist(), pairwise(starts), strict=True):
        drawings.setdefault(str(label) if label < 10 else chr(label), []).append(strokes[start:end])
    return drawings


def downloaded(archive: Archive, served) -> dict[str, np.ndarray]:
    """The arrays of an archive, from the test's server in the place of its mirror's."""
    mirror = archive.mirrors[0]
    (served.folder / mirror.urls[0].rpartition("/")[2]).write_text(served.text)
    urls = [served.url + url.rpartition("/")[2] for url in mirror.urls]
    return replace(archive, mirrors=[Mirror(urls, mirror.parse)]).download()


def test_the_published_file_of_60_writers_gives_the_archive(data_folder, served, fresh_home, monkeypatch):
    monkeypatch.setenv("MNIST_STUDIO_DATA", str(data_folder))
    served.text = json.dumps({"rawData": drawings_of(uji_digits.ARCHIVE, (1, 162))})
    assert len(served.text) == 896_290  # as the published file
    assert downloaded(uji_digits.ARCHIVE, served)["writers"].max() == 59


@pytest.mark.parametrize("archive", [tablet_digits.ARCHIVE, tablet_digits.SIGNS_ARCHIVE], ids=["digits", "signs"])
def test_the_published_file_of_one_writer_gives_the_archives(data_folder, served, fresh_home, monkeypatch, archive):
    monkeypatch.setenv("MNIST_STUDIO_DATA", str(data_folder))
    signs = drawings_of(tablet_digits.SIGNS_ARCHIVE, (51, 28))
    drawings = {"rawData": signs | drawings_of(tablet_digits.ARCHIVE, (91, 29))}
    served.text = json.dumps(drawings, separators=(",", ":")).replace('"/"', '"\\/"')
    assert len(served.text) == len('{"rawData"') + 236_992  # as that part of the published file
    assert len(downloaded(archive, served)["labels"]) == (822 if archive is tablet_digits.ARCHIVE else 320)


def test_a_file_with_another_drawing_is_refused(served, fresh_home):
    served.text = json.dumps({"rawData": dict.fromkeys("0123456789", DRAWINGS["1"])})
    with pytest.raises(DatasetError, match=r"(?s)uji_pen_digits\.npz could not be downloaded.*must have SHA-256"):
        downloaded(uji_digits.ARCHIVE, served)


def test_strokes_of_60_writers(data_folder):
    strokes, dataset = load_pen_strokes("uji-digits", download=False), load_dataset("uji-digits", download=False)
    np.testing.assert_array_equal(dataset.labels, strokes.labels)
    assert np.bincount(dataset.split("train").labels).tolist() == [80] * 10
    np.testing.assert_array_equal(writers_of("uji-digits"), strokes.writers)
    # Each wrote each digit twice; those who test are others.
    assert np.bincount(strokes.writers).tolist() == [20] * 60
    assert strokes.is_test.tolist() == [False] * 800 + [True] * 400
    assert (strokes.writers[:800].max(), strokes.writers[800:].min()) == (39, 40)


def test_strokes_of_one_writer_and_signs(data_folder):
    strokes, dataset = load_pen_strokes("tablet-digits", download=False), load_dataset("tablet-digits", download=False)
    np.testing.assert_array_equal(dataset.labels, strokes.labels)
    assert (len(dataset), list(dataset.splits)) == (822, ["train"])
    assert writers_of("tablet-digits") is None  # nobody to tell apart
    signs = tablet_digits.load_tablet_symbols(download=False)
    assert sorted(map(chr, set(signs.labels.tolist()))) == sorted("+-/?^ex")
    assert len(signs.strokes(0)) == 2  # a plus


@pytest.mark.parametrize("name", ["mnist", "semeion", "drawings"])
def test_scans_have_no_strokes(name):
    with pytest.raises(DatasetError, match=r"pen-digits, uji-digits, tablet-digits\. Received"):
        load_pen_strokes(name)
