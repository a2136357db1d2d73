"""Pages: that every kind draws, that the boxes hold the ink, and that parts share nothing."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from mnist_core.synthesis.pages import KINDS, NAMES, NO_DIGIT, PARTS, Hands, desks, kind_of, page, papers, screens
from mnist_core.synthesis.pages.hands import Hand
from mnist_core.synthesis.pages.inks import DARK_PAPER, GREY, Ink, coverage
from mnist_core.synthesis.pages.sheet import Room
from mnist_core.synthesis.pages.texts import OVERLAPPING, TOUCHING
from mnist_core.synthesis.pages.writing import set_line
from mnist_core.types import Box
from tests.synthesis.golden_pages import first_page, golden, hands, small

HANDS = hands()
NAMES_OF_KINDS = [kind.name for kind in KINDS]
BACKGROUNDS = [
    each
    for module in (papers, desks, screens)
    for name, group in vars(module).items()
    if name.isupper() and isinstance(group, tuple)
    for each in group
    if hasattr(each, "part")
]


def _black(sheet, _rng):
    """Ink the whole of it, without a chance."""
    is_dark = float(sheet.paper @ GREY) < DARK_PAPER
    sheet.ink(coverage(sheet, [mark for line in sheet.lines for mark in line]), np.full(3, 255.0 if is_dark else 0.0))


def _with_and_without_ink(name, seed, part="train"):
    """A page of a kind in plain ink, and where its picture differs from the same page without any: bool (h, w)."""
    inked, blank = (
        replace(kind_of(name), inks=(Ink("plain", lay, (0.08, 0.15)),)).page(HANDS, part, np.random.default_rng(seed))
        for lay in (_black, lambda sheet, rng: None)
    )
    difference = cv2.absdiff(inked.picture[..., :3], blank.picture[..., :3]).max(axis=2)
    return inked, difference > 60


def _rows_and_columns(box, pad):
    """Where in a picture a box is, with so many pixels around it."""
    rows = slice(max(0, int(box.y) - pad), int(np.ceil(box.y + box.height)) + pad)
    return rows, slice(max(0, int(box.x) - pad), int(np.ceil(box.x + box.width)) + pad)


@pytest.mark.parametrize("name", NAMES_OF_KINDS)
def test_every_kind_draws_pages_of_every_part(name):
    others = [kind_of(name).page(HANDS, part, np.random.default_rng(5)) for part in PARTS if part != "train"]
    for drawn in [first_page(name), *others]:
        height, width, colours = drawn.picture.shape
        assert drawn.picture.dtype == np.uint8
        assert colours == (4 if name == "a transparent card" else 3)
        for thing in (thing for line in drawn.lines for thing in line):
            assert thing.name in NAMES
            assert thing.box.x >= 0
            assert thing.box.y >= 0
            assert 0 < thing.box.width <= width - thing.box.x + 1e-3
            assert 0 < thing.box.height <= height - thing.box.y + 1e-3
        assert bool(drawn.numbers) == (name != "no digits")


@pytest.mark.parametrize("name", NAMES_OF_KINDS)
def test_boxes_hold_the_ink_and_hardly_more(name):
    drawn, is_ink = _with_and_without_ink(name, 8)
    # A camera blurs, and so does JPEG in its blocks.
    pad = 0 if name == "28 x 28 with a fringe" else 3
    left_over = is_ink.copy()
    for thing in (thing for line in drawn.lines for thing in line):
        place = _rows_and_columns(thing.box, pad)
        _x, _y, width, height = cv2.boundingRect(is_ink[place].astype(np.uint8))
        assert height >= 0.75 * thing.box.height - 2, thing
        assert width >= 0.75 * thing.box.width - 2, thing
        left_over[place] = False
    assert left_over.sum() <= 0.01 * is_ink.sum()


@pytest.mark.parametrize("name", ["a number on paper", "two or three rows", "an amount on a cheque", "a date"])
def test_lines_are_in_reading_order(name):
    for seed in range(4):
        lines = kind_of(name).page(HANDS, "validation", np.random.default_rng(seed)).lines
        middles = [[thing.box.x + thing.box.width / 2 for thing in line] for line in lines]
        assert middles == [sorted(line) for line in middles]
        heights = [np.mean([thing.box.y + thing.box.height / 2 for thing in line]) for line in lines]
        assert heights == sorted(heights)


def test_the_same_seed_gives_the_same_page_and_another_one_another():
    first, again, other = (page(HANDS, "train", np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(first.picture, again.picture)
    assert first.lines == again.lines
    assert first.picture.shape != other.picture.shape or not np.array_equal(first.picture, other.picture)


def test_no_background_is_in_two_parts():
    assert len(BACKGROUNDS) == 48
    assert len({each.name for each in BACKGROUNDS}) == len({each.draw for each in BACKGROUNDS}) == len(BACKGROUNDS)
    for kind in KINDS:
        for part in PARTS:
            assert any(each.part == part for each in kind.papers), (kind.name, part)
            assert not kind.desks or any(each.part == part for each in kind.desks), (kind.name, part)


def test_a_page_has_backgrounds_of_its_part_alone():
    for part in PARTS:
        seen = set()

        def watched(background, seen=seen):
            """A background that says that it was drawn."""
            return replace(background, draw=lambda room, rng: seen.add(background.part) or background.draw(room, rng))

        kind = kind_of("a number on a sheet on a desk")
        kind = replace(kind, papers=tuple(map(watched, kind.papers)), desks=tuple(map(watched, kind.desks)))
        for seed in range(4):
            kind.page(HANDS, part, np.random.default_rng(seed))
        assert seen == {part}


@pytest.mark.parametrize("background", BACKGROUNDS, ids=lambda each: each.name)
def test_every_background_leaves_room_to_write(background):
    sheet = background.draw(Room(300, 200, 2, 4), np.random.default_rng(2))
    assert sheet.size == (300, 200)
    assert sheet.picture.dtype == np.float32
    for box in [sheet.area, *(cell for row in sheet.cells for cell in row)]:
        assert box.x >= 0
        assert box.y >= 0
        assert 0 < box.width <= 300 - box.x
        assert 0 < box.height <= 200 - box.y
    assert [len(row) >= 4 for row in sheet.cells] in ([], [True, True])


def test_digits_that_touch_do_and_those_apart_do_not():
    def pieces(gap):
        """How many pieces of ink a number of five digits has."""
        hand = Hand(Hands(HANDS.strokes, [[]] * 10), 60, np.random.default_rng(0), (0.1, 0.1))
        line = set_line([hand.glyph(name) for name in "30826"], gap, 60, hand.pen, np.random.default_rng(1))
        canvas = np.zeros((200, 500), np.uint8)
        for glyph, left, top in line:
            part = canvas[100 + top : 100 + top + glyph.ink.shape[0], left : left + glyph.ink.shape[1]]
            np.maximum(part, glyph.ink, out=part)
        return cv2.connectedComponents((canvas > 127).astype(np.uint8))[0] - 1

    assert pieces((0.1, 0.4)) == 5
    assert pieces((-0.03, -0.02)) == 1
    assert pieces(OVERLAPPING.gap) == 1
    assert TOUCHING.gap[0] > OVERLAPPING.gap[0]


def test_signs_are_what_they_are_called():
    hand = Hand(HANDS, 100, np.random.default_rng(0))
    shapes = {name: hand.glyph(name).ink.shape for name in ("full stop", "comma", "dash", "slash", "equals", NO_DIGIT)}
    assert max(shapes["full stop"]) < 35
    assert shapes["dash"][1] > 1.5 * shapes["dash"][0]
    assert shapes["slash"][0] > 75
    assert shapes["comma"][0] < 50
    equals = (hand.glyph("equals").ink > 127).any(axis=1)
    assert np.count_nonzero(np.diff(equals.astype(int)) == 1) == 2


def test_a_column_has_a_digit_in_each_line():
    lines = first_page("a column").lines
    assert len(lines) >= 3
    assert {len(line) for line in lines} == {1}


def test_a_box_outside_of_the_picture_is_cut():
    sheet = papers.PLAIN[0].draw(Room(100, 80), np.random.default_rng(0))
    assert sheet._within(Box(-5, 70, 50, 30)) == Box(0, 70, 45, 10)


@pytest.mark.parametrize("name", NAMES_OF_KINDS)
def test_pages_look_as_they_did(name):
    """Where this fails on purpose, draw the golden pages anew: `python -m tests.synthesis.golden_pages`."""
    difference = np.abs(small(first_page(name)).astype(int) - golden()[name])
    # Other processors may round otherwise, and JPEG makes more of it.
    assert difference.mean() < 1.5, name
