"""Finding things on pictures: what is made of what the network says."""

import numpy as np
import pytest

from mnist_core.numbers.finding import BOX_UNIT, NAMES, SORTS, STRIDE, fitted, in_colour, padded, shared, things_of
from mnist_core.types import Box


def said(*things, side=20):
    """What a network says of things: sort, likeliness, name, middle and size in pixels."""
    sorts = np.zeros((side, side, len(SORTS)), np.float32)
    names = np.full((side, side, len(NAMES)), 0.01, np.float32)
    boxes = np.zeros((side, side, 4), np.float32)
    for sort, likely, name, (x, y), (width, height) in things:
        row, column = int(y // STRIDE), int(x // STRIDE)
        sorts[row, column, SORTS.index(sort)] = likely
        names[row, column, NAMES.index(name)] = 0.9
        place = (x - STRIDE * (column + 0.5)) / BOX_UNIT, (y - STRIDE * (row + 0.5)) / BOX_UNIT
        boxes[row, column] = *place, np.log(width / BOX_UNIT), np.log(height / BOX_UNIT)
    return sorts, names, boxes


def test_things_are_found_where_the_network_sees_them():
    given = said(("digit", 0.6, "4", (21, 30), (12, 24)), ("sign", 0.9, "plus", (61, 33), (9, 9)))
    sign, digit = things_of(*given, 0.3)
    assert (digit.sort, sign.sort) == ("digit", "sign")
    assert NAMES[digit.names.argmax()] == "4"
    box = digit.box
    assert (box.x, box.y, box.width, box.height) == pytest.approx((15, 18, 12, 24), abs=1e-3)


def test_one_thing_is_found_once_and_what_is_unlikely_not_at_all():
    near = ("digit", 0.8, "4", (21, 30), (12, 24)), ("digit", 0.7, "9", (29, 30), (14, 24))
    assert len(things_of(*said(*near), 0.3)) == 2
    same = ("digit", 0.8, "4", (21, 30), (12, 24)), ("no digit", 0.7, "no digit", (22, 38), (13, 26))
    assert [each.sort for each in things_of(*said(*same), 0.3)] == ["digit"]
    assert not things_of(*said(("digit", 0.2, "4", (21, 30), (12, 24))), 0.3)


@pytest.mark.parametrize("shape", [(40, 100, 3), (900, 300, 3), (28, 28, 3)])
def test_a_picture_is_brought_to_a_square_of_one_size(shape):
    small, scale = fitted(np.zeros(shape, np.uint8), 320)
    assert max(small.shape) == 320
    assert scale == pytest.approx(320 / max(shape), rel=0.02)
    assert padded(small, 320).shape == (320, 320, 3)


def test_what_is_transparent_becomes_paper():
    card = np.zeros((10, 10, 4), np.uint8)
    card[4:6, 4:6] = 255
    assert in_colour(card)[0, 0].tolist() == [0, 0, 0]  # white ink
    card[4:6, 4:6, :3] = 0
    assert in_colour(card)[0, 0].tolist() == [255, 255, 255]  # black ink


def test_how_much_two_boxes_share():
    assert shared(Box(0, 0, 10, 10), Box(0, 0, 10, 10)) == 1
    assert shared(Box(0, 0, 10, 10), Box(5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert shared(Box(0, 0, 10, 10), Box(20, 0, 10, 10)) == 0
