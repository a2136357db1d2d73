"""What the tests of the pages share."""

from streamlit.testing.v1 import AppTest

from mnist_core import paths
from mnist_ui.draw.sight import seen_key
from mnist_ui.draw.sources import SOURCE
from mnist_ui.state import paper
from mnist_ui.state.sketch import Sketch


def whole_app() -> AppTest:
    """The app for one visitor, from its door on."""
    return AppTest.from_file(str(paths.SHIPPED_MODELS.parent / "streamlit_app.py"), default_timeout=60)


def as_strokes(strokes):
    """Strokes as the browser sends them."""
    return [{"width": 20, "points": [list(point) for point in stroke]} for stroke in strokes]


def with_drawing(app, strokes):
    """The app with a drawing on its pad, and all of the page in sight."""
    app.session_state[seen_key("reasons")] = True
    app.session_state[paper.SKETCH] = Sketch(as_strokes(strokes))
    return app


def on_canvas(app):
    """The app with the plain canvas in the place of the pad, whose answer the browser would ask for."""
    app.query_params[SOURCE] = "Plain canvas"
    return app


def html(app):
    return "".join(each.proto.body for each in app.get("html"))
