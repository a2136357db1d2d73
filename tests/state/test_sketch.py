import numpy as np
import pytest

from mnist_core import ink
from mnist_core.errors import DrawingError, EmptyDrawingError
from mnist_ui.state.sketch import SIDE, Sketch, as_drawing
from tests.strokes import SEVEN

LINE = {"width": 20, "points": [[10, 42], [20, 52], [30, 62]]}


def strokes_of(strokes, width=20):
    return [{"width": width, "points": [list(point) for point in stroke]} for stroke in strokes]


def test_strokes_become_a_drawing_on_the_paper():
    drawing = as_drawing([LINE])
    assert drawing.size == (SIDE, SIDE)
    assert drawing.pen_width == 20
    assert drawing.strokes[0].tolist() == [[10, 42], [20, 52], [30, 62]]


def test_the_pens_pressure_is_left_out():
    assert as_drawing([{"width": 20, "points": [[1, 2, 0.7], [3, 4, 0.1]]}]).strokes[0].tolist() == [[1, 2], [3, 4]]


def test_several_pens_count_as_the_middle_one():
    assert as_drawing([LINE | {"width": width} for width in (8, 40, 12)]).pen_width == 12


@pytest.mark.parametrize("strokes", [[], [{"width": 20, "points": []}]])
def test_nothing_is_no_drawing(strokes):
    with pytest.raises(EmptyDrawingError):
        as_drawing(strokes)


@pytest.mark.parametrize(
    "strokes",
    [
        5,
        "strokes",
        None,
        {},
        [5],
        [None],
        [[[1, 2]]],
        [{"points": [[1, 2]]}],
        [{"width": 20}],
        [{"width": 20, "points": 5}],
        [{"width": 20, "points": [5]}],
        [{"width": 20, "points": [[1]]}],
        [{"width": 20, "points": [["a", "b"]]}],
        [{"width": 20, "points": [{}]}],
        [{"width": 20, "points": [[float("nan"), 1]]}],
        [{"width": 20, "points": [[1e30, 1]]}],
        [{"width": 20, "points": [[10**400, 1]]}],
        [{"width": -5, "points": [[1, 1]]}],
        [{"width": None, "points": [[1, 1]]}],
        [{"width": 10**400, "points": [[1, 1]]}],
        [LINE] * 1001,
    ],
    ids=lambda strokes: str(strokes)[:60],
)
def test_a_crafted_message_is_refused(strokes):
    with pytest.raises(DrawingError):
        as_drawing(strokes)


def test_undo_and_clear_make_another_edition_of_what_is_left():
    sketch = Sketch([1, 2, 3], [], 4)
    sketch.undo()
    assert (sketch.strokes, sketch.shown_first, sketch.edition) == ([1, 2], [1, 2], 5)
    sketch.clear()
    assert (sketch.strokes, sketch.shown_first, sketch.edition) == ([], [], 6)
    sketch.undo()
    assert sketch.strokes == []


def test_a_replay_is_drawn_by_the_browser_before_it_counts():
    sketch = Sketch()
    sketch.replay([LINE])
    assert (sketch.strokes, sketch.shown_first, sketch.is_replay, sketch.drawing()) == ([], [LINE], True, None)
    sketch.update([LINE])
    assert sketch.drawing() is not None
    sketch.restart(sketch.strokes)
    assert not sketch.is_replay


def test_what_an_earlier_session_drew_is_taken_back_only_by_a_new_one():
    sketch = Sketch()
    sketch.take_back([LINE])
    assert sketch.strokes == [LINE]
    sketch.update(sketch.strokes)
    sketch.clear()
    sketch.take_back([LINE])
    assert sketch.strokes == []


def test_the_digit_is_what_the_network_sees():
    strokes = strokes_of(SEVEN)
    assert np.array_equal(Sketch(strokes).digit(), ink.digit_pixels(as_drawing(strokes)))
    assert Sketch().digit() is None
    assert Sketch([{"width": 1, "points": "nonsense"}]).digit() is None
