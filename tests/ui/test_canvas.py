import pytest

from mnist_core.errors import DrawingError
from mnist_ui.canvas import SIDE, as_drawing
from mnist_ui.state import CanvasState


def stroke(*commands, width=20):
    return {"type": "Path", "path": [list(command) for command in commands], "strokeWidth": width}


LINE = stroke(("M", 10, 42), ("Q", 10, 42, 20, 52), ("L", 30, 62))


def test_paths_become_strokes_on_the_visible_canvas():
    drawing = as_drawing({"objects": [LINE]})
    assert drawing.size == (SIDE, SIDE)
    assert drawing.pen_width == 20
    assert drawing.strokes[0].tolist() == [[10, 42], [12.5, 44.5], [20, 52], [30, 62]]


def test_a_tap_is_a_dot():
    dot = stroke(("M", 50, 50), ("L", 50.001, 50))
    assert len(as_drawing({"objects": [dot]}).strokes) == 1


def test_several_pens_count_as_the_middle_one():
    pens = [stroke(*LINE["path"], width=width) for width in (8, 40, 12)]
    assert as_drawing({"objects": pens}).pen_width == 12


@pytest.mark.parametrize("data", [None, {}, {"objects": []}, {"objects": [stroke()]}])
def test_nothing_drawn_is_no_drawing(data):
    if data == {}:
        with pytest.raises(DrawingError):
            as_drawing({"strokes": []})
    else:
        assert as_drawing(data) is None


@pytest.mark.parametrize(
    "data",
    [
        5,
        "objects",
        {"objects": 5},
        {"objects": [5]},
        {"objects": [{"path": 5, "strokeWidth": 1}]},
        {"objects": [{"path": [["M", 1, 2]]}]},
        {"objects": [stroke(("M", 1))]},
        {"objects": [stroke(("M", "a", "b"))]},
        {"objects": [stroke(("C", 1, 2, 3, 4, 5, 6))]},
        {"objects": [stroke(("M", float("nan"), 1))]},
        {"objects": [stroke(("M", 1e30, 1))]},
        {"objects": [stroke(("M", 1, 1), width=-5)]},
        {"objects": [stroke(("M", 1, 1), width=None)]},
        {"objects": [LINE] * 1001},
    ],
    ids=lambda data: str(data)[:60],
)
def test_a_crafted_message_is_refused(data):
    with pytest.raises(DrawingError):
        as_drawing(data)


def test_undo_and_clear_start_a_new_canvas_with_what_is_left():
    state = CanvasState([1, 2, 3], [], 4)
    state.undo()
    assert (state.objects, state.shown_first, state.generation) == ([1, 2], [1, 2], 5)
    state.clear()
    assert (state.objects, state.shown_first, state.generation) == ([], [], 6)
    state.undo()
    assert state.objects == []
