"""What every way of writing keeps to, and what the shape of each kind is."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core.synthesis.styles import HABITS, KINDS, STYLES, in_unit_box
from mnist_core.synthesis.styles.lines import evenly, heading, length
from mnist_core.synthesis.variation import STYLED, WITH_HABIT, restyled
from tests.strokes import DIGITS

SEEDS = range(12)
ODD = {
    "a dot": [[(0.5, 0.5)]],
    "two points": [[(0, 0), (0.2, 1)]],
    "a level line": [[(0, 0.5), (0.5, 0.5), (1, 0.5)]],
    "an upright line": [[(0.5, 1), (0.5, 0.4), (0.5, 0)]],
    "a pen that did not move": [[(0.5, 0.5)] * 5],
    "many strokes": [[(x / 5, 0), (x / 5, 1)] for x in range(5)] + [[(0, 0)]],
}


def written(digit):
    """A digit of tests/strokes.py in the unit box, with points all along, as a pen gives them."""
    return in_unit_box([evenly(np.array(stroke, np.float32), 3) for stroke in DIGITS[digit]])


def made(name, digit=None, seeds=SEEDS):
    """A digit in a style, once for each seed."""
    (style,) = [each for each in STYLES if each.name == name]
    strokes = written(style.digits[0] if digit is None else digit)
    return [style.restroke(strokes, np.random.default_rng(seed)) for seed in seeds]


def distance(first, second):
    """How near two lines come."""
    first, second = evenly(first, 0.01), evenly(second, 0.01)
    return float(np.hypot(*(first[:, None] - second[None]).transpose(2, 0, 1)).min())


def shape(strokes):
    """How many times as wide as high."""
    width, height = np.ptp(np.concatenate(strokes), axis=0)
    return width / height


def is_valid(strokes):
    points = np.concatenate(strokes)
    return (
        all(stroke.dtype == np.float32 and stroke.ndim == 2 and stroke.shape[1] == 2 for stroke in strokes)
        and all(len(stroke) for stroke in strokes)
        and bool(np.isfinite(points).all())
        and float(np.abs(points - 0.5).max()) < 2.5
    )


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_every_style_gives_lines_that_can_be_drawn(style):
    for seed in SEEDS:
        digit = style.digits[seed % len(style.digits)]
        strokes = written(digit)
        before = [stroke.copy() for stroke in strokes]
        assert is_valid(style.restroke(strokes, np.random.default_rng(seed)))
        assert all(np.array_equal(*pair) for pair in zip(before, strokes, strict=True))


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
@pytest.mark.parametrize("strokes", ODD.values(), ids=ODD)
def test_every_style_copes_with_strokes_that_are_no_digit(style, strokes):
    lines = in_unit_box([np.array(stroke, np.float32) for stroke in strokes])
    for seed in range(3):
        assert is_valid(style.restroke(lines, np.random.default_rng(seed)))


@pytest.mark.parametrize("style", HABITS, ids=lambda style: style.name)
def test_habits_come_on_top_of_every_kind_of_their_digits(style):
    for seed, kind in enumerate(KINDS):
        digit = kind.digits[0]
        rng = np.random.default_rng(seed)
        shown = digit if kind.label is None else kind.label
        if shown in style.digits:
            assert is_valid(style.restroke(in_unit_box(kind.restroke(written(digit), rng)), rng))


def test_every_digit_has_kinds_and_habits_of_its_own():
    for digit in range(10):
        shown = [style for style in KINDS if (style.digits if style.label is None else (style.label,)) == (digit,)]
        assert len(shown) >= 3
        assert sum(digit in style.digits for style in HABITS) >= 10
    assert len({style.name for style in STYLES}) == len(STYLES)


def test_plain_handwriting_stays_the_most_frequent_kind():
    strokes = written(5)
    rng = np.random.default_rng(0)
    plain = np.mean([restyled(strokes, 5, rng)[0] is not None and _is_plain(strokes, rng) for _ in range(400)])
    assert plain == pytest.approx((1 - STYLED) * (1 - WITH_HABIT), abs=0.08)


def _is_plain(strokes, rng):
    """Whether a digit stays as it was written."""
    again, _ = restyled(strokes, 5, rng)
    return len(again) == len(strokes) and all(np.array_equal(*pair) for pair in zip(again, strokes, strict=True))


def test_a_flick_turns_back_at_an_acute_angle_and_touches_nothing_else():
    sides = set()
    for (line,) in made("flick at the end", 1, range(40)):
        stem = written(1)[0]
        assert np.array_equal(line[: len(stem)], stem)
        back = line[-1] - stem[-1]
        assert 0.03 < np.hypot(*back) <= 0.36
        assert back @ heading(stem) < 0
        sides.add(bool(back[0] > 0))
    assert sides == {False, True}
    for (line,) in made("flick at the end", 5, range(40)):
        five = written(5)[0]
        flick = line[len(five) - 1 :]
        if length(flick) > 0.1:
            assert distance(flick[-1:], five[: len(five) // 2]) > 0.1


def test_a_lead_in_comes_before_the_first_stroke():
    for line, *_rest in made("lead-in at the beginning", 2):
        two = written(2)[0]
        assert len(line) >= len(two)
        assert np.array_equal(line[len(line) - len(two) :], two)


def test_a_broken_stroke_has_a_gap_that_can_be_seen():
    for before, after in made("broken stroke", 3):
        assert 0.02 < distance(before[-1:], after[:1]) < 0.3


def test_bars_of_zeros_lie_at_all_angles_and_end_on_both_sides_of_the_ring():
    ring = written(0)[0]
    middle = np.ptp(ring, axis=0) / 2
    angles, inside = [], []
    for _ring, bar in made("zero with a bar at any angle", seeds=range(60)):
        assert distance(bar, middle[None].astype(np.float32)) < 0.2
        across = bar[-1] - bar[0]
        angles.append(np.degrees(np.arctan2(across[1], across[0])) % 180)
        inside += [np.hypot(*((end - middle) / middle)) < 1 for end in (bar[0], bar[-1])]
    assert np.histogram(angles, 4, (0, 180))[0].min() >= 5
    assert 0.15 < np.mean(inside) < 0.85


def test_a_zero_can_be_open_on_each_side():
    gaps = []
    for (line,) in made("zero open on any side", seeds=range(60)):
        assert 0.02 < np.hypot(*(line[0] - line[-1])) < 0.5
        gaps.append((line[0] + line[-1]) / 2)
    height, width = 1, np.ptp(written(0)[0][:, 0])
    x, y = np.array(gaps).T
    assert ((x < width * 0.2).any(), (x > width * 0.8).any()) == (True, True)
    assert ((y < height * 0.2).any(), (y > height * 0.8).any()) == (True, True)


def test_a_zero_that_runs_on_is_one_stroke_through_its_middle():
    ring = written(0)[0]
    for (line,) in made("zero that runs on into its bar"):
        assert np.array_equal(line[: len(ring)], ring)
        assert distance(line[len(ring) :], (np.ptp(ring, axis=0) / 2)[None].astype(np.float32)) < 0.25


def test_the_more_level_the_flag_of_a_one_the_shorter_it_is():
    for (line,) in made("one with a long flag", seeds=range(60)):
        top = line[int(line[:, 1].argmin())]
        flag = top - line[0]
        slope = np.degrees(np.arctan2(-flag[1], flag[0]))
        assert flag[0] > 0
        assert np.hypot(*flag) < 0.3 + 0.0105 * max(slope, 0)


def test_a_tick_turns_up_from_the_foot_of_a_one():
    for (line,) in made("one with a tick at its foot"):
        assert line[:, 1].argmax() < len(line) - 1
        assert 0 < line[:, 1].max() - line[-1, 1] < 0.4


def test_the_bar_of_a_five_floats_but_reaches_to_the_right():
    for body, bar in made("five whose bar floats"):
        assert bar[:, 0].max() > body[0, 0] + 0.1
        assert bar[:, 1].mean() < body[:, 1].mean() - 0.2


def test_the_loop_of_a_six_leaves_on_the_far_side_of_its_stem():
    for (line,) in made("six whose loop crosses its stem"):
        stem = line[: int(line[:, 1].argmax())]
        level = stem[int(np.abs(stem[:, 1] - line[-1, 1]).argmin())]
        assert line[-1, 0] < level[0] - 0.03


def test_strokes_in_pieces_stay_apart_or_nearly():
    for strokes in made("four in pieces"):
        assert distance(strokes[-1], np.concatenate(strokes[:-1])) > 0
    assert all(
        len(strokes) == 2 for name in ("eight of two arcs", "nine in pieces", "six in pieces") for strokes in made(name)
    )
    assert all(len(strokes) == 2 for strokes in made("three of two arcs"))


def test_lightning_never_crosses_itself_and_ends_at_the_foot():
    for (line,) in made("four like lightning"):
        assert np.diff(line[:, 1]).min() > -0.15
        assert line[-1, 1] == pytest.approx(line[:, 1].max(), abs=0.05)


def test_wide_digits_are_wide_and_narrow_ones_narrow():
    for digit in (0, 4, 8):
        assert all(0.99 <= shape(strokes) <= 1.66 for strokes in made("very wide", digit))
        assert all(0.27 <= shape(strokes) <= 0.46 for strokes in made("very narrow", digit))


def test_stair_steps_lie_on_a_grid():
    for (line,) in made("stair steps", 3):
        steps = np.abs(np.diff(line, axis=0))
        cell = steps[steps > 1e-4].min()
        assert 0.05 < cell < 0.17
        assert np.abs(steps / cell - np.rint(steps / cell)).max() < 0.02


@pytest.mark.parametrize("style", ["few points", "lost points"])
def test_coarse_tablets_give_fewer_points_from_the_same_beginning_to_the_same_end(style):
    three = written(3)[0]
    for (line,) in made(style, 3):
        assert 4 <= len(line) < len(three) / 2
        assert line[[0, -1]] == pytest.approx(three[[0, -1]])


def test_the_page_names_every_way_of_writing():
    rows = (Path(__file__).parents[2] / "docs/build/writing.md").read_text(encoding="utf-8").split("\n")
    named = [name for row in rows if row.startswith("| ") for name in row.split("|")[2].strip().split(", ")]
    assert sorted(set(named) - {"kinds", "habits", "---"}) == sorted(style.name for style in STYLES)
