"""Printed digits: whose outlines they are, on which side of the split, and what becomes of them."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from mnist_core.synthesis import typefaces as package
from mnist_core.synthesis.typefaces import LETTERS, printed, printed_letter, small_print, typefaces
from mnist_core.synthesis.typefaces.looks import MOST_CUT, cut, hollow, looked, weighed
from mnist_core.synthesis.typefaces.printing import LEAST_CONTRAST, clear, photo, shown, turned
from mnist_core.synthesis.typefaces.shapes import LINES, RIM, SEGMENTS, SIDE, filled, lined, segments

PLACE = Path(package.__file__).parent
UPRIGHT = np.eye(2)
SQUARE = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)


def rng(seed=0):
    return np.random.default_rng(seed)


def pieces(ink):
    """Into how many pieces ink falls, and how many holes it has that are more than a few pixels."""
    is_ink = (ink > 127).astype(np.uint8)
    _count, _labels, sizes, _centres = cv2.connectedComponentsWithStats(1 - is_ink, connectivity=4)
    return cv2.connectedComponents(is_ink)[0] - 1, int((sizes[1:, cv2.CC_STAT_AREA] > 20).sum()) - 1


def test_there_are_as_many_typefaces_on_each_side_as_are_promised_and_no_family_is_on_both():
    train, test = typefaces("train"), typefaces("test")
    assert (*train, *test) != ()
    assert {*train, *test} == {*typefaces()}
    assert len({face.family for face in train}) >= 60
    assert len({face.family for face in test}) >= 20
    assert not {face.family for face in train} & {face.family for face in test}
    assert {"sans", "serif", "slab", "monospace", "condensed", "wide", "handwriting"} <= {face.kind for face in test}


def test_the_side_of_a_family_is_decided_by_its_name_for_good():
    sides = {face.family: face.part for face in typefaces()}
    some = {"roboto": "train", "croscore": "train", "dseg7": "train", "overpass": "test", "dejavu-sans": "test"}
    assert some.items() <= sides.items()


def test_every_typeface_has_ten_digits_that_fill_their_box_and_differ():
    for face in typefaces():
        digits = [face.glyphs[str(digit)] for digit in range(10)]
        for polygons in digits:
            points = np.concatenate(polygons)
            assert all(polygon.dtype == np.float32 and len(polygon) > 2 for polygon in polygons)
            assert points.min(axis=0) == pytest.approx([0, 0], abs=0.01)
            assert points.max() == pytest.approx(1, abs=0.01)
        images = [cv2.resize(filled(polygons, UPRIGHT), (40, 40)).astype(float) for polygons in digits]
        nearest = min(np.abs(a - b).mean() for i, a in enumerate(images) for b in images[:i])
        assert nearest > 3, face.name


def test_every_typeface_and_its_licence_are_named_beside_the_outlines():
    text = (PLACE / "LICENCES.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^- (.+), version .+ \(`@fontsource/.+ \d+\.\d+\.\d+`\): \S", text, re.MULTILINE))
    assert named == {face.name for face in typefaces()}
    for title in ("SIL OPEN FONT LICENSE Version 1.1", "Apache License", "Bitstream Vera Fonts Copyright"):
        assert title in text
    assert sum(path.stat().st_size for path in PLACE.glob("*.npz")) < 250_000


def test_what_runs_the_opposite_way_is_a_hole_and_what_runs_the_same_way_is_not():
    inner = SQUARE / 2 + 0.25
    assert pieces(filled([SQUARE, inner[::-1]], UPRIGHT)) == (1, 1)
    assert pieces(filled([SQUARE, inner], UPRIGHT)) == (1, 0)
    assert pieces(filled([SQUARE[::-1], inner], UPRIGHT)) == (1, 1)


def test_ink_is_as_large_as_promised_whatever_the_matrix():
    for matrix in (UPRIGHT, UPRIGHT * 7, np.array([[1, 0.3], [0, 0.5]])):
        x, y, width, height = cv2.boundingRect(filled([SQUARE], matrix))
        assert max(width, height) == pytest.approx(SIDE, abs=4)
        assert (x, y) == pytest.approx((RIM, RIM), abs=2)


def test_the_segments_of_a_display_are_those_that_are_lit():
    for digit, ways in enumerate(SEGMENTS):
        counts = {len(segments(digit, rng(seed))) for seed in range(20)}
        assert counts == {len(way) for way in ways}
    top, right = segments(7, rng(3))[:2]
    assert top[:, 1].mean() == pytest.approx(0)
    assert right[:, 0].mean() > top[:, 0].mean()


@pytest.mark.parametrize(("digit", "holes"), [(0, {1, 2}), (1, {0}), (3, {0}), (6, {1}), (8, {2}), (9, {1})])
def test_a_plotter_closes_what_a_digit_closes(digit, holes):
    assert len(LINES) == 10
    found = {pieces(lined(digit, UPRIGHT, rng(seed))) for seed in range(12)}
    assert {each[0] for each in found} == {1}
    assert {each[1] for each in found if each[1]} <= holes


def test_heavier_ink_closes_no_hole_and_lighter_ink_does_not_break():
    eights = [filled(face.glyphs["8"], UPRIGHT) for face in typefaces("train")[::7]]
    changed = [(ink, weighed(ink, rng(seed))) for seed, ink in enumerate(eights)]
    assert all(pieces(before) == pieces(after) for before, after in changed)
    grown = [float(after.sum(dtype=float) / before.sum(dtype=float)) for before, after in changed]
    assert min(grown) < 0.9
    assert max(grown) > 1.1


def test_hollow_ink_is_an_edge_around_nothing():
    bold = next(face for face in typefaces() if face.name == "Roboto" and face.style == "900")
    one = filled(bold.glyphs["1"], UPRIGHT)
    assert pieces(one) == (1, 0)
    assert pieces(hollow(one, rng())) == (1, 1)
    assert hollow(one, rng()).sum(dtype=float) < 0.8 * one.sum(dtype=float)
    thin = next(face for face in typefaces() if face.name == "Poiret One")
    light = filled(thin.glyphs["1"], UPRIGHT)
    np.testing.assert_array_equal(hollow(light, rng()), light)


def test_a_stencil_leaves_most_of_the_ink():
    for seed in range(30):
        ink = filled(typefaces("train")[seed].glyphs[str(seed % 10)], UPRIGHT)
        left = cut(ink, rng(seed))
        assert (1 - MOST_CUT) * ink.sum(dtype=float) <= left.sum(dtype=float)
        assert (left <= ink).all()
    assert any((cut(filled([SQUARE], UPRIGHT), rng(seed)) == 0)[40:90, 40:90].any() for seed in range(3))


def test_a_printed_digit_is_in_the_form_of_mnist_and_made_by_its_seed():
    for part in ("train", "test"):
        images = np.stack([printed(seed % 10, rng(seed), part=part) for seed in range(15)])
        again = np.stack([printed(seed % 10, rng(seed), part=part) for seed in range(15)])
        np.testing.assert_array_equal(images, again)
        assert images.dtype == np.uint8
        assert images.shape == (15, 28, 28)
        assert (images.max(axis=(1, 2)) > 100).all()
        assert max(max(cv2.boundingRect(image)[2:]) for image in images) == 20


def test_each_side_prints_with_its_own_typefaces(monkeypatch):
    asked = []
    monkeypatch.setattr(
        "mnist_core.synthesis.typefaces.printing.set_in_type",
        lambda sign, face, matrix: asked.append((sign, face.part)) or filled([SQUARE], matrix),
    )
    for seed in range(20):
        printed(4, rng(seed), part="test")
        printed_letter(rng(seed), part="test")
    assert len(asked) == 40
    assert {part for _sign, part in asked} == {"test"}
    for seed in range(20):
        printed(4, rng(seed))
        printed_letter(rng(seed))
    assert {part for _sign, part in asked[40:]} == {"train"}
    assert {sign for sign, _part in asked} <= {"4", *LETTERS}


def test_no_printed_letter_could_be_a_digit():
    assert not set("0123456789BDGILOQSTUVYZabcdgijlnoqrstuvyz|/!&$?") & set(LETTERS)


def test_small_print_is_few_pixels_high_and_at_times_made_larger():
    sizes = [small_print(seed % 10, rng(seed)).shape[0] for seed in range(60)]
    assert min(sizes) < 25
    assert max(sizes) > 80


def test_ink_stands_out_from_its_paper_whichever_is_darker():
    ink = filled([SQUARE], UPRIGHT)
    pictures = [clear(ink, rng(seed)).astype(int) for seed in range(20)]
    contrasts = [picture[picture.shape[0] // 2, picture.shape[1] // 2] - picture[0, 0] for picture in pictures]
    assert min(map(abs, contrasts)) >= LEAST_CONTRAST - 1
    assert min(contrasts) < 0 < max(contrasts)


def test_a_photo_of_print_is_a_photo():
    picture = photo(filled([SQUARE], UPRIGHT), rng())
    assert picture.shape == (256, 256, 3)
    assert len(np.unique(picture)) > 50


def test_ink_in_which_no_picture_finds_anything_is_shown_without_one(monkeypatch):
    monkeypatch.setattr("mnist_core.synthesis.typefaces.printing.clear", lambda ink, _rng: np.zeros((30, 30), np.uint8))
    monkeypatch.setattr("mnist_core.synthesis.typefaces.printing.PLAIN", 0.0)
    monkeypatch.setattr("mnist_core.synthesis.typefaces.printing.SMALL", 0.0)
    monkeypatch.setattr("mnist_core.synthesis.typefaces.printing.PHOTO", 0.0)
    image = shown(filled([SQUARE], UPRIGHT), rng())
    assert image[6:22, 6:22].min() == 255


def test_print_is_turned_less_than_a_hand_turns():
    for seed in range(50):
        matrix = turned(rng(seed))
        assert np.linalg.det(matrix) == pytest.approx(1)
        assert abs(np.rad2deg(np.arctan2(matrix[1, 0], matrix[0, 0]))) < 15


def test_looks_leave_the_picture_its_size():
    ink = filled(typefaces()[0].glyphs["5"], UPRIGHT)
    looks = [looked(ink, rng(seed)) for seed in range(30)]
    assert {look.shape for look in looks} == {ink.shape}
    assert 5 < sum(np.array_equal(look, ink) for look in looks) < 28
