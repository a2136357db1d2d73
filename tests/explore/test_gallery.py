"""What the gallery sends to the browser and takes from it."""

import base64
import json

import cv2
import numpy as np
import pytest

from mnist_ui.gallery import as_position, contents


def images(count):
    return np.random.default_rng(count).integers(0, 256, (count, 28, 28), np.uint8)


def tiles(sent):
    """The images that are cut out of the sprite as the browser does it."""
    png = np.frombuffer(base64.b64decode(sent["sprite"].split(",")[1]), np.uint8)
    sprite = cv2.imdecode(png, cv2.IMREAD_GRAYSCALE)
    places = [divmod(index, sent["columns"]) for index in range(sent["count"])]
    return np.stack([sprite[row * 28 :, column * 28 :][:28, :28] for row, column in places])


@pytest.mark.parametrize("count", [1, 2, 7, 10, 60])
def test_the_browser_finds_each_image_where_it_looks(count):
    sent = contents(images(count), ["4"] * count)
    assert sent["count"] == count
    np.testing.assert_array_equal(tiles(sent), images(count))


def test_no_image_is_nothing_to_load():
    sent = contents(images(0), [])
    assert (sent["count"], sent["sprite"], sent["columns"]) == (0, "", 1)


def test_captions_are_read_out_where_nothing_else_is():
    assert contents(images(2), ["4", "9"])["spoken"] == ["4", "9"]
    assert contents(images(1), ["4"], ["wrong"], spoken=["a four"])["spoken"] == ["a four"]


def test_a_page_of_mnist_is_small(mnist):
    sent = contents(mnist.images[:60], ["4 → 9  73 %"] * 60, ["wrong"] * 60)
    assert len(json.dumps(sent)) < 40_000


@pytest.mark.parametrize(("picked", "position"), [(0, 0), (59, 59), (3.0, 3)])
def test_a_position_is_taken(picked, position):
    assert as_position(picked, 60) == position


@pytest.mark.parametrize("picked", [None, -1, 60, 1e300, float("nan"), "3", True, [1], {"index": 1}])
def test_anything_else_is_none(picked):
    assert as_position(picked, 60) is None
