"""Where the points of a digit lie that is written another way: known points of known strokes."""

import numpy as np
import pytest

from mnist_core.synthesis.styles import STYLES

# Few points that can be followed by hand, in a box whose longer side is 1.
ZERO = [[(0.3, 0), (0, 0.5), (0.3, 1), (0.6, 0.5), (0.3, 0)]]
ONE = [[(0, 0.2), (0.2, 0), (0.2, 0.5), (0.2, 1)], [(0, 1), (0.4, 1)]]
THREE = [[(0, 0.1), (0.3, 0), (0.6, 0.2), (0.2, 0.45), (0.6, 0.7), (0.3, 1), (0, 0.9)]]
FOUR = [[(0.3, 0), (0, 0.6), (0.6, 0.6)], [(0.4, 0.1), (0.4, 0.5), (0.4, 1)]]
SIX = [[(0.4, 0), (0.1, 0.4), (0, 0.7), (0.2, 1), (0.4, 0.8), (0.2, 0.6), (0, 0.7)]]
SEVEN = [[(0, 0), (0.6, 0), (0.4, 0.5), (0.3, 1)], [(0.2, 0.5), (0.5, 0.5)]]
EIGHT = [[(0.5, 0.1), (0.3, 0), (0.1, 0.2), (0.5, 0.7), (0.3, 1), (0, 0.8), (0.5, 0.1)]]
NINE = [[(0.4, 0.1), (0.2, 0), (0, 0.2), (0.2, 0.4), (0.4, 0.2), (0.4, 0.5), (0.3, 1)]]
DIGITS = {0: ZERO, 1: ONE, 3: THREE, 4: FOUR, 6: SIX, 7: SEVEN, 8: EIGHT, 9: NINE}


class Draws:
    """Chance that draws the same share of every range; one standard deviation below a mean at 0, above it at 1."""

    def __init__(self, share):
        self.share = share

    def random(self):
        return self.share

    def uniform(self, low, high, size=()):
        return np.full(size, low + (high - low) * self.share)[()]

    def normal(self, mean, spread, size=()):
        return np.full(size, mean + (2 * self.share - 1) * spread)[()]


def _strokes(points):
    return [np.array(stroke, np.float32) for stroke in points]


def _restroke(style, strokes, share):
    """Strokes in a style: all points of a short stroke, of a curve the first, the middle and the last."""
    (restroke,) = [each.restroke for each in STYLES if each.name == style]
    found = restroke(_strokes(strokes), Draws(share))
    return [stroke if len(stroke) < 7 else stroke[[0, len(stroke) // 2, -1]] for stroke in found]


@pytest.mark.parametrize(
    ("style", "strokes", "share", "expected"),
    [
        # Beside the ends of what is drawn at random: a point in a zero is a tick in the middle of the range.
        ("slashed zero", ZERO, 0, [ZERO[0], [(0.51, 0.91), (0.09, 0.09)]]),
        ("slashed zero", ZERO, 1, [ZERO[0], [(-0.15, 1.15), (0.75, -0.15)]]),
        ("dotted zero", ZERO, 0, [ZERO[0], [(0.26, 0.46)]]),
        ("dotted zero", ZERO, 0.5, [ZERO[0], [(0.3, 0.5), (0.3, 0.5)]]),
        ("dotted zero", ZERO, 1, [ZERO[0], [(0.41, 0.54), (0.271, 0.53), (0.41, 0.54)]]),
        ("zero left open", ZERO, 0, [[(0.3, 0), (0.006, 0.49), (0.288, 0.98), (0.582, 0.53), (0.324, 0.04)]]),
        ("zero left open", ZERO, 1, [[(0.24, 0.1), (0.021, 0.535), (0.282, 0.97), (0.543, 0.595), (0.396, 0.16)]]),
        ("one with a flag", ONE, 0, [[(0.161, 0.145), (0.2, 0), (0.2, 0.5), (0.2, 1)]]),
        ("one with a flag", ONE, 1, [[(-0.19, 0.225), (0.2, 0), (0.2, 0.5), (0.2, 1)]]),
        ("one with a foot", ONE, 0, [[(0.161, 0.145), (0.2, 0), (0.2, 0.5), (0.2, 1)], [(0.08, 0.97), (0.32, 1.03)]]),
        ("one with a foot", ONE, 1, [[(0.2, 0), (0.2, 0.5), (0.2, 1)], [(-0.2, 1.03), (0.6, 0.97)]]),
        ("three with a flat top", THREE, 0, [[(0, -0.03), (0.45, 0.03), (0.2, 0.45), (0.6, 0.7), (0.3, 1), (0, 0.9)]]),
        (
            "three with a flat top",
            THREE,
            1,
            [[(0.12, 0.03), (0.63, -0.03), (0.2, 0.45), (0.6, 0.7), (0.3, 1), (0, 0.9)]],
        ),
        ("open four", FOUR, 0, [[(0.15, 0.1), (0, 0.6), (0.6, 0.6)], FOUR[1]]),
        ("open four", FOUR, 1, [[(-0.1, 0.1), (0, 0.6), (0.6, 0.6)], FOUR[1]]),
        ("closed four", FOUR, 0, [[(0.4, 0.1), (0, 0.8), (0.5, 0.77)], FOUR[1]]),
        ("closed four", FOUR, 1, [[(0.4, 0.1), (0, 0.6), (0.7, 0.63)], FOUR[1]]),
        ("six with a tiny loop", SIX, 0, [[(0.4, 0), (0.176, 0.856), (0.094, 0.735)]]),
        ("six with a tiny loop", SIX, 1, [[(0.4, 0), (0.186, 0.916), (0.055, 0.721)]]),
        ("crossed seven", SEVEN, 0, [SEVEN[0], [(0.45, 0.39), (0.69, 0.45)]]),
        ("crossed seven", SEVEN, 1, [SEVEN[0], [(0.08, 0.74), (0.78, 0.56)]]),
        ("seven with a hook", SEVEN, 0, [[(-0.03, 0.08), (0, 0), (0, 0), (0.6, 0), (0.4, 0.5), (0.3, 1)]]),
        ("seven with a hook", SEVEN, 1, [[(0.03, 0.22), (0, 0), (0, 0), (0.6, 0), (0.4, 0.5), (0.3, 1)]]),
        (
            "eight of two circles",
            ZERO,
            0,
            [
                [(0, 0), (-0.12, 0.19), (0, 0.38), (0.12, 0.19), (0, 0)],
                [(-0.04, 0.4), (-0.182, 0.625), (-0.04, 0.85), (0.102, 0.625), (-0.04, 0.4)],
            ],
        ),
        (
            "eight of two circles",
            ZERO,
            1,
            [
                [(0, 0), (-0.234, 0.26), (0, 0.52), (0.234, 0.26), (0, 0)],
                [(0.04, 0.46), (-0.23, 0.76), (0.04, 1.06), (0.31, 0.76), (0.04, 0.46)],
            ],
        ),
        ("eight left open", EIGHT, 0, [[(0.5, 0.1), (0.395, 0.858), (0.468, 0.144)]]),
        ("eight left open", EIGHT, 1, [[(0.378, 0.039), (0.402, 0.847), (0.373, 0.278)]]),
        ("nine with a straight tail", NINE, 0, [[(0.4, 0.1), (0.2, 0), (0, 0.2), (0.2, 0.4), (0.4, 0.2), (0.2, 0.65)]]),
        (
            "nine with a straight tail",
            NINE,
            1,
            [[(0.4, 0.1), (0.2, 0), (0, 0.2), (0.2, 0.4), (0.4, 0.2), (0.44, 0.95)]],
        ),
        ("nine with a curled tail", NINE, 0, [[(0.4, 0.1), (0.36, 0.432), (0.199, 0.463)]]),
        ("nine with a curled tail", NINE, 1, [[(0.4, 0.1), (0.166, 0.841), (-0.235, 0.557)]]),
        ("nine with a tiny loop", NINE, 0, [[(0.32, 0.18), (0.23, 0.326), (0.3, 1)]]),
        ("nine with a tiny loop", NINE, 1, [[(0.353, 0.147), (0.217, 0.357), (0.3, 1)]]),
        ("last stroke too long", ZERO, 0, [[(0.3, 0), (0, 0.5), (0.3, 1), (0.6, 0.5), (0.3, 0), (0.326, -0.043)]]),
        ("last stroke too long", ZERO, 1, [[(0.3, 0), (0, 0.5), (0.3, 1), (0.6, 0.5), (0.3, 0), (0.377, -0.129)]]),
    ],
)
def test_each_point_of_a_style_lies_where_the_hand_puts_it(style, strokes, share, expected):
    found = _restroke(style, strokes, share)
    assert len(found) == len(expected)
    for stroke, points in zip(found, expected, strict=True):
        assert stroke == pytest.approx(np.array(points), abs=0.001)
        assert stroke.dtype == np.float32


@pytest.mark.parametrize("share", [0, 1])
def test_what_a_style_leaves_out_is_gone_and_the_rest_stays(share):
    assert [stroke.tolist() for stroke in _restroke("seven without a bar", SEVEN, share)] == [
        stroke.tolist() for stroke in _strokes(SEVEN[:1])
    ]
    (stem,) = _restroke("bare one", ONE, share)
    assert stem.tolist() == _strokes(ONE)[0][1:].tolist()


def test_a_one_without_a_part_that_goes_down_becomes_a_line_down_from_where_it_begins():
    (stem,) = _restroke("bare one", [[(0.2, 0.1), (1, 0.1)]], 0.5)
    assert stem == pytest.approx(np.array([(0.2, 0.1), (0.2, 1.1)]))
    (stem,) = _restroke("bare one", [[(0.2, 0.1), (0.2, 0.51)]], 0.5)
    assert stem == pytest.approx(np.array([(0.2, 0.1), (0.2, 0.51)]))


@pytest.mark.parametrize(
    ("style", "strokes"),
    [
        ("open four", FOUR[:1]),
        ("closed four", [*FOUR, [(0, 0)]]),
        ("nine with a straight tail", [[(0, 0.1), (0.2, 0), (0.4, 0.2), (0.2, 0.4), (0, 0.3), (0.1, 1)]]),
        ("nine with a curled tail", [[(0, 0.1), (0.2, 0), (0.4, 0.2), (0.2, 0.4), (0, 0.3), (0.1, 1)]]),
        ("three with a flat top", [[(0, 0), (0, 0.1), (0, 0.2), (0, 0.9), (0, 1)]]),
        ("last stroke too long", [[(0, 0), (0.5, 0.5), (1, 1)]]),
        ("zero left open", [[(0.5, 0.5), (0.5, 0.5)]]),
    ],
)
def test_strokes_that_a_style_cannot_be_made_of_stay_as_they_are(style, strokes):
    found = _restroke(style, strokes, 0.5)
    assert [stroke.tolist() for stroke in found] == [stroke.tolist() for stroke in _strokes(strokes)]


@pytest.mark.parametrize("style", ["open four", "closed four"])
def test_the_strokes_of_a_four_may_come_in_any_order(style):
    one_way, other_way = _restroke(style, FOUR, 0.5), _restroke(style, FOUR[::-1], 0.5)
    assert [stroke.tolist() for stroke in one_way] == [stroke.tolist() for stroke in other_way]
