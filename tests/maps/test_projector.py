"""A map to take away."""

import csv
import io
import zipfile

import cv2
import numpy as np
import pytest

from mnist_core.errors import ConfigError
from mnist_core.maps.embedding import Embedding, MapConfig, fit_reduction, pca_coordinates
from mnist_core.maps.projector import map_csv, projector_zip
from mnist_core.types import Readings

POINTS = 30


@pytest.fixture(scope="module")
def made() -> Embedding:
    """A map of the last training digits and the first test digits."""
    vectors = np.random.default_rng(0).normal(size=(POINTS, 5)).astype(np.float32)
    config = MapConfig(method="pca", points=POINTS, split="all")
    reduction = fit_reduction(vectors)
    labels = (np.arange(POINTS) % 10).astype(np.uint8)
    indices = np.arange(60_000 - 10, 60_000 + POINTS - 10)
    return Embedding(config, indices, labels, pca_coordinates(vectors, config), reduction.reduced(vectors), reduction)


@pytest.fixture(scope="module")
def answers(made: Embedding) -> Readings:
    read = made.labels.copy()
    read[3] = 9
    probabilities = np.full((POINTS, 10), 0.25 / 9, np.float32)
    probabilities[np.arange(POINTS), read] = 0.75
    return Readings(probabilities, np.linspace(0, 1, POINTS, dtype=np.float32), labels=made.labels)


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(text: bytes) -> list[list[str]]:
    return [line.split("\t") for line in text.decode().splitlines()]


def test_vectors_and_metadata_are_what_the_projector_reads(made: Embedding, answers: Readings) -> None:
    files = unpacked(projector_zip(made, answers=answers))
    assert list(files) == ["vectors.tsv", "metadata.tsv", "projector_config.pbtxt"]
    vectors = np.array(rows_of(files["vectors.tsv"]), float)
    np.testing.assert_allclose(vectors, made.vectors, atol=1e-4)
    head, *rows = rows_of(files["metadata.tsv"])
    assert head == ["index", "split", "label", "read", "probability", "right", "novelty"]
    assert rows[0] == ["59990", "train", "0", "0", "0.75", "1", "0.0"]
    assert rows[13][:3] == ["3", "test", "3"]
    assert rows[3][3:6] == ["9", "0.75", "0"]
    assert len(rows) == POINTS


def test_the_sprite_has_each_digit_in_its_place_dark_on_light(made: Embedding) -> None:
    images = np.random.default_rng(1).integers(0, 256, (POINTS, 28, 28)).astype(np.uint8)
    files = unpacked(projector_zip(made, images))
    picture = cv2.imdecode(np.frombuffer(files["sprite.png"], np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture.shape == (6 * 28, 6 * 28)  # the projector wants a square
    np.testing.assert_array_equal(picture[28:56, 2 * 28 : 3 * 28], 255 - images[8])
    assert (picture[5 * 28 :] == 255).all()
    config = files["projector_config.pbtxt"].decode()
    assert config.count("{") == config.count("}") == 2
    assert config.count("single_image_dim: 28") == 2


def test_the_projectors_own_reader_takes_the_config(made: Embedding) -> None:
    projector = pytest.importorskip("tensorboard.plugins.projector.projector_config_pb2")
    from google.protobuf import text_format

    images = np.zeros((POINTS, 28, 28), np.uint8)
    config = projector.ProjectorConfig()
    text_format.Parse(unpacked(projector_zip(made, images))["projector_config.pbtxt"].decode(), config)
    (found,) = config.embeddings
    assert (found.tensor_path, found.metadata_path) == ("vectors.tsv", "metadata.tsv")
    assert list(found.sprite.single_image_dim) == [28, 28]


def test_the_same_map_gives_the_same_bytes(made: Embedding, answers: Readings) -> None:
    assert projector_zip(made, answers=answers) == projector_zip(made, answers=answers)


@pytest.mark.parametrize("count", [0, POINTS - 1, POINTS + 1])
def test_images_of_another_map_are_refused(made: Embedding, count: int) -> None:
    with pytest.raises(ConfigError, match="has as many images"):
        projector_zip(made, np.zeros((count, 28, 28), np.uint8))


def test_the_table_has_a_line_for_each_image(made: Embedding, answers: Readings) -> None:
    rows = list(csv.DictReader(io.StringIO(map_csv(made, answers))))
    places = np.array([[float(row[axis]) for axis in "xyz"] for row in rows])
    np.testing.assert_allclose(places, made.coordinates, atol=1e-4)
    assert [row["split"] for row in rows] == ["train"] * 10 + ["test"] * 20
    assert "read" not in next(csv.DictReader(io.StringIO(map_csv(made))))


def test_files_of_the_zip_can_be_read_by_everybody_and_have_no_time(made: Embedding) -> None:
    with zipfile.ZipFile(io.BytesIO(projector_zip(made))) as archive:
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o644}
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_lines_end_with_a_line_break_and_cells_with_tabs(made: Embedding) -> None:
    files = unpacked(projector_zip(made))
    for name, cells in (("vectors.tsv", made.vectors.shape[1]), ("metadata.tsv", 3)):
        text = files[name].decode()
        assert text.endswith("\n")
        assert [line.count("\t") for line in text.splitlines()] == [cells - 1] * (POINTS + (name == "metadata.tsv"))
