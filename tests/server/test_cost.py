"""What one request may cost: the costliest drawings that are read, and malformed bodies as long as they may be."""

import contextlib
import json
import time

import numpy as np
import pytest

from mnist_core.errors import DrawingError
from mnist_core.numbers import splitting
from mnist_core.types import MAX_POINTS, MAX_STROKES
from mnist_ui import routes

# Measured on two idle cores: 180 ms for the costliest that was found. Tests run beside others.
MOST_S = 0.3
TRIES = 5


def body(strokes, width=3.0, size=(400, 400)):
    drawn = [{"width": width, "points": np.round(stroke, 2).tolist()} for stroke in strokes]
    return json.dumps({"strokes": drawn, "size": size}).encode()


def side_by_side(strokes, points, height):
    """Zigzags beside each other: each may be a digit, or a part of one with up to four others."""
    rng, wide, each = np.random.default_rng(0), 400 / strokes, points // strokes
    rows = np.where(np.arange(each) % 2, 0, height)
    return [np.stack([index * wide + rng.uniform(0, 0.8 * wide, each), rows], axis=1) for index in range(strokes)]


def scribble(strokes, points):
    rng = np.random.default_rng(0)
    return [rng.uniform(0, 400, (points // strokes, 2)) for _ in range(strokes)]


def seconds(request):
    """Processor time that a request takes at best, refused or not."""
    spent = []
    for _ in range(TRIES):
        splitting.known_pixels.cache_clear()
        begun = time.process_time()
        with contextlib.suppress(DrawingError):
            routes._read(request)
        spent.append(time.process_time() - begun)
    return min(spent)


@pytest.fixture(scope="module", autouse=True)
def warm():
    routes._read(body(scribble(1, 10)))


@pytest.mark.parametrize(
    "strokes",
    [
        *(side_by_side(count, MAX_POINTS, height) for count in (5, 20, 60) for height in (100, 400)),
        *(scribble(count, MAX_POINTS) for count in (1, 60, MAX_STROKES)),
    ],
)
def test_the_costliest_drawings_are_read_in_time(strokes):
    assert seconds(body(strokes)) <= MOST_S


@pytest.mark.parametrize("width", [20, 400, 100_000])
def test_no_pen_makes_many_strokes_dear(width):
    assert seconds(body(scribble(61, MAX_POINTS), width)) <= MOST_S


@pytest.mark.parametrize(
    "content",
    [
        {"strokes": [{"width": 1, "points": []}] * 13_900},
        {"strokes": [{"width": 1, "points": [[]] * 99_000}]},
        {"strokes": [{"width": 1, "points": [[1] * 130_000]}]},
        {"strokes": [{}] * 99_000},
        {"strokes": [{"width": 1, "points": [[10**4000] * 2] * 48}]},
        {"strokes": "x" * 399_000},
    ],
    ids=["empty strokes", "empty points", "a long point", "objects", "long numbers", "text"],
)
def test_a_malformed_body_is_refused_in_time(content):
    request = json.dumps(content).encode()
    assert len(request) <= routes.MAX_BODY_BYTES
    assert seconds(request) <= MOST_S
