import pytest

from mnist_core.errors import DrawingError
from mnist_ui.canvas import as_object, as_strokes
from mnist_ui.state.sketch import as_drawing


def stroke(*commands, width=20):
    return {"type": "Path", "path": [list(command) for command in commands], "strokeWidth": width}


LINE = stroke(("M", 10, 42), ("Q", 10, 42, 20, 52), ("L", 30, 62))


def test_paths_become_strokes():
    assert as_strokes({"objects": [LINE]}) == [{"width": 20, "points": [[10, 42], [12.5, 44.5], [20, 52], [30, 62]]}]


def test_a_tap_is_a_dot():
    dot = stroke(("M", 50, 50), ("L", 50.001, 50))
    assert len(as_drawing(as_strokes({"objects": [dot]})).strokes) == 1


@pytest.mark.parametrize("data", [None, {"objects": []}])
def test_nothing_drawn_is_no_strokes(data):
    assert as_strokes(data) == []


def test_strokes_come_back_from_the_canvas_as_they_went_there():
    strokes = [{"width": 12.0, "points": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]}]
    assert as_strokes({"objects": [as_object(each) for each in strokes]}) == strokes


def test_a_dot_goes_to_the_canvas_as_a_line_that_can_be_seen():
    assert as_object({"width": 12, "points": [[1, 2, 0.5]]})["path"] == [["M", 1, 2], ["L", 1, 2]]


@pytest.mark.parametrize(
    "data",
    [
        5,
        "objects",
        {"strokes": []},
        {"objects": 5},
        {"objects": [5]},
        {"objects": [{"path": 5, "strokeWidth": 1}]},
        {"objects": [{"path": [["M", 1, 2]]}]},
        {"objects": [stroke(("M", 1))]},
        {"objects": [stroke(("M", "a", "b"))]},
        {"objects": [stroke(("C", 1, 2, 3, 4, 5, 6))]},
        {"objects": [stroke(("M", 1, 1), width=None)]},
    ],
    ids=lambda data: str(data)[:60],
)
def test_a_crafted_message_is_refused(data):
    with pytest.raises(DrawingError):
        as_strokes(data)
