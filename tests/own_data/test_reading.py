"""Files of every form are read to the same digits."""

import json

import cv2
import numpy as np
import pytest

from mnist_core.datasets.own.form import in_form
from mnist_core.datasets.own.inspection import inspected
from mnist_core.datasets.own.reading import read_rows
from tests.own_data import digits
from tests.own_data.digits import COUNT, csv, idx, npz, packed, parquet, pictures, png, some, written, zipped


def read(path):
    found = read_rows(path)
    formed = in_form(found)
    return formed, found.refusals


def holds_digits(path, form, splits=("",)):
    formed, refusals = read(path)
    images, labels = some()
    assert not refusals.by_reason
    assert formed.detected.form == form
    assert set(formed.splits.tolist()) == set(splits)
    order, expected = (np.lexsort(each.reshape(COUNT, -1).T) for each in (formed.images, images))
    np.testing.assert_array_equal(formed.images[order], images[expected])
    np.testing.assert_array_equal(formed.labels[order], labels[expected])
    return formed.detected


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("last", [True, False])
def test_a_table_with_the_label_first_or_last_and_with_or_without_a_header(tmp_path, header, last):
    seen = holds_digits(csv(tmp_path, header=header, last=last), "CSV")
    assert (seen.polarity, seen.top, seen.size) == ("white on black", 255, (28, 28))


def test_a_table_of_two_files_has_their_split(tmp_path):
    lines = digits.csv_lines()
    written(tmp_path / "set" / "mnist_train.csv", "\n".join(lines[:31]))
    written(tmp_path / "set" / "mnist_test.csv", "\n".join([lines[0], *lines[31:]]))
    holds_digits(tmp_path / "set", "CSV", ("train", "test"))


def test_a_table_that_is_packed_quoted_and_parted_by_semicolons(tmp_path):
    lines = [";".join(f'"{each}"' for each in line.split(",")) for line in digits.csv_lines()]
    holds_digits(written(tmp_path / "digits.csv.gz", packed(("\ufeff" + "\r\n".join(lines)).encode())), "CSV")


def test_shades_from_0_to_1_and_black_on_white_are_seen(tmp_path):
    images, __ = some()
    seen = holds_digits(csv(tmp_path, images=(1 - images / 255).round(4)), "CSV")
    assert (seen.polarity, seen.top) == ("black on white", 1)


def test_arrays_with_the_names_of_keras(tmp_path):
    x, y = some()
    path = npz(tmp_path, x_train=x[:30], y_train=y[:30], x_test=x[30:], y_test=y[30:])
    holds_digits(path, "NPZ", ("train", "test"))


@pytest.mark.parametrize("shape", [(-1, 784), (-1, 28, 28, 1), (-1, 1, 28, 28)])
def test_arrays_of_other_shapes_and_labels_as_rows_of_ten(tmp_path, shape):
    x, y = some()
    holds_digits(npz(tmp_path, images=x.reshape(shape).astype(np.float32) / 255, labels=np.eye(10)[y]), "NPZ")


@pytest.mark.parametrize("pack", [bytes, packed])
def test_idx_files_as_mnist_came(tmp_path, pack):
    x, y = some()
    end = ".gz" if pack is packed else ""
    for name, part in (("train", slice(30)), ("t10k", slice(30, None))):
        written(tmp_path / "set" / f"{name}-images-idx3-ubyte{end}", pack(idx(x[part])))
        written(tmp_path / "set" / f"{name}-labels-idx1-ubyte{end}", pack(idx(y[part])))
    holds_digits(tmp_path / "set", "IDX", ("train", "test"))
    assert len(read(tmp_path / "set" / f"t10k-images-idx3-ubyte{end}")[0].labels) == 10


def test_pictures_in_a_folder_for_each_digit_in_a_zip(tmp_path):
    files = {"__MACOSX/7/._1.png": b"junk", "readme.txt": b"", **pictures()}
    holds_digits(zipped(tmp_path / "digits.zip", files), "pictures")


def test_pictures_with_the_digit_in_the_name(tmp_path):
    images, labels = some()
    for at, (image, label) in enumerate(zip(images, labels, strict=True)):
        name = f"{label}_{at}.png" if at % 2 else f"scan {at} label{label}.png"
        written(tmp_path / "set" / name, png(255 - image))
    assert holds_digits(tmp_path / "set", "pictures").polarity == "black on white"


def test_a_zip_as_some_packers_of_windows_write_it(tmp_path):
    files = {name.replace("/", "\\"): content for name, content in pictures().items()}
    holds_digits(zipped(tmp_path / "digits.zip", {"7\\": b"", **files}), "pictures")


def test_larger_pictures_are_prepared_as_drawings_are(tmp_path):
    from mnist_core import ink

    formed, refusals = read(zipped(tmp_path / "digits.zip", pictures(90)))
    assert len(formed.labels) == COUNT
    assert not refusals.by_reason
    assert (formed.detected.polarity, formed.detected.size) == ("", (0, 0))
    first = next(iter(pictures(90).values()))
    expected = ink.digit_pixels(ink.read_picture(first))
    assert (formed.images == expected).all(axis=(1, 2)).any()


def test_small_scans_are_prepared_too(tmp_path):
    images, labels = some()
    small = np.stack([cv2.resize(each, (16, 16), interpolation=cv2.INTER_AREA) for each in images]) // 16
    formed, __ = read(npz(tmp_path, images=small, labels=labels))
    assert formed.images.shape == (COUNT, 28, 28)
    assert (formed.detected.top, formed.detected.size) == (int(small.max()), (16, 16))


@pytest.mark.parametrize("as_struct", [True, False])
def test_parquet_as_hugging_face_has_it(tmp_path, as_struct):
    holds_digits(parquet(tmp_path / "train.parquet", as_struct, list("0123456789")), "Parquet", ("train",))


def test_labels_with_a_point_among_others(tmp_path):
    strokes = digits.strokes()["digits"][0]["strokes"]
    listed = [{"label": label, "strokes": strokes} for label in (7, 7.0, "7", "7.0")]
    formed, refusals = read(written(tmp_path / "pen.json", json.dumps(listed)))
    assert formed.labels.tolist() == [7, 7, 7, 7]
    assert not refusals.by_reason


def test_strokes_are_drawn_as_a_visitors_are(tmp_path):
    from mnist_core import Drawing, ink

    content = digits.strokes()
    formed, __ = read(written(tmp_path / "pen.json", json.dumps(content)))
    assert (formed.splits == "test").sum() == 5
    assert set(formed.labels.tolist()) == {7}
    expected = ink.digit_pixels(Drawing.from_strokes(content["digits"][0]["strokes"]))
    np.testing.assert_array_equal(formed.images[0], expected)


def test_the_split_that_is_proposed_shares_no_image(tmp_path):
    images, labels = some()
    twice = npz(tmp_path, images=np.concatenate([images, images]), labels=np.concatenate([labels, (labels + 1) % 10]))
    formed, refusals = read(twice)
    found = inspected(formed, refusals, images[:5])
    facts = found.findings
    assert facts.is_proposed
    assert (facts.duplicates, facts.contradictory, facts.in_mnist_test) == (COUNT, COUNT, 10)
    assert facts.train + facts.test == 2 * COUNT
    learned, tested = (set(map(bytes, part)) for part in np.split(found.images, [facts.train]))
    assert learned
    assert not learned & tested
    assert set(map(bytes, images[:5])) <= tested


def test_an_image_that_the_file_tests_with_is_not_learned_from(tmp_path):
    x, y = some()
    path = npz(tmp_path, x_train=x, y_train=y, x_test=x[:4], y_test=y[:4])
    formed, refusals = read(path)
    facts = inspected(formed, refusals, None).findings
    assert (facts.is_proposed, facts.train, facts.test, facts.moved) == (False, COUNT - 4, 8, 4)
    assert facts.in_mnist_test is None
