"""What cannot be taken is refused in a sentence that names the first of it and says how many there are."""

import json
import pickle
import zipfile

import numpy as np
import pytest

from mnist_core.datasets.own import rows, source
from mnist_core.datasets.own.form import in_form
from mnist_core.datasets.own.inspection import inspected
from mnist_core.datasets.own.reading import read_rows
from mnist_core.errors import DatasetError
from tests.own_data.digits import COUNT, csv_lines, idx, npz, packed, parquet, pictures, png, some, written, zipped


def read(path):
    found = read_rows(path)
    formed = in_form(found)
    return inspected(formed, found.refusals, None).findings


def refused(path, *words):
    with pytest.raises(DatasetError) as error:
        read(path)
    text = str(error.value)
    assert "Nothing was added" in text
    for word in words:
        assert word in text
    return text


def test_single_bad_rows_are_left_out_and_named(tmp_path):
    lines = csv_lines()
    lines[3] = lines[3].replace("0", "x", 1)
    lines[7] = lines[7] + ",0"
    lines[9] = "12" + lines[9][1:]
    lines[11] = lines[11][:2] + "999" + lines[11][3:]
    lines[13] = lines[13][0] + ",0" * 784
    found = read(written(tmp_path / "a.csv", "\n".join(lines)))
    assert sum(found.counts) == COUNT - 5
    assert found.refused == {
        rows.NO_NUMBERS: ("a.csv, line 4", 1),
        rows.OTHER_WIDTH: ("a.csv, line 8", 1),
        rows.NO_DIGIT: ("a.csv, line 10", 1),
        rows.OUT_OF_RANGE: ("a.csv, line 12", 1),
        rows.NO_INK: ("a.csv, line 14", 1),
    }


def test_a_file_of_which_half_is_bad_is_refused_whole(tmp_path):
    header, *lines = csv_lines()
    lines = [line if at % 2 else "17" + line[1:] for at, line in enumerate(lines)]
    refused(written(tmp_path / "a.csv", "\n".join([header, *lines])), "20 of 40", "line 2", "no digit")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", ["empty"]),
        ("a.csv", b"label,a,b\n1,2,3\n", ["785 columns", "3 columns"]),
        ("a.csv", (",".join(["0"] * 784) + "\n").encode(), ["no labels"]),
        ("a.csv", b"1" * (source._STEP + 9), ["too long"]),
        ("a.npz", b"no archive", ["a.npz"]),
        ("a.zip", b"PK\x03\x04 no archive", ["a.zip"]),
        ("a.csv.gz", b"\x1f\x8b no gzip", ["a.csv.gz", "damaged"]),
        ("a-images-idx3-ubyte", b"\0\0\x08\x03\0\0\0\x05", ["labels beside it"]),
        ("a-labels-idx1-ubyte", b"\0\0\x08\x01\0\0\0\0", ["labels alone"]),
        ("a.parquet", b"PAR1 nothing PAR1", ["a.parquet"]),
        ("a.json", b'{"digits": []}', ["a.json"]),
        ("a.json", b"[" * 100_000, ["a.json"]),
        ("a.exe", b"MZ", ["a.exe", "Parquet"]),
        ("a.txt", b"1 2 3", ["a.txt", "Parquet"]),
    ],
)
def test_what_is_no_such_file(tmp_path, name, content, words):
    refused(written(tmp_path / name, content), *words)


def test_a_file_that_is_not_there(tmp_path):
    refused(tmp_path / "gone.csv", "gone.csv")


def test_a_folder_with_nothing_in_it(tmp_path):
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", "empty")


def test_forms_that_are_mixed(tmp_path):
    refused(zipped(tmp_path / "a.zip", {"a.csv": b"1", **pictures()}), "mixes", "CSV", "pictures")


def test_too_few_images(tmp_path):
    x, y = some()
    refused(npz(tmp_path, images=x[:5], labels=y[:5]), "5 images", "20")


def test_objects_are_never_unpickled(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (written, (tmp_path / "hit", b"it ran"))

    x = some()[0]
    refused(npz(tmp_path, images=x, labels=np.array([Bomb()] * COUNT, object)), "digits.npz")
    refused(written(tmp_path / "b.npz", pickle.dumps(Bomb())))
    assert not (tmp_path / "hit").exists()


def test_labels_that_do_not_fit_the_images(tmp_path):
    x, y = some()
    refused(npz(tmp_path, images=x, labels=y[:-1]), "40 images and 39 labels")
    refused(npz(tmp_path, pictures=x, labels=y), "x_train", "pictures")
    refused(npz(tmp_path, images=np.zeros((40, 32, 32, 3), np.uint8), labels=y), "(40, 32, 32, 3)")


@pytest.mark.parametrize("labels", [np.array(7), np.zeros((40, 3)), np.zeros((0, 7))])
def test_labels_that_are_no_row_of_digits(tmp_path, labels):
    refused(npz(tmp_path, images=some()[0], labels=labels), "digits.npz, labels", str(labels.shape))


def test_images_where_the_labels_should_be(tmp_path):
    x, __ = some()
    written(tmp_path / "a-labels-idx1-ubyte", idx(x))
    refused(written(tmp_path / "a-images-idx3-ubyte", idx(x)), "a-labels-idx1-ubyte", "(40, 28, 28)")


def test_idx_that_says_more_than_it_has(tmp_path):
    x, y = some()
    written(tmp_path / "a-labels-idx1-ubyte", idx(y))
    refused(written(tmp_path / "a-images-idx3-ubyte", idx(x)[:-1]), "31,360 bytes", "31,359")


@pytest.mark.parametrize("name", ["../7/a.png", "/7/a.png", "7\\..\\..\\a.png", "C:/7/a.png", "."])
def test_names_that_lead_out_of_an_archive(tmp_path, name):
    refused(zipped(tmp_path / "a.zip", {**pictures(), name: b""}), "lead out", "first of 1")


def test_links_in_an_archive_and_in_a_folder(tmp_path):
    link = zipfile.ZipInfo("7/a.png")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    refused(tmp_path / "a.zip", "lead out")
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "7.png").symlink_to("/etc/passwd")
    refused(tmp_path / "set", "empty")


def test_bombs(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "LARGEST_BYTES", 100_000)
    refused(zipped(tmp_path / "a.zip", {"a.csv": b"0" * 200_000}), "unpack")
    line = "1," + ",".join(["9"] * 784) + "\n"
    refused(written(tmp_path / "a.csv.gz", packed(line.encode() * 100)), "more than")
    monkeypatch.setattr(source, "MOST_FILES", 5)
    refused(zipped(tmp_path / "b.zip", pictures()), "more than 5 files")


def test_more_images_than_are_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "MOST_ROWS", 30)
    x, y = some()
    refused(npz(tmp_path, images=x, labels=y), "more than 30 images")
    refused(zipped(tmp_path / "a.zip", pictures()), "more than 30 images")


def test_an_archive_with_a_password(tmp_path):
    path = zipped(tmp_path / "a.zip", pictures())
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)
    refused(path, "encrypted", "password")


def test_a_damaged_member_of_an_archive(tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.csv": "\n".join(csv_lines()).encode()})
    content = bytearray(path.read_bytes())
    content[200:260] = bytes(60)
    path.write_bytes(content)
    refused(path, "a.csv")


def test_damaged_and_unlabelled_pictures_are_left_out(tmp_path):
    files = {**pictures(), "7/broken.png": b"\x89PNG", "loose.png": png(some()[0][0])}
    found = read(zipped(tmp_path / "a.zip", files))
    assert found.refused == {rows.NOT_READ: ("7/broken.png", 1), rows.NO_LABEL: ("loose.png", 1)}


def test_classes_that_are_no_digits(tmp_path):
    names = ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot"]
    refused(parquet(tmp_path / "fashion.parquet", names=names), "T-shirt", "only the digits")
    files = {f"{names[int(name[0])]}/{at}.png": each for at, (name, each) in enumerate(pictures().items())}
    refused(zipped(tmp_path / "fashion.zip", files), "Bag", "only the digits")


def test_an_image_the_other_way_round(tmp_path):
    x, y = some()
    found = read(npz(tmp_path, images=np.concatenate([x[:-1], 255 - x[-1:]]), labels=y))
    assert found.refused == {rows.OTHER_GROUND: ("digits.npz, images row 39", 1)}


def test_strokes_that_are_none(tmp_path):
    good = {"label": 7, "strokes": [[[130, 100], [270, 100], [180, 310]]]}
    bad = [{"label": 7, "strokes": []}, {"label": 7, "strokes": [[["x", 1]]]}, "7", {"strokes": good["strokes"]}]
    found = read(written(tmp_path / "a.json", json.dumps([good] * 30 + bad)))
    assert found.counts[7] == 30
    assert found.refused == {rows.NO_INK: ("a.json, digit 31", 1), rows.NOT_READ: ("a.json, digit 32", 3)}


def test_strokes_without_any_label(tmp_path):
    strokes = {"strokes": [[[130, 100], [270, 100], [180, 310]]]}
    refused(written(tmp_path / "a.json", json.dumps([strokes] * 30)), "30 of 30", "a.json, digit 1")


def test_a_pipe_is_not_waited_for(tmp_path):
    import os

    os.mkfifo(tmp_path / "a.csv")
    refused(tmp_path / "a.csv", "a.csv")
