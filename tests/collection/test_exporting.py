"""Exported drawings: what is in the files."""

import csv
import io
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from mnist_core.collection import ALL, Filter
from mnist_core.collection.collection import Collection
from mnist_core.collection.exporting import COLUMNS, TABLE, export_collection, exported_bytes
from mnist_core.collection.importing import import_collection
from mnist_core.errors import CollectionError
from tests.collection.filling import BEN, fill


def test_an_empty_collection_is_exported_in_every_form(collection: Collection, tmp_path: Path):
    for form in ("npz", "csv", "zip"):
        assert export_collection(collection, ALL, tmp_path / f"none.{form}", form) == (0, 0)
    assert import_collection(collection, tmp_path / "none.npz") == 0
    with zipfile.ZipFile(tmp_path / "none.zip") as archive:
        assert archive.namelist() == [TABLE]


def test_the_arrays_are_what_the_entries_are(collection: Collection):
    fill(collection)
    arrays = np.load(io.BytesIO(exported_bytes(collection, Filter(owner=BEN), "npz")), allow_pickle=False)
    entries = collection.drawings.entries(Filter(owner=BEN))[::-1]
    assert arrays["ids"].tolist() == [each.id for each in entries]
    np.testing.assert_array_equal(arrays["images"], [each.image for each in entries])
    assert arrays["labels"].tolist() == [-1 if each.label is None else each.label for each in entries]
    assert arrays["readings"].tolist() == [-1 if each.digit is None else each.digit for each in entries]
    assert arrays["probabilities"].tolist() == [each.probability for each in entries]
    for index, each in enumerate(entries):
        first, last = arrays["first_strokes"][index : index + 2]
        assert last - first == len(each.strokes)
        points = arrays["points"][arrays["first_points"][first] : arrays["first_points"][last]]
        np.testing.assert_array_equal(points, np.concatenate(each.strokes), strict=True)
    assert len(arrays["class_ids"]) == 0


def test_the_table_has_a_row_for_each_and_no_formula(collection: Collection):
    fill(collection)
    text = exported_bytes(collection, ALL, "csv").decode("utf-8-sig")
    header, *table = csv.reader(io.StringIO(text))
    assert tuple(header) == COLUMNS
    entries = collection.drawings.entries(ALL)[::-1]
    assert [row[0] for row in table] == [each.id for each in entries]
    assert [row[1] for row in table] == [each.created.isoformat() for each in entries]
    assert [row[2] for row in table] == ["" if each.label is None else str(each.label) for each in entries]
    assert [row[3] for row in table] == ["" if each.digit is None else str(each.digit) for each in entries]
    assert [float(row[4]) for row in table] == [each.probability for each in entries]
    assert table[0][5:7] == ["'+model", '\'=HYPERLINK("x") <b>5a</b>, "b"']
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in table for cell in row)


def test_the_pictures_are_the_images_named_by_label_and_id(collection: Collection):
    fill(collection)
    with zipfile.ZipFile(io.BytesIO(exported_bytes(collection, ALL, "zip"))) as archive:
        assert archive.read(TABLE) == exported_bytes(collection, ALL, "csv")
        entries = collection.drawings.entries()
        names = {f"{'unlabelled' if each.label is None else each.label}/{each.id}.png": each for each in entries}
        assert set(archive.namelist()) == {TABLE, *names}
        for name, each in names.items():
            picture = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_UNCHANGED)
            np.testing.assert_array_equal(picture, each.image, strict=True)


def test_an_unknown_form_or_place_is_refused(collection: Collection, tmp_path: Path):
    for form in ("xls", "", None, "NPZ"):
        with pytest.raises(CollectionError, match="exported as npz, csv, zip"):
            export_collection(collection, ALL, tmp_path / "file", form)
    (tmp_path / "file").write_text("a file")
    with pytest.raises(CollectionError, match="could not be written"):
        export_collection(collection, ALL, tmp_path / "file" / "below.npz", "npz")
