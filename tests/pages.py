"""What the tests of the pages share."""

from mnist_ui.draw.sources import SOURCE
from mnist_ui.state import paper
from mnist_ui.state.sketch import Sketch


def as_strokes(strokes):
    """Strokes as the browser sends them."""
    return [{"width": 20, "points": [list(point) for point in stroke]} for stroke in strokes]


def with_drawing(app, strokes):
    """The app with a drawing on its pad."""
    app.session_state[paper.SKETCH] = Sketch(as_strokes(strokes))
    return app


def on_canvas(app):
    """The app with the plain canvas in the place of the pad, whose answer the browser would ask for."""
    app.query_params[SOURCE] = "Plain canvas"
    return app


def html(app):
    return "".join(each.proto.body for each in app.get("html"))
