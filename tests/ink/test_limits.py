"""Limits of cleaning and of files at their very edge."""

import io

import numpy as np
import pytest
from PIL import Image

from mnist_core import ink
from mnist_core.errors import DrawingError
from mnist_core.ink import picture_files
from mnist_core.ink.cleaning import missing_pen, pen_width, thickened, widened, without_specks
from mnist_core.ink.recipe import placing_words


def paper(*boxes):
    """Black paper of 200 x 200 with ink in rectangles: left, top, width, height."""
    shades = np.zeros((200, 200), np.uint8)
    for left, top, width, height in boxes:
        shades[top : top + height, left : left + width] = 255
    return shades


def left_of(shades):
    """How many pixels of ink are left."""
    return int((without_specks(shades) > 0).sum())


@pytest.mark.parametrize(("width", "stays"), [(4, False), (5, True)])
def test_a_spot_is_dirt_below_its_share_of_the_largest_piece(width, stays):
    # 15 of 1000 pixels are just enough.
    assert left_of(paper((60, 60, 40, 25), (150, 150, width, 3))) == 1000 + (3 * width if stays else 0)


@pytest.mark.parametrize(("height", "stays"), [(34, False), (35, True)])
def test_a_piece_at_the_rim_stays_from_its_own_share_on(height, stays):
    assert left_of(paper((60, 60, 40, 25), (0, 100, 10, height))) == 1000 + (10 * height if stays else 0)


@pytest.mark.parametrize(("along", "stays"), [(120, True), (121, False)])
def test_what_lies_along_much_of_the_rim_is_an_edge_however_large(along, stays):
    # The rim has 4 * 200 pixels, its corners counted twice: 15 % are 120.
    assert (left_of(paper((80, 80, 60, 60), (0, 20, 40, along))) > 3600) == stays


def test_a_wide_line_has_its_width_and_a_fine_one_gets_the_pen_that_it_lacks():
    assert pen_width(paper((20, 90, 160, 17))) == pytest.approx(17, rel=0.1)
    fine = paper((0, 0, 100, 2))[:2, :100]
    missing = missing_pen(fine)
    assert missing == round(0.085 * 100 - pen_width(fine)) > 3
    assert missing_pen(paper((0, 0, 100, 100))[:100, :100]) == 0


def test_a_pen_is_made_wider_on_all_sides_and_nothing_is_cut_off():
    line = np.full((2, 100), 255, np.uint8)
    missing = missing_pen(line)
    thick = thickened(line)
    rows, columns = np.nonzero(thick)
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (2 + missing, 100 + missing)
    assert not thick[[0, -1]].any()
    assert not thick[:, [0, -1]].any()
    full = np.full((50, 50), 255, np.uint8)
    assert thickened(full) is full
    assert widened(full, 0) is full


def png(side):
    file = io.BytesIO()
    Image.fromarray(np.arange(side * side, dtype=np.uint8).reshape(side, side)).save(file, "PNG")
    return file.getvalue()


def test_a_file_may_be_as_large_as_the_limit_and_no_larger(monkeypatch):
    data = png(9)
    monkeypatch.setattr(picture_files, "MAX_FILE_BYTES", len(data))
    assert ink.read_picture(data).size == (9, 9)
    assert ink.read_picture(io.BytesIO(data)).size == (9, 9)
    monkeypatch.setattr(picture_files, "MAX_FILE_BYTES", len(data) - 1)
    for source in (data, io.BytesIO(data)):
        with pytest.raises(DrawingError, match="too large"):
            ink.read_picture(source)


def test_a_picture_may_have_as_many_pixels_as_the_limit_and_no_more(monkeypatch):
    monkeypatch.setattr(picture_files, "MAX_PIXELS", 81)
    assert ink.read_picture(png(9)).size == (9, 9)
    with pytest.raises(DrawingError, match="10 x 10"):
        ink.read_picture(png(10))


@pytest.mark.parametrize("size", [(1000, 20), (20, 1000), (1024, 20), (1025, 20), (3000, 60)])
def test_shades_of_more_bits_keep_their_order(size):
    shades = np.linspace(5000, 9000, size[0] * size[1]).reshape(size[::-1]).astype(np.uint16)
    file = io.BytesIO()
    Image.fromarray(shades).save(file, "PNG")
    read = ink.read_picture(file).pixels.astype(int)
    assert max(read.shape) == min(max(size), 1024)
    assert (read.min(), read.max()) == (0, 255)
    assert (np.diff(read[:, 0]) >= 0).all()
    assert read.mean() == pytest.approx(127.5, abs=1)


@pytest.mark.parametrize("cropping", [True, False])
@pytest.mark.parametrize("box", [True, False])
def test_the_last_step_is_called_after_what_it_does(cropping, box):
    (boxed, _), (centred, _) = placing_words(ink.Recipe(cropping=cropping, box=box, centring=True))
    (_, sentence), (left, stays) = placing_words(ink.Recipe(cropping=cropping, box=box, centring=False))
    assert (boxed, centred, left) == ("20-pixel box" if box else "No box", "Centred", "Not centred")
    assert stays.startswith("It stays where it was")
    assert ("empty paper" in sentence) == (not cropping)
