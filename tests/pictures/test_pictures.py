"""The pictures that are there, and those that are spoken of. They are taken by `make pictures`."""

import re
import subprocess
import sys

import pytest
from PIL import Image

from tests.pictures.film import along
from tests.pictures.record import FOLDER, PICTURES, encoded

DOCS = FOLDER.parent
ROOT = DOCS.parent
ALL_KB, FILM_KB, STILL_KB = 4000, 900, 200


def test_each_picture_is_taken_by_the_script_and_each_that_it_takes_is_there():
    assert sorted(each.name for each in FOLDER.iterdir()) == sorted(each.path.name for each in PICTURES)


def test_pictures_are_small_and_the_first_one_moves():
    sizes = {each.name: each.path.stat().st_size / 1000 for each in PICTURES}
    film = sizes.pop("draw")
    assert film <= FILM_KB
    assert max(sizes.values()) <= STILL_KB
    assert film + sum(sizes.values()) <= ALL_KB
    with Image.open(PICTURES[0].path) as picture:
        assert picture.n_frames > 20
        assert picture.info["loop"] == 1


def test_each_says_in_a_sentence_what_is_to_be_seen():
    for each in PICTURES:
        assert re.fullmatch(r"[A-Z][^\n\[\]]{20,220}\.", each.alt), each.name


def test_every_picture_that_is_spoken_of_is_there():
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for name in re.findall(r"pictures/([\w.-]+\.(?:webp|png))", page.read_text()):
            assert (FOLDER / name).is_file(), f"{page.name}: {name}"


def test_the_list_gives_what_a_writer_puts_into_a_page():
    told = subprocess.run([sys.executable, "-m", "tests.pictures", "--list"], cwd=ROOT, capture_output=True, text=True)
    lines = told.stdout.splitlines()
    assert len(lines) == len(PICTURES)
    assert lines[0] == f"![{PICTURES[0].alt}](pictures/draw.webp)"


def test_a_name_that_there_is_not_is_refused_before_anything_starts():
    told = subprocess.run([sys.executable, "-m", "tests.pictures", "maps"], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 2
    assert "there is no picture maps" in told.stderr


def test_a_hand_starts_at_the_first_corner_and_ends_at_the_last_one():
    stroke = along([(10, 10), (60, 20), (80, 70), (20, 90)], 50)
    assert stroke.shape == (50, 2)
    assert stroke[0] == pytest.approx((10, 10))
    assert stroke[-1] == pytest.approx((20, 90))
    steps = abs(stroke[1:] - stroke[:-1]).sum(axis=1)
    assert steps[0] < steps[25] > steps[-1]


def test_one_screen_becomes_a_picture_and_several_a_film(tmp_path):
    screens = [(Image.new("RGB", (40, 30), colour), 50) for colour in ("red", "white", "blue")]
    for count in (1, 3):
        (tmp_path / "it.webp").write_bytes(encoded(screens[:count]))
        with Image.open(tmp_path / "it.webp") as picture:
            assert picture.size == (40, 30)
            assert picture.n_frames == count
