"""What the tests of the pages share."""

from mnist_ui import state


def as_objects(strokes):
    """Strokes as the canvas sends them."""
    return [
        {
            "path": [["M" if i == 0 else "L", x, y] for i, (x, y) in enumerate(stroke)],
            "strokeWidth": 20,
        }
        for stroke in strokes
    ]


def with_drawing(app, strokes):
    """The app with a drawing on its canvas."""
    app.session_state["_canvas"] = state.CanvasState(as_objects(strokes))
    return app


def html(app):
    return "".join(each.proto.body for each in app.get("html"))
