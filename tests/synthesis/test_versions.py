"""What `synthesis.VERSION` stands for. Where this fails, other images are made of the same strokes: raise it."""

import numpy as np
import pytest

from mnist_core import synthesis
from mnist_core.ink import digit_pixels
from mnist_core.synthesis.letters import strokes_of
from mnist_core.synthesis.non_digits import KINDS, KINDS_OF_DIGITS, NonDigits
from mnist_core.synthesis.numbers import composed
from mnist_core.synthesis.photos import photographed
from mnist_core.synthesis.signs import LETTERS, PICTURES, SIGNS
from mnist_core.synthesis.strangers import corners, diagonal_half, hatching, letter, tangle
from mnist_core.synthesis.typefaces import printed
from mnist_core.synthesis.variation import on_canvas, rewritten, varied
from mnist_core.types import Drawing
from tests.fingerprints import about, fingerprints
from tests.strokes import DIGITS

STROKES = {label: [np.array(stroke, np.float32) for stroke in strokes] for label, strokes in DIGITS.items()}


def test_strokes_give_the_images_that_the_version_stands_for():
    written = [rewritten(strokes, label, np.random.default_rng(label)) for label, strokes in STROKES.items()]
    of_digits, of_nothing = NonDigits([[strokes] for strokes in STROKES.values()]), NonDigits([])
    assert synthesis.VERSION == 2
    assert [label for _image, label in written] == list(range(10))
    assert fingerprints([image for image, _label in written]) == about(
        [-5546, 545, 41, -1386, -1390, -381, -2353, -2588, -2442, -3624]
    )
    assert fingerprints([of_digits.image(np.random.default_rng(seed)) for seed in range(10)]) == about(
        [1644, 1094, -5413, 1152, -828, -1683, -2079, -773, -1592, -1416]
    )
    assert fingerprints([of_nothing.image(np.random.default_rng(seed)) for seed in range(10)]) == about(
        [-1196, -2301, -421, -138, -2854, 1284, -619, -1010, -1254, 112]
    )


def test_print_is_the_one_that_the_version_stands_for():
    digits = [printed(digit, np.random.default_rng(digit)) for digit in range(10)]
    assert fingerprints(digits) == about([-4299, -457, -2376, 941, -3670, -1940, 1979, -2282, -649, -392])


def _made(make, number):
    """What is made by chance, by so many chances."""
    return [make(np.random.default_rng(seed)) for seed in range(number)]


def _places(strokes):
    """Mean and spread of the strokes' points, x and y in hundredths."""
    points = np.concatenate(strokes)
    return [100 * float(each) for each in (*points.mean(axis=0), *points.std(axis=0))]


def _shades(picture):
    """Mean and spread of red, green and blue."""
    return [float(each) for each in (*picture.mean(axis=(0, 1)), *picture.std(axis=(0, 1)))]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (0, [-4244, -1758, -1241, 1246]),
        (1, [-1305, -1128, -350, -2667]),
        (2, [-1637, -2301, -1721, -21]),
        (3, [-2566, 526, -1480, 1252]),
        (4, [-1000, -2, 538, 1001]),
        (5, [-1396, -933, -4785, -3085]),
        (6, [-539, -459, -876, -183]),
        (7, [-1145, -2628, 873, 1563]),
        (8, [-384, -3220, 1246, -1917]),
        (9, [-4740, -2680, -1449, -345]),
        (10, [-865, -3085, -779, -3091]),
    ],
)
def test_each_kind_of_non_digit_is_the_one_that_the_version_stands_for(place, expected):
    kinds = list(dict.fromkeys((*KINDS, *KINDS_OF_DIGITS)))
    assert len(kinds) == 11
    source = NonDigits([[strokes] for strokes in STROKES.values()])
    assert fingerprints(_made(lambda chance: kinds[place](source, chance), 4)) == about(expected)


def test_letters_and_signs_are_those_that_the_version_stands_for():
    forms = [form for each in (LETTERS, SIGNS, PICTURES) for ways in each.values() for form in ways]
    drawn = [digit_pixels(Drawing.from_strokes([10 * stroke + 20 for stroke in strokes_of(form)], 5)) for form in forms]
    assert len(drawn) == 74
    assert sum(fingerprints(drawn)) == pytest.approx(-161604, abs=20 * len(drawn))


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (
            lambda chance: varied(STROKES[3], chance),
            [
                [23, 53, 18, 40],
                [26, 52, 22, 32],
                [45, 45, 19, 34],
                [32, 46, 19, 37],
                [36, 35, 31, 23],
                [19, 67, 16, 46],
            ],
        ),
        (
            lambda chance: composed([STROKES[1], STROKES[2]], chance),
            [[102, 21, 34, 29], [87, 29, 28, 27], [116, 34, 29, 25], [114, 21, 30, 29]],
        ),
        (
            lambda chance: composed([STROKES[1], STROKES[2]], chance, touching=True),
            [[54, 21, 27, 29], [50, 29, 24, 27], [51, 34, 22, 25], [57, 21, 25, 29]],
        ),
        (tangle, [[0, 0, 143, 177], [0, 0, 76, 121], [0, 0, 177, 181], [0, 1, 330, 236]]),
        (corners, [[46, 58, 31, 28], [55, 48, 29, 26], [52, 49, 29, 24], [52, 45, 28, 27]]),
        (hatching, [[-18, 67, 48, 37], [-63, 30, 51, 32], [-48, 50, 51, 30], [-35, 59, 51, 32]]),
        (
            lambda chance: diagonal_half(STROKES[3], chance),
            [[32, 13, 18, 14], [15, 43, 10, 41], [38, 83, 21, 16], [45, 63, 15, 28]],
        ),
    ],
    ids=["varied", "two digits", "two that touch", "tangle", "corners", "hatching", "half of a digit"],
)
def test_the_same_chance_gives_the_same_strokes(make, expected):
    assert np.array([_places(strokes) for strokes in _made(make, len(expected))]) == pytest.approx(
        np.array(expected), abs=0.51
    )


def test_the_same_chance_gives_the_same_pictures():
    photos = _made(lambda chance: photographed(STROKES[4], chance), 8)
    assert np.array([_shades(photo) for photo in photos]) == pytest.approx(
        np.array(
            [
                [209, 214, 219, 39, 39, 35],
                [138, 137, 140, 16, 16, 16],
                [180, 185, 194, 30, 29, 14],
                [159, 154, 154, 37, 33, 35],
                [58, 63, 58, 33, 33, 35],
                [24, 17, 30, 23, 24, 22],
                [33, 24, 28, 19, 21, 21],
                [188, 187, 179, 32, 30, 32],
            ]
        ),
        abs=0.6,
    )
    canvases = [float(each.mean()) for each in _made(lambda chance: on_canvas(STROKES[4], chance), 8)]
    assert canvases == pytest.approx([9.8, 40.3, 6.4, 3.2, 26.2, 48.7, 9.0, 44.9], abs=0.1)
    letters = [float(each.mean()) for each in _made(letter, 8)]
    assert letters == pytest.approx([10.9, 111.7, 8.2, 7.2, 45.5, 31.9, 13.7, 34.9], abs=0.1)
