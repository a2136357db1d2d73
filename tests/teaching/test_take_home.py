"""What a visitor takes home: what is in the zip, and that it does what its README says."""

import base64
import csv
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from mnist_core import Drawing, load_recognizer, paths
from mnist_core.datasets import load_dataset
from mnist_core.errors import BundleError, ConfigError
from mnist_core.ink import digit_pixels
from mnist_core.model.bundle import GRAPH, SHIPPED, model_folder
from mnist_core.model.card import ModelCard
from mnist_core.readings.readings import compute_readings
from mnist_core.teaching.lesson import Lesson
from mnist_core.teaching.take_home import COLUMNS, LARGE_SIDE, MOST_DRAWINGS, take_home
from mnist_core.teaching.teach import Taught, teach
from tests.strokes import DIGITS, FOUR, SEVEN


@dataclass
class Kept:
    """A drawing as the collection keeps it."""

    drawing: Drawing | None
    image: np.ndarray
    label: int | None = 7
    digit: int | None = 1
    probability: float = 0.75
    novelty: float = 0.25
    model: str = SHIPPED
    created: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 10, 30, tzinfo=UTC))

    @property
    def strokes(self) -> tuple[np.ndarray, ...]:
        return self.drawing.strokes if self.drawing else ()


def kept(strokes: list, **values: object) -> Kept:
    drawing = Drawing.from_strokes(strokes)
    return Kept(drawing, digit_pixels(drawing), **values)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taught]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(tmp_path_factory.mktemp("home")))
        patch.delenv(paths.DATA_VARIABLE, raising=False)
        compute_readings(SHIPPED, load_dataset("uci-digits"))
        images = np.stack([digit_pixels(Drawing.from_strokes(each)) for each in (SEVEN, FOUR)])
        yield teach(SHIPPED, Lesson(images, np.array([2, 4], np.uint8)))


@pytest.fixture(scope="module")
def content(taught: Taught) -> bytes:
    """Of a visitor who says that a seven is a 2."""
    return take_home([kept(SEVEN, label=2, digit=7), kept(FOUR, label=4, digit=None, model=taught.name)], taught.name)


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name.removeprefix("mnist-studio/"): archive.read(name) for name in archive.namelist()}


def picture(png: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)


def test_everything_is_in_it(content: bytes) -> None:
    assert sorted(files_of(content)) == [
        "README.txt",
        "card.json",
        "card.md",
        "drawings.csv",
        "drawings/1.png",
        "drawings/2.png",
        "large/1.png",
        "large/2.png",
        "model.tflite",
        "reader.html",
        "strokes.json",
        "what-changed.md",
    ]


def test_drawings_are_there_as_pictures_table_and_strokes(content: bytes) -> None:
    files = files_of(content)
    np.testing.assert_array_equal(picture(files["drawings/1.png"]), kept(SEVEN).image)
    large = picture(files["large/1.png"])
    assert large.shape == (LARGE_SIDE, LARGE_SIDE)
    assert (large[0] == 255).all()
    # Read again as a picture, the large one is the same digit.
    assert load_recognizer().predict(large).digit == 7
    rows = list(csv.reader(io.StringIO(files["drawings.csv"].decode())))
    assert rows == [
        list(COLUMNS),
        ["drawings/1.png", "2", "7", "0.7500", "0.2500", "default", "2026-11-22T10:30:00+00:00"],
        ["drawings/2.png", "4", "", "0.7500", "0.2500", "taught", "2026-11-22T10:30:00+00:00"],
    ]
    strokes = json.loads(files["strokes.json"])
    again = Drawing.from_strokes(strokes[1]["strokes"], strokes[1]["pen_width"], tuple(strokes[1]["size"]))
    np.testing.assert_array_equal(digit_pixels(again), kept(FOUR).image)


def test_the_model_is_the_visitor_s_and_its_name_stays_secret(content: bytes, taught: Taught) -> None:
    files = files_of(content)
    assert files["model.tflite"] == (model_folder(taught.name) / GRAPH).read_bytes()
    assert ModelCard.from_json(files["card.json"].decode()).taught["drawings"] == 2
    assert "Taught by a visitor" in files["card.md"].decode()
    assert not [name for name, each in files.items() if taught.name.encode() in each]


def test_the_page_reads_with_the_model_says_whose_it_is_and_keeps_its_name_secret(
    content: bytes, taught: Taught
) -> None:
    page = files_of(content)["reader.html"]
    packed = [gzip.decompress(base64.b64decode(each)) for each in re.findall(rb'octet-stream">([^<]*)<', page)]
    assert packed[1] == (model_folder(taught.name) / GRAPH).read_bytes()
    assert taught.name.encode() not in packed[0]
    assert b"taught this network, with 2 drawings. Before that it was default." in page
    assert len(page) <= 450_000


def test_what_changed_has_the_figures_of_teaching(content: bytes, taught: Taught) -> None:
    text = files_of(content)["what-changed.md"].decode()
    assert f"{taught.cost.right_before} right before you taught it and {taught.cost.right_after} now" in text
    row = next(line for line in text.splitlines() if "drawings/1.png" in line)
    assert re.fullmatch(r"\| drawings/1.png \| 2 \| 7 \([\d.]+ %\) \| 2 \([\d.]+ %\)( \?)? \|", row)


def test_the_readme_s_program_runs_and_reads_what_the_visitor_taught(content: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    readme = (tmp_path / "mnist-studio" / "README.txt").read_text(encoding="utf-8")
    start = readme.index("import numpy")
    program = readme[start : readme.index("\n\n\n", start)] if "\n\n\n" in readme[start:] else readme[start:]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path / "mnist-studio",
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    digit, probability, novelty = ran.stdout.split()
    assert digit == "2"
    assert 0 < float(probability) <= 1
    assert 0 <= float(novelty) <= 1


def test_drawings_alone_and_a_model_alone(taught: Taught) -> None:
    alone = files_of(take_home([kept(SEVEN)]))
    assert "model.tflite" not in alone
    assert "ai-edge-litert" not in alone["README.txt"].decode()
    model = files_of(take_home([], taught.name))
    assert "drawings.csv" not in model
    assert "drawings/1.png" not in model["README.txt"].decode()


def test_a_drawing_without_strokes_is_enlarged() -> None:
    files = files_of(take_home([Kept(None, kept(SEVEN).image)]))
    assert picture(files["large/1.png"]).shape == (LARGE_SIDE, LARGE_SIDE)
    assert json.loads(files["strokes.json"])[0]["strokes"] == []


def test_the_same_is_the_same_zip_and_every_digit_fits() -> None:
    entries = [kept(strokes, label=digit) for digit, strokes in DIGITS.items()]
    assert take_home(entries) == take_home(entries)
    assert len(files_of(take_home(entries))) == 23


def test_nothing_too_much_and_foreign_models_are_refused() -> None:
    with pytest.raises(ConfigError, match="a drawing or a taught model"):
        take_home([])
    with pytest.raises(ConfigError, match="no more than 2,000"):
        take_home([kept(SEVEN)] * (MOST_DRAWINGS + 1))
    with pytest.raises(ConfigError, match="Only a model that was taught"):
        take_home([kept(SEVEN)], SHIPPED)
    with pytest.raises(BundleError, match="no model"):
        take_home([kept(SEVEN)], "taught-" + "0" * 32)


def test_where_the_base_is_gone_the_model_is_still_taken_home(taught: Taught) -> None:
    shutil.copytree(paths.SHIPPED_MODELS / SHIPPED, model_folder("mine"))
    own = teach("mine", taught.lesson)
    shutil.rmtree(model_folder("mine"))
    text = files_of(take_home([kept(SEVEN, label=2)], own.name))["what-changed.md"].decode()
    assert "no longer known" in text
    assert "| drawings/1.png | 2 | ? | 2 (" in text
