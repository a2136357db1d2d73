"""What was found as files: read back as those who take them away would."""

import csv
import io

import cv2
import numpy as np
import pandas as pd
import pytest

from mnist_core import Dataset
from mnist_core.catalogue.catalogue import OF_THE_MODEL, Query, open_catalogue
from mnist_core.catalogue.files import contact_sheet, to_csv, to_npz
from mnist_core.errors import ConfigError
from mnist_core.readings.readings import DatasetReadings

FOUND = np.array([42, 3, 59], np.int64)


@pytest.fixture(scope="module")
def catalogue(shared_home):
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 60).astype(np.uint8)
    images = rng.integers(0, 256, (60, 28, 28), np.uint8)
    dataset = Dataset("made-up", images, labels, {"train": slice(0, 40), "test": slice(40, 60)}, "", "")
    probabilities = rng.dirichlet(np.ones(10), 60).astype(np.float32)
    novelty, features = rng.random(60).astype(np.float32), rng.random((60, 4)).astype(np.float32)
    return open_catalogue(
        dataset, DatasetReadings(probabilities, novelty, features=features, labels=labels, model="", dataset=dataset)
    )


def test_a_table_has_a_line_for_each_image_in_order_and_every_known_column(catalogue):
    table = pd.read_csv(io.BytesIO(to_csv(catalogue, FOUND)))
    assert list(table.columns) == ["index", "split", "number", *catalogue.columns]
    assert table["index"].tolist() == [42, 3, 59]
    assert table["split"].tolist() == ["test", "train", "test"]
    assert table["number"].tolist() == [2, 3, 19]
    for name, values in catalogue.columns.items():
        np.testing.assert_allclose(table[name].astype(float), values[FOUND].astype(float), rtol=1e-5)


def test_a_table_has_no_columns_of_a_model_that_has_read_nothing(catalogue):
    header = to_csv(open_catalogue(catalogue.dataset), FOUND).decode().splitlines()[0]
    assert header == "index,split,number,label,ink,slant,typicality"
    assert not set(OF_THE_MODEL) & set(header.split(","))


def test_a_table_of_nothing_has_a_header(catalogue):
    text = to_csv(catalogue, np.empty(0, np.int64)).decode()
    assert [len(row) for row in csv.reader(io.StringIO(text))] == [3 + len(catalogue.columns)]


def test_what_was_found_can_be_found_again_by_the_names_in_the_table(catalogue):
    found = catalogue.find(Query(split="test", sort="loss", descending=True))
    rows = csv.DictReader(io.StringIO(to_csv(catalogue, found).decode()))
    assert [catalogue.index_of(f"{row['split']}-{row['number']}") for row in rows] == found.tolist()


def test_arrays_are_those_of_the_dataset(catalogue):
    with np.load(io.BytesIO(to_npz(catalogue, FOUND)), allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["images"], catalogue.dataset.images[FOUND])
        np.testing.assert_array_equal(arrays["labels"], catalogue.dataset.labels[FOUND])
        np.testing.assert_array_equal(arrays["indices"], FOUND)
        np.testing.assert_array_equal(arrays["novelty"], catalogue.columns["novelty"][FOUND])
        assert {name: arrays[name].dtype.name for name in ("images", "labels", "indices")} == {
            "images": "uint8",
            "labels": "uint8",
            "indices": "int64",
        }


def test_no_arrays_of_nothing_are_arrays_without_rows(catalogue):
    with np.load(io.BytesIO(to_npz(catalogue, np.empty(0, np.int64)))) as arrays:
        assert arrays["images"].shape == (0, 28, 28)


def test_a_contact_sheet_shows_the_images_row_by_row(catalogue):
    sheet = contact_sheet(catalogue, FOUND)
    assert (sheet.shown, sheet.left_out) == (3, 0)
    image = cv2.imdecode(np.frombuffer(sheet.png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert image.shape == (56, 56)
    np.testing.assert_array_equal(image[:28, :28], catalogue.dataset.images[42])
    np.testing.assert_array_equal(image[:28, 28:], catalogue.dataset.images[3])
    np.testing.assert_array_equal(image[28:, :28], catalogue.dataset.images[59])
    assert not image[28:, 28:].any()


def test_a_contact_sheet_is_bounded_and_says_what_is_not_on_it(catalogue):
    sheet = contact_sheet(catalogue, np.arange(60), limit=25)
    assert (sheet.shown, sheet.left_out) == (25, 35)
    assert cv2.imdecode(np.frombuffer(sheet.png, np.uint8), cv2.IMREAD_UNCHANGED).shape == (140, 140)
    many = contact_sheet(catalogue, np.zeros(3000, np.int64))
    assert (many.shown, many.left_out) == (2500, 500)


def test_a_contact_sheet_of_nothing_is_refused(catalogue):
    with pytest.raises(ConfigError, match="Received: none"):
        contact_sheet(catalogue, np.empty(0, np.int64))


@pytest.mark.parametrize("index", [-1, 60])
def test_images_that_there_are_not_cannot_be_taken_away(catalogue, index):
    for call in (to_csv, to_npz, contact_sheet):
        with pytest.raises(ConfigError, match=rf"Received: {index}\."):
            call(catalogue, np.array([3, index]))
