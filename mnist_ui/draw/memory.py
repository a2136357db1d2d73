"""The drawing that a tab remembers over a reload and a restart of the server; the pad sees to that by itself."""

from mnist_ui.browser import StoredItem
from mnist_ui.state import paper

_DRAWING = StoredItem("drawing", is_of_tab=True)


def keep_drawing() -> None:
    """Have the browser keep the drawing; in a new session, take back the one that it has kept."""
    sketch = paper.sketch()
    _DRAWING.keep(sketch.strokes, is_sought=sketch.is_new, on_found=sketch.take_back)
