"""The scans of 80 people that models are only tested with."""

import zipfile
from dataclasses import replace

import numpy as np
import pytest

from mnist_core import load_dataset
from mnist_core.datasets.archive import Mirror
from mnist_core.datasets.semeion import ARCHIVE, parse_semeion
from mnist_core.files import array_sha256


def line(pixels, label):
    """A digit as UCI's file has it."""
    return " ".join([*(f"{pixel / 255:.4f}" for pixel in pixels), *("01"[digit == label] for digit in range(10)), "\n"])


SCANS = np.random.default_rng(0).choice(np.array([0, 255], np.uint8), (3, 16, 16))
TEXT = "".join(line(scan.ravel(), label) for scan, label in zip(SCANS, (7, 0, 9), strict=True))


def test_a_line_is_an_image_and_its_label():
    parsed = parse_semeion(TEXT)
    np.testing.assert_array_equal(parsed["images"], SCANS)
    assert parsed["labels"].tolist() == [7, 0, 9]


@pytest.mark.parametrize(
    "text", ["", TEXT.replace("1.0000", "0.5000"), TEXT.replace(" 1 ", " 0 "), TEXT[:1793], "<html>No</html>"]
)
def test_other_lines_are_refused(text):
    with pytest.raises(ValueError, match=r"semeion\.data must"):
        parse_semeion(text)


@pytest.mark.parametrize("kind", ["zip", "text"])
def test_either_published_file_can_be_downloaded(served, fresh_home, kind):
    if kind == "zip":
        with zipfile.ZipFile(served.folder / "file", "w") as zipped:
            zipped.writestr("semeion.names", "about it")
            zipped.writestr("semeion.data", TEXT)
    else:
        (served.folder / "file").write_text(TEXT)
    mirror = ARCHIVE.mirrors[("zip", "text").index(kind)]
    hashes = {"images": array_sha256(SCANS), "labels": array_sha256(np.array([7, 0, 9], np.uint8))}
    here = replace(ARCHIVE, sha256=hashes, mirrors=[Mirror([served.url + "file"], mirror.parse)])
    np.testing.assert_array_equal(here.download()["images"], SCANS)


def test_the_published_text_gives_the_archive(data_folder):
    arrays = ARCHIVE.load(download=False)
    scans = zip(arrays["images"].reshape(-1, 256), arrays["labels"].tolist(), strict=True)
    text = "".join(line(pixels.tolist(), label) for pixels, label in scans)
    assert len(text) == 2_888_109  # as the published file
    ARCHIVE.verify(parse_semeion(text))


def test_the_scans_are_test_images_in_mnist_form(data_folder):
    dataset = load_dataset("semeion", download=False)
    assert (dataset.splits, dataset.learned_from) == ({"test": slice(0, 1593)}, slice(0, 1593))
    assert np.bincount(dataset.labels).tolist() == [161, 162, 159, 159, 161, 159, 161, 158, 155, 158]
    assert (dataset.images.max(axis=(1, 2)) > 200).all()
